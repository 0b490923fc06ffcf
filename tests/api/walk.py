"""Who may use which route: one line a route, also for pages. `tests/api/test_walk.py` goes through all of it.

A route that is not in `ROUTES` fails the test: say in one line whose it is. Its path is filled from `VALUES`, which
name things that are there: add what a new parameter needs to `furnish`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from grader.course import comments, regrades, requests
from grader.course.comments import Remark
from grader.course.regrades import Wanted
from grader.course.tables import CourseAssignment, Extension, Membership, Override, Submission, User, now
from tests.cast import Cast

WHO = ("nobody", "stan", "otto", "ada", "ben", "abe", "asa", "ines", "root")
"""Not signed in; student and instructor of another course; the student whose it is, another student; the assistant of
that student's section, that of another; the instructor; an administrator."""

IN = 0
"""Let in: what comes then may be a complaint about what was sent, and no refusal."""


@dataclass(frozen=True)
class Kind:
    """What each of `WHO` gets, and which scopes of tokens carry it besides `all`. `send`: what the request needs so
    that the route itself decides; `public`: no scope is asked for; `spends`: after it, what the path names is gone."""

    answers: tuple[int, ...]
    scopes: frozenset[str] = frozenset({"read"})
    public: bool = False
    send: Mapping[str, Any] | None = None
    spends: bool = False

    def also(self, *scopes: str) -> Kind:
        return replace(self, scopes=frozenset(scopes) | {"read"})

    def only(self, *scopes: str) -> Kind:
        return replace(self, scopes=frozenset(scopes))

    def spending(self) -> Kind:
        return replace(self, spends=True)

    def sending(self, **options: Any) -> Kind:
        return replace(self, send=options)


PUBLIC = Kind((IN,) * 9, public=True)
SIGNED = Kind((401,) * 9, public=True)
"""By the forge, whoever knocks."""
SELF = Kind((401,) + (IN,) * 8)
ADMIN = Kind((401,) + (403,) * 7 + (IN,)).only()
ANY_STAFF = Kind((401, 403, IN, 403, 403, IN, IN, IN, IN))
MEMBERS = Kind((401, 404, 404) + (IN,) * 6)
STAFF = Kind((401, 404, 404, 403, 403) + (IN,) * 4)
INSTRUCTOR = Kind((401, 404, 404, 403, 403, 403, 403, IN, IN)).only()
THEIR_STAFF = Kind((401, 404, 404, 403, 403, IN, 404, IN, IN))
"""Of one student: not there for the assistant of another section."""
READER = Kind((401, 404, 404, IN, 404, IN, 404, IN, IN)).also("submit")
"""Of a submission: its owner and whoever teaches the owner."""
MARKER = replace(THEIR_STAFF, answers=(401, 404, 404, 403, 404, IN, 404, IN, IN))
"""Of a submission: whoever teaches its owner, and not the owner."""
OWNER = Kind((401, 404, 404, IN, 404, 403, 404, 403, 403)).only("submit")

API = "/api/v1"
COURSE = "/courses/{course}"
ASSIGNMENT = COURSE + "/assignments/{slug}"
SUBMISSION = "/submissions/{submission}"
REGRADE = "/regrades/{regrade}"
HINT = {"function": "svm_loss_naive", "diagnosis": "halved", "level": 1}

ROUTES: dict[str, Kind] = {
    # --- submissions
    f"POST {API}{ASSIGNMENT}/submissions": MEMBERS.only("submit"),
    f"POST {API}{ASSIGNMENT}/links": MEMBERS.only("submit"),
    f"GET {API}{ASSIGNMENT}/links": Kind((401,) + (404,) * 8),
    f"GET {API}{SUBMISSION}": READER,
    f"GET {API}{SUBMISSION}/events": READER,
    f"POST {API}{SUBMISSION}/cancel": OWNER,
    f"POST {API}{SUBMISSION}/select": OWNER,
    f"POST {API}{SUBMISSION}/stop": MARKER.only(),
    f"GET {API}/queue": ANY_STAFF,
    f"PUT {API}/pause": ADMIN.sending(json={}),
    f"DELETE {API}/pause": ADMIN,
    f"PUT {API}{COURSE}/pause": INSTRUCTOR.sending(json={}),
    f"DELETE {API}{COURSE}/pause": INSTRUCTOR,
    f"GET {API}{SUBMISSION}/report.json": READER,
    f"GET {API}{SUBMISSION}/report.html": READER,
    f"GET {API}{SUBMISSION}/report.xml": READER,
    f"GET {API}{SUBMISSION}/counterexample.py": READER,
    f"GET {API}{SUBMISSION}/hints": READER,
    f"POST {API}{SUBMISSION}/hints": OWNER.sending(json=HINT),
    f"GET {API}{SUBMISSION}/since": READER,
    f"GET {API}{SUBMISSION}/comments": READER,
    f"POST {API}{SUBMISSION}/comments": MARKER.only(),
    f"DELETE {API}{SUBMISSION}/comments/{{comment}}": MARKER.only(),
    f"GET {API}{SUBMISSION}/requests": READER,
    f"POST {API}{SUBMISSION}/requests": OWNER,
    f"POST {API}{SUBMISSION}/requests/{{request_id}}/withdraw": OWNER.spending(),
    f"POST {API}{SUBMISSION}/requests/{{request_id}}/replay": MARKER.only(),
    f"POST {API}{SUBMISSION}/requests/{{request_id}}/answer": MARKER.only(),
    f"GET {API}{SUBMISSION}/files": READER,
    f"GET {API}{SUBMISSION}/files/{{path}}": READER,
    f"GET {API}{SUBMISSION}/receipt": READER,
    f"POST {API}/verify": PUBLIC,
    # --- a course and its assignments
    f"GET {API}{COURSE}": MEMBERS,
    f"PATCH {API}{COURSE}": INSTRUCTOR,
    f"GET {API}{COURSE}/gradebook": MEMBERS,
    f"GET {API}{COURSE}/gradebook.json": MEMBERS,
    f"GET {API}{COURSE}/gradebook.csv": MEMBERS,
    f"GET {API}{COURSE}/statistics": STAFF,
    f"GET {API}{COURSE}/events": STAFF.sending(params={"seconds": 0}),
    f"GET {API}{COURSE}/students/{{user}}": THEIR_STAFF,
    f"GET {API}{ASSIGNMENT}/statistics": STAFF,
    f"GET {API}{ASSIGNMENT}/statistics.csv": STAFF,
    f"GET {API}{ASSIGNMENT}/attempts.csv": STAFF,
    f"GET {API}{ASSIGNMENT}/mistakes/{{diagnosis}}": STAFF,
    f"GET {API}{ASSIGNMENT}/results/{{fingerprint}}": STAFF,
    f"GET {API}{COURSE}/members": MEMBERS,
    f"POST {API}{COURSE}/members": INSTRUCTOR,
    f"PATCH {API}{COURSE}/members/{{user}}": INSTRUCTOR.sending(json={}),
    f"DELETE {API}{COURSE}/members/{{user}}": INSTRUCTOR,
    f"GET {API}{COURSE}/invitations": INSTRUCTOR,
    f"POST {API}{COURSE}/invitations": INSTRUCTOR.sending(json={}),
    f"POST {API}{COURSE}/invitations.csv": INSTRUCTOR.sending(json={}),
    f"POST {API}{COURSE}/roster": INSTRUCTOR,
    f"GET {API}{COURSE}/assignments": MEMBERS,
    f"GET {API}{ASSIGNMENT}": MEMBERS,
    f"PUT {API}{ASSIGNMENT}": INSTRUCTOR,
    f"PATCH {API}{ASSIGNMENT}": INSTRUCTOR,
    f"GET {API}{ASSIGNMENT}/hints": STAFF,
    f"GET {API}{ASSIGNMENT}/answers": MEMBERS,
    f"PUT {API}{ASSIGNMENT}/answers/{{question}}": MEMBERS.only("submit"),
    f"GET {API}{ASSIGNMENT}/marking": STAFF,
    f"PUT {API}{ASSIGNMENT}/marking/{{question}}/{{user}}": THEIR_STAFF.only().sending(json={"points": 1}),
    f"GET {API}{COURSE}/requests": STAFF,
    f"GET {API}{ASSIGNMENT}/extensions": INSTRUCTOR,
    f"GET {API}{ASSIGNMENT}/extensions/{{user}}": INSTRUCTOR,
    f"PUT {API}{ASSIGNMENT}/extensions/{{user}}": INSTRUCTOR,
    f"PATCH {API}{ASSIGNMENT}/extensions/{{user}}": INSTRUCTOR,
    f"DELETE {API}{ASSIGNMENT}/extensions/{{user}}": INSTRUCTOR,
    f"GET {API}{ASSIGNMENT}/overrides": INSTRUCTOR,
    f"GET {API}{ASSIGNMENT}/overrides/{{user}}": INSTRUCTOR,
    f"PUT {API}{ASSIGNMENT}/overrides/{{user}}": INSTRUCTOR,
    f"PATCH {API}{ASSIGNMENT}/overrides/{{user}}": INSTRUCTOR,
    f"DELETE {API}{ASSIGNMENT}/overrides/{{user}}": INSTRUCTOR,
    f"GET {API}{COURSE}/deliveries": STAFF,
    f"POST {API}{ASSIGNMENT}/regrades": INSTRUCTOR,
    f"GET {API}{ASSIGNMENT}/regrades": INSTRUCTOR.only("read"),
    f"GET {API}{COURSE}/audit": INSTRUCTOR.only("read"),
    f"GET {API}{COURSE}/audit.csv": INSTRUCTOR.only("read"),
    f"GET {API}/audit": ADMIN,
    f"GET {API}{REGRADE}": INSTRUCTOR.only("read"),
    f"POST {API}{REGRADE}/apply": INSTRUCTOR,
    f"POST {API}{REGRADE}/rollback": INSTRUCTOR,
    f"POST {API}{REGRADE}/drop": INSTRUCTOR,
    # --- courses as a whole, and the site
    f"GET {API}/courses": SELF,
    f"POST {API}/courses": ADMIN,
    f"POST {API}{COURSE}/copy": INSTRUCTOR,
    f"GET {API}/people": ADMIN,
    f"POST {API}/people": ADMIN,
    f"PATCH {API}/people/{{user}}": ADMIN,
    f"POST {API}/people/{{user}}/erase": ADMIN.spending(),
    f"GET {API}/me/export": SELF,
    # --- what belongs to a person
    f"GET {API}/me": SELF,
    f"PATCH {API}/me": SELF.only().sending(json={}),
    f"GET {API}/me/tokens": SELF,
    f"POST {API}/me/tokens": SELF.only().sending(json={}),
    f"DELETE {API}/me/tokens/{{token}}": Kind((401,) + (404,) * 8).only(),
    f"PUT {API}/me/password": SELF.only(),
    f"DELETE {API}/me/password": SELF.only(),
    f"GET {API}/me/sessions": SELF,
    f"DELETE {API}/me/sessions": SELF.only(),
    f"DELETE {API}/me/sessions/{{id}}": Kind((401,) + (404,) * 8).only(),
    f"POST {API}/sign-in-links": PUBLIC,
    # --- for programs
    "POST /hooks/github": SIGNED,
    "GET /healthz": PUBLIC,
    "GET /readyz": PUBLIC,
    "GET /openapi.json": PUBLIC,
    "GET /docs": PUBLIC,
    # --- pages
    "GET /": SELF,
    "GET /queue": ANY_STAFF,
    "POST /queue/{submission}/stop": MARKER.only(),
    "POST /site/pause": ADMIN,
    f"POST {COURSE}/pause": INSTRUCTOR,
    f"GET {ASSIGNMENT}": MEMBERS,
    f"POST {ASSIGNMENT}": MEMBERS.only("submit"),
    f"GET {ASSIGNMENT}/attempts": MEMBERS,
    f"POST {ASSIGNMENT}/link": MEMBERS.only("submit"),
    f"GET {ASSIGNMENT}/starter/{{file}}": MEMBERS,
    f"GET {ASSIGNMENT}/hints": STAFF,
    f"POST {ASSIGNMENT}/hints": INSTRUCTOR,
    f"GET {ASSIGNMENT}/answers": MEMBERS,
    f"POST {ASSIGNMENT}/answers": MEMBERS.only("submit"),
    f"GET {ASSIGNMENT}/marking": STAFF,
    f"POST {ASSIGNMENT}/marking": STAFF.only(),
    f"POST {ASSIGNMENT}/release": INSTRUCTOR,
    f"GET {COURSE}/requests": STAFF,
    f"POST {SUBMISSION}/comments": MARKER.only(),
    f"POST {SUBMISSION}/comments/{{comment}}/delete": MARKER.only().spending(),
    f"POST {SUBMISSION}/requests": OWNER,
    f"POST {SUBMISSION}/requests/{{request_id}}/withdraw": OWNER.spending(),
    f"POST {SUBMISSION}/requests/{{request_id}}/replay": MARKER.only(),
    f"POST {SUBMISSION}/requests/{{request_id}}/answer": MARKER.only(),
    f"GET {ASSIGNMENT}/statistics": STAFF,
    f"GET {ASSIGNMENT}/settings": INSTRUCTOR,
    f"POST {ASSIGNMENT}/settings": INSTRUCTOR,
    f"GET {ASSIGNMENT}/allowances": INSTRUCTOR,
    f"GET {ASSIGNMENT}/allowances/{{user}}": INSTRUCTOR,
    f"POST {ASSIGNMENT}/allowances/{{user}}/extension": INSTRUCTOR,
    f"POST {ASSIGNMENT}/allowances/{{user}}/override": INSTRUCTOR,
    f"GET {COURSE}/settings": INSTRUCTOR,
    f"POST {COURSE}/settings": INSTRUCTOR,
    f"GET {ASSIGNMENT}/statistics/mistakes/{{diagnosis}}": STAFF,
    f"GET {ASSIGNMENT}/statistics/results/{{fingerprint}}": STAFF,
    f"GET {ASSIGNMENT}/regrades": INSTRUCTOR.only("read"),
    f"POST {ASSIGNMENT}/regrades": INSTRUCTOR,
    f"GET {COURSE}/audit": INSTRUCTOR.only("read"),
    "GET /site/audit": ADMIN,
    f"GET {REGRADE}": INSTRUCTOR.only("read"),
    f"GET {REGRADE}/live": INSTRUCTOR.only("read"),
    f"POST {REGRADE}/apply": INSTRUCTOR,
    f"POST {REGRADE}/rollback": INSTRUCTOR,
    f"POST {REGRADE}/drop": INSTRUCTOR,
    f"GET {COURSE}/gradebook": MEMBERS,
    f"GET {COURSE}/students/{{user}}": THEIR_STAFF,
    f"GET {COURSE}/members": STAFF,
    f"POST {COURSE}/members": INSTRUCTOR,
    f"GET {COURSE}/members/{{user}}": INSTRUCTOR,
    f"POST {COURSE}/members/{{user}}": INSTRUCTOR,
    f"POST {COURSE}/members/{{user}}/remove": INSTRUCTOR.spending(),
    f"GET {COURSE}/invitations": INSTRUCTOR,
    f"POST {COURSE}/invitations": INSTRUCTOR,
    f"GET {COURSE}/roster": INSTRUCTOR,
    f"POST {COURSE}/roster": INSTRUCTOR,
    f"GET {SUBMISSION}": READER,
    f"GET {SUBMISSION}/live": READER,
    f"GET {SUBMISSION}/files/{{path}}": READER,
    f"POST {SUBMISSION}/cancel": OWNER,
    f"POST {SUBMISSION}/select": OWNER,
    f"POST {SUBMISSION}/hints": OWNER.sending(data=HINT),
    "GET /account/preferences": SELF,
    "POST /account/preferences": SELF.only(),
    f"GET {COURSE}/copy": INSTRUCTOR,
    f"POST {COURSE}/copy": INSTRUCTOR,
    "GET /site": ADMIN,
    "POST /site/courses": ADMIN,
    "GET /site/people": ADMIN,
    "POST /site/people": ADMIN,
    "POST /site/people/{user}/admin": ADMIN,
    "GET /site/people/{user}/erase": ADMIN,
    "POST /site/people/{user}/erase": ADMIN,
    "POST /site/people/{user}/email": ADMIN,
    "GET /account/tokens": SELF,
    "POST /account/tokens": SELF.only(),
    "POST /account/tokens/{token}/revoke": Kind((401,) + (404,) * 8).only(),
    "GET /account/sign-in": SELF,
    "POST /account/sessions/{session_id}/end": Kind((401,) + (404,) * 8).only(),
    "POST /account/sessions/end-others": SELF.only(),
    "GET /sign-in": PUBLIC,
    "POST /sign-in": PUBLIC,
    "GET /sign-in/mail": PUBLIC,
    "POST /sign-in/mail": PUBLIC,
    "GET /sign-in/oidc": Kind((404,) * 9, public=True),
    "GET /sign-in/oidc/back": Kind((404,) * 9, public=True),
    "POST /sign-in/password": Kind((401,) * 9, public=True),
    "POST /account/password": SELF.only(),
    "GET /sign-in/{token}": Kind((404,) * 9, public=True),
    "POST /sign-in/{token}": Kind((401,) * 9, public=True),
    "POST /sign-out": PUBLIC,
    "POST /preferences": PUBLIC,
    "GET /verify": PUBLIC,
    "POST /verify": PUBLIC,
    "GET /verify/key.pem": PUBLIC,
}

NAME = "Ada Quillfeather"
"""What Ada is called here: a name that stands in no sentence of ours."""

VALUES: dict[str, str] = {
    "course": "ml",
    "slug": "svm",
    "submission": "1",
    "regrade": "1",
    "path": "svm.py",
    "file": "svm.py",
    "user": "ada@example.org",
    "token": "unknown",
    "id": "unknown",
    "session_id": "unknown",
    "diagnosis": "halved",
    "comment": "1",
    "request_id": "1",
    "question": "q1",
    "fingerprint": "unknown",
}


def furnish(cast: Cast) -> None:
    """What the paths name: Ada's submission 1, graded, with a mistake that has hints, its regrade 1, an extension and
    an override of hers. Asa teaches another section."""
    questions = [{"id": "q1", "text": "Why?", "points": 2}]
    cast.assignment(counts="chosen", hints={"kind": "all"}, questions=questions)
    assert cast.wrong(10, "halved") == 1
    with cast.database.write() as session:
        session.get_one(Membership, (cast.course, cast.asa)).section = "b"
        session.get_one(User, cast.ada).name = NAME
        session.add(Extension(assignment_id=cast.svm, user_id=cast.ada, due=now()))
        session.add(Override(assignment_id=cast.svm, user_id=cast.ada))
        assignment = session.get_one(CourseAssignment, cast.svm)
        assert regrades.begin(session, assignment, Wanted(), cast.ines).id == 1
        submission = session.get_one(Submission, 1)
        assert comments.write(session, submission, Remark("so", points=Fraction(1)), cast.ines).id == 1
        assert requests.ask(session, submission, cast.ada, "svm_loss_naive", "gradient", "why?").id == 1
