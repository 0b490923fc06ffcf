"""What the shell says to people, and the exit code that goes with it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from os import environ
from typing import Literal

import typer

from grader.core import Message, Report, State
from grader.errors import GraderError

FULL_MARKS, NOT_FULL_MARKS, WRONG_USE, OUR_FAULT = 0, 1, 2, 3
WIDEST = 120  # cells; longer lines are hard to read


def tell(error: GraderError, lang: str) -> int:
    """Print what is wrong on standard error; returns the exit code of this kind of error."""
    say(error.message, lang)
    return OUR_FAULT if error.status >= 500 else WRONG_USE


def say(message: Message, lang: str) -> None:
    from grader.report import text

    print(text(message, lang), file=sys.stderr)


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Errors inside are told in `lang`, and end the command with their exit code."""
    try:
        yield
    except GraderError as error:
        raise typer.Exit(tell(error, lang)) from None


def exit_code(report: Report) -> int:
    """0 full marks, 1 not full marks, 2 rejected, 3 broken."""
    if report.state is State.BROKEN:
        return OUR_FAULT
    if report.state is State.REJECTED:
        return WRONG_USE
    full = report.max_score and report.score == report.max_score  # nothing is to be had where nothing is shown yet
    return FULL_MARKS if full else NOT_FULL_MARKS


def show(report: Report, lang: str, audience: Literal["student", "staff"] = "staff") -> None:
    """The report on standard error, as wide as the terminal and in colour on one that has it."""
    from grader.report.as_text import as_text

    width = min(shutil.get_terminal_size().columns, WIDEST)
    colour = sys.stderr.isatty() and "NO_COLOR" not in environ
    print(as_text(report, lang, width=width, colour=colour, audience=audience), file=sys.stderr)
