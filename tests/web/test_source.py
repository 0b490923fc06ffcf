"""A submitted file as a page: every line has an address, which the report's cards lead to."""

import re

import pytest

from tests.web.test_pages import ADA, ASSIGNMENT, BEN, EVE, KIM, Outline, text
from tests.web.world import SVM, World

CODE = b"def svm_loss_naive(W, X, y, reg):\r\n\tif reg < 1 & 2:\n\t\treturn '<b>\x1b\xe2\x80\xae'\n"


def submitted(world: World, who: str, name: str, data: bytes) -> str:
    """The address of a submission that was just handed in."""
    client = world.client(who)
    assert client.post(ASSIGNMENT, files=[("files", (name, data))]).status_code == 303
    row = re.search(r'href="(/submissions/\d+)"', client.get(ASSIGNMENT).text)
    assert row is not None
    return row[1]


def test_a_card_leads_to_the_line_of_its_function(world: World) -> None:
    client = world.client(ADA)
    page = Outline(client.get(f"/submissions/{world.made['partly']}").text)
    (link,) = [of["href"] or "" for tag, of in page.tags if tag == "a" and "#line-" in (of.get("href") or "")]
    assert link == f"/submissions/{world.made['partly']}/files/linear_svm.py#line-5"
    source = client.get(link)
    assert ("li", {"id": "line-5"}) in Outline(source.text).tags
    assert SVM.decode().splitlines()[4] in text(source)


def test_lines_are_counted_as_python_counts_them_and_what_was_written_is_text(world: World) -> None:
    at = submitted(world, EVE, "linear_svm.py", CODE)
    page = Outline(world.client(EVE).get(f"{at}/files/linear_svm.py").text)
    assert [of["id"] for tag, of in page.tags if tag == "li"] == ["line-1", "line-2", "line-3"]
    assert "if reg < 1 & 2:" in page.text
    assert r"'<b>\x1b\u202e" in page.text
    assert not page.count("b")


@pytest.mark.parametrize("path", ["files/other.py", "files/", "files/..%2F..%2Fetc%2Fpasswd"])
def test_what_is_no_file_of_the_submission_is_not_found(world: World, path: str) -> None:
    assert world.client(ADA).get(f"/submissions/{world.made['partly']}/{path}").status_code == 404


@pytest.mark.parametrize(("who", "status"), [(ADA, 200), (KIM, 200), (BEN, 404), (None, 303)])
def test_the_source_is_for_whoever_wrote_it_and_for_staff(world: World, who: str | None, status: int) -> None:
    answer = world.client(who).get(f"/submissions/{world.made['partly']}/files/linear_svm.py")
    assert answer.status_code == status
