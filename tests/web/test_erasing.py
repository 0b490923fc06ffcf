"""What is kept about me, and to be forgotten: the button on one's own page, and the page of an administrator; and what
stands where a report was deleted."""

from __future__ import annotations

import io
import zipfile

import pytest
import sqlalchemy as sa

from grader.course import people, removal
from grader.course.tables import AuditEntry, User
from tests.web.world import World

ROOT, KIM, ADA, BEN = "root@uni.example", "kim@uni.example", "ada@uni.example", "ben@uni.example"


@pytest.fixture(scope="module", autouse=True)
def administrator(world: World) -> None:
    with world.database.write() as session:
        people.create_user(session, ROOT, name="Root", admin=True)


def address(world: World, email: str) -> str:
    with world.database.read() as session:
        return f"/site/people/{people.find_user(session, email).id}/erase"


@pytest.mark.parametrize(("lang", "words"), [("en", "Download my data"), ("ko", "내 데이터 내려받기")])
def test_ones_data_is_a_button_away(world: World, lang: str, words: str) -> None:
    client = world.client(ADA, lang)
    page = client.get("/account/preferences").text
    assert f'href="/api/v1/me/export" download="export.zip">{words}</a>' in page
    with zipfile.ZipFile(io.BytesIO(client.get("/api/v1/me/export").content)) as archive:
        assert "account.json" in archive.namelist()


def test_only_with_the_address_typed_is_a_person_erased(world: World) -> None:
    root, path = world.client(ROOT), address(world, BEN)
    assert path in root.get("/site/people").text
    for typed in ("", "ada@uni.example"):
        refused = root.post(path, data={"confirm": typed})
        assert (refused.status_code, "Nothing was deleted." in refused.text) == (400, True)
    assert BEN in root.get(path).text
    done = root.post(path, data={"confirm": f" {BEN.upper()} "})
    assert (done.status_code, f"{BEN} is erased" in done.text) == (200, True)
    assert root.get(path).status_code == 404
    with world.database.read() as session:
        assert session.scalar(sa.select(User.id).where(User.email == BEN)) is None
        assert session.scalar(sa.select(AuditEntry.id).where(AuditEntry.action == "erase")) is not None


def test_who_has_something_in_the_line_is_not_erased_and_one_is_told_why(world: World) -> None:
    refused = world.client(ROOT).post(address(world, ADA), data={"confirm": ADA})
    assert refused.status_code == 409
    assert 'role="alert"' in refused.text
    with world.database.read() as session:
        assert people.find_user(session, ADA).name == "Ada Byron"


def test_an_instructor_erases_nobody(world: World) -> None:
    assert world.client(KIM).get(address(world, ADA)).status_code == 403


@pytest.mark.parametrize(("lang", "words"), [("en", "were deleted"), ("ko", "보고서는 삭제되었습니다")])
@pytest.mark.parametrize("state", ["full", "rejected"])
def test_where_a_report_was_deleted_the_page_says_so(world: World, state: str, lang: str, words: str) -> None:
    id = world.made[state]
    with world.database.write() as session:
        removal.take_away(session, [id])
    page = world.client(ADA, lang).get(f"/submissions/{id}")
    assert (page.status_code, words in page.text) == (200, True)
