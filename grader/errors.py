"""Our own faults and wrong use, as opposed to `core.StudentFault`, which becomes points.

A `GraderError` says what is wrong, where and how to mend it, as a message of the catalogue.
`status` is the HTTP status a door answers with; the shell maps it to its exit codes.
"""

from collections.abc import Mapping
from typing import Any

from grader.core import Message


class GraderError(Exception):
    """Something the caller is told about: a message, an HTTP status, and more fields for problem+json."""

    status = 500

    def __init__(self, message: Message, *, extra: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{message.id} {dict(message.params)}")
        self.message = message
        self.extra = dict(extra or {})


class BadRequest(GraderError):
    """Wrong use: a value that cannot be what the caller meant."""

    status = 400


class Unauthenticated(GraderError):
    status = 401


class Forbidden(GraderError):
    status = 403


class NotFound(GraderError):
    """Not there, or not this person's to see: the two are never told apart."""

    status = 404


class Conflict(GraderError):
    status = 409


class TooLarge(GraderError):
    status = 413


class NotPython(GraderError):
    status = 415


class Unprocessable(GraderError):
    status = 422


class TooMany(GraderError):
    """Too many requests; `extra["retry_after"]` holds seconds."""

    status = 429


class Unavailable(GraderError):
    """Our fault, for now: the sandbox, the database or the disk is not there."""

    status = 503
