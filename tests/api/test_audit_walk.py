"""Every route by which staff change something leaves an entry that says who did it. Such a route that has no example
here fails: say in one line how it is called so that it does change something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from grader.course import members, pauses, regrade_work, regrades
from grader.course.regrade_work import SHARDS
from grader.course.tables import AuditEntry, Course, Membership
from grader.report import stored
from tests.api.test_walk import open_door
from tests.api.walk import API, ASSIGNMENT, COURSE, IN, REGRADE, ROUTES, SUBMISSION, VALUES, WHO
from tests.cast import Cast, report

DONE = range(200, 400)
STUDENTS = [WHO.index(name) for name in ("ada", "ben")]
STAFF = sorted(
    route
    for route, kind in ROUTES.items()
    if not route.startswith("GET ") and IN in kind.answers and not any(kind.answers[one] == IN for one in STUDENTS)
)
"""What changes something, and no student may."""


@dataclass(frozen=True)
class Example:
    """What is sent, after `before` has made the course such that it changes something; `values` of the path."""

    send: dict[str, Any] = field(default_factory=dict)
    before: Callable[[Cast], object] = lambda _: None
    values: dict[str, str] = field(default_factory=dict)


def json(**body: Any) -> Example:
    return Example({"json": body})


def form(**data: Any) -> Example:
    return Example({"data": data})


def ready(cast: Cast) -> None:
    for shard in range(SHARDS):
        with cast.database.write() as session:
            if (work := regrade_work.take(session, 1, shard)) is not None:
                regrade_work.finish(session, work, stored.encode(report(20)))


def standing_still(cast: Cast) -> None:
    with cast.database.write() as session:
        for course in (None, session.get_one(Course, cast.course)):
            pauses.pause(session, course, cast.root)


def applied(cast: Cast) -> None:
    ready(cast)
    with cast.database.write() as session:
        regrades.apply(session, 1, cast.ines)


def undecided_no_more(cast: Cast) -> None:
    with cast.database.write() as session:
        regrades.drop(session, 1, cast.ines)


def queued(cast: Cast) -> None:
    assert cast.accept(b"def svm_loss_naive(): 2").id == 2


def marked(cast: Cast) -> str:
    """What the form of a member was filled from."""
    ada = sa.select(Membership).where(Membership.course_id == cast.course, Membership.user_id == cast.ada)
    with cast.database.read() as session:
        return members.mark(session.scalars(ada.options(joinedload(Membership.user))).one())


MOMENT = "2030-01-01T00:00:00Z"
ROSTER = "email,name,role,group,external_id\nnew@example.org,New,student,,\n"
SETTINGS = {"version": "0", "weight": "2", "counts": "chosen", "late_kind": "none", "grace_minutes": "0"}

EXAMPLES: dict[str, Example] = {
    f"PATCH {API}{COURSE}": json(profile="2016"),
    f"PUT {API}{ASSIGNMENT}": json(weight=2),
    f"PATCH {API}{ASSIGNMENT}": json(weight=2),
    f"PUT {API}{ASSIGNMENT}/extensions/{{user}}": json(due=MOMENT),
    f"PATCH {API}{ASSIGNMENT}/extensions/{{user}}": json(reason="ill"),
    f"DELETE {API}{ASSIGNMENT}/extensions/{{user}}": Example(),
    f"PUT {API}{ASSIGNMENT}/overrides/{{user}}": json(score=3),
    f"PATCH {API}{ASSIGNMENT}/overrides/{{user}}": json(score=3),
    f"DELETE {API}{ASSIGNMENT}/overrides/{{user}}": Example(),
    f"POST {API}{COURSE}/members": json(email="new@example.org"),
    f"PATCH {API}{COURSE}/members/{{user}}": json(section="c"),
    f"DELETE {API}{COURSE}/members/{{user}}": Example(),
    f"POST {API}{COURSE}/invitations": json(days=3),
    f"POST {API}{COURSE}/invitations.csv": json(),
    f"POST {API}{COURSE}/roster": Example({"files": {"file": ("roster.csv", ROSTER)}}),
    f"POST {API}/courses": json(slug="another"),
    f"POST {API}{COURSE}/copy": json(slug="another", days=7),
    f"POST {API}/people": json(email="new@example.org"),
    f"PATCH {API}/people/{{user}}": json(admin=True),
    f"POST {API}{SUBMISSION}/stop": Example(before=queued, values={"submission": "2"}),
    f"POST {API}{ASSIGNMENT}/regrades": Example({"json": {}}, before=undecided_no_more),
    f"POST {API}{REGRADE}/apply": Example(before=ready),
    f"POST {API}{REGRADE}/rollback": Example(before=applied),
    f"POST {API}{REGRADE}/drop": Example(),
    f"POST {API}/people/{{user}}/erase": Example(before=undecided_no_more),
    f"PUT {API}/pause": json(),
    f"DELETE {API}/pause": Example(before=standing_still),
    f"PUT {API}{COURSE}/pause": json(reason="new tests"),
    f"DELETE {API}{COURSE}/pause": Example(before=standing_still),
    "POST /site/pause": form(do="pause"),
    f"POST {COURSE}/pause": form(do="pause"),
    "POST /site/people/{user}/erase": Example({"data": {"confirm": VALUES["user"]}}, before=undecided_no_more),
    f"POST {API}{SUBMISSION}/comments": json(text="well put"),
    f"DELETE {API}{SUBMISSION}/comments/{{comment}}": Example(),
    f"POST {API}{SUBMISSION}/requests/{{request_id}}/answer": json(text="it is right as it is"),
    f"POST {API}{SUBMISSION}/requests/{{request_id}}/replay": Example(before=undecided_no_more),
    f"PUT {API}{ASSIGNMENT}/marking/{{question}}/{{user}}": json(points=1),
    f"POST {SUBMISSION}/comments": form(text="well put"),
    f"POST {SUBMISSION}/comments/{{comment}}/delete": Example(),
    f"POST {SUBMISSION}/requests/{{request_id}}/answer": form(text="it is right as it is"),
    f"POST {SUBMISSION}/requests/{{request_id}}/replay": Example(before=undecided_no_more),
    f"POST {ASSIGNMENT}/marking": form(question="q1", user="{ada}", version="0", points="1"),
    f"POST {ASSIGNMENT}/release": form(released="true"),
    f"POST {ASSIGNMENT}/settings": form(**SETTINGS),
    f"POST {ASSIGNMENT}/hints": form(kind="none", attempts="1", minutes="1"),
    f"POST {ASSIGNMENT}/allowances/{{user}}/extension": form(version="0", due="2030-01-01T00:00", action="save"),
    f"POST {ASSIGNMENT}/allowances/{{user}}/override": form(version="0", score="3", action="save"),
    f"POST {ASSIGNMENT}/regrades": Example({"data": {"which": "all"}}, before=undecided_no_more),
    f"POST {REGRADE}/apply": Example(before=ready),
    f"POST {REGRADE}/rollback": Example(before=applied),
    f"POST {REGRADE}/drop": Example(),
    f"POST {COURSE}/settings": form(version="0", late_days="3", timezone="UTC", profile="2016"),
    f"POST {COURSE}/copy": form(slug="another", days="7"),
    f"POST {COURSE}/members": form(email="new@example.org"),
    f"POST {COURSE}/members/{{user}}": form(role="student", section="c", mark="{mark}"),
    f"POST {COURSE}/members/{{user}}/remove": Example(),
    f"POST {COURSE}/invitations": form(days="3"),
    f"POST {COURSE}/roster": form(action="import", table=ROSTER),
    "POST /queue/{submission}/stop": Example(before=queued, values={"submission": "2"}),
    "POST /site/courses": form(slug="another"),
    "POST /site/people": form(email="new@example.org"),
    "POST /site/people/{user}/admin": Example({"data": {"admin": "yes"}}, values={"user": "{ada}"}),
    "POST /site/people/{user}/email": form(email="new@example.org"),
}


def entries(cast: Cast) -> list[tuple[str, int | None]]:
    with cast.database.read() as session:
        return [(one.action, one.user_id) for one in session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))]


def filled(example: Example, cast: Cast) -> tuple[dict[str, Any], dict[str, str]]:
    """What is sent and the values of the path, with what only the course knows."""
    send, known = {**example.send}, {"{ada}": str(cast.ada), "{mark}": marked(cast)}
    if "data" in send:
        send["data"] = {name: known.get(text, text) for name, text in send["data"].items()}
    return send, {**VALUES, **{name: known.get(value, value) for name, value in example.values.items()}}


def test_there_is_an_example_of_every_route_by_which_staff_change_something() -> None:
    assert sorted(EXAMPLES) == STAFF


@pytest.mark.parametrize("route", sorted(EXAMPLES))
def test_what_staff_change_is_on_record_with_who_it_was(route: str, tmp_path: Path, migrated: Path) -> None:
    door = open_door(tmp_path, migrated)
    example = EXAMPLES[route]
    example.before(door.cast)
    before = len(entries(door.cast))
    send, values = filled(example, door.cast)
    method, pattern = route.split(" ", 1)
    headers = {"authorization": f"Bearer {door.tokens['root', 'all']}", "accept": "text/html"}
    answer = door.client.request(method, pattern.format(**values), headers=headers, **send)
    assert answer.status_code in DONE, answer.text
    new = entries(door.cast)[before:]
    assert new, "nothing was written down"
    assert {user for _, user in new} == {door.cast.root}
    door.cast.database.close()
