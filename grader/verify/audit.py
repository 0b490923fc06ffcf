"""Gradings that must be equal: the same program with the same seed once more, with another seed, and with two threads
of BLAS. A check that is not the same is a fault of ours, whatever it says of the program.

Once more: every verdict and every number, to the last bit. Other seed, or two threads: every verdict. A box has one
thread for good (its zygote refuses to fork with more), so with two threads it is the trusted side that has them, and
the box of the assignment's own solution, which is trusted text and runs in an ordinary process there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from grader.core import Message, Report
from grader.verify.breach import Breach, Failure

Lane = Literal["first", "again", "threads"]
CLAIMS: Mapping[Lane, str] = {
    "first": "same-verdicts-on-any-seed",
    "again": "same-bits-again",
    "threads": "same-verdicts-on-two-threads",
}

Verdict = tuple[str, str]  # status and points
Place = tuple[str, str, str]  # function, case, output; or function, check, ""


@dataclass(frozen=True, slots=True)
class Record:
    """One grading: `verdicts` by function and check ("" for the function itself), `numbers` as text or digests."""

    slug: str
    program: str
    seed: str
    lane: Lane
    verdicts: Mapping[tuple[str, str], Verdict] = field(default_factory=dict)
    numbers: Mapping[Place, str] = field(default_factory=dict)


def record_of(slug: str, program: str, lane: Lane, *, report: Report, seed: str, bits: Mapping[Place, str]) -> Record:
    """What is kept of a report, and of the `bits` of the outputs that it is about."""
    verdicts: dict[tuple[str, str], Verdict] = {("", ""): (report.state.value, str(report.score))}
    numbers: dict[Place, str] = dict(bits)
    for function in report.functions:
        verdicts[function.name, ""] = (function.status.value, str(function.points))
        for check in function.checks:
            verdicts[function.name, check.id] = (check.status.value, str(check.points))
            numbers[function.name, check.id, ""] = repr(check.error)
    return Record(slug, program, seed, lane, verdicts, numbers)


@dataclass(frozen=True, slots=True)
class Audit:
    """How many gradings were held against another of their program, what differed, and how many numbers had other last
    bits on two threads."""

    pairs: int
    numbers: int
    rounded: int
    failures: tuple[Failure, ...]


def audited(records: Sequence[Record]) -> Audit:
    """Every record against the first one of its program."""
    firsts: dict[tuple[str, str], Record] = {}
    failures, pairs, numbers, rounded = list[Failure](), 0, 0, 0
    for record in sorted(records, key=lambda one: one.lane != "first"):
        first = firsts.setdefault((record.slug, record.program), record)
        if first is record:
            continue
        pairs += 1
        numbers += len(record.numbers)
        rounded += (record.lane == "threads") * len(_other_numbers(first, record))
        failures += [_failure(record, breach) for breach in _breaches(first, record)]
    return Audit(pairs, numbers, rounded, tuple(failures))


def _breaches(first: Record, other: Record) -> Iterator[Breach]:
    for name, check in sorted(first.verdicts.keys() | other.verdicts.keys()):
        one, two = (record.verdicts.get((name, check), ("-", "-")) for record in (first, other))
        if one != two:
            about = {"one": " ".join(one), "other": " ".join(two), "seed": first.seed}
            yield Breach(Message("verify.audit.verdict", about), name or None, check or None)
    if other.lane == "again":
        for function, case, output in _other_numbers(first, other):
            about = {"output": output, "seed": first.seed}
            yield Breach(Message("verify.audit.bits", about), function, None if output else case, case)


def _other_numbers(first: Record, other: Record) -> list[Place]:
    places = sorted(first.numbers.keys() | other.numbers.keys())
    return [place for place in places if first.numbers.get(place) != other.numbers.get(place)]


def _failure(record: Record, breach: Breach) -> Failure:
    where = (breach.function, breach.check, breach.case)
    return Failure(CLAIMS[record.lane], record.slug, record.program, breach.message, *where, record.seed)
