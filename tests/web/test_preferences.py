"""The page of preferences, and what it changes: the language of every browser, the zone of every time."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.web.world import COURSE, World

PAGE = "/account/preferences"


def choose(client: TestClient, **chosen: str) -> str:
    """Save, and read the page that comes back."""
    answer = client.post(PAGE, data={"lang": "", "timezone": "", "mail": "true"} | chosen)
    assert answer.status_code == 303, answer.text
    return client.get(answer.headers["location"]).text


def test_the_chosen_zone_is_that_of_every_time_and_is_named(world: World) -> None:
    ben = world.client("ben@uni.example")
    assert "Seoul" in ben.get("/").text
    saved = choose(ben, timezone="America/New_York")
    assert "<option selected>America/New_York</option>" in saved
    assert "Saved." in saved
    for page in ("/", f"/courses/{COURSE}/assignments/svm"):
        shown = ben.get(page).text
        assert " EST" in shown or " EDT" in shown
        assert "KST" not in shown
    choose(ben)
    assert "KST" in ben.get(f"/courses/{COURSE}/assignments/svm").text


def test_the_chosen_language_holds_in_another_browser(world: World) -> None:
    assert "환경 설정" in choose(world.client("eve@uni.example"), lang="ko")
    assert "내 과제" in world.client("eve@uni.example").get("/").text
    choose(world.client("eve@uni.example"))
    assert "My assignments" in world.client("eve@uni.example").get("/").text


def test_mail_is_switched_off_by_leaving_the_box_empty(world: World) -> None:
    ben = world.client("ben@uni.example")
    ben.post(PAGE, data={"lang": "", "timezone": ""})
    assert 'value="true" checked' not in ben.get(PAGE).text
    assert 'value="true" checked' in choose(ben)


def test_a_zone_that_nobody_knows_is_refused_on_a_page(world: World) -> None:
    answer = world.client("ben@uni.example").post(PAGE, data={"timezone": "Mars/Olympus"})
    assert answer.status_code == 400
    assert "Mars/Olympus" in answer.text
