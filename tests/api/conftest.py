"""The application over an SQLite file with the standing cast, called in this process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient

from grader.api import create_app
from grader.course import access
from grader.course.database import migrate
from grader.course.tables import User
from grader.settings import Settings
from tests.cast import SOURCE, Cast, assemble


@pytest.fixture(autouse=True, scope="session")
def plain_log() -> Iterator[None]:
    """The log as a service writes it; the console's, with every local of a traceback in colour, takes seconds."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()])
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with every table and nothing in it, to be copied."""
    path = tmp_path_factory.mktemp("api") / "empty.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def settings(tmp_path: Path, migrated: Path) -> Settings:
    shutil.copy(migrated, tmp_path / "grader.db")
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'grader.db'}", base_url="http://testserver", max_upload=100_000
    )


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
def cast(app: FastAPI) -> Cast:
    return assemble(app.state.database)


class Site:
    """The running application. `who` names a member of the cast, whose token is sent."""

    UPLOAD = "/api/v1/courses/ml/assignments/svm/submissions"

    def __init__(self, client: TestClient, cast: Cast) -> None:
        self.client, self.cast = client, cast
        with cast.database.write() as session:
            self.tokens = {
                name: access.make_token(session, session.get_one(User, getattr(cast, name)))
                for name in ("ada", "ben", "asa", "abe", "ines", "stan", "otto", "root")
            }

    def call(self, method: str, path: str, who: str | None = "ada", **options: Any) -> httpx2.Response:
        headers = dict(options.pop("headers", {}))
        if who is not None:
            headers.setdefault("Authorization", f"Bearer {self.tokens[who]}")
        return self.client.request(method, path, headers=headers, **options)

    def get(self, path: str, who: str | None = "ada", **options: Any) -> httpx2.Response:
        return self.call("GET", path, who, **options)

    def upload(
        self, data: bytes = SOURCE, who: str | None = "ada", name: str = "svm.py", **options: Any
    ) -> httpx2.Response:
        return self.call("POST", self.UPLOAD, who, files=[("files", (name, data))], **options)


@pytest.fixture
def site(app: FastAPI, cast: Cast) -> Iterator[Site]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Site(client, cast)
