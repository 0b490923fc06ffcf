"""Who belongs to a course: members one by one, and rosters as tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, File, Query, Request, UploadFile
from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy.orm import Session

from grader.api.dependencies import Language, Reader, Writer, database_of, permission
from grader.api.gradebook import Cursor, Limit, paged
from grader.api.guard import guarded_router
from grader.api.schemas import Page
from grader.course import members, people, roster, roster_file, roster_text
from grader.course.permissions import Grant
from grader.course.roster import Plan
from grader.course.roster_file import RosterFault, Table
from grader.course.tables import Membership, Role
from grader.report import text

router = guarded_router(tags=["people"])
Viewer = Annotated[Grant, Depends(permission("course.read"))]
Editor = Annotated[Grant, Depends(permission("members.edit"))]
PATH = "/courses/{course}/members"
MOST_TOLD = 200
"""Lines with a fault, or that change something, that an answer holds."""
Word = Annotated[str, StringConstraints(max_length=people.LONGEST)]


class MemberChange(BaseModel):
    """What is given is written, an empty text too. Another `email` leaves scores, tokens and receipts with the person,
    and ends the sign-in links that are open; 403 for who is in another course too or runs the site, unless you do.
    `section` of an assistant may name several, `A;B`: who names none works with all students. `mark` is that of the row
    which was read: 409 where somebody wrote since."""

    model_config = ConfigDict(extra="forbid")
    email: Word | None = None
    name: Word | None = None
    role: Role | None = None
    section: Word | None = None
    group: Word | None = None
    external_id: Word | None = None
    repository: Word | None = None
    mark: str | None = None

    def says(self) -> dict[str, str]:
        return {name: value for name, value in self if name not in ("mark", "email") and value is not None}


class NewMember(MemberChange):
    email: Word


class Member(BaseModel):
    """`mark` changes with everything that can be changed here."""

    user: int
    name: str
    email: str
    role: str
    section: str
    group: str
    external_id: str
    repository: str | None
    mark: str


class LineFault(BaseModel):
    line: int
    message: str


class LineChange(BaseModel):
    """`kind` is `new` or `changed`; `fields` are the columns with what was and what is, `email` among them where the
    number says who it is and the address is another."""

    email: str
    kind: str
    fields: dict[str, tuple[str, str]]


class RosterAnswer(BaseModel):
    """How many lines are new, changed and the same; `absent` members are not named, and stay. `changes` holds the
    first 200. `encoding` is the one that the file was read in."""

    dry_run: bool
    encoding: str
    new: int
    changed: int
    same: int
    absent: int
    changes: list[LineChange]


@router.get(PATH)
def show_members(
    grant: Viewer, session: Reader, section: str | None = None, limit: Limit = 100, cursor: Cursor = None
) -> Page[Member]:
    """Who belongs to the course. Students get themselves."""
    query = people.members(grant.here.id, grant.sections)
    if not grant.staff:
        query = query.where(Membership.user_id == grant.person.id)
    if section is not None:
        query = query.where(Membership.section == section)
    table, following = paged(session.scalars(query).all(), limit, cursor)
    return Page(items=[shown(one) for one in table], next_cursor=following)


@router.post(PATH, status_code=201)
def add_member(grant: Editor, session: Writer, body: NewMember) -> Member:
    """Make someone a member; who has no account gets one. The role is student where none is given."""
    return shown(members.add(session, grant, body.email, body.says()))


@router.patch(PATH + "/{user}")
def change_member(user: str, grant: Editor, session: Writer, body: MemberChange) -> Member:
    """Change what is given. `user` is an id or an e-mail."""
    return shown(change(session, grant, user, body))


def change(session: Session, grant: Grant, user: str, body: MemberChange) -> Membership:
    """Raises NotFound, Conflict or BadRequest."""
    member = members.find(session, grant, user)
    members.check_mark(session, member, body.mark)
    members.change(session, grant, member, body.says(), body.email)
    return member


@router.delete(PATH + "/{user}", status_code=204)
def remove_member(user: str, grant: Editor, session: Writer) -> None:
    """Take someone out of the course. What was handed in stays, and is there again for who comes back."""
    members.remove(session, grant, members.find(session, grant, user))


@router.post("/courses/{course}/roster")
def import_roster(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request,
    grant: Editor,
    lang: Language,
    file: Annotated[
        UploadFile, File(description="Columns: email, name, role, group, external_id, section, repository.")
    ],
    dry_run: Annotated[bool, Query(description="Say what would change, and change nothing.")] = False,
    by_number: Annotated[
        bool, Query(description="A new address with the number of a member is that member: the address is changed.")
    ] = False,
    encoding: Annotated[
        str | None, Query(description=f"Of the file, where it does not show: {', '.join(roster_text.ENCODINGS)}.")
    ] = None,
) -> RosterAnswer:
    """Create and update members from a table; nobody is removed. 400 tells every line that is wrong, and nothing is
    written then."""
    try:
        table = roster_file.parse(file.file.read(), encoding)
        taken = Taken(table, by_number=by_number, dry_run=dry_run)
        return answer(taken, take(request, grant, taken))
    except RosterFault as fault:
        fault.extra["errors"] = [one.model_dump() for one in faults(fault, lang)]
        raise


@dataclass(frozen=True, slots=True)
class Taken:
    """A table that was read before anyone has to wait, and what is wanted of it."""

    table: Table
    by_number: bool
    dry_run: bool


def take(request: Request, grant: Grant, taken: Taken) -> Plan:
    """Import a table, or say what that would do. Raises RosterFault."""
    database, entries = database_of(request), taken.table.entries
    if taken.dry_run:
        with database.read() as session:
            return roster.look(session, grant.here, entries, by_number=taken.by_number)
    with database.write() as session:
        return roster.import_roster(session, grant.here, entries, by=grant.person.id, by_number=taken.by_number)


def answer(taken: Taken, plan: Plan) -> RosterAnswer:
    differ = [one for one in plan.changes if one.kind != "same"][:MOST_TOLD]
    changes = [LineChange(email=one.email, kind=one.kind, fields=dict(one.fields)) for one in differ]
    about = {"dry_run": taken.dry_run, "encoding": taken.table.reading.encoding, "absent": plan.absent}
    return RosterAnswer(**about, **plan.counts, changes=changes)


def faults(fault: RosterFault, lang: str) -> list[LineFault]:
    """The first `MOST_TOLD` lines that are wrong, in words."""
    return [LineFault(line=line, message=text(message, lang)) for line, message in fault.faults[:MOST_TOLD]]


def shown(one: Membership) -> Member:
    return Member(
        user=one.user_id,
        name=one.user.name,
        email=one.user.email,
        role=one.role,
        section=one.section,
        group=one.group,
        external_id=one.external_id,
        repository=one.repository,
        mark=members.mark(one),
    )
