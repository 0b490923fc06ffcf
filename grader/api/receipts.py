"""Receipts: the signed one of a submission, and whether one that somebody shows is ours."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from grader.api.dependencies import Language, Reader, permission, settings_of
from grader.api.guard import guarded_router
from grader.api.submissions import row_of
from grader.core import Message
from grader.course import receipts
from grader.course.permissions import Grant
from grader.course.receipts import LARGEST, Key, Receipt, Verdict
from grader.errors import TooLarge, Unprocessable
from grader.jobs.secret import secret_of
from grader.report import text

router = guarded_router(tags=["receipts"])
CHECKED = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}}


class ReceiptFile(BaseModel):
    """A file as it was sent: its SHA-256 and its size in bytes."""

    path: str
    sha256: str
    size: int


class Statements(BaseModel):
    """What a receipt says. `user` is the e-mail address of who handed in, `number` counts their attempts, `sha256` is
    that of all files together, `received_at` is known to the microsecond, `revision` is that of what was asked then."""

    model_config = ConfigDict(serialize_by_alias=True)
    schema_: str = Field(alias="schema")
    course: str
    assignment: str
    submission: int
    number: int
    user: str
    sha256: str
    files: list[ReceiptFile]
    received_at: str
    revision: str


class SignedReceipt(BaseModel):
    """`key` is the beginning of the SHA-256 of the public key at `/verify/key.pem`, `signature` (Ed25519, base64) is
    over `receipt` as JSON with sorted keys and no blanks, in UTF-8."""

    receipt: Statements
    key: str
    signature: str


class Verification(BaseModel):
    """`verdict`: `genuine`, `tampered` (changed after we signed it) or `foreign` (not made with our key); `id` and
    `receipt` are there only where it is genuine."""

    genuine: bool
    verdict: Verdict
    text: str
    id: str | None
    receipt: Statements | None


def key_of(request: Request) -> Key:
    """The key that this service signs receipts with."""
    return receipts.key_of(secret_of(settings_of(request)))


ReceiptKey = Annotated[Key, Depends(key_of)]


@router.get("/submissions/{submission}/receipt")
def show(
    grant: Annotated[Grant, Depends(permission("submission.read"))], session: Reader, key: ReceiptKey, answer: Response
) -> SignedReceipt:
    """A signed statement of what was handed in, by whom and when; it can be checked at `/verify`, or offline."""
    one = row_of(grant)
    answer.headers["Content-Disposition"] = f'attachment; filename="receipt-{one.id}.json"'
    return SignedReceipt.model_validate(receipts.receipt_of(session, one, key).stored())


async def shown(request: Request) -> bytes:
    """The body, read to its end. Raises TooLarge."""
    body = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        body += chunk[: LARGEST + 1 - len(body)]
    if size > LARGEST:
        raise TooLarge(Message("receipt.large", {"most": LARGEST}))
    return bytes(body)


@router.post("/verify", dependencies=[Depends(permission("public"))], openapi_extra=CHECKED)
def verify(body: Annotated[bytes, Depends(shown)], key: ReceiptKey, lang: Language) -> Verification:
    """Whether a receipt is ours, word for word. Nothing is looked up: the answer tells what stands in the receipt."""
    verdict, receipt = checked(body, key)
    return Verification(
        genuine=receipt is not None,
        verdict=verdict,
        text=text(Message(f"receipt.{verdict}"), lang),
        id=receipt.id if receipt else None,
        receipt=statements(receipt) if receipt else None,
    )


def checked(data: bytes, key: Key) -> tuple[Verdict, Receipt | None]:
    """Raises TooLarge, or Unprocessable for what is no receipt at all."""
    found = receipts.check(data, key)
    if found.verdict == "malformed":
        raise Unprocessable(Message("receipt.malformed"))
    return found.verdict, found.receipt


def statements(receipt: Receipt) -> Statements:
    return Statements.model_validate(receipt.statements)
