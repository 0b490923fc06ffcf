"""Which isolation this machine offers, and the sandbox that opens boxes with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import Literal

from grader.core import BoxFault, LimitHit, Limits, Message, Program, Sandbox, Submission
from grader.errors import Unavailable
from grader.sandbox.box import Box
from grader.sandbox.process import PlainProcess, Start

Tier = Literal["ns", "landlock", "none"]
SUPPLIED = Path(__file__).with_name("inside") / "supplied"


def open_sandbox(tier: Literal["auto", "ns", "landlock", "none"] = "auto", *, unsafe: bool = False) -> Sandbox:
    """The sandbox of the tier named, or of the best there is (`auto`).

    Refuses rather than degrades: a tier that is not there, and `none` by name without `unsafe`, raise `Unavailable`.
    """
    available = tiers()
    if tier == "auto":
        return BoxSandbox(available[0], STARTS[available[0]])
    if tier not in available:
        raise Unavailable(Message("sandbox.tier.missing", {"tier": tier, "best": available[0]}))
    if tier == "none" and not unsafe:
        raise Unavailable(Message("sandbox.tier.unconfirmed"))
    return BoxSandbox(tier, STARTS[tier])


def tiers() -> tuple[Tier, ...]:
    """The tiers of this machine, best first."""
    return tuple(STARTS)


STARTS: Mapping[Tier, Start] = {"none": PlainProcess}  # a tier is one way to make the process of a box


class BoxSandbox:
    """Opens boxes of one tier. Remembers submissions whose box was killed from outside: the first time that is our
    fault, the second time it was the memory they used."""

    def __init__(self, isolation: Tier, start: Start) -> None:
        self.isolation: Tier = isolation
        self._start = start
        self._killed: set[str] = set()

    def open(
        self,
        submission: Submission,
        names: Collection[str],
        limits: Limits,
        *,
        supply: Collection[str] = (),
        handout: Sequence[str] = (),
    ) -> AbstractContextManager[Program]:
        return self._open(submission, names, limits, supply, handout)

    @contextmanager
    def _open(
        self,
        submission: Submission,
        names: Collection[str],
        limits: Limits,
        supply: Collection[str],
        handout: Sequence[str],
    ) -> Iterator[Program]:
        box = Box(self._start(), limits, killed_before=submission.sha256 in self._killed)
        try:
            box.load(submission, names, supplied(frozenset(supply)), handout)
            yield box
        finally:
            box.close()
            self._remember(box.channel.fault, submission)

    def _remember(self, fault: LimitHit | BoxFault | None, submission: Submission) -> None:
        if isinstance(fault, BoxFault):
            self._killed.add(submission.sha256)


@cache
def supplied(supply: frozenset[str]) -> Mapping[str, str]:
    """The texts that go in with a submission, by module name: what everyone gets, and the starter modules asked for."""
    always, starter = SUPPLIED / "always", SUPPLIED / "starter"
    texts = {_module_name(path.relative_to(always)): path.read_text("utf-8") for path in sorted(always.rglob("*.py"))}
    for name in sorted(supply):
        path = starter / f"{name}.py"
        if name.isidentifier() and path.is_file():
            texts[name] = path.read_text("utf-8")
    return texts


def _module_name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
