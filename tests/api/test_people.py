"""Members one by one, and rosters by upload: looked at first, told line by line, imported as a whole."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from grader.course import audit
from grader.course.tables import AuditEntry, Membership, Role, User
from tests.api.conftest import Site

MEMBERS = "/api/v1/courses/ml/members"
ROSTER = "/api/v1/courses/ml/roster"


def change(site: Site, user: object, who: str = "ines", **body: Any) -> httpx2.Response:
    return site.call("PATCH", f"{MEMBERS}/{user}", who, json=body)


def upload(site: Site, table: bytes, *, dry_run: bool = False) -> httpx2.Response:
    files = {"file": ("roster.csv", table)}
    return site.call("POST", ROSTER + ("?dry_run=true" if dry_run else ""), "ines", files=files)


def people(site: Site) -> int:
    with site.cast.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Membership)) or 0


def test_someone_new_is_added_with_an_account(site: Site) -> None:
    body = {"email": " Zoe@Example.org", "name": "Zoe", "section": " a ", "group": "g1"}
    answer = site.call("POST", MEMBERS, "ines", json=body)
    assert answer.status_code == 201
    shown = answer.json()
    assert {key: shown[key] for key in ("email", "name", "role", "section", "group")} == {
        "email": "zoe@example.org",
        "name": "Zoe",
        "role": "student",
        "section": "a",
        "group": "g1",
    }
    assert site.call("POST", MEMBERS, "ines", json=body).status_code == 409


@pytest.mark.parametrize(
    "body",
    [
        {"email": "nobody"},
        {"email": "z@example.org", "role": "king"},
        {"email": "z@example.org", "repository": "x"},
        {},
    ],
)
def test_who_cannot_be_added_is_told_why(site: Site, body: dict[str, str]) -> None:
    before = people(site)
    assert site.call("POST", MEMBERS, "ines", json=body).status_code in (400, 422)
    assert people(site) == before


def test_what_is_given_is_changed_and_can_be_emptied(site: Site) -> None:
    assert change(site, site.cast.ada, section="b", repository="ada/ml").json()["section"] == "b"
    shown = change(site, "ada@example.org", section="", repository="").json()
    assert (shown["section"], shown["repository"], shown["name"]) == ("", None, "Ada")


def test_a_role_can_be_changed_but_a_course_keeps_an_instructor(site: Site) -> None:
    refused = change(site, site.cast.ines, role="student")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:grader:problem:people.member.last")
    assert site.call("DELETE", f"{MEMBERS}/{site.cast.ines}", "ines").status_code == 409
    assert change(site, site.cast.asa, role="instructor").status_code == 200
    assert change(site, site.cast.ines, role="student").status_code == 200
    assert change(site, site.cast.ada, role="assistant").status_code == 403  # Ines is no instructor any more


def test_the_second_of_two_who_edit_one_row_is_told_who_was_first(site: Site) -> None:
    (read,) = [one for one in site.get(MEMBERS, "ines").json()["items"] if one["email"] == "ada@example.org"]
    assert change(site, site.cast.ada, "root", section="x", mark=read["mark"]).status_code == 200
    second = change(site, site.cast.ada, section="y", mark=read["mark"])
    assert (second.status_code, second.json()["type"]) == (409, "urn:grader:problem:people.member.moved-by")
    assert "root@example.org changed ada@example.org" in second.json()["detail"]
    with site.cast.database.read() as session:
        assert session.get_one(Membership, (site.cast.course, site.cast.ada)).section == "x"


def test_who_is_removed_is_gone_and_comes_back_to_the_own_work(site: Site) -> None:
    mine = site.cast.graded(20)
    assert site.call("DELETE", f"{MEMBERS}/{site.cast.ada}", "ines").status_code == 204
    assert site.get("/api/v1/courses/ml/gradebook").status_code == 404
    assert site.get(f"/api/v1/submissions/{mine}").status_code == 404
    rows = site.get("/api/v1/courses/ml/gradebook", "ines").json()["items"]
    assert "ada@example.org" not in [row["email"] for row in rows]
    site.call("POST", MEMBERS, "ines", json={"email": "ada@example.org"})
    assert site.get(f"/api/v1/submissions/{mine}").status_code == 200


def test_what_staff_do_with_members_is_written_down(site: Site) -> None:
    site.call("POST", MEMBERS, "ines", json={"email": "zoe@example.org"})
    change(site, "zoe@example.org", section="b")
    site.call("DELETE", f"{MEMBERS}/zoe@example.org", "ines")
    with site.cast.database.read() as session:
        entries = session.scalars(sa.select(AuditEntry).where(AuditEntry.subject == "zoe@example.org")).all()
        assert audit.last(session, site.cast.course, ("change-member",), "zoe@example.org") is not None
    assert [(one.action, one.user_id) for one in entries] == [
        (action, site.cast.ines) for action in ("add-member", "change-member", "remove-member")
    ]
    assert entries[1].detail == {"section": ["", "b"]}


def test_a_name_in_two_courses_is_not_changed_by_one_of_them(site: Site) -> None:
    site.call("POST", MEMBERS, "ines", json={"email": "stan@example.org", "name": "Stanley"})
    assert change(site, site.cast.stan, name="Stanislaw").json()["name"] == "Stan"
    assert change(site, site.cast.ada, name="Ada L.").json()["name"] == "Ada L."


def test_an_assistant_of_a_section_sees_the_members_of_it(site: Site) -> None:
    names = [one["name"] for one in site.get(MEMBERS, "abe").json()["items"]]
    assert names == ["Abe", "Ada", "Asa", "Ines"]


# --------------------------------------------------------------------------- rosters


def test_a_roster_is_looked_at_first_and_changes_nothing(site: Site) -> None:
    before = people(site)
    table = b"email,name,section\nada@example.org,,b\nzoe@example.org,Zoe,a\nben@example.org,Ben,b\n"
    shown = upload(site, table, dry_run=True).json()
    assert shown == {
        "dry_run": True,
        "new": 1,
        "changed": 1,
        "same": 1,
        "absent": 3,
        "changes": [
            {"email": "ada@example.org", "kind": "changed", "fields": {"section": ["a", "b"]}},
            {"email": "zoe@example.org", "kind": "new", "fields": {"name": ["", "Zoe"], "section": ["", "a"]}},
        ],
    }
    assert people(site) == before
    assert upload(site, table).json() == shown | {"dry_run": False}
    assert people(site) == before + 1
    assert upload(site, table).json()["same"] == 3


def test_every_wrong_line_is_told_in_words_and_nothing_is_written(site: Site) -> None:
    before = people(site)
    answer = upload(site, b"email,role\nzoe@example.org,student\nnobody,student\nyan@example.org,king\n")
    assert answer.status_code == 400
    assert [one["line"] for one in answer.json()["errors"]] == [3, 4]
    assert "king" in answer.json()["errors"][1]["message"]
    assert people(site) == before
    korean = {"Accept-Language": "ko"}
    told = site.call("POST", ROSTER, "ines", files={"file": ("r.csv", b"email\nnobody\n")}, headers=korean)
    assert told.json()["errors"][0]["message"] != answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("table", [b"", b"\n\n", b"PK\x03\x04 a workbook", b"\x00\x01\x02", b'email\n"never closed\n'])
def test_what_is_no_table_is_told_and_not_our_fault(site: Site, table: bytes) -> None:
    answer = upload(site, table)
    assert (answer.status_code, answer.json()["errors"][0]["line"] > 0) == (400, True)


def test_a_roster_that_is_not_sent_is_asked_for(site: Site) -> None:
    assert site.call("POST", ROSTER, "ines").status_code == 422


def test_an_import_is_written_down_with_who_did_it(site: Site) -> None:
    upload(site, b"email\nzoe@example.org\n")
    with site.cast.database.read() as session:
        (entry,) = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "import-roster"))
    assert (entry.user_id, entry.detail) == (site.cast.ines, {"new": 1, "changed": 0, "same": 0})


def test_a_roster_makes_no_account_twice(site: Site) -> None:
    upload(site, b"email,role\nstan@example.org,assistant\n")
    with site.cast.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(User.id)).where(User.email == "stan@example.org")) == 1
        assert session.get_one(Membership, (site.cast.course, site.cast.stan)).role is Role.ASSISTANT
