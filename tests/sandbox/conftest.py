"""Opening boxes in tests: of the tier that is asked for, from one text or several files, with the limits that matter
named.

A test that is marked `@each_tier` runs once in every tier; any other runs in the best one. A tier that this machine
cannot give is skipped by name, but for what `SANDBOX_REQUIRE_TIER` says must be there, with all that is weaker
(`ns` where `CI=true`): that fails.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache
from textwrap import dedent
from typing import Any

import pytest

from grader.core import Definition, Limits, Program, Sandbox, SourceFile, Submission
from grader.sandbox import open_sandbox
from grader.sandbox.tiers import Tier, tiers
from grader.settings import TIERS

Open = Callable[..., AbstractContextManager[Program]]
CONFINED: tuple[Tier, ...] = ("ns", "landlock")
REQUIRED = os.environ.get("SANDBOX_REQUIRE_TIER") or ("ns" if os.environ.get("CI") == "true" else "none")

# Those who are not root test themselves.
collect_ignore = [] if os.geteuid() == 0 else ["test_ordinary_user.py"]

each_tier = pytest.mark.parametrize("tier", CONFINED, indirect=True, scope="session")


def submission(files: Mapping[str, str], definitions: Sequence[Definition] = ()) -> Submission:
    """A submission of these texts by path."""
    texts = {path: dedent(text) for path, text in files.items()}
    return Submission(tuple(SourceFile(path, text.encode(), text) for path, text in texts.items()), tuple(definitions))


def require(tier: Tier) -> None:
    """Skip the test where this machine lacks a tier, or fail where it must not."""
    if tier in tiers():
        return
    text = f"this machine does not give the tier {tier}, only {', '.join(tiers())}"
    if TIERS.index(tier) <= TIERS.index(REQUIRED):
        pytest.fail(f"{text}; {REQUIRED} is required")
    pytest.skip(text)


@cache
def sandbox_of(tier: Tier) -> Sandbox:
    """One sandbox a tier, for all tests of the run."""
    return open_sandbox(tier, unsafe=True)


@pytest.fixture(scope="session")
def tier(request: pytest.FixtureRequest) -> Tier:
    """The tier a test runs in."""
    asked: Tier = getattr(request, "param", tiers()[0])
    require(asked)
    return asked


@pytest.fixture(scope="session")
def sandbox(tier: Tier) -> Sandbox:
    return sandbox_of(tier)


@pytest.fixture(scope="session")
def open_box(sandbox: Sandbox) -> Open:
    """`open_box(source, "f g", call_cpu_seconds=0.5)`: a box with one file `work.py`, or with a dict of files."""

    def open_(
        files: str | Mapping[str, str],
        names: str = "f",
        *,
        supply: Sequence[str] = (),
        handout: Sequence[str] = (),
        ours: Sequence[str] = (),
        definitions: Sequence[Definition] = (),
        **limits: Any,
    ) -> AbstractContextManager[Program]:
        given = {"work.py": files} if isinstance(files, str) else files
        work = submission(given, definitions)
        return sandbox.open(work, names.split(), Limits(**limits), supply=supply, handout=handout, ours=ours)

    return open_
