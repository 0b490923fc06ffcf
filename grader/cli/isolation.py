"""The sandbox of this machine, as the settings ask for it, and where nothing may run unconfined."""

from __future__ import annotations

import ipaddress
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from grader.core import Message
from grader.errors import BadRequest, Forbidden, Unavailable

if TYPE_CHECKING:
    from grader.core import Sandbox
    from grader.settings import Settings, Tier


def sandbox(settings: Settings, *, unsafe: bool) -> Sandbox:
    """The one sandbox of this process. Raises Unavailable where nothing may run: below SANDBOX_MIN_TIER, and where the
    tier that is asked for, or any tier at all, is not there; BadRequest for tier `none` by name without the flag."""
    check_confirmed(settings, unsafe=unsafe)
    opened = _opened(settings.sandbox_tier, unsafe)
    if not settings.allows(opened.isolation):
        params = {"isolation": opened.isolation, "least": settings.least_tier}
        raise Unavailable(Message("cli.isolation-too-weak", params))
    return opened


@cache
def _opened(tier: Tier, unsafe: bool) -> Sandbox:
    from grader.sandbox import open_sandbox

    return open_sandbox(tier, unsafe=unsafe)


def check_unsafe(settings: Settings, *, unsafe: bool, host: str | None = None) -> None:
    """Tier `none` by name needs the flag as well, and serves this machine alone: neither the address that is listened
    on (`host`) nor the one where people reach the service may be another's. Raises BadRequest and Forbidden."""
    check_confirmed(settings, unsafe=unsafe)
    if settings.sandbox_tier != "none":
        return
    for address in (host, urlsplit(settings.base_url).hostname):
        if address is not None and not is_loopback(address):
            raise Forbidden(Message("jobs.public-without-isolation", {"host": address}))


def check_confirmed(settings: Settings, *, unsafe: bool) -> None:
    if settings.sandbox_tier == "none" and not unsafe:
        raise BadRequest(Message("jobs.unsafe-flag-missing"))


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
