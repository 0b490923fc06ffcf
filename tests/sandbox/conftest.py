"""Opening boxes in tests: from one text or several files, with the limits that matter named."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from textwrap import dedent
from typing import Any

import pytest

from grader.core import Definition, Limits, Program, SourceFile, Submission
from grader.sandbox import open_sandbox

Open = Callable[..., AbstractContextManager[Program]]


def submission(files: Mapping[str, str], definitions: Sequence[Definition] = ()) -> Submission:
    """A submission of these texts by path."""
    texts = {path: dedent(text) for path, text in files.items()}
    return Submission(tuple(SourceFile(path, text.encode(), text) for path, text in texts.items()), tuple(definitions))


@pytest.fixture(scope="session")
def open_box() -> Open:
    """`open_box(source, "f g", call_cpu_seconds=0.5)`: a box with one file `work.py`, or with a dict of files."""
    sandbox = open_sandbox()

    def open_(
        files: str | Mapping[str, str],
        names: str = "f",
        *,
        supply: Sequence[str] = (),
        handout: Sequence[str] = (),
        definitions: Sequence[Definition] = (),
        **limits: Any,
    ) -> AbstractContextManager[Program]:
        given = {"work.py": files} if isinstance(files, str) else files
        work = submission(given, definitions)
        return sandbox.open(work, names.split(), Limits(**limits), supply=supply, handout=handout)

    return open_
