"""The names of what is wrong with each function of a group, most certain first.

A name is exact where a known wrong program gives the same numbers everywhere. The whole group is explained first, by
one mistake: what is wrong in a forward pass may show in the backward pass alone. Then function by function; and what is
left by two mistakes at once, or by three in different parts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from grader.core import Diagnosis, Message, Mistake, Output, Param, Severity
from grader.diagnosis.evidence import Evidence, wrong
from grader.diagnosis.explaining import Explanation, Search
from grader.diagnosis.growing import grown
from grader.diagnosis.hypotheses import Hypothesis
from grader.diagnosis.pairs import pairs
from grader.diagnosis.stopping import stopping_alike
from grader.diagnosis.unnamed import described

HINTS = 3
AT_ONCE = {2: "both", 3: "three"}
SEVERITIES: tuple[Severity, ...] = ("cosmetic", "convention", "robustness", "one-term", "wrong-quantity")
Names = Mapping[str, tuple[Diagnosis, ...]]


def named(evidence: Evidence, failing: Sequence[str]) -> Names:
    """The diagnoses of the functions `failing`, as far as there are any; several of one function are alternatives. A
    function has none of its own (an empty entry) where the mistake of another explains it too."""
    search = Search(evidence)
    if search.explanations(search.faultless, evidence.group.outputs):
        return {}  # that is a convention, and the judge knows those
    if whole := search.explanations(search.known, evidence.group.outputs):
        return _spread(evidence, whole, failing)
    apart = {function: _of(search, function) for function in failing}
    if not all(apart.values()) and (whole := _several(search, search.known, evidence.group.outputs)):
        return _spread(evidence, whole, failing)
    found: dict[str, tuple[Diagnosis, ...]] = {}
    for function, alone in apart.items():
        if alone or (alone := _several_of(search, function)):
            found[function] = diagnoses(evidence, alone)
        elif stopping := stopping_alike(search, function):
            found[function] = (stopping,)
        elif lesser := described(evidence, function):
            found[function] = lesser
    return found


def _of(search: Search, function: str) -> list[Explanation]:
    """The explanations of a function's outputs by a mistake in it."""
    own = [one for one in search.known if one.functions == {function}]
    return search.explanations(own, search.evidence.outputs(function))


def _several_of(search: Search, function: str) -> list[Explanation]:
    """The same by several mistakes; asked already of one that is alone in its group."""
    if len(search.evidence.group.functions) == 1:
        return []
    own = [one for one in search.known if one.functions == {function}]
    return _several(search, own, search.evidence.outputs(function))


def _several(search: Search, known: Sequence[Hypothesis], outputs: Sequence[Output]) -> list[Explanation]:
    """The explanations by two mistakes, the likeliest pairs first, or else by three."""
    tried: list[Hypothesis] = []
    for tier in pairs(search, known, outputs):
        if explained := search.explanations(tier, outputs, screen=False):
            return explained
        tried += tier
    return grown(search, known, tried, outputs)


def _spread(evidence: Evidence, whole: Sequence[Explanation], failing: Sequence[str]) -> Names:
    """Explanations of all outputs, each mistake with the function that it stands in; where it is none of those that
    lost points, with the first of these."""
    functions = dict.fromkeys(mistake.function for one in whole for mistake in one.hypothesis.mistakes)
    blamed = [function for function in functions if function in failing]
    if len(blamed) < len(whole[0].hypothesis.functions):
        return dict.fromkeys(failing, ()) | {(*blamed, failing[0])[0]: diagnoses(evidence, whole)}
    return dict.fromkeys(failing, ()) | {function: diagnoses(evidence, whole, function) for function in blamed}


def diagnoses(evidence: Evidence, found: Iterable[Explanation], function: str | None = None) -> tuple[Diagnosis, ...]:
    """The names of the programs that were found, those met more often first; of two mistakes in different functions
    that of `function` alone."""
    named: dict[str, Diagnosis] = {}
    for one in sorted(found, key=lambda one: -one.hypothesis.seen):
        mistakes = [mistake for mistake in one.hypothesis.mistakes if function in (None, mistake.function)]
        if mistakes:
            exact = _exact(evidence, mistakes, one.refused)
            named.setdefault(exact.id, exact)
    return tuple(named.values())


def _exact(evidence: Evidence, mistakes: Sequence[Mistake], refused: Sequence[str]) -> Diagnosis:
    """A convention that the course accepts is no part of the name."""
    ids = [mistake.id for mistake in mistakes]
    outputs = _off(evidence, mistakes[0].function)
    about: dict[str, Param] = {"outputs": outputs, "does": tuple(f"diagnosis.{id}.does" for id in ids)}
    how = "under" if refused else AT_ONCE.get(len(ids)) or _alone(evidence, mistakes[0].function, outputs)
    if how == "stops":
        stops = [mistakes[0].function in one.play.faults for one in evidence.plays]
        about |= {"function": mistakes[0].function, "failed": sum(stops), "total": len(stops)}
    if how in AT_ONCE.values():
        about |= zip(("first", "second", "third"), (f"diagnosis.{id}.does" for id in ids), strict=False)
    if refused:
        about["names"] = tuple(f"diagnosis.{option}.name" for option in refused)
    if any(mistake.own for mistake in mistakes):
        how, about = _in_own_words(mistakes, outputs, ", ".join(ids))
    hints = tuple(
        hint
        for level in range(1, HINTS + 1)
        for place, mistake in enumerate(mistakes, 1)
        for hint in _hints(mistake, level, place if len(ids) > 1 else None)
    )
    severity = max((mistake.severity for mistake in mistakes), key=SEVERITIES.index)
    return Diagnosis("+".join([*ids, *refused]), "exact", severity, Message(f"diagnosis.exact.{how}", about), hints)


def _off(evidence: Evidence, function: str) -> tuple[str, ...]:
    """The outputs that are wrong; of those that are wrong only where another function stopped first, none, if others
    are there."""
    bad = {output.name: wrong(evidence.plays, output) for output in evidence.outputs(function)}
    own = [
        name
        for name, plays in bad.items()
        if any(name in one.play.outputs or function in one.play.faults or not one.play.faults for one in plays)
    ]
    return tuple(own or [name for name, plays in bad.items() if plays])


def _alone(evidence: Evidence, function: str, outputs: Sequence[str]) -> str:
    """How one mistake is told: by what stops, where nothing comes that is wrong, else by one output or by several; what
    is called by a plural, as `labels` is, counts as several."""
    bad = (one for output in evidence.outputs(function) for one in wrong(evidence.plays, output))
    if all(function in one.play.faults for one in bad):
        return "stops"
    plural = outputs[0].endswith("s") and not outputs[0].endswith("ss")
    return "one" if len(outputs) == 1 and not plural else "several"


def _in_own_words(mistakes: Sequence[Mistake], outputs: tuple[str, ...], ids: str) -> tuple[str, dict[str, Param]]:
    """What is said of a mistake that an author lists: their own words, where they wrote any, else what they call it."""
    if len(mistakes) > 1 or not mistakes[0].does:
        return "known-as", {"outputs": outputs, "ids": ids}
    return "own", {"outputs": outputs, **mistakes[0].does}


def _hints(mistake: Mistake, level: int, place: int | None) -> Iterator[Message]:
    """Of several mistakes each has its number, and the first hint, which says what is right as well, holds of each by
    itself. An author's own are there as far as they were written."""
    if not mistake.own:
        ours = f"diagnosis.{mistake.id}.hint-{level}"
        how = "first-by-itself" if (level, place) == (1, 1) else "numbered"
        yield Message(ours) if place is None else Message(f"diagnosis.exact.{how}", {"number": place, "hint": ours})
    said = {language: texts[level - 1] for language, texts in mistake.hints.items() if level <= len(texts)}
    if said:
        yield Message("diagnosis.own.hint", said)
