"""Which language the shell speaks: `--lang`, else the environment's, else English."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

LANGUAGES = sorted(folder.name for folder in (Path(__file__).parents[1] / "report/locale").iterdir())
"""Those of the catalogues, read from the names of their folders: `--help` loads no catalogue."""


def known(tag: str | None) -> str | None:
    """Raises BadParameter for a language that has no catalogues."""
    if tag is not None and tag not in LANGUAGES:
        raise typer.BadParameter(f"{tag!r} is not one of {', '.join(map(repr, LANGUAGES))}.")
    return tag


LangOption = Annotated[
    str | None,
    typer.Option(
        "--lang",
        callback=known,
        metavar=f"[{'|'.join(LANGUAGES)}]",
        help="Language of what is printed (default: LC_ALL, LC_MESSAGES or LANG).",
    ),
]


def choose(asked: str | None) -> str:
    return asked or from_environment()


def from_environment(environment: Mapping[str, str] = os.environ) -> str:
    """The first of LC_ALL, LC_MESSAGES and LANG that is set decides, as for every POSIX program."""
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    tag = locale.lower().replace("-", "_").partition("_")[0].partition(".")[0]
    return tag if tag in LANGUAGES else "en"
