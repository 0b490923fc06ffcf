"""Every operation of the OpenAPI document with inputs that fit its schemas and some that do not: no answer that the
document does not tell of, and never a fault of ours.

`GRADER_FUZZ_SECONDS` makes it go on for so long in all, with other inputs each time.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pytest
import requests
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from grader.api import create_app
from grader.api.documentation import document_of
from grader.course import access
from grader.course.tables import User
from grader.settings import Settings
from tests.api.walk import VALUES, furnish
from tests.cast import assemble

SECONDS = float(os.environ.get("GRADER_FUZZ_SECONDS", "0"))
EXAMPLES = 12
FIRST = 7
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
PUBLIC = ("/api/v1/sign-in-links", "/api/v1/verify")
WHO = ("root", "ines", "ada")


def operations() -> list[str]:
    document = document_of(create_app(Settings(database_url=f"sqlite:///{gettempdir()}/never-opened.db")))
    return [f"{method.upper()} {path}" for path, each in document["paths"].items() for method in each]


OPERATIONS = operations()


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> tuple[Path, dict[str, str]]:
    """A database with what the paths name, to be copied, and a token of each of `WHO`."""
    path = tmp_path_factory.mktemp("fuzz") / "grader.db"
    shutil.copy(migrated, path)
    app = create_app(Settings(database_url=f"sqlite:///{path}", base_url="http://testserver"))
    cast = assemble(app.state.database)
    furnish(cast)
    with cast.database.write() as session:
        tokens = {
            who: access.make_token(session, session.get_one(User, getattr(cast, who)), name="fuzz") for who in WHO
        }
    cast.database.close()
    return path, tokens


@pytest.fixture
def app(tmp_path: Path, furnished: tuple[Path, dict[str, str]]) -> Iterator[FastAPI]:
    shutil.copy(furnished[0], tmp_path / "grader.db")
    url = f"sqlite:///{tmp_path / 'grader.db'}"
    about: dict[str, Any] = {"base_url": "http://testserver", "smtp_host": "mail.example.org", "max_upload": 100_000}
    made = create_app(Settings(database_url=url, var_dir=tmp_path, **about))
    yield made
    made.state.database.close()


def aimed(case: Case, real: bool) -> None:
    """Where `real`, at what is there; and never at something that would keep us waiting."""
    if real:
        for name in case.path_parameters or {}:
            case.path_parameters[name] = VALUES.get(name, "unknown")
    query: dict[str, Any] = case.query or {}
    case.query = {**query, **{name: 0 for name in ("wait", "seconds") if name in query or name == "seconds"}}
    if not case.path.endswith("/events") or "{course}" not in case.path:
        case.query.pop("seconds", None)


def try_out(app: FastAPI, name: str, tokens: dict[str, str], examples: int, number: int) -> None:
    """Ask one operation `examples` times; `number` chooses the inputs."""
    method, path = name.split(" ", 1)
    schema = schemathesis.openapi.from_dict(document_of(app))
    operation = schema[path][method]
    modes = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))
    quiet = [
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ]

    with TestClient(app, raise_server_exceptions=False) as client:

        @seed(number)
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            suppress_health_check=quiet,
            phases=(Phase.generate, Phase.shrink),
        )
        @given(case=modes, who=st.sampled_from((*WHO, None)), real=st.sampled_from((True, True, False)))
        def ask(case: Case, who: str | None, real: bool) -> None:
            app.state.limiter.storage.reset()
            aimed(case, real)
            request = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
            signed = {"authorization": f"Bearer {tokens[who]}"} if who else {}
            sent = {name: value for name, value in request.headers.items() if name.lower() != "authorization"} | signed
            answer = client.request(request.method, request.url, content=request.body, headers=sent)
            case.validate_response(answer, checks=CHECKS[1:] if path == "/readyz" else CHECKS)  # no worker is there

        ask()


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_answers_as_the_document_says(
    app: FastAPI, furnished: tuple[Path, dict[str, str]], name: str
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the tool's own
        end = time.monotonic() + SECONDS / len(OPERATIONS)
        try_out(app, name, furnished[1], EXAMPLES, FIRST)
        while time.monotonic() < end:
            number = secrets.randbelow(1 << 32)
            print(f"inputs {number}")  # shown where it fails: FIRST = number tries them again
            try_out(app, name, furnished[1], EXAMPLES, number)


def test_every_operation_tells_how_it_refuses_and_who_may_come_in(app: FastAPI) -> None:
    document = document_of(app)
    assert len(OPERATIONS) > 60
    for path, each in document["paths"].items():
        for method, operation in each.items():
            assert {"4XX", "503"} <= operation["responses"].keys(), f"{method} {path}"
            assert ("security" in operation) == (path.startswith("/api/") and path not in PUBLIC), path
