"""`grader admin`: a course is set up from the shell, straight on the database."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from grader.cli import pausing, privacy, rostering, scheduling
from grader.cli.database import writing
from grader.cli.regrading import regrade
from grader.cli.scores import scores
from grader.cli.seeding import seed_demo
from grader.core import Message

HELP = """Set up courses, people and tokens, straight on the database.

\b
Example:
  grader admin create-course cs231n --title "CS231n" --timezone Asia/Seoul
"""
app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=HELP)

Course = Annotated[str, typer.Argument(metavar="COURSE", help="The course's short name, as in its address.")]
Email = Annotated[str, typer.Argument(metavar="EMAIL")]
Slug = Annotated[str, typer.Argument(metavar="ASSIGNMENT", help="As `grader assignments` lists it.")]
Definition = Annotated[
    str,
    typer.Argument(metavar="ASSIGNMENT", help="As `grader assignments` lists it; several joined by +, svm:2+softmax."),
]


class RoleName(StrEnum):
    STUDENT = "student"
    ASSISTANT = "assistant"
    INSTRUCTOR = "instructor"


class Forge(StrEnum):
    GITHUB = "github"


def _say(id: str, **params: str | int) -> None:
    import os

    from grader.cli.language import from_environment
    from grader.report import text

    typer.echo(text(Message(id, params), from_environment(os.environ)))


@app.command("create-course")
def create_course(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="Short name; letters, digits, - _ and dots.")],
    title: Annotated[str, typer.Option(help="What people call it.")] = "",
    timezone: Annotated[str, typer.Option(help="IANA name, e.g. Asia/Seoul.")] = "UTC",
    profile: Annotated[str, typer.Option(metavar="NAME", help="Conventions to grade by.")] = "default",
) -> None:
    """Make a course.

    \b
    Example:
      grader admin create-course cs231n --title "Deep Learning" --timezone Asia/Seoul
    """
    from grader.course import people, terms, units
    from grader.grading import registry

    with writing(make=True) as (session, _):
        units.write(session, [], registry.accepted())
        terms.check_profile(session, profile)
        people.create_course(session, slug, title=title, timezone=timezone).profile = profile
    _say("course.shell.course", course=slug)


@app.command("copy-course")
def copy_course(
    course: Course,
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="Short name of the new course.")],
    begins: Annotated[
        str | None, typer.Option(metavar="DATE", help="Local day of the first opening or due time; others move along.")
    ] = None,
    days: Annotated[int, typer.Option(help="Or: by how many days every date moves.")] = 0,
    title: Annotated[str, typer.Option(help="What people call it; that of the old one if not given.")] = "",
    staff: Annotated[
        list[str] | None, typer.Option(metavar="EMAIL", help="Assistant or instructor who stays; may be given again.")
    ] = None,
) -> None:
    """Copy a course for the next term: assignments and settings, dates moved by whole days; of the people nobody but
    the staff that is named.

    \b
    Example:
      grader admin copy-course cs231n cs231n-2027 --begins 2027-03-02 --staff ines@example.org
    """
    from grader.course import copying, people, site

    with writing() as (session, _):
        source = people.find_course(session, course)
        moved = days if begins is None else copying.days_until(session, source, copying.day(begins))
        stay = [copying.staff_id(session, source, email) for email in staff or []]
        made = copying.copy(session, source, copying.Copy(slug, moved, title, stay))
        count = next(line.assignments for line in site.courses(session) if line.course.id == made.id)
    _say("people.shell.copied", course=slug, count=count, days=moved)


@app.command()
def profile(
    course: Course,
    name: Annotated[str, typer.Argument(metavar="PROFILE", help="As `grader assignments --profiles` lists it.")],
) -> None:
    """Choose the conventions that a course is graded by, from the next grading on.

    \b
    Example:
      grader admin profile cs231n 2016
    """
    from grader.course import audit, people, terms, units
    from grader.grading import registry

    with writing() as (session, _):
        units.write(session, [], registry.accepted())
        terms.check_profile(session, name)
        chosen = people.find_course(session, course)
        chosen.profile = name
        audit.record(session, "profile", name, course_id=chosen.id)
    _say("course.shell.profile", profile=name, course=course)


@app.command("create-user")
def create_user(
    email: Email,
    name: Annotated[str, typer.Option(help="As it stands in the gradebook.")] = "",
    admin: Annotated[bool, typer.Option("--admin", help="Instructor of every course.")] = False,
) -> None:
    """Make a user.

    \b
    Example:
      grader admin create-user ada@example.org --name "Ada Lovelace"
    """
    from grader.course import people

    with writing(make=True) as (session, _):
        user = people.create_user(session, email, name=name, admin=admin)
    _say("course.shell.user", email=user.email)


@app.command("add-member")
def add_member(
    course: Course, email: Email, role: Annotated[RoleName, typer.Option(help="What the person may do there.")]
) -> None:
    """Make a user a member of a course, or give a member another role.

    \b
    Example:
      grader admin add-member cs231n ada@example.org --role instructor
    """
    from grader.course import people
    from grader.course.tables import Role

    with writing() as (session, _):
        user = people.find_user(session, email)
        people.add_member(session, people.find_course(session, course), user, Role(role.value))
    _say("course.shell.member", email=user.email, role=role.value, course=course)


@app.command()
def enable(
    course: Course,
    assignment: Definition,
    due: Annotated[
        str | None, typer.Option(metavar="TIME", help="ISO 8601; without an offset it is local to the course.")
    ] = None,
    slug: Annotated[str | None, typer.Option("--as", metavar="SLUG", help="Its address in the course.")] = None,
    title: Annotated[str | None, typer.Option(help="What the course calls it.")] = None,
    profile: Annotated[str | None, typer.Option(metavar="NAME", help="Conventions to grade it by.")] = None,
) -> None:
    """Hand an assignment, or several as one, out in a course; again with --due to move it.

    \b
    Example:
      grader admin enable cs231n svm --due 2027-03-01T23:59
      grader admin enable cs231n svm:2+softmax --as homework1 --title "Homework 1"
    """
    from grader.cli.finding import find
    from grader.course import people, schedule, units
    from grader.course import settings as settings_of
    from grader.grading import registry

    find(assignment)
    with writing() as (session, settings):
        own = registry.units(settings.assignment_folders)
        units.write(session, units.unpublished(session, own, registry.slugs()), registry.accepted())
        where = people.find_course(session, course)
        at = None if due is None else schedule.local_time(due, where.timezone)
        called = people.one_line(title) if title else None
        made = units.enable(session, where, assignment, slug=slug, title=called)
        given = {"due": at, "profile": profile}
        settings_of.change(session, made, {name: value for name, value in given.items() if value is not None})
        shown = "" if at is None else schedule.local(at, where.timezone)
    if at is None:
        _say("course.shell.enabled", slug=made.slug, course=course)
    else:
        _say("course.shell.enabled-due", slug=made.slug, course=course, due=shown)


@app.command()
def token(
    email: Email,
    scope: Annotated[list[str] | None, typer.Option(help="all, read or submit; may be given again.")] = None,
    course: Annotated[str | None, typer.Option(metavar="COURSE", help="Confine it to this course.")] = None,
    name: Annotated[str, typer.Option(help="What it is for.")] = "",
    days: Annotated[int | None, typer.Option(min=1, max=36525, help="After which it expires.")] = None,
) -> None:
    """Print a new bearer token, alone. It is shown this once.

    \b
    Example:
      GRADER_TOKEN=$(grader admin token ada@example.org --scope submit)
      grader admin token ada@example.org --course cs231n --days 90 --name laptop
    """
    from datetime import timedelta

    from grader.course import access, audit, people
    from grader.course.tables import now

    with writing() as (session, _):
        user = people.find_user(session, email)
        inside = people.find_course(session, course).id if course else None
        expires = now() + timedelta(days=days) if days else None
        scopes = scope or ["all"]
        made = access.make_token(session, user, scopes=scopes, name=name, course_id=inside, expires_at=expires)
        audit.record(session, "token", user.email, course_id=inside, detail={"scopes": scopes, "name": name})
    typer.echo(made)


@app.command("sign-in-link")
def sign_in_link(email: Email) -> None:
    """Print a link, alone, that signs a user in once, within 15 minutes.

    \b
    Example:
      grader admin sign-in-link ada@example.org
    """
    from grader.api.signin import make_link
    from grader.cli.address import warn_of_silence
    from grader.course import audit, people

    with writing() as (session, settings):
        user = people.find_user(session, email)
        link = make_link(session, user, settings)
        audit.record(session, "sign-in-link", user.email)
    typer.echo(link)
    warn_of_silence(settings)


@app.command()
def hook(
    course: Course,
    forge: Annotated[Forge, typer.Option(help="Who sends.")],
    pattern: Annotated[str | None, typer.Option(help="Repository names, e.g. 'cs231n-{user}'.")] = None,
) -> None:
    """Let a forge send pushes to a course: print the address and the secret to enter there.

    \b
    Example:
      grader admin hook cs231n --forge github --pattern 'cs231n-{user}'
    """
    from grader.course import deliveries, people

    with writing() as (session, settings):
        made = deliveries.add_hook(session, people.find_course(session, course), forge.value, pattern)
        secret = made.secret
    typer.echo(f"{settings.base_url.rstrip('/')}/hooks/{forge.value}\n{secret}")


@app.command("map")
def map_path(
    course: Course,
    path: Annotated[str, typer.Argument(metavar="PATH", help="A folder of the repository, e.g. assignment1/.")],
    assignment: Slug,
) -> None:
    """Say which assignment a folder of the students' repositories is for.

    \b
    Example:
      grader admin map cs231n assignment1/ svm
    """
    from grader.course import deliveries, people

    with writing() as (session, _):
        deliveries.map_path(session, people.find_course(session, course), path, assignment)
    _say("course.shell.mapped", path=path, slug=assignment, course=course)


app.command("seed-demo")(seed_demo)
app.command("import-roster")(rostering.import_roster)
app.command("change-email")(rostering.change_email)
app.command("invite")(rostering.invite)
app.command("regrade")(regrade)
app.command("scores")(scores)
app.command("settings")(scheduling.settings)
app.command("extend")(scheduling.extend)
app.command("override")(scheduling.override)
app.command("late-days")(scheduling.late_days)
app.command("pause")(pausing.pause)
app.command("resume")(pausing.resume)
app.command("export")(privacy.export)
app.command("erase")(privacy.erase)
app.command("retention")(privacy.retention)
