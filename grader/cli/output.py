"""Where a report goes that a program reads: a file, or standard output where it is asked for (`-`)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from grader.core import Message
from grader.errors import BadRequest

STDOUT = Path("-")


def check_writable(*files: Path | None) -> None:
    """Raises BadRequest before the work begins if one of `files` cannot be written after it."""
    for file in files:
        if file is None or file == STDOUT:
            continue
        if file.is_dir() or not file.parent.is_dir():
            raise BadRequest(Message("cli.no-such-folder", {"path": str(file)}))
        if not os.access(file if file.exists() else file.parent, os.W_OK):
            raise BadRequest(Message("cli.cannot-write", {"path": str(file), "reason": os.strerror(13)}))


@contextmanager
def writing(file: Path | None) -> Iterator[TextIO | None]:
    """An open stream for `file`; None where nothing was asked for. Raises BadRequest if it cannot be written."""
    if file is None:
        yield None
    elif file == STDOUT:
        yield sys.stdout
        sys.stdout.flush()
    else:
        try:
            with file.open("w", encoding="utf-8") as stream:
                yield stream
        except OSError as error:
            params = {"path": str(file), "reason": error.strerror or str(error)}
            raise BadRequest(Message("cli.cannot-write", params)) from None


def write(file: Path | None, text: str) -> None:
    with writing(file) as stream:
        if stream:
            stream.write(text if text.endswith("\n") else text + "\n")
