"""Whether the service lives and works, and the page that documents it."""

from __future__ import annotations

import pytest

from grader.course import workers
from grader.settings import Settings
from tests.api.conftest import Site


def beat(site: Site, isolation: str) -> None:
    with site.cast.database.write() as session:
        workers.beat(session, "w", isolation)


def test_health_says_how_well_code_is_confined(site: Site) -> None:
    assert site.get("/healthz", None).json()["isolation"] is None
    beat(site, "none")
    assert site.get("/healthz", None).json() | {"version": ""} == {"status": "ok", "version": "", "isolation": "none"}


def test_ready_is_who_has_a_worker(site: Site) -> None:
    assert site.get("/readyz", None).status_code == 503
    beat(site, "none")
    answer = site.get("/readyz", None)
    assert (answer.status_code, answer.json()["workers"]) == (200, 1)


@pytest.fixture
def strict(settings: Settings) -> Settings:
    return settings.model_copy(update={"sandbox_min_tier": "landlock"})


@pytest.mark.parametrize(("tier", "status"), [("none", 503), ("landlock", 200), ("ns", 200)])
def test_ready_needs_a_worker_that_confines_well_enough(site: Site, strict: Settings, tier: str, status: int) -> None:
    site.client.app.state.settings = strict  # type: ignore[attr-defined]
    beat(site, tier)
    assert site.get("/readyz", None).status_code == status


def test_the_documentation_lists_every_operation_and_loads_nothing_from_elsewhere(site: Site) -> None:
    document = site.get("/openapi.json", None).json()
    page = site.get("/docs", None).text
    for path, operations in document["paths"].items():
        for method in operations:
            assert f"{method.upper()} {path}" in page
    assert "https://" not in page
    assert "http://" not in page
    assert "<script" not in page


def test_the_document_names_the_contracts_addresses(site: Site) -> None:
    paths = site.get("/openapi.json", None).json()["paths"]
    assert {
        "/api/v1/courses/{course}/assignments/{slug}/submissions",
        "/api/v1/submissions/{submission}",
        "/api/v1/submissions/{submission}/events",
        "/api/v1/submissions/{submission}/report.html",
        "/api/v1/courses/{course}/gradebook",
        "/api/v1/courses/{course}/gradebook.csv",
        "/api/v1/courses/{course}/statistics",
        "/hooks/github",
        "/healthz",
    } <= set(paths)
