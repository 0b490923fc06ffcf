"""The pages of members and rosters, as an instructor, an assistant and a student see them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from grader.course import people
from grader.course.tables import Membership, Role
from grader.settings import Settings
from tests.web.test_pages import ADA, BEN, KIM, text
from tests.web.world import COURSE, HOSTILE, World, build, populate

MEMBERS = f"/courses/{COURSE}/members"
ROSTER = f"/courses/{COURSE}/roster"
INVITATIONS = f"/courses/{COURSE}/invitations"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A course of its own for each test: they change who is in it."""
    url = f"sqlite:///{tmp_path / 'grader.db'}"
    app = build(Settings(database_url=url, var_dir=tmp_path, base_url="http://127.0.0.1:8000"))
    yield populate(app)
    app.state.database.close()


def row(world: World, email: str) -> Membership:
    with world.database.read() as session:
        course = people.find_course(session, COURSE)
        return session.get_one(Membership, (course.id, people.find_user(session, email).id))


def form_of(world: World, email: str) -> dict[str, str]:
    """What the form of a member holds."""
    page = world.client(KIM).get(f"{MEMBERS}/{email}").text
    fields = re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', page)
    return {name: unescape(value) for name, value in fields} | {"role": "student"}


def test_the_page_lists_everyone_and_the_header_leads_there(world: World) -> None:
    page = world.client(KIM).get(MEMBERS)
    assert "4 people." in text(page)
    assert HOSTILE not in page.text
    assert f'href="{MEMBERS}"' in world.client(KIM).get(f"/courses/{COURSE}/gradebook").text
    assert "ben@uni.example" not in text(world.client(KIM).get(f"{MEMBERS}?section=B"))


def test_a_student_is_refused_and_an_assistant_reads(world: World) -> None:
    assert world.client(BEN).get(MEMBERS).status_code == 403
    with world.database.write() as session:
        course = people.find_course(session, COURSE)
        people.add_member(session, course, people.find_user(session, BEN), Role.ASSISTANT).section = "A"
    page = world.client(BEN).get(MEMBERS)
    assert page.status_code == 200
    assert "<form" not in page.text.partition("<main")[2].partition("</main")[0]
    assert "eve@uni.example" not in page.text


def test_somebody_is_added_or_the_reason_stands_beside_what_was_typed(world: World) -> None:
    kim = world.client(KIM)
    assert kim.post(MEMBERS, data={"email": "zoe@uni.example", "section": "A"}).status_code == 303
    assert row(world, "zoe@uni.example").section == "A"
    again = kim.post(MEMBERS, data={"email": "zoe@uni.example", "name": "Zoe"})
    assert again.status_code == 409
    assert "is a member of" in text(again)
    assert 'value="zoe@uni.example"' in again.text


def test_a_member_is_changed_and_the_second_to_save_is_told(world: World) -> None:
    kim, read = world.client(KIM), form_of(world, ADA)
    assert kim.post(f"{MEMBERS}/{ADA}", data=read | {"section": "C", "group": "g7"}).status_code == 303
    assert (row(world, ADA).section, row(world, ADA).group) == ("C", "g7")
    second = kim.post(f"{MEMBERS}/{ADA}", data=read | {"section": "D"})
    assert second.status_code == 409
    assert "Kim Seo-yeon changed ada@uni.example" in text(second)
    assert 'value="C"' in second.text
    assert row(world, ADA).section == "C"


def test_the_only_instructor_cannot_be_removed_and_a_student_can(world: World) -> None:
    kim = world.client(KIM)
    assert kim.post(f"{MEMBERS}/{KIM}/remove").status_code == 409
    assert kim.post(f"{MEMBERS}/{BEN}/remove").status_code == 303
    assert kim.get(f"{MEMBERS}/{BEN}").status_code == 404


def test_a_roster_is_looked_at_then_imported_with_one_more_button(world: World) -> None:
    kim = world.client(KIM)
    table = "email,name,section\nada@uni.example,,Z\nyan@uni.example,=Yan,Z\n"
    files = {"file": ("roster.csv", table.encode("utf-16"), "text/csv")}
    look = kim.post(ROSTER, data={"action": "look", "table": ""}, files=files)
    assert "This would add 1, change 1 and leave 0 as they are." in text(look)
    assert row(world, ADA).section == "A"
    (carried,) = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", look.text, re.DOTALL)
    done = kim.post(ROSTER, data={"action": "import", "table": unescape(carried)})
    assert "Done: 1 added, 1 changed" in text(done)
    assert row(world, ADA).section == "Z"


def test_a_roster_with_wrong_lines_is_told_and_can_be_mended_in_place(world: World) -> None:
    table = f"email,role\nada@uni.example,king\n{HOSTILE},student\n"
    refused = world.client(KIM).post(ROSTER, data={"action": "import", "table": table})
    assert refused.status_code == 400
    assert "2 lines are wrong" in text(refused)
    assert "Line 2:" in text(refused)
    assert HOSTILE not in refused.text
    assert "king" in refused.text.partition("<textarea")[2]


def test_an_empty_form_and_a_workbook_are_told(world: World) -> None:
    kim = world.client(KIM)
    assert "the file is empty" in text(kim.post(ROSTER, data={"action": "look"}))
    files = {"file": ("roster.xlsx", b"PK\x03\x04 workbook")}
    assert "Save the sheet as CSV" in text(kim.post(ROSTER, data={"action": "look"}, files=files))


def test_the_pages_in_korean(world: World) -> None:
    assert "구성원" in text(world.client(KIM, "ko").get(MEMBERS))
    assert "명단" in text(world.client(KIM, "ko").get(ROSTER))


def test_an_email_is_changed_on_the_members_page_or_the_reason_stands_there(world: World) -> None:
    kim = world.client(KIM)
    assert kim.post(f"{MEMBERS}/{ADA}", data=form_of(world, ADA) | {"email": "byron@uni.example"}).status_code == 303
    assert "byron@uni.example" in text(kim.get(MEMBERS))
    taken = kim.post(
        f"{MEMBERS}/byron@uni.example", data=form_of(world, "byron@uni.example") | {"email": BEN, "section": "Z"}
    )
    assert taken.status_code == 409
    assert "is another account's address already" in text(taken)
    assert row(world, "byron@uni.example").section == "A"


def test_a_number_of_somebody_else_is_refused_by_the_form(world: World) -> None:
    kim = world.client(KIM)
    assert kim.post(f"{MEMBERS}/{ADA}", data=form_of(world, ADA) | {"external_id": "77"}).status_code == 303
    refused = kim.post(f"{MEMBERS}/{BEN}", data=form_of(world, BEN) | {"external_id": "77"})
    assert "the number 77 is ada@uni.example's already" in text(refused)


def test_a_file_that_can_be_read_two_ways_is_sent_again_with_its_encoding(world: World) -> None:
    kim = world.client(KIM)
    files = {"file": ("roster.csv", "email,name\nz@uni.example,Ángel Ruiz\n".encode("cp1252"))}
    refused = kim.post(ROSTER, data={"action": "look"}, files=files)
    assert "this line can be read two ways" in text(refused)
    look = kim.post(ROSTER, data={"action": "look", "encoding": "cp1252"}, files=files)
    assert "The file was read as cp1252." in text(look)
    assert '<option value="cp1252" selected>' in look.text
    assert "Ángel Ruiz" in look.text.partition("<textarea")[2]
    # the text that the form carries on is not in the encoding of the file
    done = kim.post(
        ROSTER,
        data={"action": "import", "encoding": "cp1252", "table": "email,name\nz@uni.example,Ángel Ruiz\n"},
    )
    assert "Done: 1 added" in text(done)
    assert "Ángel Ruiz" in text(kim.get(MEMBERS))


def test_a_new_address_with_a_number_is_asked_back_and_ticking_answers(world: World) -> None:
    kim = world.client(KIM)
    kim.post(f"{MEMBERS}/{ADA}", data=form_of(world, ADA) | {"external_id": "77"})
    table = "email,external_id\nbyron@uni.example,77\n"
    asked = kim.post(ROSTER, data={"action": "look", "table": table})
    assert "is that of Ada Byron <ada@uni.example> in this course" in text(asked)
    look = kim.post(ROSTER, data={"action": "look", "table": table, "by_number": "true"})
    assert "<del>ada@uni.example</del> <ins>byron@uni.example</ins>" in look.text
    assert 'name="by_number" value="true" checked' in look.text
    assert "1 changed" in text(kim.post(ROSTER, data={"action": "import", "table": table, "by_number": "true"}))


# --------------------------------------------------------------------------- first links


def test_links_for_everyone_who_never_signed_in_come_as_a_file(world: World) -> None:
    kim = world.client(KIM)
    page = kim.get(INVITATIONS)
    assert "Members who have never signed in: 3." in text(page)
    assert HOSTILE not in page.text
    assert f'href="{INVITATIONS}"' in kim.get(MEMBERS).text
    made = kim.post(INVITATIONS, data={"days": "7"})
    assert made.headers["content-disposition"] == f'attachment; filename="{COURSE}-links.csv"'
    rows = list(csv.DictReader(made.text.removeprefix("\ufeff").splitlines()))
    assert [one["email"] for one in rows] == [ADA, BEN, "eve@uni.example"]
    assert text(kim.get(INVITATIONS)).count("open until") == 3
    path = rows[0]["link"].removeprefix("http://127.0.0.1:8000")
    assert world.client(None).post(path).status_code == 303
    assert "Members who have never signed in: 2." in text(kim.get(INVITATIONS))


def test_a_link_for_one_member_is_shown_this_once(world: World) -> None:
    kim = world.client(KIM)
    with world.database.read() as session:
        ben = people.find_user(session, BEN).id
    made = text(kim.post(INVITATIONS, data={"days": "2", "user": str(ben)}))
    assert "The first sign-in link of ben@uni.example" in made
    assert "http://127.0.0.1:8000/sign-in/" in made
    assert "/sign-in/" not in text(kim.get(INVITATIONS))


@pytest.mark.parametrize("days", ["0", "31", "soon"])
def test_a_number_of_days_that_cannot_be_is_told(world: World, days: str) -> None:
    refused = world.client(KIM).post(INVITATIONS, data={"days": days})
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text


def test_who_has_signed_in_gets_no_first_link(world: World) -> None:
    world.client(BEN)
    with world.database.read() as session:
        ben = people.find_user(session, BEN).id
    refused = world.client(KIM).post(INVITATIONS, data={"user": str(ben)})
    assert refused.status_code == 409
    assert "has signed in before" in text(refused)
    assert "첫 로그인 링크" in text(world.client(KIM, "ko").get(INVITATIONS))


def test_an_administrator_changes_anyones_email(world: World) -> None:
    with world.database.write() as session:
        people.create_user(session, "root@uni.example", admin=True)
        ada = people.find_user(session, ADA).id
    root = world.client("root@uni.example")
    done = root.post(f"/site/people/{ada}/email", data={"email": "byron@uni.example"})
    assert done.headers["location"] == "/site/people?search=byron%40uni.example"
    assert "byron@uni.example" in text(root.get("/site/people?search=byron"))
    taken = root.post(f"/site/people/{ada}/email", data={"email": BEN})
    assert (taken.status_code, "is another account's address already" in text(taken)) == (409, True)
