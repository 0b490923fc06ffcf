"""All outcomes added up: the figures that `grader verify` prints, and the JSON that keeps everything."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.core import Assignment, Message
from grader.grading.grade import environment
from grader.verify.audit import Audit, audited
from grader.verify.breach import Failure
from grader.verify.lacks import lacks
from grader.verify.names import names_of
from grader.verify.subjects import REHEARSED
from grader.verify.trying import Outcome, Where

SCHEMA = "grader.verify/1"
OUR_FAULT = "not-broken"  # the claim whose failure is no verdict on anything
SURVIVES = ("edits-fit", "mistake-is-caught")

Text = Callable[[Message], str]


@dataclass(frozen=True, slots=True)
class Unit:
    """An assignment, the folders of its samples, and what it lacks."""

    assignment: Assignment
    samples: tuple[Path, ...]
    lacks: tuple[Message, ...]


def unit_of(assignment: Assignment, folders: Sequence[Path]) -> Unit:
    """`folders` hold samples, a folder for each slug."""
    samples = tuple(folder / assignment.slug for folder in folders)
    return Unit(assignment, samples, tuple(lacks(assignment, samples)))


@dataclass(frozen=True, slots=True)
class Figures:
    """What is printed of one assignment, or of all. Seconds are those of all processes together."""

    programs: int
    right: int
    failed_falsely: int
    wrong: int
    passed_falsely: int
    mistakes: int
    caught: int
    seconds: float

    @property
    def score(self) -> float:
        """The mutation score: the share of the mistakes that were caught, on every seed."""
        return self.caught / self.mistakes if self.mistakes else 1.0


def figures(outcomes: Sequence[Outcome]) -> Figures:
    programs = {(o.order.slug, o.order.kind, o.order.name) for o in outcomes if o.order.kind not in REHEARSED}
    mistakes = {key for key in programs if key[1] == "mistake"}
    survived = {
        (one.order.slug, one.order.kind, one.order.name)
        for one in outcomes
        if any(failure.claim in SURVIVES for failure in one.failures)
    }
    return Figures(
        len(programs),
        sum(one.right for one in outcomes),
        sum(one.failed_falsely for one in outcomes),
        sum(one.wrong for one in outcomes),
        sum(one.passed_falsely for one in outcomes),
        len(mistakes),
        len(mistakes - survived),
        sum(one.seconds for one in outcomes),
    )


@dataclass(frozen=True, slots=True)
class Verified:
    """Everything that came out. `seconds` are those that passed on the clock."""

    units: tuple[Unit, ...]
    seeds: int
    outcomes: tuple[Outcome, ...]
    audit: Audit
    seconds: float

    @property
    def failures(self) -> tuple[Failure, ...]:
        found = (failure for one in self.outcomes for failure in one.failures)
        return (*found, *self.audit.failures, *names_of(self.outcomes).failures)

    @property
    def held(self) -> bool:
        return not self.failures

    @property
    def broken(self) -> bool:
        """Did something fail that is our fault?"""
        return any(failure.claim == OUR_FAULT for failure in self.failures)


def verified(units: Sequence[Unit], seeds: int, outcomes: Sequence[Outcome], seconds: float) -> Verified:
    """The outcomes in the order of the plan, and the audit of what they recorded."""
    records = [record for one in outcomes for record in one.records]
    return Verified(tuple(units), seeds, tuple(outcomes), audited(records), seconds)


# --------------------------------------------------------------------------- JSON


def as_json(result: Verified, text: Text) -> dict[str, Any]:
    """Everything, as an object that any JSON writer takes; `text` makes sentences of messages."""
    return {
        "schema": SCHEMA,
        "held": result.held,
        "seeds": result.seeds,
        "environment": dict(environment()),
        "seconds": round(result.seconds, 1),
        "total": as_params(figures(result.outcomes)),
        "assignments": [_unit(unit, result, text) for unit in result.units],
        "names": names_of(result.outcomes).as_params(),
        "audit": _audit(result.audit),
        "failures": [_failure(failure, text) for failure in result.failures],
        "mildest": [
            {"assignment": slug, "check": check, "tolerance": tolerance, "error": error, "mistake": name}
            for (slug, check, tolerance), (error, name) in sorted(mildest(result.outcomes).items())
        ],
        "spread": [
            {"assignment": slug, **where._asdict(), "worst": worst}
            for (slug, where), worst in sorted(spread(result.outcomes).items())
        ],
    }


def as_params(sums: Figures) -> dict[str, float]:
    """The figures by name."""
    return {
        "programs": sums.programs,
        "right_runs": sums.right,
        "false_fails": sums.failed_falsely,
        "wrong_runs": sums.wrong,
        "false_passes": sums.passed_falsely,
        "mistakes": sums.mistakes,
        "caught": sums.caught,
        "mutation_score": sums.score,
        "work_seconds": round(sums.seconds, 1),
    }


def _unit(unit: Unit, result: Verified, text: Text) -> dict[str, Any]:
    slug = unit.assignment.slug
    outcomes = [one for one in result.outcomes if one.order.slug == slug]
    survivors = [one.order.name for one in outcomes if any(f.claim in SURVIVES for f in one.failures)]
    return {
        "slug": slug,
        "revision": unit.assignment.revision,
        "functions": len(unit.assignment.functions),
        "kinds": dict(Counter(kind for kind, _ in {(one.order.kind, one.order.name) for one in outcomes})),
        **as_params(figures(outcomes)),
        "survivors": survivors,
        "lacks": [text(message) for message in unit.lacks],
    }


def _audit(audit: Audit) -> dict[str, Any]:
    return {
        "pairs": audit.pairs,
        "numbers": audit.numbers,
        "other_last_bits_on_two_threads": audit.rounded,
        "failures": len(audit.failures),
    }


def _failure(failure: Failure, text: Text) -> dict[str, Any]:
    return {
        "claim": failure.claim,
        "assignment": failure.assignment,
        "program": failure.program,
        "function": failure.function,
        "check": failure.check,
        "case": failure.case,
        "seed": failure.seed,
        "message": failure.message.id,
        "text": text(failure.message),
    }


def spread(outcomes: Sequence[Outcome]) -> Mapping[tuple[str, Where], float]:
    """The largest error of right code at each place, over all programs and seeds."""
    found: dict[tuple[str, Where], float] = {}
    for one in outcomes:
        for where, error in one.worst.items():
            key = (one.order.slug, where)
            found[key] = max(error, found.get(key, 0.0))
    return found


def mildest(outcomes: Sequence[Outcome]) -> Mapping[tuple[str, str, float], tuple[float, str]]:
    """For each assignment, check and tolerance the mistake that came nearest to it from above: its error and name."""
    found: dict[tuple[str, str, float], tuple[float, str]] = {}
    for one in outcomes:
        for (check, tolerance), error in one.mildest.items():
            key, seen = (one.order.slug, check, tolerance), (error, one.order.name)
            found[key] = min(seen, found.get(key, seen))
    return found
