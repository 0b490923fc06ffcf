"""Where the service of this folder listens, for the links that commands print: kept in `var_dir/address`.

`serve` and `web` write it down when they listen. It outlives them, since the next one mostly listens there too; whether
somebody answers is asked when a link is printed.
"""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from grader.core import Message

if TYPE_CHECKING:
    from grader.settings import Settings

LOOPBACK = ("127.0.0.1", "::1", "localhost")
ANSWER_SECONDS = 1.0


def note(settings: Settings, address: str) -> Settings:
    """Write down where the service listens, unless the settings name the address that people reach; the settings with
    the address that holds."""
    if "base_url" in settings.model_fields_set:
        return settings
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    (settings.var_dir / "address").write_text(f"{address}\n", encoding="ascii")
    return settings.model_copy(update={"base_url": address})


def at_service(settings: Settings) -> Settings:
    """The settings with the address that was written down last, where they name none themselves."""
    try:
        noted = (settings.var_dir / "address").read_text(encoding="ascii").strip()
    except (OSError, UnicodeError):
        return settings
    return settings if "base_url" in settings.model_fields_set else settings.model_copy(update={"base_url": noted})


def warn_of_silence(settings: Settings) -> None:
    """Say on standard error that a link leads nowhere now: to this machine, where nobody listens."""
    from grader.cli.language import from_environment
    from grader.cli.telling import say

    where = urlsplit(settings.base_url)
    if where.hostname not in LOOPBACK:
        return
    try:
        with socket.create_connection((where.hostname, where.port or 80), timeout=ANSWER_SECONDS):
            return
    except OSError:
        say(Message("cli.address.silent", {"address": settings.base_url}), from_environment(os.environ))
