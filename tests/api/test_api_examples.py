"""Every endpoint has an example in docs/api.md, and every example gets from a running service the status it claims."""

from __future__ import annotations

import re
import shlex
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
import uvicorn

from grader.api import create_app
from grader.course import access, regrade_work
from grader.course.tables import User
from grader.report import stored
from grader.settings import Settings, repository_root
from tests.api.walk import furnish
from tests.cast import SOURCE, Cast, assemble, report

PAGE = (repository_root() / "docs" / "api.md").read_text(encoding="utf-8")
LINE = re.compile(r"^(?P<command>(?:student|staff|admin|curl) .*\S)  # (?P<status>\d{3})$", re.MULTILINE)
SPEAKERS = {"student": "ada", "staff": "ines", "admin": "root", "curl": ""}
VALUED = {"-X", "-H", "-F", "-o", "--json"}


@dataclass
class Request:
    """What a line of curl asks for."""

    who: str
    method: str = "GET"
    address: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    form: str = ""
    json: str = ""
    out: str = ""

    @property
    def path(self) -> str:
        return self.address.removeprefix("$API").partition("?")[0]


@dataclass
class Service:
    """One that runs, and who is known there."""

    cast: Cast
    url: str


def read(command: str, status: str) -> Request:
    words = iter(shlex.split(command))
    request = Request(SPEAKERS[next(words)], status=int(status))
    for word in words:
        value = next(words) if word in VALUED else ""
        match word:
            case "-X":
                request.method = value
            case "-H":
                name, _, content = value.partition(": ")
                request.headers[name] = content
            case "-F" | "--json":
                request.method = "POST" if request.method == "GET" else request.method
                request.form, request.json = (value, request.json) if word == "-F" else (request.form, value)
            case "-o":
                request.out = value
            case "-sS":
                pass
            case _:
                assert word.startswith("$API/"), f"{word} in {command}"
                request.address = word
    return request


EXAMPLES = [read(found["command"], found["status"]) for found in LINE.finditer(PAGE)]


@pytest.fixture
def service(tmp_path: Path, migrated: Path) -> Iterator[Service]:
    shutil.copy(migrated, tmp_path / "grader.db")
    (tmp_path / "svm.py").write_bytes(SOURCE + b"# mine\n")
    (tmp_path / "roster.csv").write_text("email,name,role,group,external_id\neun@example.org,Eun,student,,7\n")
    app = create_app(
        Settings(
            database_url=f"sqlite:///{tmp_path / 'grader.db'}",
            var_dir=tmp_path,
            base_url="http://127.0.0.1:8000",
            smtp_host="mail.example.org",
        )
    )
    made = assemble(app.state.database)
    furnish(made)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.05)
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield Service(made, url)
    server.should_exit = True
    thread.join(30)


def graded_again(cast: Cast) -> None:
    """What a worker would do with the regrades that wait."""
    with cast.database.write() as session:
        for regrade, shard in regrade_work.shards(session):
            while (work := regrade_work.take(session, regrade, shard)) is not None:
                regrade_work.finish(session, work, stored.encode(report(20)))


def send(request: Request, folder: Path, url: str, tokens: dict[str, str]) -> httpx2.Response:
    headers = dict(request.headers)
    if request.who:
        headers["Authorization"] = f"Bearer {tokens[request.who]}"
    files = None
    if request.form:
        name, _, file = request.form.partition("=@")
        files = [(name, (file, (folder / file).read_bytes()))]
    content = (folder / request.json[1:]).read_bytes() if request.json.startswith("@") else request.json.encode()
    if request.json:
        headers["Content-Type"] = "application/json"
    address = request.address.replace("$API", url)
    return httpx2.request(
        request.method, address, headers=headers, files=files, content=content if request.json else None, timeout=60
    )


def test_each_example_gets_the_status_that_it_claims(service: Service, tmp_path: Path) -> None:
    """In the order of the page: one prepares the next."""
    cast = service.cast
    with cast.database.write() as session:
        people = {who: session.get_one(User, getattr(cast, who)) for who in ("ada", "ines", "root")}
        tokens = {who: access.make_token(session, user) for who, user in people.items()}
    wrong = []
    for request in EXAMPLES:
        if request.path.endswith("/apply"):
            graded_again(cast)
        answer = send(request, tmp_path, service.url, tokens)
        if answer.status_code != request.status:
            wrong.append(
                f"{request.method} {request.address}: {answer.status_code}, not {request.status}: {answer.text[:300]}"
            )
        if request.out:
            (tmp_path / request.out).write_bytes(answer.content)
    assert not wrong, "\n".join(wrong)


def test_every_endpoint_has_an_example(service: Service) -> None:
    document = httpx2.get(f"{service.url}/openapi.json", timeout=60).json()
    missing = [
        f"{method.upper()} {path}"
        for path, each in document["paths"].items()
        for method in each
        if not any(
            one.method == method.upper() and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", path), one.path)
            for one in EXAMPLES
        )
    ]
    assert missing == []
    assert len(EXAMPLES) >= sum(len(each) for each in document["paths"].values())
