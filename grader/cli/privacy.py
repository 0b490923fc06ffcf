"""`grader admin export`, `erase` and `retention`: what is kept about people, and for how long."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.database import opened
from grader.core import Message

Email = Annotated[str, typer.Argument(metavar="EMAIL")]


def export(email: Email, file: Annotated[Path, typer.Argument(metavar="FILE.zip")]) -> None:
    """Write what is kept about a person to an archive, as they may see it.

    \b
    Example:
      grader admin export ada@example.org ada.zip
    """
    from grader.cli.language import from_environment
    from grader.course import export as exporting
    from grader.course import people

    with opened() as (database, _), database.read() as session, file.open("wb") as archive:
        user = people.find_user(session, email)
        exporting.write(session, user, archive, from_environment(os.environ), datetime.now(UTC))
    _say("privacy.shell.exported", email=email, file=str(file))


def erase(
    email: Email,
    yes: Annotated[bool, typer.Option("--yes", help="It cannot be undone; this says that you know.")] = False,
) -> None:
    """Forget a person: name, address, files and reports go, scores stay under a pseudonym.

    \b
    Example:
      grader admin erase ada@example.org --yes
    """
    from grader.course import erasure, people
    from grader.errors import BadRequest

    if not yes:
        raise BadRequest(Message("privacy.shell.sure"))
    with opened() as (database, _), database.write() as session:
        user = people.find_user(session, email)
        removed = erasure.erase(session, user, None)
        pseudonym = user.email
    _say("privacy.shell.erased", email=email, pseudonym=pseudonym, files=removed.files, reports=removed.reports)


def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be deleted, and delete nothing.")] = False,
) -> None:
    """Delete the files and reports of courses whose time is over. Workers do so once a day.

    \b
    Example:
      grader admin retention --dry-run
    """
    from grader.course import retention as keeping
    from grader.course.schedule import stamp

    with opened() as (database, _):
        with database.read() as session:
            due = keeping.expired(session, datetime.now(UTC))
        for one in due:
            _say("privacy.shell.due", course=one.slug, at=stamp(one.at), count=one.submissions)
        for one, removed in [] if dry_run else keeping.sweep(database, datetime.now(UTC)):
            _say("privacy.shell.deleted", course=one.slug, files=removed.files, reports=removed.reports)
    if not due:
        _say("privacy.shell.nothing")


def _say(id: str, **params: str | int) -> None:
    from grader.cli.language import from_environment
    from grader.report import text

    typer.echo(text(Message(id, params), from_environment(os.environ)))
