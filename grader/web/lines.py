"""What a submission's state is called, and the sentence beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from grader.core import Message, Report
from grader.course.tables import Status, Submission
from grader.course.visibility import ShownScore
from grader.report import text
from grader.report.as_json import nothing_shown
from grader.report.cards import first_sentence
from grader.report.hints import told
from grader.web.clock import duration

Look = Literal["queued", "running", "full", "part", "limit", "rejected", "broken", "cancelled", "unshown", "so-far"]


UNGRADED: Mapping[Status, Look] = {
    Status.QUEUED: "queued",
    Status.RUNNING: "running",
    Status.REJECTED: "rejected",
    Status.BROKEN: "broken",
    Status.CANCELLED: "cancelled",
}


def look(submission: Submission, report: Report | None = None, score: ShownScore | None = None) -> Look:
    """The shape, word and colour of a state: a graded one differs by whether anything is left to do. `score` is what
    its reader sees of it, where that may be less than all."""
    if submission.status is not Status.DONE:
        return UNGRADED[submission.status]
    seen = score or ShownScore(submission.score, submission.max_score)
    if seen.shown == "none":
        return "unshown"
    if seen.score == seen.max_score:
        return "full" if seen.shown == "whole" else "so-far"
    return "limit" if report is not None and report.limits is not None else "part"


def headline(report: Report, lang: str) -> str:
    """The first thing that a report has to say: the diagnosis of the first function that falls short."""
    if nothing_shown(report):
        return text(Message("report.summary.hidden"), lang)
    waits = any(check.waits for function in report.functions for check in function.checks)
    full = Message("web.line.so-far" if waits else "web.line.full")
    return first_sentence(told(report, {}), lang, "student") or text(full, lang)


def attempt_line(submission: Submission, report: Report | None, lang: str) -> str:
    """What stands in a row of the table of attempts."""
    if report is None:
        return live_line(submission, lang)
    return text(report.reason, lang) if report.reason else headline(report, lang)


def live_line(submission: Submission, lang: str, *, position: int | None = None, eta: float | None = None) -> str:
    """Where a submission is, in words. `position` counts from 1; `eta` is in seconds."""

    def say(name: str, **params: str | int | None) -> str:
        return text(Message(f"web.line.{name}", params), lang)

    match submission.status:
        case Status.QUEUED:
            return _queue_line(say("first"), position, eta, lang)
        case Status.RUNNING:
            where = submission.progress
            return say("running", **where) if where else say("starting")
        case Status.DONE:
            return say("done", time=duration(_seconds(submission), lang))
    return say(submission.status.value)


def _queue_line(first: str, position: int | None, eta: float | None, lang: str) -> str:
    if position is None or position <= 1:
        return first
    if eta is None:
        return text(Message("web.line.position", {"position": position}), lang)
    return text(Message("web.line.eta", {"position": position, "time": duration(max(eta, 1), lang)}), lang)


def _seconds(submission: Submission) -> float:
    """From the start of the grading that counted to its end."""
    if submission.started_at is None or submission.finished_at is None:
        return 0.0
    return (submission.finished_at - submission.started_at).total_seconds()
