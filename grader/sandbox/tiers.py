"""Which isolation this machine offers, and the sandbox that opens boxes with it.

A tier is there when its zygote has locked itself up and a box of it has said `ready`: tried, never concluded from the
machine's papers. A process has one zygote for each tier that it uses, whoever asks.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from math import inf
from typing import Literal

from grader.core import BoxFault, Limits, Message, Param, Revisable, Sandbox, Submission
from grader.errors import Unavailable
from grader.sandbox.box import Box
from grader.sandbox.keeper import Keeper
from grader.sandbox.plain import PlainProcess
from grader.sandbox.process import Start
from grader.sandbox.supplying import SUPPLIED, supplied

Tier = Literal["ns", "landlock", "none"]
Isolating = Literal["ns", "landlock"]
ISOLATING: tuple[Isolating, ...] = ("ns", "landlock")  # the best first
LAYERS = (SUPPLIED / "starter" / "layers.py").read_text("utf-8")
LOOK_AGAIN_SECONDS = 60.0
LOOKING = threading.Lock()
LOOKED: dict[Isolating, tuple[float, BoxFault | None]] = {}  # when a tier was tried, and what it lacked


def open_sandbox(tier: Literal["auto", "ns", "landlock", "none"] = "auto", *, unsafe: bool = False) -> Sandbox:
    """The sandbox of the tier named, or of the best there is (`auto`).

    Refuses rather than degrades: a tier that is not there raises `Unavailable`, and so does `none` without `unsafe`.
    `auto` is never `none`.
    """
    if tier in ISOLATING:
        if fault := lacking(tier):
            raise Unavailable(Message("sandbox.tier.missing", {"tier": tier, "cause": str(fault)}))
        return BoxSandbox(tier, keeper_of(tier).start)
    if tier == "auto":
        found = next((name for name in ISOLATING if not lacking(name)), None)
        if found is None:
            causes: dict[str, Param] = {name: str(lacking(name)) for name in ISOLATING}
            raise Unavailable(Message("sandbox.tier.nothing", causes))
        return BoxSandbox(found, keeper_of(found).start)
    if not unsafe:
        raise Unavailable(Message("sandbox.tier.unconfirmed"))
    return BoxSandbox("none", PlainProcess)


def tiers() -> tuple[Tier, ...]:
    """The tiers of this machine, best first; `none` is everywhere."""
    return (*(tier for tier in ISOLATING if not lacking(tier)), "none")


@cache
def keeper_of(tier: Isolating) -> Keeper:
    """The one keeper of this process for a tier."""
    return Keeper(tier)


def lacking(tier: Isolating) -> BoxFault | None:
    """Why a tier is not there: what its zygote, or its first box, said; None where it is. What lacked a while ago is
    tried again: it may have been descriptors, or memory."""
    with LOOKING:
        at, fault = LOOKED.get(tier, (-inf, BoxFault()))
        if fault is not None and time.monotonic() - at > LOOK_AGAIN_SECONDS:
            fault = look(tier)
            LOOKED[tier] = time.monotonic(), fault
        return fault


def look(tier: Isolating) -> BoxFault | None:
    """Try a tier by one box."""
    try:
        Box(keeper_of(tier).start(Limits()), Limits()).prove()
    except BoxFault as fault:
        keeper_of(tier).close()
        return fault
    return None


class BoxSandbox:
    """Opens boxes of one tier. Remembers submissions whose box was killed from outside: the first time that is our
    fault, the second time it was the memory they used."""

    def __init__(self, isolation: Tier, start: Start) -> None:
        self.isolation: Tier = isolation
        self._start = start
        self._killed: set[str] = set()

    @contextmanager
    def open(
        self,
        submission: Submission,
        names: Collection[str],
        limits: Limits,
        *,
        supply: Collection[str] = (),
        handout: Sequence[str] = (),
        ours: Collection[str] = (),
    ) -> Iterator[Revisable]:
        box = Box(self._start(limits), limits, killed_before=submission.sha256 in self._killed)
        try:
            box.load(
                submission,
                names,
                supplied(frozenset(supply), frozenset(names)),
                handout,
                (sorted(ours), LAYERS if ours else ""),
            )
            yield box
        finally:
            box.close()
            if isinstance(box.channel.fault, BoxFault) and not box.stopped:
                self._killed.add(submission.sha256)
