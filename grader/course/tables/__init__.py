"""Every table of the course. Times are UTC, points are exact hundredths, secrets are kept as SHA-256 only."""

from grader.course.tables.assignments import Answer, CourseAssignment, Extension, Override, Profile, Unit
from grader.course.tables.base import Base, Role, Status, now
from grader.course.tables.people import DEFAULT_PROFILE, BrowserSession, Course, Membership, SignInLink, Token, User
from grader.course.tables.record import AuditEntry, Delivery, Hook, Mail, PathMap, Pause, Worker
from grader.course.tables.regrades import Comment, Regrade, RegradeItem, RegradeRequest
from grader.course.tables.results import CheckVerdict, FunctionVerdict, Grade, HintUnlock, NamedMistake, StoredReport
from grader.course.tables.submissions import Blob, IdempotencyKey, Submission, SubmissionFile

__all__ = [
    "DEFAULT_PROFILE",
    "Answer",
    "AuditEntry",
    "Base",
    "Blob",
    "BrowserSession",
    "CheckVerdict",
    "Comment",
    "Course",
    "CourseAssignment",
    "Delivery",
    "Extension",
    "FunctionVerdict",
    "Grade",
    "HintUnlock",
    "Hook",
    "IdempotencyKey",
    "Mail",
    "Membership",
    "NamedMistake",
    "Override",
    "PathMap",
    "Pause",
    "Profile",
    "Regrade",
    "RegradeItem",
    "RegradeRequest",
    "Role",
    "SignInLink",
    "Status",
    "StoredReport",
    "Submission",
    "SubmissionFile",
    "Token",
    "Unit",
    "User",
    "Worker",
    "now",
]
