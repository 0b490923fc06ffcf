"""A receipt over HTTP: downloaded by who may see the submission, checked by anyone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader.course.receipts import LARGEST, key_of
from grader.settings import Settings
from tests.api.conftest import Site

VERIFY = "/api/v1/verify"


@pytest.fixture
def settings(tmp_path: Path, settings: Settings) -> Settings:
    return settings.model_copy(update={"var_dir": tmp_path})


def receipt(site: Site, who: str = "ada") -> dict[str, Any]:
    id = site.upload(who=who).json()["id"]
    answer = site.get(f"/api/v1/submissions/{id}/receipt", who)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == f'attachment; filename="receipt-{id}.json"'
    given: dict[str, Any] = answer.json()
    return given


def test_the_receipt_of_a_submission_is_found_genuine_by_anyone(site: Site) -> None:
    given = receipt(site)
    answer = site.call("POST", VERIFY, None, json=given).json()
    assert (answer["genuine"], answer["verdict"]) == (True, "genuine")
    assert answer["receipt"] == given["receipt"]
    assert given["receipt"]["schema"] == "grader.receipt/1"
    assert given["receipt"]["user"] == "ada@example.org"
    assert len(answer["id"]) == 16


def test_a_check_tells_no_more_than_the_receipt_and_of_a_false_one_nothing(site: Site) -> None:
    given = receipt(site)
    false = given | {"receipt": given["receipt"] | {"number": 2}}
    answer = site.call("POST", VERIFY, None, json=false).json()
    assert (answer["genuine"], answer["verdict"], answer["receipt"], answer["id"]) == (False, "tampered", None, None)
    assert "was changed" in answer["text"]
    assert "ada" not in json.dumps(answer)


def test_a_receipt_of_another_service_is_said_to_be_one(site: Site) -> None:
    other = key_of(b"another secret")
    answer = site.call("POST", VERIFY, None, json=receipt(site) | {"key": other.id}).json()
    assert (answer["genuine"], answer["verdict"]) == (False, "foreign")


def test_what_is_no_receipt_is_refused_and_what_is_too_large_is_not_kept(site: Site) -> None:
    malformed = site.call("POST", VERIFY, None, content=b"my homework")
    large = site.call("POST", VERIFY, None, content=b"x" * (LARGEST + 1))
    assert (malformed.status_code, malformed.json()["type"]) == (422, "urn:grader:problem:receipt.malformed")
    assert (large.status_code, large.json()["type"]) == (413, "urn:grader:problem:receipt.large")
    assert "1.0 MiB" in large.json()["detail"]


def test_the_same_secret_signs_the_same_on_another_machine(site: Site, settings: Settings) -> None:
    given = receipt(site)
    secret = (settings.var_dir / "secret").read_text().encode()
    assert given["key"] == key_of(secret).id
