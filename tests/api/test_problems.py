"""Every error is a problem, in the reader's language, and tells nothing that is not the reader's."""

from __future__ import annotations

import pytest
from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient

from grader.api import create_app
from grader.api.dependencies import permission
from grader.api.guard import guarded_router
from grader.api.problems import Problem
from grader.settings import Settings
from tests.api.conftest import Site

router = guarded_router()


@router.get("/fails", dependencies=[Depends(permission("public"))])
def fails() -> None:
    raise RuntimeError("the password is hunter2")


def error_page(_request: Request, problem: Problem) -> Response:
    return HTMLResponse(f"<h1>{problem.title}</h1>", status_code=problem.status)


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings, routers=(router,), problem_page=error_page)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/api/v1/nothing", 404),
        ("DELETE", "/healthz", 405),
        ("GET", "/api/v1/courses/other/gradebook", 404),
        ("GET", "/api/v1/courses/ml/statistics", 403),
        ("GET", "/api/v1/courses/ml/gradebook?limit=x", 422),
        ("PATCH", "/api/v1/courses/ml/assignments/svm", 403),
        ("GET", "/api/v1/submissions/99999999999999999999999999", 404),
        ("GET", "/api/v1/submissions/x", 404),
        ("GET", "/api/v1/submissions/" + "9" * 5000, 404),
        ("GET", "/api/v1/submissions/%D9%A1/events", 404),
        ("GET", "/api/v1/courses/ml/gradebook?since=0001-01-01T00:00:00%2B14:00", 422),
        ("GET", "/api/v1/courses/ml/gradebook.csv?until=9999-12-31T23:59:59-14:00", 422),
        ("GET", "/api/v1/courses/%00/gradebook", 400),
        ("GET", "/api/v1/courses/ml/gradebook?user=%00", 400),
        ("GET", "/fails", 500),
    ],
)
def test_an_error_is_a_problem_with_its_four_members(site: Site, method: str, path: str, status: int) -> None:
    answer = site.call(method, path)
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert problem["status"] == status
    assert problem["type"]
    assert problem["title"]
    assert problem["detail"]


def test_a_fault_of_ours_tells_a_number_to_find_it_by_and_nothing_else(site: Site) -> None:
    answer = site.get("/fails")
    assert answer.json()["reference"] == answer.headers["X-Request-Id"]
    assert "hunter2" not in answer.text
    assert "Traceback" not in answer.text


def test_a_wrong_field_is_named_and_its_value_is_not_repeated(site: Site) -> None:
    answer = site.call("PATCH", "/api/v1/courses/ml/assignments/svm", "ines", json={"grace_minutes": "hunter2"})
    assert answer.json()["errors"][0]["field"] == "body.grace_minutes"
    assert "hunter2" not in answer.text


@pytest.mark.parametrize(
    ("sent", "said", "korean"),
    [
        ({"grace_minutes": -1}, "must be at least 0", "0 이상이어야 합니다"),
        ({"grace_minutes": 1.5}, "must be a whole number", "정수여야 합니다"),
        ({"counts": "worst"}, "must be one of 'best', 'last', 'chosen'", "다음 중 하나여야 합니다"),
        ({"visible": True}, "is not known here", "여기에는 없는 항목입니다"),
        ({"due": "2027-03-01T23:59"}, "must be a time with an offset", "시차를 포함한 시각"),
        ({"due": "9999-12-31T23:59:59-14:00"}, "must have a year from 1970 to 9998", "1970년부터 9998년까지"),
        ({"weight": 0.125}, "must have at most two decimals", "소수점 아래 두 자리까지만"),
        ({"weight": "1e999999999"}, "must be a finite number", "유한한 수여야 합니다"),
        ({"title": "a\0b"}, "must not hold control characters", "제어 문자를 쓸 수 없습니다"),
        ({"title": " "}, "must have at least 1 characters", "1자 이상이어야 합니다"),
        ({"late_policy": None}, "does not have the form", "형식이 /docs의 설명과 다릅니다"),
    ],
)
def test_what_is_wrong_with_a_field_is_said_in_the_readers_language(
    site: Site, sent: dict[str, object], said: str, korean: str
) -> None:
    def detail(lang: str) -> str:
        headers = {"Accept-Language": lang}
        answer = site.call("PATCH", "/api/v1/courses/ml/assignments/svm", "ines", json=sent, headers=headers)
        assert answer.status_code == 422
        return str(answer.json()["detail"])

    assert said in detail("en")
    assert korean in detail("ko")


def test_json_that_is_none_is_a_problem(site: Site) -> None:
    answer = site.call(
        "PATCH",
        "/api/v1/courses/ml/assignments/svm",
        "ines",
        content=b"{",
        headers={"Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_problems_speak_the_readers_language(site: Site) -> None:
    english = site.get("/nothing").json()
    korean = site.get("/nothing", headers={"Accept-Language": "ko-KR,ko;q=0.9"}).json()
    assert english["detail"] == "There is nothing at this address."
    assert korean["detail"] == "이 주소에는 아무것도 없습니다."
    assert korean["type"] == english["type"]


def test_who_is_not_signed_in_is_told_how_to(site: Site) -> None:
    answer = site.get("/api/v1/courses/ml/gradebook", None)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer ag_wrong", "nonsense"])
def test_credentials_that_are_none_are_401(site: Site, header: str) -> None:
    answer = site.get("/api/v1/courses/ml/gradebook", None, headers={"Authorization": header})
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


def test_who_looks_at_pages_gets_a_page_and_programs_do_not(site: Site) -> None:
    accept = {"Accept": "text/html,application/xhtml+xml"}
    page = site.get("/nothing", headers=accept)
    assert (page.status_code, page.text) == (404, "<h1>Not found</h1>")
    assert site.get("/fails", headers=accept).text == "<h1>Our fault</h1>"
    assert site.get("/api/v1/nothing", headers=accept).headers["content-type"] == "application/problem+json"


def test_a_route_that_declares_no_permission_stops_the_service(settings: Settings) -> None:
    careless = guarded_router()

    @careless.get("/everything")
    def everything() -> str:
        return "secrets"

    with pytest.raises(TypeError, match="/everything"):
        create_app(settings, routers=(careless,))


def test_the_database_may_be_away(settings: Settings, tmp_path: object) -> None:
    """Tables that are not there are an outage: health says so, and a route answers with a problem."""
    broken = settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}/other.db"})
    with TestClient(create_app(broken), raise_server_exceptions=False) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503
        answer = client.get("/api/v1/submissions/1", headers={"Authorization": "Bearer ag_x"})
        assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
