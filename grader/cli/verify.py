"""`grader verify`: certifies the grader itself, by programs of which it is known what they deserve."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.configured import settings
from grader.cli.finding import find
from grader.cli.language import LangOption, choose
from grader.cli.telling import FULL_MARKS, NOT_FULL_MARKS, OUR_FAULT, say, speaking
from grader.core import Message

if TYPE_CHECKING:
    from grader.cli.verifying import Advance
    from grader.core import Assignment
    from grader.verify.breach import Failure
    from grader.verify.totals import Figures, Verified

FAST = 2  # seeds of the run that belongs to every change
SHOWN = 40  # failing claims that are printed; the JSON has them all


def verify(
    assignments: Annotated[
        list[str] | None, typer.Argument(metavar="[ASSIGNMENT...]", help="Which assignments (default: all).")
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Seeds that every right program is graded on.")] = FAST,
    jobs: Annotated[int | None, typer.Option(min=1, help="How many at a time (default: cores).")] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE|-", help="Write everything that was found as JSON.")
    ] = None,
    lang: LangOption = None,
    unsafe: Annotated[
        bool, typer.Option("--unsafe-no-isolation", help="Run the programs unconfined, as SANDBOX_TIER=none asks.")
    ] = False,
) -> None:
    """Certify the grader: grade programs of which it is known what they deserve.

    For each assignment: its solution and every right sample pass on every seed, its starter earns nothing, every wrong
    sample comes out as it declares, every known mistake is caught, gets its name and no other, and the same grading
    gives the same report. Says what an assignment still lacks. Exit code: 0 all held, 1 a claim failed, 2 wrong use,
    3 a fault of the grader.

    \b
    Examples:
      grader verify
      grader verify svm softmax --json -
      grader verify --seeds 200 --json verify.json
    """
    spoken = choose(lang)
    with speaking(spoken):
        from grader.cli.cores import usable_cores
        from grader.cli.output import check_writable, write
        from grader.cli.verifying import Work, verified
        from grader.report import text
        from grader.verify.totals import as_json

        check_writable(json_file)
        work, wanted = Work(settings(), unsafe), _wanted(assignments or ())
        with _bar() as advance:
            result = verified(work, wanted, seeds, jobs or usable_cores(), advance)
        _tell(result, spoken)
        write(json_file, json.dumps(as_json(result, lambda one: text(one, spoken)), ensure_ascii=False, indent=1))
    raise typer.Exit(OUR_FAULT if result.broken else FULL_MARKS if result.held else NOT_FULL_MARKS)


def _wanted(slugs: Sequence[str]) -> list[Assignment]:
    """The assignments named, or all; each once, and the units of bundles one by one."""
    from grader.grading import registry

    named = [find(slug) for slug in slugs or registry.slugs(settings().assignment_folders)]
    return [*{unit.slug: unit for one in named for unit in one.units or (one,)}.values()]


@contextmanager
def _bar() -> Iterator[Advance]:
    """A progress line on a terminal, nothing elsewhere."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, redirect_stdout=False, disable=not sys.stderr.isatty()) as progress:
        bar = progress.add_task("", total=None)
        yield lambda done, total, at: progress.update(bar, description=escape(at), completed=done, total=total)


# --------------------------------------------------------------------------- what is said


def _tell(result: Verified, lang: str) -> None:
    """What each assignment lacks, the claims that failed, and the figures."""
    from grader.verify.names import names_of
    from grader.verify.totals import figures

    for unit in result.units:
        slug = unit.assignment.slug
        for lack in unit.lacks:
            _say("verify.lack", lang, assignment=slug, lack=_in(lack, lang))
    for failure in result.failures[:SHOWN]:
        _tell_failure(failure, lang)
    if len(result.failures) > SHOWN:
        _say("verify.more", lang, count=len(result.failures) - SHOWN)
    for unit in result.units:
        outcomes = [one for one in result.outcomes if one.order.slug == unit.assignment.slug]
        _tell_figures("verify.unit", figures(outcomes), lang, assignment=unit.assignment.slug)
    _tell_figures("verify.total", figures(result.outcomes), lang, elapsed=result.seconds, seeds=result.seeds)
    _say("verify.names", lang, **names_of(result.outcomes).as_params())
    audit = result.audit
    _say("verify.audit", lang, pairs=audit.pairs, numbers=audit.numbers, rounded=audit.rounded, seeds=result.seeds)
    _say("verify.held" if result.held else "verify.failed", lang, count=len(result.failures))


def _tell_failure(failure: Failure, lang: str) -> None:
    """The claim, then where: program, function, check, case, seed, as far as they are known."""
    where = [failure.assignment, failure.program, failure.function, failure.check, failure.case, failure.seed]
    told = " / ".join(part for part in where if part)
    claim = _in(Message(f"verify.claim.{failure.claim}"), lang)
    _say("verify.failure", lang, claim=claim, where=told, text=_in(failure.message, lang))


def _tell_figures(id: str, sums: Figures, lang: str, **about: str | float) -> None:
    from grader.verify.totals import as_params

    _say(id, lang, **as_params(sums), **about)


def _say(id: str, lang: str, **params: str | float) -> None:
    say(Message(id, params), lang)


def _in(message: Message, lang: str) -> str:
    from grader.report import text

    return text(message, lang)
