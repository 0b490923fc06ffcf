"""Programs that are right but for an edit, played as if they were handed in, and what is said of them."""

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from grader.checks.trial import Situations, Trial
from grader.checks.watch import Watch
from grader.core import (
    Definition,
    Diagnosis,
    FunctionResult,
    Group,
    Play,
    Profile,
    SourceFile,
    StudentFault,
    Submission,
)
from grader.diagnosis.evidence import Evidence, Played
from grader.diagnosis.rehearsal import Rehearsal
from grader.diagnosis.unnamed import described
from grader.grading import registry, seeds
from grader.grading.conventions import ways_of
from grader.grading.judge import Known, judged
from grader.grading.naming import Asked, evidence, with_names

SEED = b"\x05" * 32


def said(slug: str, function: str, *edits: tuple[str, str], seed: bytes = SEED) -> Diagnosis | None:
    """What is said of `function` of the solution with these edits, as if its mistake had no name: each `old` stands in
    it once or more, and the first of them is replaced."""
    with np.errstate(all="ignore"):
        found = described(_evidence(slug, function, edits, seed), function)
    return found[0] if found else None


def said_of_a_fault(
    slug: str,
    function: str,
    fault: StudentFault,
    *,
    by: str = "",
    cases: Collection[str] = (),
    names: Collection[str] = (),
    besides: Collection[str] = (),
    line: str = "",
) -> Diagnosis | None:
    """What is said of `function` of the solution where it (or the function `by`, which it needs) raises `fault` in
    `cases` (all, where none is named), is wrong in the cases `besides`, its file gives `names` a value, and `line` is
    where it stops."""
    known = _evidence(slug, function, (), SEED)
    outputs = {output.name for output in known.outputs(function)}
    plays = tuple(_faulty(one, by or function, fault, outputs) if _is_in(one, cases) else one for one in known.plays)
    plays = tuple(replace(one, right=frozenset()) if one.case.name in besides else one for one in plays)
    told = replace(known, plays=plays, names=lambda _: frozenset(names), line=lambda _, __: line)
    found = described(told, function)
    return found[0] if found else None


def _is_in(one: Played, cases: Collection[str]) -> bool:
    return not cases or one.case.name in cases


def _faulty(one: Played, raises: str, fault: StudentFault, outputs: Collection[str]) -> Played:
    came = {name: value for name, value in one.play.outputs.items() if name not in outputs}
    return replace(one, play=Play(came, {raises: fault}), right=one.right - set(outputs))


def before_and_after(slug: str, function: str, *edits: tuple[str, str]) -> tuple[FunctionResult, FunctionResult]:
    """The result of `function` without names and with them, where no mistake of the assignment is known."""
    asked, trial, results = _played(slug, function, edits, SEED)
    named = with_names(replace(asked, assignment=replace(asked.assignment, mistakes=())), trial, results)
    at = [result.name for result in results].index(function)
    return results[at], named[at]


def _evidence(slug: str, function: str, edits: tuple[tuple[str, str], ...], seed: bytes) -> Evidence:
    with np.errstate(all="ignore"):
        return evidence(*_played(slug, function, edits, seed))


def _played(
    slug: str, function: str, edits: tuple[tuple[str, str], ...], seed: bytes
) -> tuple[Asked, Trial, tuple[FunctionResult, ...]]:
    unit = registry.load(slug)
    group, *others = ways_of(_group(unit.groups, function), Profile())
    texts = dict(unit.solution)
    for old, new in edits:
        path = next(path for path, text in texts.items() if old in text)
        texts[path] = _edited(texts[path], function, old, new)
    submission = Submission(tuple(SourceFile(path, text.encode(), text) for path, text in texts.items()))
    program = Watch(Rehearsal(texts), [one.name for one in group.functions], seed=1)
    lender = seeds.lender(seed, f"{slug}/")
    trial = Trial(group, submission, program, Situations(lender, lender))
    definitions: Mapping[str, Definition] = {}
    known = Known({one.name: slug for one in group.functions}, definitions, {}, ())
    return Asked(unit, others, Profile(), 1), trial, judged(trial, known, {})


def _edited(text: str, function: str, old: str, new: str) -> str:
    """`text` with the first `old` that stands behind the definition of `function` replaced."""
    start = text.index(f"def {function.rpartition('.')[2]}(")
    at = text.index(old, start)
    return text[:at] + new + text[at + len(old) :]


def _group(groups: tuple[Group, ...], function: str) -> Group:
    return next(group for group in groups if function in {one.name for one in group.functions})
