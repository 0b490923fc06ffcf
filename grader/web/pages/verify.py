"""`/verify`: is this receipt genuine, and what does it prove? For anyone, signed in or not."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from grader.api.dependencies import Reader, permission, settings_of, visitor
from grader.api.guard import guarded_router
from grader.api.receipts import ReceiptKey, checked, statements
from grader.core import Message
from grader.course.receipts import LARGEST, Key, Receipt
from grader.errors import GraderError, TooLarge, Unprocessable
from grader.report import text
from grader.web.frame import frame_of
from grader.web.rendering import page, say

router = guarded_router(dependencies=[Depends(permission("public"))])
FORM_BYTES = 8192
"""What a form may add to the receipt."""
OFFLINE = (
    "python3 - receipt-42.json <<'END'",
    "import base64, json, sys",
    "given = json.load(open(sys.argv[1], encoding='utf-8'))",
    "said = json.dumps(given['receipt'], sort_keys=True, separators=(',', ':'), ensure_ascii=False)",
    "open('signed', 'wb').write(said.encode())",
    "open('signature', 'wb').write(base64.b64decode(given['signature']))",
    "END",
    "openssl pkeyutl -verify -rawin -pubin -inkey key.pem -in signed -sigfile signature",
)
"""The check without us, line by line, once `key.pem` is there."""


@router.get("/verify")
def show(request: Request, session: Reader, key: ReceiptKey) -> Response:
    return _page(request, session, key)


async def sent(request: Request) -> bytes | GraderError:
    """The receipt in a form, as a file or as text; or why there is none to look at."""
    if int(request.headers.get("content-length", 0)) > LARGEST + FORM_BYTES:
        async for _ in request.stream():  # a browser reads no answer before it has sent everything
            pass
        return TooLarge(Message("receipt.large", {"most": LARGEST}))
    try:
        async with request.form(max_part_size=LARGEST) as form:
            data = await _receipt_in(form)
    except HTTPException:
        return Unprocessable(Message("receipt.malformed"))
    return data if data.strip() else Unprocessable(Message("receipt.nothing"))


async def _receipt_in(form: FormData) -> bytes:
    file, typed = form.get("file"), form.get("text")
    if isinstance(file, UploadFile) and file.filename:
        return await file.read(LARGEST + 1)
    return typed.encode() if isinstance(typed, str) else b""


@router.post("/verify")
def verify(
    request: Request, session: Reader, key: ReceiptKey, data: Annotated[bytes | GraderError, Depends(sent)]
) -> Response:
    """The page with the verdict."""
    try:
        if isinstance(data, GraderError):
            raise data
        verdict, receipt = checked(data, key)
    except GraderError as error:
        return _page(request, session, key, refusal=error)
    return _page(request, session, key, verdict, receipt)


@router.get("/verify/key.pem")
def public_key(key: ReceiptKey) -> Response:
    return Response(key.pem, media_type="application/x-pem-file")


def _page(  # noqa: PLR0917
    request: Request,
    session: Session,
    key: Key,
    verdict: str = "",
    receipt: Receipt | None = None,
    refusal: GraderError | None = None,
) -> Response:
    frame = frame_of(request, session, visitor(request))
    return page(
        frame,
        "verify.html",
        status=refusal.status if refusal else 200,
        title=say(frame, "receipt.title"),
        key=key.id,
        offline="\n".join((f"curl -so key.pem {settings_of(request).base_url.rstrip('/')}/verify/key.pem", *OFFLINE)),
        verdict=verdict,
        said=text(refusal.message, frame.lang) if refusal else "",
        id=receipt.id if receipt else "",
        receipt=statements(receipt) if receipt else None,
        received=datetime.fromisoformat(receipt.statements["received_at"]) if receipt else None,
    )
