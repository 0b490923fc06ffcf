"""`/verify` for those who come from nowhere: a file or a text, and an answer in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from grader.course.receipts import LARGEST
from tests.web.world import HOSTILE, World


@pytest.fixture
def given(world: World) -> dict[str, Any]:
    """Eve's receipt: her name and file are hostile, her address is not."""
    answer = world.client("eve@uni.example").get(f"/api/v1/submissions/{world.made['hostile']}/receipt")
    receipt: dict[str, Any] = answer.json()
    return receipt


@pytest.fixture
def stranger(world: World) -> TestClient:
    return world.client()


def test_the_page_of_a_submission_leads_to_its_receipt_and_to_the_check(world: World, given: dict[str, Any]) -> None:
    eve = world.client("eve@uni.example")
    page = eve.get(f"/submissions/{world.made['hostile']}").text
    assert f'href="/api/v1/submissions/{world.made["hostile"]}/receipt"' in page
    assert 'href="/verify"' in page
    verified = eve.post("/verify", files={"file": ("receipt.json", json.dumps(given).encode())}).text
    id = verified.partition('<dd class="sha">')[2].partition("<")[0]
    assert len(id) == 16
    assert f'<span class="sha">{id}</span>' in page


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_genuine_receipt_is_told_with_what_it_says(world: World, given: dict[str, Any], lang: str) -> None:
    stranger = world.client(lang=lang)
    asked = stranger.get("/verify")
    answer = stranger.post("/verify", data={"text": json.dumps(given, indent=2).replace("\n", "\r\n")})
    assert (asked.status_code, answer.status_code) == (200, 200)
    assert 'class="note pass"' in answer.text
    for said in ("eve@uni.example", given["receipt"]["sha256"], given["receipt"]["received_at"]):
        assert said in answer.text
    assert HOSTILE not in answer.text


def test_a_receipt_that_was_changed_tells_nothing_of_what_it_says(stranger: TestClient, given: dict[str, Any]) -> None:
    given["receipt"]["user"] = "mallory@uni.example"
    answer = stranger.post("/verify", files={"file": ("receipt.json", json.dumps(given).encode())})
    assert 'class="note fail"' in answer.text
    assert "was changed after it was signed" in answer.text
    assert "mallory" not in answer.text
    assert given["receipt"]["sha256"] not in answer.text


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        ({"data": {"text": ""}}, 422, "Nothing was sent"),
        ({"files": {"file": ("", b"")}}, 422, "Nothing was sent"),
        ({"data": {"text": HOSTILE}}, 422, "This is no receipt"),
        ({"files": {"file": ("photo.json", bytes(1000))}}, 422, "This is no receipt"),
        ({"content": b"no form", "headers": {"content-type": "multipart/form-data"}}, 422, "This is no receipt"),
        ({"data": {"text": "x" * (10 << 20)}}, 413, "at most 1.0 MiB"),
        ({"files": {"text": (None, "x" * (10 << 20))}}, 413, "at most 1.0 MiB"),
        ({"files": {"file": ("receipt.json", b"x" * (LARGEST + 1))}}, 413, "at most 1.0 MiB"),
    ],
    ids=["nothing", "no file", "markup", "bytes", "no form", "10 MiB pasted", "10 MiB of a form", "large file"],
)
def test_what_is_no_receipt_is_refused_in_words(
    stranger: TestClient, options: dict[str, Any], status: int, said: str
) -> None:
    answer = stranger.post("/verify", **options)
    assert answer.status_code == status
    assert said in answer.text
    assert HOSTILE not in answer.text


def test_the_public_key_is_there_for_everyone(stranger: TestClient, given: dict[str, Any]) -> None:
    answer = stranger.get("/verify/key.pem")
    assert answer.headers["content-type"] == "application/x-pem-file"
    assert answer.text.startswith("-----BEGIN PUBLIC KEY-----")
    assert given["key"] in stranger.get("/verify").text
