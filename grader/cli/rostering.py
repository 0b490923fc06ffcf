"""`grader admin import-roster`, `change-email`, `invite`: who is in a course, and how they come in the first time."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.database import writing
from grader.core import Message
from grader.errors import BadRequest

if TYPE_CHECKING:
    from grader.course.roster import Plan
    from grader.course.roster_file import RosterFault

Course = Annotated[str, typer.Argument(metavar="COURSE", help="The course's short name, as in its address.")]


def import_roster(
    course: Course,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE.csv", help="Columns: email, name, role, group, external_id; section, repository."),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    by_number: Annotated[
        bool, typer.Option("--by-number", help="A new address with a member's external_id is that member: change it.")
    ] = False,
    encoding: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of the file, where it does not show: cp949, cp1252, utf-8, ...")
    ] = None,
) -> None:
    """Create and update the members of a course from a table; nobody is removed.

    \b
    Example:
      grader admin import-roster cs231n roster.csv --dry-run
      grader admin import-roster cs231n roster.csv --encoding cp1252 --by-number
    """
    from grader.course import people, roster, roster_file
    from grader.course.roster_file import RosterFault

    data = _read(file)
    try:
        table = roster_file.parse(data, encoding)
        with writing() as (session, _):
            where = people.find_course(session, course)
            plan = roster.import_roster(session, where, table.entries, by_number=by_number)
            if dry_run:
                session.rollback()
    except RosterFault as fault:
        _tell_faults(file, fault)
        raise
    if table.reading.encoding != "utf-8":
        _say("roster.read-as", {"encoding": table.reading.encoding})
    _tell_changes(plan, dry_run=dry_run)


def change_email(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The address that the person has now.")],
    new: Annotated[str, typer.Argument(metavar="NEW")],
) -> None:
    """Give a person another e-mail address. Scores, tokens and receipts stay; sign-in links that are open end.

    \b
    Example:
      grader admin change-email ada@gmail.example ada@uni.example
    """
    from grader.course import emails, people

    with writing() as (session, _):
        user = people.find_user(session, old)
        ended = emails.change(session, user, new, None)
    if ended is None:
        _say("roster.email.same", {"email": new})
    else:
        _say("roster.email.done", {"old": old, "new": user.email, "links": ended})


def invite(
    course: Course,
    out: Annotated[Path, typer.Option(metavar="FILE.csv", help="Where the links go (-: standard output).")] = Path("-"),
    days: Annotated[int, typer.Option(help="How long a link is good for.")] = 7,
) -> None:
    """Make a first sign-in link for each member who has never signed in: a table of name, e-mail and link. Each link
    works once; those that were made before end.

    \b
    Example:
      grader admin invite cs231n --out links.csv
      grader admin invite cs231n --days 14 --out links.csv
    """
    from grader.api.invitations import as_csv
    from grader.cli.address import warn_of_silence
    from grader.cli.output import STDOUT, check_writable, write
    from grader.course import invitations, people

    check_writable(out)
    with writing() as (session, settings):
        where = people.find_course(session, course)
        made = invitations.invite(session, where, invitations.waiting(session, where, anyone=True), days)
        table = as_csv(made, settings)
    if out != STDOUT:
        out.touch(0o600)  # who reads it can sign in
    write(out, table)
    _say("roster.invite.shell", {"count": len(made), "days": days}, err=True)
    warn_of_silence(settings)


def _say(id: str, params: Mapping[str, str | int], *, err: bool = False) -> None:
    from grader.cli.language import from_environment
    from grader.report import text

    typer.echo(text(Message(id, params), from_environment(os.environ)), err=err)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadRequest(
            Message("course.shell.unreadable", {"file": str(file), "cause": error.strerror or ""})
        ) from None


def _tell_faults(file: Path, fault: RosterFault) -> None:
    from grader.cli.language import from_environment
    from grader.report import text

    for line, message in fault.faults:
        typer.echo(f"{file}:{line}: {text(message, from_environment(os.environ))}", err=True)


def _tell_changes(plan: Plan, *, dry_run: bool) -> None:
    marks = {"new": "+", "changed": "~"}
    for change in plan.changes:
        if change.kind in marks:
            fields = ", ".join(
                f"{name}: {old!r} -> {new!r}" if old else f"{name}: {new!r}"
                for name, (old, new) in change.fields.items()
            )
            typer.echo(f"{marks[change.kind]} {change.email}  {fields}".rstrip())
    _say("course.shell.roster-dry" if dry_run else "course.shell.roster", plan.counts)
