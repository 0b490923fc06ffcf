"""Whether the service lives and works, and the page that documents it."""

from __future__ import annotations

import pytest

from grader.core import Message
from grader.course import workers
from grader.settings import Settings
from tests.api.conftest import Site


def beat(site: Site, isolation: str | None, refusal: Message | None = None, *, worker: str = "w") -> None:
    with site.cast.database.write() as session:
        workers.beat(session, worker, isolation, refusal=refusal)


def test_health_says_how_well_code_is_confined(site: Site) -> None:
    assert site.get("/healthz", None).json()["isolation"] is None
    beat(site, "none")
    assert site.get("/healthz", None).json() | {"version": ""} == {"status": "ok", "version": "", "isolation": "none"}


def test_ready_is_who_has_a_worker(site: Site) -> None:
    assert site.get("/readyz", None).status_code == 503
    beat(site, "landlock")
    answer = site.get("/readyz", None)
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ready", "reason": None, "database": True, "workers": 1, "isolation": "landlock", "tier": True},
    )


@pytest.mark.parametrize(
    ("chosen", "tier", "status"),
    [
        ({}, "none", 503),
        ({}, "landlock", 200),
        ({"sandbox_min_tier": "ns"}, "landlock", 503),
        ({"sandbox_min_tier": "ns"}, "ns", 200),
        ({"sandbox_tier": "none"}, "none", 200),
        ({"sandbox_tier": "none", "sandbox_min_tier": "landlock"}, "none", 503),
    ],
)
def test_ready_needs_a_worker_that_confines_as_well_as_the_settings_ask(
    site: Site, settings: Settings, chosen: dict[str, str], tier: str, status: int
) -> None:
    """By default at least landlock; SANDBOX_TIER=none alone is content with none, but not against a least tier."""
    site.client.app.state.settings = settings.model_copy(update=chosen)  # type: ignore[attr-defined]
    beat(site, tier)
    answer = site.get("/readyz", None)
    assert (answer.status_code, answer.json()["tier"]) == (status, status == 200)
    assert (f"isolation {tier}" in (answer.json()["reason"] or "")) == (status == 503)


def test_a_worker_for_errands_alone_makes_nobody_ready(site: Site) -> None:
    beat(site, None)
    answer = site.get("/readyz", None)
    assert (answer.status_code, answer.json()["workers"]) == (503, 0)
    assert "grader worker" in answer.json()["reason"]


def test_a_worker_that_refuses_is_not_ready_and_says_why(site: Site) -> None:
    beat(site, None, Message("cli.isolation-too-weak", {"isolation": "landlock", "least": "ns"}))
    answer = site.get("/readyz", None)
    assert (answer.status_code, answer.json()["workers"], answer.json()["isolation"]) == (503, 0, None)
    assert "SANDBOX_MIN_TIER=ns is asked for" in answer.json()["reason"]
    assert site.get("/healthz", None).json()["isolation"] is None
    beat(site, "ns", worker="another")
    assert site.get("/readyz", None).status_code == 200


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
