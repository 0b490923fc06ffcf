"""Wrong programs of ours on trial, without a box: what a submission would be is rehearsed like any hypothesis."""

from collections.abc import Mapping, Sequence

import numpy as np

from grader.checks.trial import Situations, Trial
from grader.checks.watch import Watch
from grader.core import Assignment, Group, Profile
from grader.diagnosis.evidence import Evidence
from grader.diagnosis.naming import named
from grader.diagnosis.rehearsal import Rehearsal
from grader.grading import registry, seeds
from grader.grading.conventions import ways_of
from grader.grading.naming import Asked, evidence
from grader.verify.subjects import solution

SEED = seeds.from_text("tests")
CONTRACT = Profile()


def changed(slug: str, *edits: tuple[str, str]) -> dict[str, str]:
    """The files of a solution with these texts replaced, each wherever it stands."""
    texts = dict(registry.load(slug).solution)
    for old, new in edits:
        assert any(old in text for text in texts.values()), old
        texts = {name: text.replace(old, new) for name, text in texts.items()}
    return texts


def group_of(assignment: Assignment, function: str) -> Group:
    groups = assignment.groups_of(solution(assignment).submission)
    return next(group for group in groups if function in [one.name for one in group.functions])


def evidence_of(slug: str, texts: Mapping[str, str], function: str, profile: Profile = CONTRACT) -> Evidence:
    """What is known of the group of `function`, where a submission has these texts."""
    assignment = registry.load(slug)
    group, *others = ways_of(group_of(assignment, function), profile)
    names = [one.name for one in group.functions]
    situations = Situations(seeds.lender(SEED, slug), seeds.lender(SEED, slug))
    watch = Watch(Rehearsal(texts), names, seed=3)
    with np.errstate(all="ignore"):
        trial = Trial(group, solution(assignment).submission, watch, situations)
        return evidence(Asked(assignment, others, profile, 3), trial, ())


def exact(found: Evidence, failing: Sequence[str]) -> dict[str, list[str]]:
    """The exact names of functions."""
    with np.errstate(all="ignore"):
        told = named(found, failing)
    exact = {name: [one.id for one in ids if one.certainty == "exact"] for name, ids in told.items()}
    return {name: ids for name, ids in exact.items() if ids}


def names_of(slug: str, function: str, *edits: tuple[str, str], profile: Profile = CONTRACT) -> list[str]:
    """The exact names that `function` is given, where the solution of `slug` has these edits."""
    found = evidence_of(slug, changed(slug, *edits), function, profile)
    failing = [one.name for one in found.group.functions]
    return exact(found, failing).get(function, [])
