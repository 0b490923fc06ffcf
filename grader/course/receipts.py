"""Receipts: what was handed in, by whom, when, signed so that anyone can check it without asking us.

A receipt is made of what never changes once a submission is stored, so that it reads the same whenever it is asked for;
nothing of it is kept. The key is derived from the service's secret (HKDF-SHA256, RFC 5869, info `receipt`), so that all
machines sign with the same one; the signature (Ed25519, RFC 8032) is over the canonical form of the statements: JSON
with sorted keys and no blanks, in UTF-8. A check reads nothing but the receipt and the key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course.submissions import files
from grader.course.tables import Course, CourseAssignment, Submission, User
from grader.errors import TooLarge

SCHEMA = "grader.receipt/1"
LARGEST = 1 << 20
"""Bytes of a receipt that is looked at; one of two thousand files has a third of that."""
ID_DIGITS = 16

Verdict = Literal["genuine", "tampered", "foreign", "malformed"]
"""`foreign`: made with another key. `tampered`: with ours, and changed since."""


@dataclass(frozen=True, slots=True)
class Key:
    """`id` is the beginning of the SHA-256 of the public key, `pem` the public key as OpenSSL reads it."""

    private: Ed25519PrivateKey
    id: str
    pem: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """`id` is the beginning of the SHA-256 of what is signed; `signature` is in base64."""

    statements: Mapping[str, Any]
    id: str
    key: str
    signature: str

    def stored(self) -> dict[str, Any]:
        """As it is handed out."""
        return {"receipt": dict(self.statements), "key": self.key, "signature": self.signature}


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a check; `receipt` is there only where it is genuine: what else says is nobody's word."""

    verdict: Verdict
    receipt: Receipt | None = None


@lru_cache(maxsize=8)
def key_of(secret: bytes) -> Key:
    """The key of a service with this secret."""
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"receipt").derive(secret)
    private = Ed25519PrivateKey.from_private_bytes(derived)
    public = private.public_key()
    id = hashlib.sha256(public.public_bytes_raw()).hexdigest()[:ID_DIGITS]
    return Key(private, id, public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii"))


def receipt_of(session: Session, submission: Submission, key: Key) -> Receipt:
    """The receipt of a submission, whatever became of it."""
    return sign(_statements(session, submission), key)


def sign(statements: Mapping[str, Any], key: Key) -> Receipt:
    signed = canonical(statements)
    return Receipt(statements, _id(signed), key.id, base64.b64encode(key.private.sign(signed)).decode("ascii"))


def check(data: bytes, key: Key) -> Checked:
    """Whether `data` is a receipt of ours, word for word. Raises TooLarge for more than `LARGEST` bytes."""
    if len(data) > LARGEST:
        raise TooLarge(Message("receipt.large", {"most": LARGEST}))
    try:
        given = json.loads(data)
        statements, made_with, written = given["receipt"], given["key"], given["signature"]
        signed, signature = canonical(statements), base64.b64decode(written, validate=True)
        known = isinstance(made_with, str) and statements["schema"] == SCHEMA
    except (ValueError, TypeError, KeyError, RecursionError, binascii.Error):
        return Checked("malformed")
    if not known:
        return Checked("malformed")
    if made_with != key.id:
        return Checked("foreign")
    try:
        key.private.public_key().verify(signature, signed)
    except InvalidSignature:
        return Checked("tampered")
    return Checked("genuine", Receipt(statements, _id(signed), made_with, written))


def canonical(statements: Mapping[str, Any]) -> bytes:
    """What is signed: as RFC 8785 writes texts, whole numbers, lists and objects of them. Raises ValueError."""
    return json.dumps(statements, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _id(signed: bytes) -> str:
    return hashlib.sha256(signed).hexdigest()[:ID_DIGITS]


def _statements(session: Session, submission: Submission) -> dict[str, Any]:
    assignment = session.get_one(CourseAssignment, submission.assignment_id)
    return {
        "schema": SCHEMA,
        "course": session.get_one(Course, assignment.course_id).slug,
        "assignment": assignment.slug,
        "submission": submission.id,
        "number": submission.number,
        "user": session.get_one(User, submission.user_id).email,
        "sha256": submission.sha256,
        "files": [{"path": one.path, "sha256": one.sha256, "size": one.size} for one in files(session, submission.id)],
        "received_at": submission.received_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "revision": submission.revision,
    }
