"""What forges send: whose push it is, which assignments it is for, and how far each delivery has come.

A delivery is kept once, under the forge's own id, before it is answered: a repeated one changes nothing. It goes
`received` -> `fetched` (submissions are made of it) -> `answered`; or it ends as `unknown` (nobody's repository, or
no folder of an assignment: kept and listed) or `failed` (tried often enough). What fails is tried again, later each
time.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import audit
from grader.course.filters import Filters, students
from grader.course.tables import Course, CourseAssignment, Delivery, Hook, Membership, PathMap, User, now
from grader.course.units import find_assignment
from grader.errors import BadRequest

State = Literal["received", "fetched", "answered", "unknown", "failed"]
OPEN = ("received", "fetched")

MOST_TRIES = 8
FIRST_WAIT = timedelta(seconds=2)
"""Until the second try; doubled for each one after: 8 tries take some four minutes."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the files for one assignment: a submission, or the reason (a stored message) for none."""

    slug: str
    submission: int | None = None
    reason: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Push:
    """A delivery as it stands: `commit` of `repository` (`owner/name`) is fetched from `url`."""

    id: str
    state: str
    course_id: int
    user_id: int | None
    repository: str
    url: str
    commit: str
    ref: str
    received_at: datetime
    outcomes: tuple[Outcome, ...] = ()
    tries: int = 0
    reason: Mapping[str, Any] | None = None


# --------------------------------------------------------------------------- setting up


def add_hook(session: Session, course: Course, forge: str, pattern: str | None = None) -> Hook:
    """The course's way in for `forge`, made where it is not there; `pattern` (`cs231n-{user}`) replaces the old one.

    Raises BadRequest for a pattern that does not say where the user's name stands.
    """
    if pattern is not None and pattern.count("{user}") != 1:
        raise BadRequest(Message("course.hook.pattern", {"pattern": pattern}))
    hook = session.scalar(sa.select(Hook).where(Hook.course_id == course.id, Hook.forge == forge))
    if hook is None:
        hook = Hook(course_id=course.id, forge=forge, secret=secrets.token_hex(32))
        session.add(hook)
    if pattern is not None:
        hook.pattern = pattern
    session.flush()
    audit.record(session, "hook", forge, course_id=course.id)
    return hook


def map_path(session: Session, course: Course, prefix: str, slug: str) -> None:
    """Files under the folder `prefix` are for assignment `slug`. Raises NotFound where the course has no such one."""
    find_assignment(session, course, slug)
    session.merge(PathMap(course_id=course.id, prefix=_folder(prefix), slug=slug))
    audit.record(session, "map", f"{prefix} {slug}", course_id=course.id)


def _folder(prefix: str) -> str:
    bare = prefix.strip().strip("/")
    return f"{bare}/" if bare and bare != "." else ""


# --------------------------------------------------------------------------- coming in


def hooks(session: Session, forge: str) -> Sequence[Hook]:
    return session.scalars(sa.select(Hook).where(Hook.forge == forge).order_by(Hook.id)).all()


def receive(session: Session, hook: Hook, id: str, *, repository: str, url: str, commit: str, ref: str) -> None:
    """Keep a delivery, once."""
    if session.get(Delivery, id) is not None:
        return
    user_id = _owner(session, hook, repository)
    detail: dict[str, Any] = {
        "course": hook.course_id,
        "user": user_id,
        "repository": repository,
        "url": url,
        "commit": commit,
        "ref": ref,
    }
    if user_id is None:
        detail["reason"] = _plain(Message("hooks.unknown-repository", {"repository": repository}))
    state = "received" if user_id is not None else "unknown"
    session.add(Delivery(id=id, forge=hook.forge, state=state, detail=detail))


def _owner(session: Session, hook: Hook, repository: str) -> int | None:
    """The member whose repository it is: by the roster's column, else by the hook's pattern."""
    members = sa.select(Membership.user_id).where(Membership.course_id == hook.course_id)
    named = session.scalar(members.where(Membership.repository == repository.lower()))
    if named is not None or hook.pattern is None or "{user}" not in hook.pattern:
        return named
    before, after = hook.pattern.lower().split("{user}", 1)
    name = repository.lower().rpartition("/")[2]
    user = name[len(before) : len(name) - len(after)]
    if not user or name != before + user + after:
        return None
    local_part = sa.func.substr(User.email, 1, len(user) + 1)
    found = session.scalars(members.join(User, User.id == Membership.user_id).where(local_part == f"{user}@")).all()
    return found[0] if len(found) == 1 else None


# --------------------------------------------------------------------------- going on


def load(session: Session, id: str) -> Push | None:
    delivery = session.get(Delivery, id, with_for_update=True)
    return None if delivery is None else _push(delivery)


def due(session: Session) -> list[Push]:
    """Deliveries that wait for somebody to go on with them, the oldest first."""
    rows = session.scalars(sa.select(Delivery).where(Delivery.state.in_(OPEN)).order_by(Delivery.received_at))
    return [_push(row) for row in rows if (row.detail.get("try_at") or "") <= now().isoformat()]


def listed(session: Session, course_id: int, within: frozenset[str] | None = None) -> list[Push]:
    """The deliveries of a course, the newest first; `within`: those of the students of these sections."""
    mine = sa.select(Delivery).where(Delivery.detail["course"].as_integer() == course_id)
    if within is not None:
        mine = mine.where(Delivery.detail["user"].as_integer().in_(students(course_id, Filters(within=within))))
    return [_push(row) for row in session.scalars(mine.order_by(Delivery.received_at.desc(), Delivery.id))]


def advance(session: Session, push: Push, state: State, *, outcomes: Sequence[Outcome] | None = None) -> None:
    """The next state, with a fresh count of tries."""
    change: dict[str, Any] = {"tries": 0, "try_at": None}
    if outcomes is not None:
        change["outcomes"] = [_outcome(outcome) for outcome in outcomes]
    _change(session, push, state, change)


def end(session: Session, push: Push, state: State, reason: Message) -> None:
    _change(session, push, state, {"reason": _plain(reason)})


def postpone(session: Session, push: Push, reason: Message) -> None:
    """It failed for now: try again later, or give up after `MOST_TRIES`."""
    tries = push.tries + 1
    if tries >= MOST_TRIES:
        end(session, push, "failed", reason)
        return
    try_at = now() + FIRST_WAIT * 2 ** (tries - 1)
    _change(session, push, None, {"tries": tries, "try_at": try_at.isoformat(), "reason": _plain(reason)})


def prefixes(session: Session, course_id: int) -> dict[str, CourseAssignment]:
    """Folder -> assignment: what the course mapped, and a folder named like the slug for the others."""
    rows = session.scalars(sa.select(CourseAssignment).where(CourseAssignment.course_id == course_id))
    by_slug = {row.slug: row for row in rows}
    maps = session.scalars(sa.select(PathMap).where(PathMap.course_id == course_id)).all()
    mapped = {one.prefix: by_slug[one.slug] for one in maps if one.slug in by_slug}
    taken = {assignment.slug for assignment in mapped.values()}
    return mapped | {f"{slug}/": row for slug, row in by_slug.items() if slug not in taken}


def _change(session: Session, push: Push, state: State | None, change: Mapping[str, Any]) -> None:
    delivery = session.get_one(Delivery, push.id)
    delivery.detail = {**delivery.detail, **change}
    if state is not None:
        delivery.state = state


def _push(row: Delivery) -> Push:
    detail = row.detail
    return Push(
        id=row.id,
        state=row.state,
        course_id=detail["course"],
        user_id=detail["user"],
        repository=detail["repository"],
        url=detail["url"],
        commit=detail["commit"],
        ref=detail["ref"],
        received_at=row.received_at,
        outcomes=tuple(Outcome(**one) for one in detail.get("outcomes", ())),
        tries=detail.get("tries", 0),
        reason=detail.get("reason"),
    )


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {"slug": outcome.slug, "submission": outcome.submission, "reason": outcome.reason}


def _plain(message: Message) -> dict[str, Any]:
    return {"id": message.id, "params": dict(message.params)}
