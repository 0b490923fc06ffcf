"""The pages of a bundle, of a course with a profile of its own, and of what has not opened."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from grader.course import units
from tests.web.test_pages import ADA, BEN, KIM, text
from tests.web.world import COURSE, SVM, UNITS, World

BOTH = "svm+layers"
PAGE = f"/courses/{COURSE}/assignments/{BOTH}"
API = f"/api/v1/courses/{COURSE}"


@pytest.fixture(scope="module", autouse=True)
def handed_out(world: World) -> None:
    """The bundle, with a profile and points for learning."""
    with world.database.write() as session:
        units.write(session, UNITS, {"default": {}, "2016": {"l2": ["reg-half-convention"]}})
    settings = {"profile": "2016", "learning": 10}
    assert world.client(KIM).put(f"{API}/assignments/{BOTH}", json=settings).status_code == 200


@pytest.mark.parametrize("path", [PAGE, f"/courses/{COURSE}/assignments/{quote(BOTH, safe='')}"])
def test_the_page_lists_what_each_unit_asks_for_under_its_title(world: World, path: str) -> None:
    answer = world.client(BEN).get(path)
    page = text(answer)
    assert "SVM loss of a linear classifier + Layers with their backward passes" in page
    svm, layers = page.index("svm_loss_naive(W, X, y, reg)"), page.index("affine_forward(x, w, b)")
    assert page.rindex("SVM loss of a linear classifier", 0, svm) < svm < layers
    assert svm < page.rindex("Layers with their backward passes", 0, layers)
    assert "linear_svm.py" in page
    assert "layers.py" in page
    assert f'action="{PAGE}"' in answer.text


def test_the_page_says_by_which_conventions_and_for_what_points_are_given(world: World) -> None:
    page = text(world.client(BEN).get(PAGE))
    assert "graded by the conventions of profile 2016" in page
    assert "10 % of the points for what a program learns" in page
    assert "profile" not in text(world.client(BEN).get(f"/courses/{COURSE}/assignments/svm"))


def test_an_upload_comes_back_as_a_row_and_its_links_lead_back(world: World) -> None:
    client = world.client(BEN)
    answer = client.post(PAGE, files=[("files", ("linear_svm.py", SVM)), ("files", ("results.json", b"{}"))])
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}#attempts")
    page = client.get(PAGE)
    row = page.text.partition('href="/submissions/')[2].partition('"')[0]
    submission = client.get(f"/submissions/{row}")
    assert f'href="{PAGE}"' in submission.text
    assert "results.json" in text(submission)
    assert client.get(f"{PAGE}/attempts").status_code == 200


def test_its_starter_and_statistics_are_there(world: World) -> None:
    assert "def svm_loss_naive" in world.client(BEN).get(f"{PAGE}/starter/linear_svm.py").text
    assert world.client(KIM).get(f"{PAGE}/statistics").status_code == 200


def test_the_gradebook_sorts_and_filters_by_it(world: World) -> None:
    book = world.client(KIM).get(f"/courses/{COURSE}/gradebook")
    assert f"sort=-{quote(BOTH)}" in book.text.replace("&amp;", "&")
    for typed in (BOTH, quote(BOTH, safe="")):
        answer = world.client(KIM).get(f"/courses/{COURSE}/gradebook?assignment={typed}&sort=-{typed}")
        assert answer.status_code == 200
        assert "SVM loss of a linear classifier + Layers with their backward passes" in text(answer)


def test_before_it_opens_students_see_when_and_neither_functions_nor_starter(world: World) -> None:
    opens = {"opens": "2100-01-01T00:00:00Z"}
    assert world.client(KIM).patch(f"{API}/assignments/{BOTH}", json=opens).status_code == 200
    page = text(world.client(ADA).get(PAGE))
    assert "2100-01-01" in page
    assert "affine_forward" not in page
    assert world.client(ADA).get(f"{PAGE}/starter/linear_svm.py").status_code == 404
    assert "affine_forward" in text(world.client(KIM).get(PAGE))
    assert world.client(KIM).get(f"{PAGE}/starter/linear_svm.py").status_code == 200
    assert world.client(KIM).patch(f"{API}/assignments/{BOTH}", json={"opens": None}).status_code == 200
