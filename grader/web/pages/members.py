"""`/courses/{course}/members`: who belongs to the course, and as what? One person at a time, and by roster."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Depends, File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from grader.api import people
from grader.api.dependencies import Reader, Writer, database_of, permission
from grader.api.guard import guarded_router
from grader.api.people import MemberChange, NewMember, Taken
from grader.course import members, pages, roster_file, roster_text
from grader.course.people import members as members_of
from grader.course.permissions import PERMISSIONS, Grant
from grader.course.roster_file import RosterFault
from grader.course.tables import Membership, Role
from grader.errors import GraderError
from grader.report import text
from grader.web.frame import frame_of
from grader.web.rendering import page, say

router = guarded_router()
Viewer = Annotated[Grant, Depends(permission("members.read"))]
Editor = Annotated[Grant, Depends(permission("members.edit"))]
PATH = "/courses/{course}/members"
ROSTER = "/courses/{course}/roster"
MOST_PASTED = 900_000
"""Characters that the form carries from the first look to the import; a longer table is chosen twice."""
Word = Annotated[str, Form(max_length=200)]


@router.get(PATH)
def show(request: Request, grant: Viewer, session: Reader, section: str = "") -> Response:
    query = members_of(grant.here.id, grant.sections)
    if section:
        query = query.where(Membership.section == section)
    return _members(request, grant, session, people=session.scalars(query).all(), section=section)


def _members(request: Request, grant: Grant, session: Reader, *, status: int = 200, **more: Any) -> Response:
    frame = frame_of(request, session, grant.person, grant.here)
    known: dict[str, Any] = {"problem": "", "typed": {}, "section": ""} | more
    return page(
        frame,
        "members.html",
        status=status,
        title=say(frame, "people.members.title", course=grant.here.title),
        here="members",
        course=grant.here,
        staff=grant.staff,
        edits=grant.role in PERMISSIONS["members.edit"].roles,
        roles=list(Role),
        sections=pages.sections(session, grant.here, grant.sections),
        **known,
    )


@router.post(PATH)
def add(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request,
    grant: Editor,
    session: Writer,
    email: Word,
    role: Annotated[Role, Form()] = Role.STUDENT,
    name: Word = "",
    section: Word = "",
) -> Response:
    """Whoever cannot be added is told why beside what was typed."""
    body = NewMember(email=email, name=name or None, role=role, section=section)
    try:
        with session.begin_nested():
            members.add(session, grant, body.email, body.says())
    except GraderError as error:
        everyone = session.scalars(members_of(grant.here.id, grant.sections)).all()
        why = text(error.message, frame_of(request, session, grant.person).lang)
        typed = {"email": email, "name": name, "role": role, "section": section}
        return _members(request, grant, session, status=error.status, people=everyone, problem=why, typed=typed)
    return RedirectResponse(f"/courses/{grant.here.slug}/members", status_code=303)


@router.get(PATH + "/{user}")
def show_one(request: Request, user: str, grant: Editor, session: Reader) -> Response:
    return _one(request, grant, session, members.find(session, grant, user))


def _one(
    request: Request, grant: Grant, session: Reader, member: Membership, error: GraderError | None = None
) -> Response:
    frame = frame_of(request, session, grant.person, grant.here)
    return page(
        frame,
        "member.html",
        status=error.status if error else 200,
        title=member.user.name or member.user.email,
        here="members",
        course=grant.here,
        staff=grant.staff,
        member=member,
        mark=members.mark(member),
        roles=list(Role),
        problem=text(error.message, frame.lang) if error else "",
    )


@router.post(PATH + "/{user}")
def change(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request,
    user: str,
    grant: Editor,
    session: Writer,
    role: Annotated[Role, Form()],
    mark: Annotated[str, Form()],
    email: Word = "",
    name: Word = "",
    section: Word = "",
    group: Word = "",
    external_id: Word = "",
    repository: Word = "",
) -> Response:
    """Whoever writes over what another wrote meanwhile is shown what stands there now, and who it was."""
    said = {"section": section, "group": group, "external_id": external_id, "repository": repository}
    body = MemberChange(email=email or None, role=role, name=name or None, mark=mark, **said)
    try:
        with session.begin_nested():
            people.change(session, grant, user, body)
    except GraderError as error:
        return _one(request, grant, session, members.find(session, grant, user), error)
    return RedirectResponse(f"/courses/{grant.here.slug}/members", status_code=303)


@router.post(PATH + "/{user}/remove")
def remove(request: Request, user: str, grant: Editor, session: Writer) -> Response:
    member = members.find(session, grant, user)
    try:
        members.remove(session, grant, member)
    except GraderError as error:
        return _one(request, grant, session, member, error)
    return RedirectResponse(f"/courses/{grant.here.slug}/members", status_code=303)


@dataclass(frozen=True, slots=True)
class Look:
    """What became of a table: its faults, or the plan. `table` is its text, empty where that is too long for a form;
    `encoding` and `by_number` are as they were chosen."""

    table: str = ""
    encoding: str = ""
    by_number: bool = False
    faults: tuple[people.LineFault, ...] = ()
    count: int = 0
    answer: people.RosterAnswer | None = None


@router.get(ROSTER)
def show_roster(request: Request, grant: Editor, session: Reader) -> Response:
    return _roster(request, grant, session, Look())


def _roster(request: Request, grant: Grant, session: Reader, look: Look) -> Response:
    frame = frame_of(request, session, grant.person, grant.here)
    return page(
        frame,
        "roster.html",
        status=400 if look.count else 200,
        title=say(frame, "people.roster.title", course=grant.here.title),
        here="members",
        course=grant.here,
        staff=grant.staff,
        look=look,
        most=people.MOST_TOLD,
        columns=roster_file.COLUMNS,
        encodings=roster_text.ENCODINGS,
    )


@router.post(ROSTER)
def take_roster(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request,
    grant: Editor,
    action: Annotated[str, Form(pattern="^(look|import)$")],
    table: Annotated[str, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
    encoding: Word = "",
    by_number: Annotated[bool, Form()] = False,
) -> Response:
    """A first look says what would change and carries the table on, so that one more button imports it."""
    data = file.file.read() if file else b""
    with database_of(request).read() as session:
        lang = frame_of(request, session, grant.person).lang
    pasted = not data  # the form sends what was typed as UTF-8
    look = Look(table if pasted else "", encoding=encoding, by_number=by_number)
    try:
        read = roster_file.parse(table.encode(), "utf-8") if pasted else roster_file.parse(data, encoding or None)
        look = replace(look, table=_carried(read.reading.text))
        taken = Taken(read, by_number=by_number, dry_run=action == "look")
        found = people.answer(taken, people.take(request, grant, taken))
        look = replace(look, answer=found, table=look.table if taken.dry_run else "")
    except RosterFault as fault:
        look = replace(look, faults=tuple(people.faults(fault, lang)), count=len(fault.faults))
    with database_of(request).read() as session:
        return _roster(request, grant, session, look)


def _carried(text: str) -> str:
    return text if len(text) <= MOST_PASTED else ""
