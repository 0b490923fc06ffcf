"""`grader submit`: upload to a service, follow the submission, show its report.

A request to wait (429, 503) is kept, within bounds; the upload is then sent again under the same Idempotency-Key, so
that it counts once. While a submission is followed, a service that is silent for a while, as when it starts again, is
waited for. Nothing is lost where that takes longer: the submission is stored, and its address was printed.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from grader.cli.language import LangOption, choose
from grader.cli.telling import OUR_FAULT, WRONG_USE, exit_code, say, show, speaking
from grader.core import Message, Param
from grader.errors import BadRequest, GraderError, TooMany, Unavailable, Unprocessable

if TYPE_CHECKING:
    import httpx2

SILENCES = 6  # times in a row that no answer comes while a submission is followed: some 30 s, a service's restart
WAITS = 5  # times that one request is sent again because the service asks to wait
LONGEST_PAUSE = 60  # seconds that are waited where the service asks for it
HOLD_SECONDS = 20  # how long the service may hold its answer until something changes
TIMEOUT_SECONDS = 60.0
FINAL = frozenset({"done", "rejected", "broken", "cancelled"})

Json = Mapping[str, Any]


def submit(
    assignment: Annotated[str, typer.Argument(help="Slug of the assignment.")],
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="A .py or .ipynb file, a folder, a .zip or .tar.gz.")
    ],
    url: Annotated[str, typer.Option("--url", help="Address of the service.")],
    course: Annotated[str, typer.Option("--course", help="Slug of the course.")],
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE|-", help="Write the report as JSON.")
    ] = None,
    lang: LangOption = None,
) -> None:
    """Upload a submission to a service, follow it, and print its report.

    The token is taken from GRADER_TOKEN. Exit code: 0 full marks, 1 not full marks, 2 wrong use or rejected,
    3 a fault of the service.

    \b
    Example:
      GRADER_TOKEN=... grader submit --url https://grader.example.edu --course cs231n svm linear_svm.py
    """
    spoken = choose(lang)
    with speaking(spoken):
        from grader.cli.output import check_writable

        check_writable(json_file)
        files = _files(paths)
        with _client(url, spoken) as client:
            where = f"/api/v1/courses/{quote(course, safe='')}/assignments/{quote(assignment, safe='')}/submissions"
            receipt = _sent(client, where, files, spoken)
            known = "cli.received-before" if receipt.get("duplicate") else "cli.received"
            say(Message(known, {"id": receipt["id"], "url": str(receipt["url"])}), spoken)
            state = _followed(client, receipt, spoken)
            beside = _beside(client, state, spoken)
        code = _shown(state, beside, json_file, spoken)
    raise typer.Exit(code)


def _files(paths: list[Path]) -> list[tuple[str, bytes]]:
    """What is sent: of folders the sources, everything else as it is."""
    from grader.intake import Rejected, collect
    from grader.intake.confined.selection import is_kept

    folders = any(path.is_dir() for path in paths)
    try:
        return [(path, data) for path, data in collect(paths) if not folders or is_kept(path, len(data))]
    except Rejected as refusal:
        raise Unprocessable(refusal.message) from None


@contextmanager
def _client(url: str, lang: str) -> Iterator[httpx2.Client]:
    import httpx2

    if not (token := os.environ.get("GRADER_TOKEN")):
        raise BadRequest(Message("cli.no-token"))
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": lang, "Accept": "application/json"}
    try:
        client = httpx2.Client(base_url=url.rstrip("/"), headers=headers, timeout=TIMEOUT_SECONDS)
    except httpx2.InvalidURL:
        raise BadRequest(Message("cli.bad-url", {"url": url})) from None
    if client.base_url.scheme not in ("http", "https") or not client.base_url.host:
        raise BadRequest(Message("cli.bad-url", {"url": url}))
    with client:
        yield client


def _sent(client: httpx2.Client, where: str, files: list[tuple[str, bytes]], lang: str) -> Json:
    """The service's receipt."""
    parts = [("files", file) for file in files]
    key = {"Idempotency-Key": str(uuid.uuid4())}
    return _asked(client, lambda: client.post(where, files=parts, headers=key), lang)


def _followed(client: httpx2.Client, receipt: Json, lang: str) -> Json:
    """The state of the submission once it is final."""
    from rich.console import Console

    where = f"/api/v1/submissions/{receipt['id']}"
    console = Console(stderr=True)

    def ask() -> httpx2.Response:
        return client.get(where, params={"wait": HOLD_SECONDS})

    with console.status("") as line:
        try:
            while (state := _asked(client, ask, lang, silences=SILENCES))["status"] not in FINAL:
                line.update(_standing(state, lang))
        except Unavailable as error:
            lost: dict[str, Param] = {"id": receipt["id"], "url": str(receipt["url"])}
            lost["reason"] = str(error.extra.get("reason", ""))
            raise Unavailable(Message("cli.lost-contact", lost)) from None
    return state


@dataclass(frozen=True, slots=True)
class Beside:
    """What the service says of a report besides: how far the hints of each mistake are open, and sentences: what has
    changed since the attempt before, and when the next hints can be opened."""

    hints: Sequence[Json] = ()
    sentences: Sequence[str] = ()


def _beside(client: httpx2.Client, state: Json, lang: str) -> Beside:
    if state["status"] != "done":
        return Beside()
    where = f"/api/v1/submissions/{state['id']}"
    since = _asked(client, lambda: client.get(f"{where}/since"), lang)
    hints = _asked(client, lambda: client.get(f"{where}/hints"), lang)["items"]
    doors = [f"{one['function']}: {one['next']['text']} {state['url']}" for one in hints if one["next"]]
    return Beside(hints, [*since["text"], *doors])


def _standing(state: Json, lang: str) -> str:
    from rich.markup import escape

    from grader.report import text

    message = Message("cli.running-now")
    if state["status"] == "queued":
        message = Message("cli.queued", {"position": state["position"]})
    elif progress := state.get("progress"):
        message = Message("cli.running", {name: progress[name] for name in ("function", "done", "total")})
    return escape(text(message, lang))


def _asked(client: httpx2.Client, request: Callable[[], httpx2.Response], lang: str, *, silences: int = 0) -> Json:
    """The JSON of an answer. Waits where the service asks for it; tries again where it is silent, `silences` times."""
    import httpx2

    silent = waited = 0
    while True:
        try:
            answer = request()
        except httpx2.TransportError as error:
            silent += 1
            if silent > silences:
                raise _no_answer(client, error) from None
            time.sleep(2.0**silent / 4)
            continue
        if answer.status_code not in (429, 503) or waited == WAITS:
            return _read(answer)
        waited += 1
        _pause(answer, lang)


def _no_answer(client: httpx2.Client, error: httpx2.TransportError) -> Unavailable:
    reason = str(error) or type(error).__name__
    return Unavailable(
        Message("cli.no-answer", {"url": str(client.base_url), "reason": reason}), extra={"reason": reason}
    )


def _pause(answer: httpx2.Response, lang: str) -> None:
    """Wait as long as Retry-After says. Raises TooMany or Unavailable where that is longer than is waited here."""
    asked = answer.headers.get("Retry-After", "1")
    seconds = max(1, int(asked)) if asked.isdecimal() else 1
    if seconds > LONGEST_PAUSE:
        raise TooMany(Message("cli.busy", {"seconds": seconds}))
    say(Message("cli.waiting", {"seconds": seconds}), lang)
    time.sleep(seconds)


def _read(answer: httpx2.Response) -> Json:
    """The object in the answer. Raises what the service says is wrong, as our own error of the same kind."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    params: dict[str, Param] = {"url": str(answer.url), "status": answer.status_code}
    if not isinstance(body, dict) or answer.is_redirect:
        raise (Unavailable if answer.is_server_error else BadRequest)(Message("cli.strange-answer", params))
    if answer.is_success:
        return body
    said: dict[str, Param] = {
        "status": answer.status_code,
        "detail": str(body.get("detail") or body.get("title") or ""),
    }
    kind: type[GraderError] = Unavailable if answer.is_server_error else BadRequest
    raise kind(Message("cli.refused", said), extra={"reason": said["detail"]})


def _shown(state: Json, beside: Beside, json_file: Path | None, lang: str) -> int:
    """Print and write the report; the exit code that goes with it."""
    from grader.cli.output import write
    from grader.cli.received import report_from, with_closed

    id = state["id"]
    if not state.get("report"):
        if state["status"] == "cancelled":
            say(Message("cli.cancelled", {"id": id}), lang)
            return WRONG_USE
        why: dict[str, Param] = {"id": id, "status": state["status"], "reason": state.get("reason") or ""}
        say(Message("cli.without-report", why), lang)
        return WRONG_USE if state["status"] == "rejected" else OUR_FAULT
    write(json_file, json.dumps(state["report"], ensure_ascii=False, indent=2))
    report = report_from(state["report"])
    show(with_closed(report, beside.hints), lang, "student")
    for sentence in beside.sentences:
        say(Message("cli.said", {"text": sentence}), lang)
    return exit_code(report)
