"""`grader starter`: the files a student begins with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.finding import find
from grader.cli.language import LangOption, choose
from grader.cli.telling import speaking
from grader.core import Message
from grader.errors import BadRequest, Conflict


def starter(
    assignment: Annotated[str, typer.Argument(help="Slug of the assignment; `grader assignments` lists them.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder to write to; made if it is not there.")
    ] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")] = False,
    lang: LangOption = None,
) -> None:
    """Write the starter files of an assignment. A file that is there is kept, unless --force is given.

    \b
    Example:
      grader starter svm --out homework
    """
    with speaking(choose(lang)):
        files = {out / name: text for name, text in find(assignment).starter.items()}
        there = [path for path in files if path.exists()]
        if there and not force:
            raise Conflict(Message("cli.starter-exists", {"path": str(there[0])}))
        for path, text in files.items():
            _write(path, text)
            typer.echo(path)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadRequest(Message("cli.cannot-write", {"path": str(path), "reason": error.strerror or ""})) from None
