"""Which language the shell speaks: `--lang`, else the environment's, else English."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer


class Language(StrEnum):
    EN = "en"
    KO = "ko"


LangOption = Annotated[
    Language | None, typer.Option("--lang", help="Language of what is printed (default: LC_ALL, LC_MESSAGES or LANG).")
]


def choose(asked: Language | None) -> str:
    return asked.value if asked else from_environment()


def from_environment(environment: Mapping[str, str] = os.environ) -> str:
    """The first of LC_ALL, LC_MESSAGES and LANG that is set decides, as for every POSIX program."""
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    return Language.KO.value if locale.lower().startswith("ko") else Language.EN.value
