"""One subject graded on its seeds: the claims asked of every report, and what was measured on the way."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from grader.core import Assignment, Report, Sandbox
from grader.diagnosis.edits import Unfit
from grader.grading import grade, rejected, seeds
from grader.verify.audit import Record, record_of
from grader.verify.breach import Breach, Failure
from grader.verify.claims import CLAIMS, full, noticed, whether_named
from grader.verify.rehearsing import held_out, paired
from grader.verify.subjects import REHEARSED, Order, Subject, subject
from grader.verify.witness import Witness


class Where(NamedTuple):
    """What a tolerance is held against: an output of a case, or the figure of a whole check."""

    function: str
    check: str  # "" for the comparison of an output
    case: str
    output: str
    tolerance: float


@dataclass(slots=True)
class Outcome:
    """What came of one order. `right` and `wrong` count function runs, `failed_falsely` and `passed_falsely` those of
    them that came out otherwise.

    `names` counts what became of the names of wrong programs.

    `worst` is the largest error of right code at each place; `mildest` the least by which a mistake went beyond a
    tolerance of a check ("" for the comparison of outputs): the largest error of each grading, the smallest of all.
    """

    order: Order
    failures: list[Failure] = field(default_factory=list)
    right: int = 0
    failed_falsely: int = 0
    wrong: int = 0
    passed_falsely: int = 0
    names: Counter[str] = field(default_factory=Counter)
    worst: dict[Where, float] = field(default_factory=dict)
    mildest: dict[tuple[str, float], float] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    seconds: float = 0.0


def tried(order: Order, assignment: Assignment, samples: Sequence[Path], box: Sandbox) -> Outcome:
    """What comes of one order."""
    started, outcome = time.monotonic(), Outcome(order)
    if order.kind in REHEARSED:
        _rehearse(outcome, assignment)
        outcome.seconds = time.monotonic() - started
        return outcome
    try:
        made = subject(order, assignment, samples)
    except Unfit as unfit:
        outcome.failures.append(Failure(unfit.claim, order.slug, order.program, unfit.message))
        outcome.passed_falsely += order.kind == "mistake"
    else:
        for number, seed in enumerate(order.seeds):
            recorded = number < order.records
            witness = Witness(exact=recorded)
            report = graded(made, seed, box, witness, shown=order.shown)
            _ask(outcome, made, report, seed)
            _measure(outcome, made, report, witness)
            if recorded:
                record = record_of(order.slug, made.name, order.lane, report=report, seed=seed, bits=witness.bits)
                outcome.records.append(record)
    outcome.seconds = time.monotonic() - started
    return outcome


def _rehearse(outcome: Outcome, assignment: Assignment) -> None:
    """A program that no box has to run: what it is named."""
    order = outcome.order
    for seed in order.seeds:
        with np.errstate(all="ignore"):
            if order.kind == "pair":
                found, breaches = paired(assignment, (order.number, order.other), seed)
            else:
                found, breaches = held_out(assignment, order.number, seed)
        outcome.names[f"{order.kind} {found}"] += 1
        _fail(outcome, "name-is-true", breaches, seed)


def _fail(outcome: Outcome, claim: str, breaches: Iterable[Breach], seed: str) -> None:
    order = outcome.order
    for breach in breaches:
        where = (breach.function, breach.check, breach.case)
        outcome.failures.append(Failure(claim, order.slug, order.program, breach.message, *where, seed))


def graded(one: Subject, seed: str, box: Sandbox, witness: Witness, *, shown: bool) -> Report:
    """The report on a subject, with all that is `shown` to a student or without; `witness` takes notes."""
    if one.refused is not None:
        files = [(file.path, file.data) for file in one.submission.files]
        return rejected(one.assignment, one.refused, files, isolation=box.isolation)
    watched = witness.watching(one.assignment, one.submission)
    return grade(watched, one.submission, seeds.from_text(seed), box, profile=one.profile, shown=shown)


def _ask(outcome: Outcome, one: Subject, report: Report, seed: str) -> None:
    for claim in CLAIMS:
        if one.kind in claim.kinds:
            _fail(outcome, claim.id, claim.breaches(one, report), seed)
    if one.kind == "mistake" and (found := whether_named(one, report)):
        outcome.names[f"mistake {found}"] += 1
    results = {function.name: function for function in report.functions}
    if one.kind != "mistake":
        outcome.right += len(one.passes)
        outcome.failed_falsely += sum(name not in results or not full(results[name]) for name in one.passes)
    outcome.wrong += len(one.fails)
    outcome.passed_falsely += sum(name in results and not noticed(one, results[name]) for name in one.fails)


def _measure(outcome: Outcome, one: Subject, report: Report, witness: Witness) -> None:
    """The errors of right code, and by how much a mistake was seen."""
    seen: dict[tuple[str, float], float] = {}
    for where, error in (*_compared(witness), *_figures(report)):
        key = (where.check, where.tolerance)
        if one.kind != "mistake" and where.function in one.passes:
            outcome.worst[where] = max(error, outcome.worst.get(where, 0.0))
        elif one.kind == "mistake" and where.function in one.fails and error > where.tolerance:
            seen[key] = max(error, seen.get(key, 0.0))
    for key, error in seen.items():
        outcome.mildest[key] = min(error, outcome.mildest.get(key, error))


def _compared(witness: Witness) -> Iterator[tuple[Where, float]]:
    """The errors of outputs, case by case."""
    for note in witness.compared():
        if note.error is not None:
            yield Where(note.function, "", note.case, note.output, note.tolerance), note.error


def _figures(report: Report) -> Iterator[tuple[Where, float]]:
    """The figures of the checks that compare no outputs: slopes, ratios, losses at the start."""
    for function in report.functions:
        for check in function.checks:
            if check.error is not None and check.tolerance is not None and check.cases is None:
                yield Where(function.name, check.id, "", "", check.tolerance), check.error
