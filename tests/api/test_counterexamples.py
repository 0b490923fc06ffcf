"""`counterexample.py` beside the report: as far as the report itself may be read, and only where there is one."""

import pytest

from grader.report.snippet import NAME
from tests.api.conftest import Site

PATH = "/api/v1/submissions/{}/" + NAME


def test_the_owner_downloads_a_program_in_the_own_language(site: Site) -> None:
    id = site.cast.wrong(10, "halved")
    answer = site.get(PATH.format(id))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/x-python; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="counterexample.py"'
    assert "result_1 = svm_loss_naive(W, X, y, reg)" in answer.text
    assert "expected [[0, 2]]" in answer.text
    korean = site.get(PATH.format(id), headers={"Accept-Language": "ko"}).text
    assert "기준값 [[0, 2]]" in korean
    compile(korean, NAME, "exec")


@pytest.mark.parametrize(("who", "code"), [(None, 401), ("ben", 404), ("stan", 404), ("asa", 200), ("ines", 200)])
def test_it_is_read_by_whoever_reads_the_report(site: Site, who: str | None, code: int) -> None:
    assert site.get(PATH.format(site.cast.wrong(10, "halved")), who).status_code == code


def test_one_function_can_be_asked_for(site: Site) -> None:
    path = PATH.format(site.cast.wrong(10, "halved"))
    assert site.get(f"{path}?function=svm_loss_naive").text == site.get(path).text
    other = site.get(f"{path}?function=svm_loss_vectorized")
    assert (other.status_code, other.headers["content-type"]) == (404, "application/problem+json")


def test_where_nothing_is_shown_there_is_nothing_to_download(site: Site) -> None:
    assert site.get(PATH.format(site.cast.graded(20))).status_code == 404
    assert site.get(PATH.format(site.cast.accept(b"def svm_loss_naive(): ...\n").id)).status_code == 404
    assert site.get(PATH.format(999)).status_code == 404


def test_the_report_has_the_numbers_and_not_the_program(site: Site) -> None:
    told = site.get(f"/api/v1/submissions/{site.cast.wrong(10, 'halved')}/report.json").json()
    assert told["functions"][0]["counterexample"] == {
        "inputs": {"W": [[0, 1]], "X": [[0]], "y": [0], "reg": 1},
        "expected": {"dW": [[0, 2]]},
        "actual": {"dW": [[0, 1]]},
    }
