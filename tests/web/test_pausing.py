"""The buttons that pause grading, and the banner of those whom it concerns."""

from __future__ import annotations

import pytest

from grader.course import people
from tests.web.world import COURSE, HOSTILE, World

ROOT, KIM, ADA, MALLORY = "root@uni.example", "kim@uni.example", "ada@uni.example", "mallory@uni.example"
ASSIGNMENT, PAUSE = f"/courses/{COURSE}/assignments/svm", f"/courses/{COURSE}/pause"


@pytest.fixture(scope="module", autouse=True)
def administrator(world: World) -> None:
    with world.database.write() as session:
        people.create_user(session, ROOT, name="Root", admin=True)


@pytest.mark.parametrize(("lang", "words"), [("en", "Grading is paused in this course"), ("ko", "이 과목의 채점이")])
def test_an_instructor_pauses_their_course_and_its_pages_say_so(world: World, lang: str, words: str) -> None:
    kim, ada = world.client(KIM), world.client(ADA, lang)
    page = kim.get("/queue").text
    assert f'action="{PAUSE}"' in page
    assert "/site/pause" not in page
    assert kim.post(PAUSE, data={"do": "pause", "reason": HOSTILE}).headers["location"] == "/queue"
    for path in ("/", ASSIGNMENT, f"/submissions/{world.made['queued']}"):
        told = ada.get(path).text
        assert words in told
        assert HOSTILE not in told
    assert words not in ada.get("/account/preferences").text, "only the course's own pages"
    assert words not in world.client(MALLORY, lang).get("/").text
    assert 'value="resume"' in kim.get("/queue").text
    kim.post(PAUSE, data={"do": "resume"})
    assert words not in ada.get(ASSIGNMENT).text


def test_an_administrator_pauses_everything(world: World) -> None:
    root = world.client(ROOT)
    assert 'action="/site/pause"' in root.get("/queue").text
    root.post("/site/pause", data={"do": "pause", "reason": "a new disk"})
    for who in (ADA, MALLORY):
        assert "Grading is paused (a new disk)." in world.client(who).get("/").text
    root.post("/site/pause", data={"do": "resume"})
    assert "Grading is paused" not in world.client(ADA).get("/").text
