"""The pages of members and rosters, as an instructor, an assistant and a student see them."""

from __future__ import annotations

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
