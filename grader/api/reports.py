"""The report of a submission in each of its forms, and the files it is about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Query, Response
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from grader.api.dependencies import Language, Reader
from grader.api.guard import guarded_router
from grader.api.schemas import Since, SinceFunction
from grader.api.submissions import Follower, row_of, submission_of
from grader.core import Message
from grader.course import submissions
from grader.course.permissions import Grant
from grader.course.tables import Status
from grader.course.visibility import Reading, read, read_before
from grader.errors import NotFound
from grader.report.as_html import as_html
from grader.report.as_json import as_json
from grader.report.as_junit import as_junit
from grader.report.since import Change, sentences, since
from grader.report.snippet import NAME, snippet

REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
"""The HTML report is one file that brings its own style and pictures and may load nothing."""

router = guarded_router(tags=["submissions"])


def readable(session: Session, grant: Grant) -> Reading:
    """The report as far as whoever asks may read it. Raises NotFound while there is none."""
    seen = read(session, grant, row_of(grant), datetime.now(UTC))
    if seen is None:
        gone = row_of(grant).status in (Status.DONE, Status.REJECTED)
        raise NotFound(Message("privacy.removed") if gone else Message("api.no-report", {"id": submission_of(grant)}))
    return seen


@router.get("/submissions/{submission}/report.json")
def report_json(grant: Follower, session: Reader, lang: Language) -> dict[str, Any]:
    """The report, schema `grader.report/1`."""
    seen = readable(session, grant)
    return as_json(seen.report, lang, audience=seen.audience)


@router.get("/submissions/{submission}/report.html", response_class=Response)
def report_html(grant: Follower, session: Reader, lang: Language) -> Response:
    """The report as one self-contained page."""
    seen = readable(session, grant)
    page = as_html(seen.report, lang, audience=seen.audience, since=compared(session, grant, lang).text)
    return Response(page, media_type="text/html", headers={"Content-Security-Policy": REPORT_POLICY})


@router.get("/submissions/{submission}/since")
def show_since(grant: Follower, session: Reader, lang: Language) -> Since:
    """What has changed since the student's last graded attempt before this one."""
    return compared(session, grant, lang)


def compared(session: Session, grant: Grant, lang: str) -> Since:
    seen = readable(session, grant)
    before = read_before(session, grant, row_of(grant), datetime.now(UTC))
    if before is None:
        return Since()
    changes = since(before.report, seen.whole, seen.audience)
    said = list(sentences(changes, before.number, lang))
    functions = [_changed(one) for one in changes]
    return Since(attempt=before.number, submission=before.id, text=said, functions=functions)


def _changed(one: Change) -> SinceFunction:
    return SinceFunction(
        name=one.function,
        before=one.before,
        now=one.now,
        now_right=list(one.now_right),
        now_wrong=list(one.now_wrong),
        still_wrong=list(one.still_wrong),
        gone=[mistake.id for mistake in one.gone],
        new=[mistake.id for mistake in one.new],
    )


@router.get("/submissions/{submission}/report.xml", response_class=Response)
def report_xml(grant: Follower, session: Reader, lang: Language) -> Response:
    """The report as JUnit XML."""
    seen = readable(session, grant)
    suites = as_junit([seen.report], lang, audience=seen.audience)
    return Response(suites, media_type="application/xml")


@router.get("/submissions/{submission}/counterexample.py", response_class=Response)
def counterexample(
    grant: Follower,
    session: Reader,
    lang: Language,
    function: Annotated[str | None, Query(description="That of one function alone.", max_length=200)] = None,
) -> Response:
    """The smallest failing examples as a program that needs NumPy and the student's file. 404 where there is none."""
    program = snippet(readable(session, grant).report, lang, function)
    if program is None:
        raise NotFound(Message("api.no-counterexample", {"id": submission_of(grant)}))
    return Response(
        program,
        media_type="text/x-python; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{NAME}"'},
    )


@router.get("/submissions/{submission}/files", response_class=JSONResponse)
def files(grant: Follower, session: Reader) -> dict[str, list[dict[str, Any]]]:
    """The files as they were handed in."""
    listed = submissions.files(session, submission_of(grant))
    return {"items": [{"path": one.path, "bytes": one.size, "sha256": one.sha256} for one in listed]}


@router.get("/submissions/{submission}/files/{path:path}", response_class=Response)
def file(path: str, grant: Follower, session: Reader) -> Response:
    """One file, byte for byte. Source is shown as text; whatever else it is, no browser may guess."""
    data = dict(submissions.read_files(session, submission_of(grant))).get(path)
    if data is None:
        raise NotFound(Message("api.no-file", {"path": path}))
    source = path.endswith(".py")
    return Response(
        data,
        media_type="text/plain" if source else "application/octet-stream",
        headers={} if source else {"Content-Disposition": "attachment"},
    )
