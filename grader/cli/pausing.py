"""`grader admin pause` and `resume`: let grading stand still, and go on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.database import writing
from grader.core import Message

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from grader.course.tables import Course

Where = Annotated[str, typer.Argument(metavar="[COURSE]", help="Without one: the whole site.")]


def pause(course: Where = "", reason: Annotated[str, typer.Option(help="Shown to everyone who waits.")] = "") -> None:
    """Let grading stand still: what is handed in is kept and waits.

    \b
    Example:
      grader admin pause cs231n --reason "The tests of svm are being mended."
    """
    from grader.course import pauses

    with writing() as (session, _):
        pauses.pause(session, _course(session, course), None, reason)
    _say("pause.shell.on", of=course or pauses.SITE)


def resume(course: Where = "") -> None:
    """Grade again, what waited first.

    \b
    Example:
      grader admin resume cs231n
    """
    from grader.course import pauses

    with writing() as (session, _):
        pauses.resume(session, _course(session, course), None)
    _say("pause.shell.off", of=course or pauses.SITE)


def _course(session: Session, slug: str) -> Course | None:
    from grader.course import people

    return people.find_course(session, slug) if slug else None


def _say(id: str, of: str) -> None:
    from grader.cli.language import from_environment
    from grader.report import text

    typer.echo(text(Message(id, {"of": of}), from_environment(os.environ)))
