"""The report of a submission in each of its forms, and the files it is about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Query, Response
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from grader.api.dependencies import Language, Reader, permission
from grader.api.guard import guarded_router
from grader.api.schemas import Since, SinceFunction
from grader.api.submissions import audience, row_of, submission_of
from grader.core import Message, Report
from grader.course import hints, submissions
from grader.course.permissions import Grant
from grader.errors import NotFound
from grader.report.as_html import as_html
from grader.report.as_json import as_json
from grader.report.as_junit import as_junit
from grader.report.since import Change, sentences, since
from grader.report.snippet import NAME, snippet

REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
"""The HTML report is one file that brings its own style and pictures and may load nothing."""

router = guarded_router(tags=["submissions"])
Follower = Annotated[Grant, Depends(permission("submission.read"))]


def finished(session: Session, grant: Grant) -> Report:
    """The report as it was made. Raises NotFound while there is none."""
    id = submission_of(grant)
    report = submissions.report_of(session, id)
    if report is None:
        raise NotFound(Message("api.no-report", {"id": id}))
    return report


def readable(session: Session, grant: Grant) -> Report:
    """The report as far as whoever asks may read it."""
    report = finished(session, grant)
    return hints.seen_by(grant, report, hints.ladders(session, row_of(grant), report, datetime.now(UTC)))


@router.get("/submissions/{submission}/report.json")
def report_json(grant: Follower, session: Reader, lang: Language) -> dict[str, Any]:
    """The report, schema `grader.report/1`."""
    return as_json(readable(session, grant), lang, audience=audience(grant))


@router.get("/submissions/{submission}/report.html", response_class=Response)
def report_html(grant: Follower, session: Reader, lang: Language) -> Response:
    """The report as one self-contained page."""
    report = readable(session, grant)
    page = as_html(report, lang, audience=audience(grant), since=compared(session, grant, report, lang).text)
    return Response(page, media_type="text/html", headers={"Content-Security-Policy": REPORT_POLICY})


@router.get("/submissions/{submission}/since")
def show_since(grant: Follower, session: Reader, lang: Language) -> Since:
    """What has changed since the student's last graded attempt before this one."""
    return compared(session, grant, finished(session, grant), lang)


def compared(session: Session, grant: Grant, report: Report, lang: str) -> Since:
    before = submissions.before(session, row_of(grant))
    if before is None:
        return Since()
    changes = since(before.report, report, audience(grant))
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
    suites = as_junit([readable(session, grant)], lang, audience=audience(grant))
    return Response(suites, media_type="application/xml")


@router.get("/submissions/{submission}/counterexample.py", response_class=Response)
def counterexample(
    grant: Follower,
    session: Reader,
    lang: Language,
    function: Annotated[str | None, Query(description="That of one function alone.", max_length=200)] = None,
) -> Response:
    """The smallest failing examples as a program that needs NumPy and the student's file. 404 where there is none."""
    program = snippet(readable(session, grant), lang, function)
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
