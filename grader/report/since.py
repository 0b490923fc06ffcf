"""What has changed since the attempt before: a pure function of two reports, and at most three sentences about it.

A student is told of hidden checks no more here than in the report itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from grader.core import CheckStatus, Diagnosis, FunctionResult, FunctionStatus, Message, Param, Report, cents
from grader.report.as_json import Audience
from grader.report.catalogue import text
from grader.report.hints import unnamed
from grader.report.scores import decimals
from grader.report.shown import safe
from grader.report.words import check_title

MOST_SENTENCES = 3
NOT_JUDGED = (FunctionStatus.MISSING, FunctionStatus.NOT_IMPLEMENTED, FunctionStatus.RAISED, FunctionStatus.LIMIT)


@dataclass(frozen=True, slots=True)
class Change:
    """One function in both attempts. Checks are ids; `still_wrong` and `now_wrong` fail now. `gone` and `new` are the
    mistakes that were and are named."""

    function: str
    before: Fraction
    now: Fraction
    was: FunctionStatus
    status: FunctionStatus
    now_right: tuple[str, ...] = ()
    now_wrong: tuple[str, ...] = ()
    still_wrong: tuple[str, ...] = ()
    gone: tuple[Diagnosis, ...] = ()
    new: tuple[Diagnosis, ...] = ()

    @property
    def gained(self) -> Fraction:
        return self.now - self.before

    @property
    def changed(self) -> bool:
        return bool(self.gained or self.now_right or self.now_wrong or self.gone or self.new) or self.was != self.status


def since(before: Report, now: Report, audience: Audience = "staff") -> tuple[Change, ...]:
    """What became of each function that both reports know, in the order of `now`."""
    earlier = {function.name: function for function in before.functions}
    return tuple(
        _change(earlier[function.name], function, audience) for function in now.functions if function.name in earlier
    )


def _change(before: FunctionResult, now: FunctionResult, audience: Audience) -> Change:
    was, fails = _failing(before, audience), _failing(now, audience)
    earlier, found = _named(before, audience), _named(now, audience)
    return Change(
        now.name,
        cents(before.points),
        cents(now.points),
        before.status,
        now.status,
        now_right=tuple(id for id, wrong in fails.items() if not wrong and was.get(id)),
        now_wrong=tuple(id for id, wrong in fails.items() if wrong and was.get(id) is False),
        still_wrong=tuple(id for id, wrong in fails.items() if wrong and was.get(id, True)),
        gone=tuple(one for id, one in earlier.items() if id not in found),
        new=tuple(one for id, one in found.items() if id not in earlier),
    )


def _named(function: FunctionResult, audience: Audience) -> dict[str, Diagnosis]:
    """The mistakes that this reader is told."""
    kept = audience != "staff" and unnamed(function)
    return {} if kept else {one.id: one for one in function.diagnosis}


def _failing(function: FunctionResult, audience: Audience) -> dict[str, bool]:
    """Whether each check that was judged, and that this reader may know of, fell short."""
    return {
        check.id: check.status is CheckStatus.FAILED
        for check in function.checks
        if check.status in (CheckStatus.PASSED, CheckStatus.FAILED) and not (check.hidden and audience != "staff")
    }


# --------------------------------------------------------------------------- in words


def sentences(changes: tuple[Change, ...], number: int, lang: str) -> tuple[str, ...]:
    """What has changed since attempt `number`, what weighs most first; the first sentence says since when."""
    told = sorted((one for one in changes if one.changed), key=lambda one: -abs(one.gained))
    said = [_sentence(one, lang) for one in told]
    if not said:
        said = [text(Message("report.since.nothing"), lang)]
    if len(said) > MOST_SENTENCES:
        rest = told[MOST_SENTENCES - 1 :]
        about: dict[str, Param] = {"count": len(rest), "gained": signed(sum((one.gained for one in rest), Fraction(0)))}
        said[MOST_SENTENCES - 1 :] = [text(Message("report.since.more", about), lang)]
    opening = text(Message("report.since.opening", {"number": number}), lang)
    return f"{opening} {said[0]}", *said[1:]


def _sentence(change: Change, lang: str) -> str:
    gained = f" ({signed(change.gained)})" if change.gained else ""
    return f"{safe(change.function)}: {in_words(change, lang)}{gained}."


def in_words(change: Change, lang: str) -> str:
    """What has changed in one function, without its name and points."""
    return "; ".join(text(part, lang) for part in _parts(change, lang)) or text(Message("report.since.same"), lang)


def _parts(change: Change, lang: str) -> Iterator[Message]:
    def checks(id: str, ids: tuple[str, ...]) -> Iterator[Message]:
        if ids:
            yield Message(f"report.since.{id}", {"checks": tuple(check_title(one, lang) for one in ids)})

    if change.was != change.status and change.status in NOT_JUDGED:
        yield Message(f"report.since.is.{change.status.value}")
        return
    if change.was != change.status and change.was in NOT_JUDGED:
        yield Message(f"report.since.was.{change.was.value}")
    yield from checks("now-right", change.now_right)
    yield from checks("now-wrong", change.now_wrong)
    yield from checks("still-wrong", change.still_wrong)
    for mistake in change.gone:
        if "does" in mistake.text.params:
            yield Message("report.since.gone", mistake.text.params)


def signed(points: Fraction) -> str:
    """`+9.7`, `-3`, `0`."""
    return f"{'+' if points > 0 else '-' if points < 0 else ''}{decimals(abs(points), least=0)}"
