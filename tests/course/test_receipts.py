"""What a receipt says is signed, stays as it is, and nothing else passes for one."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from grader.course import receipts
from grader.course.receipts import LARGEST, SCHEMA, Receipt, canonical, check, key_of, receipt_of, sign
from grader.course.tables import User
from grader.errors import TooLarge
from tests.cast import SOURCE, Cast

KEY = key_of(b"a secret")
STATEMENTS = {"schema": SCHEMA, "user": "김@example.org", "files": [{"path": "가.py", "size": 3}], "number": 1}


def receipt(cast: Cast, id: int) -> Receipt:
    with cast.database.read() as session:
        return receipt_of(session, cast.row(id), KEY)


def as_file(one: Receipt, **changed: Any) -> bytes:
    return json.dumps(one.stored() | changed).encode()


def test_a_receipt_says_what_was_handed_in_by_whom_and_when(cast: Cast) -> None:
    id = cast.accept().id
    row, said = cast.row(id), receipt(cast, id).statements
    assert (said["course"], said["assignment"]) == ("ml", "svm")
    assert (said["submission"], said["number"], said["user"]) == (id, 1, "ada@example.org")
    assert said["sha256"] == row.sha256
    assert [(one["path"], one["size"]) for one in said["files"]] == [("svm.py", len(SOURCE))]
    assert said["received_at"] == row.received_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert said["revision"] == "sha256:1"


def test_a_receipt_is_the_same_before_and_after_grading(cast: Cast) -> None:
    id = cast.accept().id
    before = receipt(cast, id)
    cast.graded_now(id, 12)
    assert receipt(cast, id) == before


def test_a_receipt_that_was_downloaded_is_genuine_however_its_json_is_laid_out(cast: Cast) -> None:
    one = receipt(cast, cast.accept().id)
    laid_out = json.dumps(json.loads(as_file(one)), indent=4, sort_keys=True, ensure_ascii=False).encode()
    for data in (as_file(one), laid_out):
        found = check(data, KEY)
        assert (found.verdict, found.receipt) == ("genuine", one)


@pytest.mark.parametrize("field", ["course", "submission", "number", "user", "sha256", "received_at", "files"])
def test_a_receipt_with_a_word_changed_is_tampered_with(cast: Cast, field: str) -> None:
    one = receipt(cast, cast.accept().id)
    other = {"submission": 7, "number": 7, "files": []}.get(field, "2026-01-01T00:00:00.000000Z")
    found = check(as_file(one, receipt=dict(one.statements) | {field: other}), KEY)
    assert (found.verdict, found.receipt) == ("tampered", None)


def test_a_statement_that_was_added_is_tampering() -> None:
    found = check(as_file(sign(STATEMENTS, KEY), receipt=STATEMENTS | {"score": 20}), KEY)
    assert found.verdict == "tampered"


def test_another_key_is_another_service_and_does_not_pass_for_ours_under_our_name() -> None:
    foreign = sign(STATEMENTS, key_of(b"another secret"))
    assert check(as_file(foreign), KEY).verdict == "foreign"
    assert check(as_file(foreign, key=KEY.id), KEY).verdict == "tampered"


SIGNED = sign(STATEMENTS, KEY)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b'"receipt"',
        b"{",
        b"[" * 100_000,
        b'{"receipt":' * 50_000,
        b"1" * 100_000,
        b'{"receipt": {}}',
        as_file(SIGNED, receipt={}),
        as_file(SIGNED, receipt=[]),
        as_file(SIGNED, receipt=STATEMENTS | {"schema": "grader.report/1"}),
        as_file(SIGNED, receipt=STATEMENTS | {"number": float("nan")}),
        as_file(SIGNED, receipt=STATEMENTS | {"user": "\ud800"}),
        as_file(SIGNED, key=None),
        as_file(SIGNED, signature=17),
        as_file(SIGNED, signature="not base64"),
    ],
    ids=lambda data: repr(data[:40]),
)
def test_what_is_no_receipt_is_said_to_be_none(data: bytes) -> None:
    assert check(data, KEY).verdict == "malformed"


@pytest.mark.parametrize("signature", ["", base64.b64encode(b"x" * 63).decode(), base64.b64encode(bytes(64)).decode()])
def test_a_signature_of_another_length_or_of_nothing_proves_nothing(signature: str) -> None:
    assert check(as_file(SIGNED, signature=signature), KEY).verdict == "tampered"


def test_what_is_larger_than_any_receipt_is_not_looked_at() -> None:
    with pytest.raises(TooLarge):
        check(b" " * (LARGEST + 1), KEY)


def test_the_signed_form_has_sorted_keys_and_no_blanks_in_utf_8() -> None:
    assert canonical({"b": [1, {"d": "가", "c": "\n"}], "a": ""}) == '{"a":"","b":[1,{"c":"\\n","d":"가"}]}'.encode()


def test_the_key_follows_from_the_secret_alone() -> None:
    """As HKDF of RFC 5869 and Ed25519 of RFC 8032 have it: written down, so that old receipts stay genuine."""
    receipts.key_of.cache_clear()
    again = key_of(b"a secret")
    assert (again.id, again.pem) == (KEY.id, KEY.pem)
    assert again.pem.startswith("-----BEGIN PUBLIC KEY-----\n")
    assert key_of(b"another secret").id != KEY.id


def test_a_receipt_tells_nothing_of_a_name_that_was_changed_since(cast: Cast) -> None:
    """Its bytes are made of what the submission was; a new display name changes none of it."""
    id = cast.accept().id
    before = receipt(cast, id)
    with cast.database.write() as session:
        session.get_one(User, cast.ada).name = "Countess of Lovelace"
    assert receipt(cast, id) == before
