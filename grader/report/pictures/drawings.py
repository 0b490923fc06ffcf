"""A function's pictures in the reader's language: those of the report, and the cases of its checks where there is
room."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from grader.core import CheckResult, CheckStatus, FunctionResult, FunctionStatus, Message, Picture
from grader.report.as_json import Audience, visible_pictures
from grader.report.catalogue import text
from grader.report.pictures.counts import activations, cases, ratios
from grader.report.pictures.curves import accuracy, loss, scatter, steps
from grader.report.pictures.drawing import Drawing, Numbers, Sketch, Words
from grader.report.pictures.grids import heat, templates, window
from grader.report.pictures.valley import paths
from grader.report.words import check_title

MOST = 2  # pictures of one function
DRAWN: Mapping[str, Callable[[Numbers, Words], Sketch]] = {
    "accuracy": accuracy,
    "activations": activations,
    "heat": heat,
    "loss": loss,
    "paths": paths,
    "ratios": ratios,
    "scatter": scatter,
    "steps": steps,
    "templates": templates,
    "window": window,
}


def drawings(function: FunctionResult, anchor: str, lang: str, audience: Audience) -> Iterator[Drawing]:
    """At most two for a function; `anchor` is where its card stands in the report, and there alone."""
    visible = visible_pictures(function, audience)
    pictures = [picture for picture in visible if not _says_it_again(picture, function)][:MOST]
    for at, picture in enumerate(pictures):
        yield _drawn(f"{anchor}-picture-{at}", picture, lang)
    counted = [(check_title(check.id, lang), check) for check in _counted(function, audience)]
    if function.status is FunctionStatus.FAILED and counted and len(pictures) < MOST:
        yield _of_cases(f"{anchor}-picture-{len(pictures)}", counted, lang)


def _says_it_again(picture: Picture, function: FunctionResult) -> bool:
    """Is it a single bar, below a sentence that names the mistake?"""
    single = picture.kind == "ratios" and sum(map(bool, picture.numbers["counts"])) == 1
    return single and any(one.certainty != "hint" for one in function.diagnosis)


def _drawn(id: str, picture: Picture, lang: str) -> Drawing:
    sketch = DRAWN[picture.kind](picture.numbers, partial(_word, lang=lang))
    return Drawing(
        id,
        picture.kind,
        text(picture.title, lang),
        text(picture.text, lang),
        sketch,
        _word("numbers", lang),
        text(picture.drawn_on, lang) if picture.drawn_on else "",
    )


def _counted(function: FunctionResult, audience: Audience) -> list[CheckResult]:
    """The checks that count cases, where some cases pass and any check fails."""
    shown = [check for check in function.checks if check.cases and not (check.hidden and audience != "staff")]
    some = [check for check in shown if check.cases and check.cases.passed + check.cases.failed]
    telling = any(check.status is CheckStatus.FAILED for check in some) and any(c.cases.passed for c in some if c.cases)
    return some if telling else []


def _of_cases(id: str, counted: list[tuple[str, CheckResult]], lang: str) -> Drawing:
    tallies = [(title, check.cases) for title, check in counted if check.cases]
    told = ", ".join(f"{title} {tally.passed} / {tally.passed + tally.failed}" for title, tally in tallies)
    title, said = Message("picture.cases.title"), Message("picture.cases.text", {"told": told})
    sketch = cases(counted, lambda word: _word(word, lang))
    return Drawing(id, "cases", text(title, lang), text(said, lang), sketch, _word("numbers", lang))


def _word(word: str, lang: str) -> str:
    return text(Message(f"picture.key.{word}"), lang)
