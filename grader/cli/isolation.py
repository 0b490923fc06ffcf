"""The sandbox of this machine, as the settings ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.core import Message
from grader.errors import Unavailable

if TYPE_CHECKING:
    from grader.core import Sandbox
    from grader.settings import Settings


def sandbox(settings: Settings, *, unsafe: bool) -> Sandbox:
    """Raises Unavailable below SANDBOX_MIN_TIER, where the tier that is asked for is not there, and where `none`
    is asked for by name without `unsafe`."""
    from grader.sandbox import open_sandbox

    opened = open_sandbox(settings.sandbox_tier, unsafe=unsafe)
    if not settings.allows(opened.isolation):
        params = {"isolation": opened.isolation, "least": settings.sandbox_min_tier}
        raise Unavailable(Message("cli.isolation-too-weak", params))
    return opened
