"""`/submissions/{submission}`: how far is it, then what is wrong and what now. One page for all its states.

The page listens to the same server-sent events as any program; each one makes it ask for `/live`, whose parts take
the place of the old ones. The last event brings the report, and with it the end of the listening. Every five seconds
the page asks without an event too: a stream whose first connection fails is never tried again by its reader.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from grader.api.dependencies import Reader, Writer, permission
from grader.api.guard import guarded_router
from grader.api.receipts import ReceiptKey
from grader.api.submissions import Follower, choose, course_of, row_of, submission_of
from grader.course import audit, lateness, pages, receipts, submissions
from grader.course.permissions import Grant
from grader.course.standing import Standing, standing
from grader.course.tables import Status, Submission, SubmissionFile
from grader.course.visibility import Reading, Shown, read, read_before, score_of
from grader.errors import Conflict
from grader.report import text
from grader.report.shown import safe
from grader.report.view import view
from grader.web.beside import beside
from grader.web.doors import doors
from grader.web.frame import frame_of
from grader.web.lines import Look, live_line, look
from grader.web.pages.remarks import beside_report
from grader.web.rendering import Frame, page, say

router = guarded_router()
PATH = "/submissions/{submission}"


@dataclass(frozen=True, slots=True)
class View:
    """What the templates of this page show. `mine`: one's own or one's team's; `student` is empty on one's own page.
    `choice` is empty where there is none, else `chosen` or `open`; `note` is why there is no score, `arithmetic` what
    being late and comments took off or gave."""

    id: int
    look: Look
    line: str
    waiting: bool
    mine: bool
    choice: str
    slug: str
    title: str
    student: str
    received_at: datetime
    late: int
    score: Fraction | None
    max_score: Fraction | None
    shown: Shown
    arithmetic: tuple[str, ...]
    sha256: str
    files: tuple[SubmissionFile, ...]
    note: str
    note_look: str

    @property
    def sources(self) -> dict[str, str]:
        """Where the Python files are shown, by the names that the report calls them."""
        pages = {file.path: f"/submissions/{self.id}/files/{quote(file.path)}" for file in self.files}
        return {safe(path): page for path, page in pages.items() if path.endswith(".py")}


@router.get(PATH)
def show(
    request: Request,
    session: Reader,
    grant: Follower,
    key: ReceiptKey,
    opened: Annotated[str, Query(description="The door of the hint that was opened just now.")] = "",
) -> Response:
    receipt = receipts.receipt_of(session, row_of(grant), key).id
    return _answer(request, session, grant, "submission.html", opened, receipt)


@router.get(PATH + "/live")
def live(request: Request, session: Reader, grant: Follower) -> Response:
    """The parts that change, to be put in place of the old ones."""
    return _answer(request, session, grant, "submission_live.html")


@router.post(PATH + "/cancel")
def cancel(session: Writer, grant: Annotated[Grant, Depends(permission("submission.steer"))]) -> Response:
    id = submission_of(grant)
    if submissions.cancel(session, id):
        audit.record(session, "cancel", str(id), user_id=grant.person.id, course_id=course_of(grant).id)
    return RedirectResponse(f"/submissions/{id}", status_code=303)


@router.post(PATH + "/select")
def select(session: Writer, grant: Annotated[Grant, Depends(permission("submission.steer"))]) -> Response:
    """Choose this one by the API's own rule; where there is nothing to choose, the page stays as it is."""
    with suppress(Conflict):
        choose(session, grant)
    return RedirectResponse(f"/submissions/{submission_of(grant)}", status_code=303)


def _answer(  # noqa: PLR0917
    request: Request, session: Session, grant: Grant, template: str, opened: str = "", receipt: str = ""
) -> Response:
    course = course_of(grant)
    frame = frame_of(request, session, grant.person, course)
    now = standing(session, submission_of(grant))
    seen = read(session, grant, now.submission, frame.now)
    shown = _view(session, frame, grant, now, seen)
    title = say(frame, "web.submission.title", assignment=shown.title, number=now.submission.number)
    report_parts = _report(session, frame, grant, now.submission, seen, opened)
    known: dict[str, Any] = {"title": title, "course": course, "staff": grant.staff, "receipt": receipt, "s": shown}
    known["viewed"] = request.state.grant is not grant
    known["lens"] = "?as=student" if known["viewed"] else ""
    known |= beside_report(session, grant, seen.report if seen else None, frame.lang)
    return page(frame, template, **known, **report_parts)


def _report(  # noqa: PLR0917
    session: Session, frame: Frame, grant: Grant, submission: Submission, seen: Reading | None, opened: str
) -> dict[str, Any]:
    """What the templates of the report need: the report as far as its hints are open, the doors to the next ones, and
    the attempt before; nothing where there is none."""
    if seen is None or submission.status is not Status.DONE:
        return {"report": None, "doors": {}, "since": None}
    before = read_before(session, grant, submission, frame.now)
    return {
        "report": view(seen.report, frame.lang, audience=seen.audience),
        "doors": doors(frame, grant, seen.ladders, opened),
        "since": beside(before, seen.whole, frame.lang, seen.audience) if before else None,
    }


def _view(session: Session, frame: Frame, grant: Grant, now: Standing, seen: Reading | None) -> View:
    one = now.submission
    about = pages.about(session, one)
    note = text(now.reason, frame.lang) if now.reason else ""
    if one.status is Status.BROKEN:
        note = f"{note} {say(frame, 'web.note.retry', id=one.id)}".strip()
    own = one.user_id == grant.person.id
    choice = about.assignment.counts == "chosen" and one.status is Status.DONE
    score = score_of(session, grant, one, frame.now)
    lines = lateness.of_submission(session, one) if score.shown == "whole" else ()
    return View(
        id=one.id,
        look=look(one, seen.report if seen else None, score),
        line=live_line(one, frame.lang, position=now.position, eta=now.eta_seconds),
        waiting=not one.status.final,
        mine=own or not grant.staff,
        choice=("chosen" if one.chosen else "open") if choice else "",
        slug=about.assignment.slug,
        title=pages.title_of(about.assignment).text(frame.lang),
        student="" if own else about.student,
        received_at=one.received_at,
        late=one.late,
        score=score.score,
        max_score=score.max_score,
        shown=score.shown,
        arithmetic=tuple(text(line, frame.lang) for line in lines),
        sha256=one.sha256,
        files=about.files,
        note=note,
        note_look="ours" if one.status is Status.BROKEN else "warn",
    )
