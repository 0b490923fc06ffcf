"""The smallest failing example on the page, and the link that downloads it as a program."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from grader.course import people, units
from tests.cast import EXAMPLE
from tests.web.test_pages import ADA, BEN, COURSE, KIM, Outline
from tests.web.world import World, _grade, partly_report


@pytest.fixture
def submission(world: World) -> int:
    """Ada's, whose second function has an example."""
    right, wrong = partly_report().functions
    report = replace(partly_report(), functions=(right, replace(wrong, counterexample=EXAMPLE)))
    made = dict[str, int]()
    with world.database.write() as session:
        assignment = units.find_assignment(session, people.find_course(session, COURSE), "svm").id
        now = datetime.now(UTC)
        _grade(session, made, f"example {now}", report, of=(assignment, people.find_user(session, ADA).id), at=now)
    return made.popitem()[1]


def links(page: str) -> list[str]:
    """The addresses of programs that can be downloaded."""
    return [
        of["href"] or "" for tag, of in Outline(page).tags if tag == "a" and (of.get("download") or "").endswith(".py")
    ]


def link(page: str) -> str:
    (found,) = links(page)
    return found


def test_the_page_shows_both_numbers_and_links_to_the_program(world: World, submission: int) -> None:
    client = world.client(ADA)
    page = client.get(f"/submissions/{submission}").text
    assert "W = [[0, 1]]" in page
    assert "[[0, 2]]" in page
    assert "counterexample.py" in Outline(page).text
    program = client.get(link(page))
    assert program.headers["content-disposition"] == 'attachment; filename="counterexample.py"'
    assert "result_1 = svm_loss_naive(W, X, y, reg)" in program.text


@pytest.mark.parametrize(("who", "status"), [(KIM, 200), (BEN, 404), (None, 401)])
def test_the_link_opens_for_whoever_may_read_the_report(
    world: World, submission: int, who: str | None, status: int
) -> None:
    href = link(world.client(ADA).get(f"/submissions/{submission}").text)
    assert world.client(who).get(href).status_code == status


def test_where_there_is_no_example_there_is_no_link(world: World) -> None:
    assert links(world.client(ADA).get(f"/submissions/{world.made['partly']}").text) == []
