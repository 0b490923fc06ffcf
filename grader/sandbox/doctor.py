"""What this machine offers for confining student code, probe by probe, as plain data: `grader doctor` prints it."""

from __future__ import annotations

import ctypes
import errno
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.core import BoxFault, LimitHit, Limits, Message, SourceFile, StudentFault, Submission
from grader.sandbox.tiers import open_sandbox, tiers

# The number of landlock_create_ruleset(2) is the same on every architecture; the flag asks for the version only.
LANDLOCK_CREATE_RULESET, LANDLOCK_VERSION = 444, 1
UNSHARE_USER = (
    "import ctypes, sys; libc = ctypes.CDLL(None, use_errno=True); "
    "sys.exit(ctypes.get_errno() if libc.unshare(0x10000000) else 0)"  # CLONE_NEWUSER
)
RESTRICTIONS = (
    Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
    Path("/proc/sys/kernel/unprivileged_userns_clone"),
    Path("/proc/sys/user/max_user_namespaces"),
)


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that was tried: its stable name, whether it is there, what was found, and how to get it."""

    name: str
    ok: bool
    message: Message
    cure: Message | None = None


def probe() -> tuple[Probe, ...]:
    """Every probe of this machine, the best tier first. Takes about a quarter of a second."""
    return tuple(look() for look in PROBES)


def _tier() -> Probe:
    best = tiers()[0]
    cure = Message("sandbox.doctor.tier.cure") if best == "none" else None
    return Probe("tier", best != "none", Message("sandbox.doctor.tier", {"tier": best}), cure)


def _box() -> Probe:
    """Open one box and call a function in it."""
    text = "def f(x):\n    return x + 1\n"
    submission = Submission((SourceFile("probe.py", text.encode(), text),))
    try:
        with open_sandbox().open(submission, ["f"], Limits()) as program:
            right = program.call("f", 1).value == 2
    except (BoxFault, StudentFault, LimitHit) as error:
        cause = str(error)[:200]
        return Probe(
            "box", False, Message("sandbox.doctor.box.failed", {"cause": cause}), Message("sandbox.doctor.box.cure")
        )
    return Probe("box", right, Message("sandbox.doctor.box"))


def _user_namespaces() -> Probe:
    """Try it in a process of its own: `unshare` cannot be undone."""
    code = subprocess.run([sys.executable, "-I", "-S", "-c", UNSHARE_USER], timeout=30, check=False).returncode
    if code == 0:
        return Probe("userns", True, Message("sandbox.doctor.userns"))
    closed = [path for path in RESTRICTIONS if path.is_file() and _restricts(path)]
    params = {"error": errno.errorcode.get(code, str(code)), "cause": ", ".join(map(str, closed)) or "seccomp"}
    return Probe(
        "userns", False, Message("sandbox.doctor.userns.missing", params), Message("sandbox.doctor.userns.cure")
    )


def _restricts(path: Path) -> bool:
    value = path.read_text("ascii").strip()
    return value == ("1" if path.name.startswith("apparmor") else "0")


def _landlock() -> Probe:
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), LANDLOCK_VERSION)
    if version > 0:
        return Probe("landlock", True, Message("sandbox.doctor.landlock", {"version": version}))
    error = errno.errorcode.get(ctypes.get_errno(), "?")
    return Probe(
        "landlock",
        False,
        Message("sandbox.doctor.landlock.missing", {"error": error}),
        Message("sandbox.doctor.landlock.cure"),
    )


def _seccomp() -> Probe:
    actions = Path("/proc/sys/kernel/seccomp/actions_avail")
    if actions.is_file() and "kill_process" in actions.read_text("ascii").split():
        return Probe("seccomp", True, Message("sandbox.doctor.seccomp"))
    return Probe("seccomp", False, Message("sandbox.doctor.seccomp.missing"), Message("sandbox.doctor.seccomp.cure"))


PROBES: tuple[Callable[[], Probe], ...] = (_tier, _box, _user_namespaces, _landlock, _seccomp)
