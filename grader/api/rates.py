"""How often something may be tried: counted in this process, over a window that moves.

Nothing here locks anyone out: what was counted is forgotten when the window has moved on.
"""

from __future__ import annotations

import math
import time
from ipaddress import IPv6Address, ip_address

from fastapi import Request
from limits import RateLimitItem

from grader.core import Message
from grader.errors import TooMany

NETWORK_BITS = 64
"""Of an IPv6 address: the rest is for the one who has it to choose."""


def check(request: Request, rate: RateLimitItem, message: str, *about: str) -> None:
    """Count one more try of what `about` names. Raises TooMany beyond `rate`, with the text `message`, which says
    `count` and `seconds`."""
    if not count(request, rate, *about):
        raise _full(request, rate, message, *about)


def refuse(request: Request, rate: RateLimitItem, message: str, *about: str) -> None:
    """Raises TooMany where one more would be too many; counts nothing."""
    if not request.app.state.limiter.test(rate, *about):
        raise _full(request, rate, message, *about)


def count(request: Request, rate: RateLimitItem, *about: str) -> bool:
    """One more; whether that is within the rate."""
    within: bool = request.app.state.limiter.hit(rate, *about)
    return within


def _full(request: Request, rate: RateLimitItem, message: str, *about: str) -> TooMany:
    left = request.app.state.limiter.get_window_stats(rate, *about).reset_time - time.time()
    seconds = max(1, math.ceil(left))
    return TooMany(Message(message, {"count": rate.amount, "seconds": seconds}), extra={"retry_after": seconds})


def forget(request: Request, rate: RateLimitItem, *about: str) -> None:
    """What was counted was no guess after all."""
    request.app.state.limiter.clear(rate, *about)


def network(request: Request) -> str:
    """Where a request comes from: its address, of IPv6 the network; empty where that is unknown."""
    try:
        address = ip_address(request.client.host if request.client else "")
    except ValueError:
        return ""
    return str(int(address) >> NETWORK_BITS) if isinstance(address, IPv6Address) else str(address)
