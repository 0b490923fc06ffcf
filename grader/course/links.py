"""Links to repositories that students hand in instead of files: what one means, and how far it has come.

A link is a row of `deliveries` under the id of its assignment and student: `asked` -> `fetched` (a submission is made
of it) or `refused` (with the reason). A new one takes the place of the old one, whose errand then changes nothing: it
no longer has the same `nonce`.

A link to a commit was received when it was handed in: what it names cannot change. A branch was received when it was
looked at, since whoever has the repository could have pushed in between.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course.tables import CourseAssignment, Delivery, now
from grader.errors import Unprocessable

State = Literal["asked", "fetched", "refused"]
FORGE = "link"
MOST_TRIES = 4
FIRST_WAIT = timedelta(seconds=2)
LONGEST = 500
UNSEEN = re.compile(r"[\x00-\x20\x7f]")
COMMIT = re.compile(r"[0-9a-f]{40}")
VIEWS = frozenset({"tree", "blob", "commit", "src", "raw"})
"""What stands in the address of a forge's page between the repository and the branch or commit."""


@dataclass(frozen=True, slots=True)
class Link:
    """`repository` is an address that git takes, `ref` a branch, tag or commit (empty: the default branch), `path` a
    folder or file in it (empty: everything)."""

    repository: str
    ref: str = ""
    path: str = ""

    @property
    def commit(self) -> str | None:
        """The commit that the link itself names."""
        return self.ref if COMMIT.fullmatch(self.ref) else None

    def holds(self, path: str) -> str | None:
        """The name under which a file of the repository is handed in; None where the link is not about it."""
        if path == self.path:
            return path.rpartition("/")[2]
        prefix = f"{self.path}/" if self.path else ""
        return path.removeprefix(prefix) if path.startswith(prefix) else None


@dataclass(frozen=True, slots=True)
class Asked:
    """A link as it stands: whose it is, for which assignment; `reason` is a stored message."""

    id: str
    nonce: str
    state: State
    assignment: int
    user: int
    link: Link
    asked_at: datetime
    commit: str
    submission: int | None
    reason: Mapping[str, Any] | None
    tries: int

    @property
    def message(self) -> Message | None:
        return Message(self.reason["id"], self.reason["params"]) if self.reason else None


def read(text: str, hosts: Collection[str], http_hosts: Collection[str] = ()) -> Link:
    """What a link means. Raises Unprocessable, with the cure, for what is none that may be fetched."""
    text = text.strip()
    if len(text) > LONGEST or UNSEEN.search(text):
        raise Unprocessable(Message("student.link.malformed"))
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        raise Unprocessable(Message("student.link.malformed")) from None
    if parts.username or parts.password:
        raise Unprocessable(Message("student.link.password"))
    plain = parts.scheme == "http" and host in http_hosts
    if parts.scheme != "https" and not plain:
        raise Unprocessable(Message("student.link.https"))
    if host not in hosts and not plain:
        raise Unprocessable(Message("student.link.host", {"host": host, "hosts": tuple(sorted(hosts))}))
    repository, rest = _split([unquote(part) for part in parts.path.split("/") if part])
    if len(repository) < 2 or ".." in (*repository, *rest):
        raise Unprocessable(Message("student.link.malformed"))
    address = f"{parts.scheme}://{parts.netloc}/{'/'.join(repository)}"
    ref, path = (rest[1], "/".join(rest[2:])) if len(rest) > 1 else ("", "")
    return Link(address, ref, path)


def _split(parts: list[str]) -> tuple[list[str], list[str]]:
    """The repository, and the view of it that the address shows, branch and path after it."""
    if "-" in parts and parts[parts.index("-") + 1 : parts.index("-") + 2] and parts[parts.index("-") + 1] in VIEWS:
        return parts[: parts.index("-")], parts[parts.index("-") + 1 :]
    if len(parts) > 2 and parts[2] in VIEWS:
        return parts[:2], parts[2:]
    return parts, []


def ask(session: Session, assignment: CourseAssignment, user_id: int, link: Link) -> Asked:
    """Keep a link, to be fetched by a worker."""
    detail = {
        "course": assignment.course_id,
        "user": user_id,
        "assignment": assignment.id,
        "repository": urlsplit(link.repository).path.strip("/").removesuffix(".git"),
        "url": link.repository,
        "ref": link.ref,
        "path": link.path,
        "commit": link.commit or "",
        "nonce": secrets.token_hex(8),
    }
    id = _id(assignment.id, user_id)
    row = Delivery(id=id, forge=FORGE, state="asked", received_at=now(), detail=detail)
    return _asked(session.merge(row))


def latest(session: Session, assignment_id: int, user_id: int) -> Asked | None:
    """The last link that a student handed in for an assignment."""
    row = session.get(Delivery, _id(assignment_id, user_id))
    return _asked(row) if row else None


def find(session: Session, id: str) -> Asked | None:
    row = session.get(Delivery, id)
    return _asked(row) if row else None


def waiting(session: Session) -> list[Asked]:
    """Those that a worker may fetch now."""
    rows = session.scalars(sa.select(Delivery).where(Delivery.state == "asked").order_by(Delivery.received_at))
    return [_asked(row) for row in rows if (row.detail.get("try_at") or "") <= now().isoformat()]


def still(session: Session, asked: Asked) -> bool:
    """Whether nobody handed in another link since, and nobody was done with this one; it is locked then."""
    row = session.get(Delivery, asked.id, with_for_update=True, populate_existing=True)
    return row is not None and row.state == "asked" and row.detail["nonce"] == asked.nonce


def fetched(session: Session, asked: Asked, commit: str, submission: int) -> None:
    """A submission was made of it."""
    outcome = {"slug": session.get_one(CourseAssignment, asked.assignment).slug, "submission": submission}
    _change(session, asked, "fetched", commit=commit, outcomes=[outcome], reason=None)


def refused(session: Session, asked: Asked, reason: Message) -> None:
    _change(session, asked, "refused", reason=_plain(reason))


def postpone(session: Session, asked: Asked, reason: Message) -> None:
    """It failed for now: tried again later, `MOST_TRIES` times in all."""
    tries = asked.tries + 1
    if tries >= MOST_TRIES:
        refused(session, asked, reason)
        return
    try_at = now() + FIRST_WAIT * 2 ** (tries - 1)
    _change(session, asked, "asked", tries=tries, try_at=try_at.isoformat())


def _change(session: Session, asked: Asked, state: State, **change: Any) -> None:
    row = session.get_one(Delivery, asked.id)
    row.state, row.detail = state, {**row.detail, **change}


def _id(assignment_id: int, user_id: int) -> str:
    return f"{FORGE}-{assignment_id}-{user_id}"


def _asked(row: Delivery) -> Asked:
    detail = row.detail
    outcomes = detail.get("outcomes", [])
    return Asked(
        id=row.id,
        nonce=detail["nonce"],
        state=row.state,  # type: ignore[arg-type]
        assignment=detail["assignment"],
        user=detail["user"],
        link=Link(detail["url"], detail["ref"], detail["path"]),
        asked_at=row.received_at,
        commit=detail["commit"],
        submission=outcomes[0]["submission"] if outcomes else None,
        reason=detail.get("reason"),
        tries=detail.get("tries", 0),
    )


def _plain(message: Message) -> dict[str, Any]:
    return {"id": message.id, "params": dict(message.params)}
