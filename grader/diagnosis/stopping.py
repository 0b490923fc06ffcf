"""Functions that stop as a known mistake stops: in the same cases, with the same words, after the same outputs.

What comes behind an exception nobody sees, and where the shapes fit by accident it may be anything. So this is a
pattern of the exceptions and no exact name, and it is told only where one mistake alone stops so.
"""

from collections.abc import Iterator, Sequence

from grader.core import Diagnosis, Message, Mistake, Raised
from grader.diagnosis.evidence import Evidence, Played
from grader.diagnosis.explaining import Rehearsed, Search
from grader.diagnosis.facts import from_table
from grader.diagnosis.likeness import alike, speaks

FEWEST = 2  # cases in which it stops


def stopping_alike(search: Search, function: str) -> Diagnosis | None:
    """The one known mistake of `function` that stops where it stops, from the base case on."""
    plays = search.evidence.plays
    fault = plays[0].play.faults.get(function)
    if not isinstance(fault, Raised) or fault.path is None or not _tell(search.evidence, function):
        return None
    found = {one.id: one for one in _alike(search, function)}
    return _told(search.evidence, function, fault, *found.values()) if len(found) == 1 else None


def _tell(evidence: Evidence, function: str) -> bool:
    """Are the words about numbers? That a name is not defined is said of any."""
    return all(speaks(evidence.plays[0], output) for output in evidence.outputs(function))


def _alike(search: Search, function: str) -> Iterator[Mistake]:
    plays = search.evidence.plays
    for one in search.known:
        if one.functions == {function} and _is_plain(one.mistakes):
            rehearsed = search.rehearsed(one)
            if _stops_alike(search.evidence, rehearsed, function, plays[0]):
                stops = [_stops_alike(search.evidence, rehearsed, function, each) for each in plays]
                if None not in stops and sum(map(bool, stops)) >= FEWEST:
                    yield one.mistakes[0]


def _is_plain(mistakes: Sequence[Mistake]) -> bool:
    """One mistake of the library; no convention, whose costs are those of numbers that follow it throughout."""
    return len(mistakes) == 1 and not mistakes[0].own and mistakes[0].severity != "convention"


def _stops_alike(evidence: Evidence, rehearsed: Rehearsed, function: str, one: Played) -> bool | None:
    """True where both stop, with the same words and after the same outputs, False where neither does, None where they
    differ."""
    play = rehearsed.play(one)
    if play is None:
        return None
    if function not in one.play.faults and function not in play.faults:
        return False
    asked = [output for output in evidence.outputs(function) if one.case.grades(output)]
    return True if all(alike(one, output, play) for output in asked) else None


def _told(evidence: Evidence, function: str, fault: Raised, mistake: Mistake) -> Diagnosis:
    stops = [function in one.play.faults for one in evidence.plays]
    text = Message(
        "diagnosis.raised.as-that-of",
        {
            "function": function,
            "failed": sum(stops),
            "total": len(stops),
            "does": f"diagnosis.{mistake.id}.does",
            "error": f"{fault.type}: {fault.text}",
            "file": fault.path or "",
            "line": fault.line or 0,
        },
    )
    return Diagnosis(mistake.id, "pattern", mistake.severity, text, from_table(mistake.id))
