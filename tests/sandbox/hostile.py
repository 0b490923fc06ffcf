"""Hostile submissions: what their headers declare, and running them.

A module in `attacks/` defines `f(told)` and declares, one a line:

    # row: memory                       the threat it belongs to, a key of `ROWS`
    # ns: raised MemoryError            what becomes of it in tier `ns`, and in `landlock` where that is not said
    # landlock: raised PermissionError
    # control: without seccomp          how it succeeds; `control ns:` and `control landlock:` where they differ
    # limits: data_bytes=134217728      of `core.Limits`, for attack and control
    # boxes: 2                          run in so many boxes that live at the same time; the last one counts
    # calls: 2                          called so many times in a box; the last one counts

An outcome is `returned TEXT` (the beginning is enough), `returned object`, `raised TYPE`, a limit's kind with its
detail, or `broken`. A control has clauses, parted by `;`: `without STEP, STEP` of the confinement, `tier none`, `limits
NAME=VALUE`, `told WORD` (`honest`: to write a reply that is one; `judge`: to judge its answer itself, as a grader in
the same process would), `one box` instead of several, `planted` for a zygote with a secret, `as root` where nobody else
succeeds, and `expect OUTCOME` where success is something else than a text that begins with BREACH; or it is `not
applicable because` of a reason.
"""

import os
import platform
import re
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from grader.core import BoxFault, Handle, LimitHit, Limits, Program, Raised, Sandbox, SourceFile, Submission

ATTACKS = Path(__file__).with_name("attacks")
LOOSE = Path(__file__).with_name("loose.py")
SHARED = "raw"
REFERENCE = ATTACKS.parents[2] / "reference" / "svm.py"
PLANTED = "planted-outside"  # in the grader's environment more follows it: `SECRET`
SECRET = f"{PLANTED}/and-continued"
ROWS = {
    "processes", "memory", "disk", "cpu", "wall", "network", "reading", "descriptors", "spying", "signalling",
    "kernel", "namespaces", "executing", "devices", "architecture", "code", "covert", "crashes", "leftovers", "frames",
    "lying", "forging", "ending", "output", "timing", "zygote",
}  # fmt: skip
HEADER = re.compile(r"^# (row|ns|landlock|limits|boxes|calls|control|control ns|control landlock): (.+)$", re.M)
NO_CONTROL = "not applicable because "
PAUSE = 0.02  # seconds between two calls, for what a box does meanwhile
Told = dict[str, Any]


@dataclass(frozen=True)
class Control:
    """How an attack succeeds: what is taken away for it."""

    tier: str
    without: tuple[str, ...] = ()  # steps of `confine.STEPS`
    limits: Mapping[str, int | float] = field(default_factory=dict)
    told: Told = field(default_factory=dict)
    one_box: bool = False
    as_root: bool = False
    planted: str = ""
    expect: str = "returned BREACH"

    @property
    def program(self) -> tuple[str, ...]:
        """The zygote's, with arguments; nothing where the product's own will do."""
        options = [f"--without={name}" for name in self.without] + [f"--planted={self.planted}"] * bool(self.planted)
        return (str(LOOSE), *options) if options else ()


@dataclass(frozen=True)
class Attack:
    name: str

    @cached_property
    def text(self) -> str:
        return (ATTACKS / f"{self.name}.py").read_text()

    @cached_property
    def header(self) -> dict[str, str]:
        return dict(HEADER.findall(self.text))

    @property
    def limits(self) -> dict[str, int | float]:
        return assignments(self.header.get("limits", ""))

    @property
    def submission(self) -> Submission:
        paths = {"work.py": self.text, f"{SHARED}.py": (ATTACKS / f"{SHARED}.py").read_text()}
        return Submission(tuple(SourceFile(path, text.encode(), text) for path, text in paths.items()), ())

    def expected(self, tier: str) -> str:
        return self.header.get(tier) or self.header["ns"]

    def declared(self, tier: str) -> str:
        """What is said of its control in a tier."""
        return self.header.get(f"control {tier}") or self.header["control"]

    def control(self, tier: str) -> Control | None:
        """None where it has none."""
        declared = self.declared(tier)
        return None if declared.startswith(NO_CONTROL) else read_control(declared, tier)

    def run(self, sandbox: Sandbox, told: Told, limits: Mapping[str, int | float], *, one_box: bool = False) -> str:
        """The outcome of its last call in its last box. With `one_box` all calls are made in the same one."""
        outcome, count = "", int(self.header.get("boxes", "1"))
        given = Limits(**{"call_wall_seconds": 5.0, **limits})  # type: ignore[arg-type]
        try:
            with ExitStack() as boxes:
                made = 1 if one_box else count
                opened = [boxes.enter_context(sandbox.open(self.submission, ["f"], given)) for _ in range(made)]
                opened *= count // made
                for turn, box in enumerate(opened, 1):
                    for call in range(1, int(self.header.get("calls", "1")) + 1):
                        time.sleep(PAUSE if call > 1 else 0)
                        outcome = told_by(box, {**told, "turn": turn, "call": call, "before": outcome})
        except LimitHit as hit:
            return f"{hit.kind} {hit.detail}".strip() if hit.kind in ("crashed", "exited") else hit.kind
        except BoxFault:
            return "broken"
        return outcome


def told_by(box: Program, told: Told) -> str:
    """What one call came to. Raises LimitHit and BoxFault."""
    try:
        value = box.call("f", told).value
    except Raised as error:
        return f"raised {error.type}: {error.text}"
    return "returned object" if isinstance(value, Handle) else f"returned {value}"


def is_as(outcome: str, declared: str) -> bool:
    """Whether an outcome is the one declared: a returned text may go on, and so may what an exception says."""
    if declared.startswith("returned "):
        return outcome.startswith(declared)
    return outcome == declared or outcome.startswith(f"{declared}:")


def assignments(text: str) -> dict[str, int | float]:
    """`data_bytes=1 call_cpu_seconds=0.3`"""
    pairs = (item.partition("=") for item in text.split())
    return {name: float(value) if "." in value or name.endswith("seconds") else int(value) for name, _, value in pairs}


def read_control(declared: str, tier: str) -> Control:
    found: dict[str, Any] = {"tier": tier}
    for clause in declared.split(";"):
        kind, _, rest = clause.strip().partition(" ")
        if kind == "without":
            found["without"] = tuple(sorted(re.split(r",\s*", rest)))
        elif kind == "limits":
            found["limits"] = assignments(rest)
        elif kind == "told":
            found["told"] = {rest: True}
        elif clause.strip() in ("one box", "as root"):
            found[clause.strip().replace(" ", "_")] = True
        elif kind == "planted":
            found["planted"] = SECRET
        elif kind in ("tier", "expect"):
            found[kind] = rest
        else:
            raise ValueError(clause)
    return Control(**found)


@cache
def attacks() -> dict[str, Attack]:
    """Every hostile module by its name."""
    names = sorted(path.stem for path in ATTACKS.glob("*.py") if path.stem != SHARED)
    return {name: Attack(name) for name in names}


@contextmanager
def surroundings(folder: Path) -> Iterator[Told]:
    """Everything that there is to be found outside, and where: an attacker may know all of it. A connection to one
    of the sockets needs nobody who takes it."""
    folder.chmod(0o777)
    for path, mode in (("secret.txt", 0o644), ("writable.txt", 0o666), ("another", 0o666)):
        (folder / path).write_text("handed in by somebody")
        (folder / path).chmod(mode)
    abstract, place = f"grader-test-{os.getpid()}", str(folder / "unix")
    with ExitStack() as opened:
        udp = opened.enter_context(socket.socket(type=socket.SOCK_DGRAM))
        tcp, nowhere, somewhere = (
            opened.enter_context(socket.socket(family)) for family in (socket.AF_INET, socket.AF_UNIX, socket.AF_UNIX)
        )
        udp.bind(("127.0.0.1", 0))
        for server, address in ((tcp, ("127.0.0.1", 0)), (nowhere, f"\0{abstract}"), (somewhere, place)):
            server.bind(address)
            server.listen()
        Path(place).chmod(0o777)
        yield {
            "folder": str(folder),
            "secret": str(folder / "secret.txt"),
            "writable": str(folder / "writable.txt"),
            "reference": str(REFERENCE),
            "tcp": tcp.getsockname()[1],
            "udp": udp.getsockname()[1],
            "abstract": abstract,
            "unix": place,
            "planted": PLANTED,
            "grader": os.getpid(),
            "host": socket.gethostname(),
            "machine": platform.machine(),
            "ask": lambda number: number,
        }
