"""Members one by one, and rosters by upload: looked at first, told line by line, imported as a whole."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from grader.course import access, audit
from grader.course.tables import AuditEntry, Membership, Role, User
from tests.api.conftest import Site

MEMBERS = "/api/v1/courses/ml/members"
ROSTER = "/api/v1/courses/ml/roster"
INVITATIONS = "/api/v1/courses/ml/invitations"


def change(site: Site, user: object, who: str = "ines", **body: Any) -> httpx2.Response:
    return site.call("PATCH", f"{MEMBERS}/{user}", who, json=body)


def upload(site: Site, table: bytes, **asked: str | bool) -> httpx2.Response:
    return site.call("POST", ROSTER, "ines", files={"file": ("roster.csv", table)}, params=asked)


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


def test_an_email_is_changed_and_the_person_stays(site: Site) -> None:
    mine = site.cast.graded(20)
    shown = change(site, "ada@example.org", email="Ada@uni.example", section="c").json()
    assert (shown["user"], shown["email"], shown["section"]) == (site.cast.ada, "ada@uni.example", "c")
    assert site.get(f"/api/v1/submissions/{mine}").status_code == 200
    assert change(site, "ada@example.org", section="d").status_code == 404


@pytest.mark.parametrize(
    ("email", "status", "id"),
    [("ben@example.org", 409, "roster.email.taken"), ("nobody", 400, "course.email.bad")],
)
def test_an_email_that_cannot_be_is_refused_and_nothing_else_written(
    site: Site, email: str, status: int, id: str
) -> None:
    refused = change(site, site.cast.ada, email=email, section="z")
    assert (refused.status_code, refused.json()["type"]) == (status, f"urn:grader:problem:{id}")
    with site.cast.database.read() as session:
        assert session.get_one(Membership, (site.cast.course, site.cast.ada)).section == "a"


def test_the_email_of_who_is_elsewhere_is_an_administrators_to_change(site: Site) -> None:
    site.call("POST", MEMBERS, "ines", json={"email": "stan@example.org"})
    refused = change(site, site.cast.stan, email="ines+stan@example.org")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:grader:problem:roster.email.elsewhere")
    assert change(site, site.cast.stan, "root", email="stan@uni.example").json()["email"] == "stan@uni.example"


def test_the_second_to_save_is_told_that_the_address_is_another(site: Site) -> None:
    (read,) = [one for one in site.get(MEMBERS, "ines").json()["items"] if one["email"] == "ada@example.org"]
    change(site, site.cast.ada, "root", email="ada@uni.example")
    second = change(site, site.cast.ada, section="y", mark=read["mark"])
    assert (second.status_code, "root@example.org changed ada@uni.example" in second.json()["detail"]) == (409, True)


def test_a_number_is_one_persons(site: Site) -> None:
    assert change(site, site.cast.ada, external_id="77").status_code == 200
    refused = change(site, site.cast.ben, external_id="77")
    assert (refused.status_code, refused.json()["type"]) == (400, "urn:grader:problem:roster.number.taken")
    assert "the number 77 is ada@example.org's already" in refused.json()["detail"]
    new = site.call("POST", MEMBERS, "ines", json={"email": "zoe@example.org", "external_id": "77"})
    assert (new.status_code, new.json()["type"]) == (400, "urn:grader:problem:roster.number.moved")
    assert change(site, site.cast.ada, external_id="77", section="c").status_code == 200


# --------------------------------------------------------------------------- rosters


def test_a_roster_is_looked_at_first_and_changes_nothing(site: Site) -> None:
    before = people(site)
    table = b"email,name,section\nada@example.org,,b\nzoe@example.org,Zoe,a\nben@example.org,Ben,b\n"
    shown = upload(site, table, dry_run=True).json()
    assert shown == {
        "dry_run": True,
        "encoding": "utf-8",
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


def test_a_number_with_another_address_is_asked_back_and_then_says_who_it_is(site: Site) -> None:
    change(site, site.cast.ada, external_id="77")
    table = b"email,external_id\nada@uni.example,77\n"
    refused = upload(site, table, dry_run=True)
    assert refused.status_code == 400
    assert "Ada <ada@example.org>" in refused.json()["errors"][0]["message"]
    shown = upload(site, table, dry_run=True, by_number=True).json()
    assert (shown["new"], shown["changes"][0]["fields"]) == (0, {"email": ["ada@example.org", "ada@uni.example"]})
    assert upload(site, table, by_number=True).json() == shown | {"dry_run": False}
    with site.cast.database.read() as session:
        assert session.get_one(User, site.cast.ada).email == "ada@uni.example"


def test_an_encoding_that_does_not_show_is_asked_for_and_the_one_that_was_read_is_told(site: Site) -> None:
    table = "email,name\nz@example.org,Ángel Ruiz\n".encode("cp1252")
    refused = upload(site, table)
    assert refused.status_code == 400
    assert "“z@example.org,Ángel Ruiz” (cp1252, western)" in refused.json()["errors"][0]["message"]
    shown = upload(site, table, encoding="cp1252").json()
    assert (shown["encoding"], shown["changes"][0]["fields"]["name"]) == ("cp1252", ["", "Ángel Ruiz"])


# --------------------------------------------------------------------------- first links


def test_every_member_who_never_signed_in_gets_a_link_that_works_once(site: Site) -> None:
    waiting = site.get(INVITATIONS, "ines").json()["items"]
    assert [(one["email"], one["until"]) for one in waiting][1] == ("ada@example.org", None)
    made = site.call("POST", INVITATIONS, "ines", json={"days": 3})
    assert made.status_code == 201
    links = {one["email"]: one["link"] for one in made.json()["items"]}
    assert sorted(links) == [one["email"] for one in waiting]
    with site.cast.database.write() as session:
        assert access.redeem(session, links["ada@example.org"].rpartition("/")[2])
    left = {one["email"]: one for one in site.get(INVITATIONS, "ines").json()["items"]}
    assert "ada@example.org" not in left
    assert left["ben@example.org"]["until"] is not None


def test_one_member_alone_is_invited_or_told_why_not(site: Site) -> None:
    (one,) = site.call("POST", INVITATIONS, "ines", json={"user": "ben@example.org"}).json()["items"]
    assert one["link"].startswith("http://testserver/sign-in/")
    with site.cast.database.write() as session:
        access.begin_session(session, site.cast.ben)
    refused = site.call("POST", INVITATIONS, "ines", json={"user": str(site.cast.ben)})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:grader:problem:roster.invite.came")
    assert site.call("POST", INVITATIONS, "ines", json={"user": "stan@example.org"}).status_code == 404
    assert site.call("POST", INVITATIONS, "ines", json={"days": 31}).status_code == 422


def test_links_come_as_a_table_that_no_spreadsheet_runs(site: Site) -> None:
    change(site, site.cast.ada, name="=HYPERLINK(1)")
    answer = site.call("POST", INVITATIONS + ".csv", "ines", json={})
    assert answer.headers["cache-control"] == "no-store"
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["email"] for row in rows][1] == "ada@example.org"
    assert rows[1]["name"] == "'=HYPERLINK(1)"
    assert rows[1]["link"].startswith("http://testserver/sign-in/")


def test_a_token_that_is_confined_to_the_course_makes_no_links(site: Site) -> None:
    """They sign in as other people, everywhere."""
    with site.cast.database.write() as session:
        ines = session.get_one(User, site.cast.ines)
        confined = access.make_token(session, ines, course_id=site.cast.course)
    headers = {"Authorization": f"Bearer {confined}"}
    assert site.call("POST", INVITATIONS, None, json={}, headers=headers).status_code == 403
