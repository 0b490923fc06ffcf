"""What this machine offers for confining student code, probe by probe, as plain data: `grader doctor` prints it.

Each tier is tried as a grading would use it: a box is opened and calls a function. The other probes say why a tier is
not there. They try the thing itself too, in a process of their own where it cannot be undone; what stands in the way is
then read from what the kernel answered and from its switches. They ask the kernel through the C library, as nothing
that enters a box is imported here.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import re
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.core import BoxFault, LimitHit, Limits, Message, Param, SourceFile, StudentFault, Submission
from grader.errors import Unavailable
from grader.sandbox.process import NUMPY_FOLDER
from grader.sandbox.tiers import ISOLATING, Isolating, lacking, open_sandbox, tiers

OLDEST, FULL = (5, 13), (6, 12)  # Linux: the first with Landlock, and the first with all that is used of it
# What Landlock restricts only since an ABI: landlock(7). The system-call filter stands in for all of it.
SINCE_ABI = {3: "truncate", 4: "TCP", 5: "ioctl", 6: "signals, abstract sockets"}
# The number of landlock_create_ruleset(2) is the same on every architecture; the flag asks for the version only.
LANDLOCK_CREATE_RULESET, LANDLOCK_VERSION = 444, 1
ARCHITECTURES = ("x86_64", "aarch64")  # with a table of system calls
# A namespace of users and one of mounts, and then a first use of the rights that come with it. Prints what failed.
NAMESPACES = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
if libc.unshare(0x10000000 | 0x00020000):  # CLONE_NEWUSER | CLONE_NEWNS
    print("unshare", ctypes.get_errno())
elif libc.mount(None, b"/", None, ctypes.c_ulong(0x4000 | 0x40000), None):  # MS_REC | MS_PRIVATE
    print("mount", ctypes.get_errno())
"""
SWITCHES = Path("/proc/sys")
APPARMOR = "kernel/apparmor_restrict_unprivileged_userns"
CLONE = "kernel/unprivileged_userns_clone"
MOST = "user/max_user_namespaces"


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that was tried: its stable name, whether it is there, what was found, and how to get it."""

    name: str
    ok: bool
    message: Message
    cure: Message | None = None


def probe() -> tuple[Probe, ...]:
    """Every probe of this machine, what matters most first. Takes about a second."""
    return tuple(look() for look in PROBES)


def found(message: str, **params: Param) -> Probe:
    """`message` is the name of the probe, with what is special after a dot."""
    return Probe(message.partition(".")[0], True, Message(f"sandbox.doctor.{message}", params))


def missing(name: str, cure: str = "cure", **params: Param) -> Probe:
    message, way_out = Message(f"sandbox.doctor.{name}.missing", params), Message(f"sandbox.doctor.{name}.{cure}")
    return Probe(name, False, message, way_out)


# --------------------------------------------------------------------------- the tiers


def _tier() -> Probe:
    best = tiers()[0]
    return missing("tier") if best == "none" else found("tier", tier=best)


def _tried(tier: Isolating) -> Callable[[], Probe]:
    return lambda: _try(tier)


def _try(tier: Isolating) -> Probe:
    """Open one box and call a function in it. The text of the fault names the step that failed and the error."""
    text = "def f(x):\n    return x + 1\n"
    submission = Submission((SourceFile("probe.py", text.encode(), text),))
    try:
        if fault := lacking(tier):
            raise fault
        with open_sandbox(tier).open(submission, ["f"], Limits()) as program:
            answer = program.call("f", 1).value
    except (BoxFault, StudentFault, LimitHit, Unavailable) as error:
        answer = error
    if answer == 2:
        return found(f"tier-{tier}")
    return missing(f"tier-{tier}", cause=str(answer)[:500])


# --------------------------------------------------------------------------- what they need of the kernel


def _kernel() -> Probe:
    return kernel(platform.release(), platform.machine())


def kernel(release: str, machine: str) -> Probe:
    """Version numbers promise less than the probes that try: distributions carry features back."""
    version = tuple(int(part) for part in re.findall(r"\d+", release)[:2])
    oldest, full = (".".join(map(str, one)) for one in (OLDEST, FULL))
    if machine not in ARCHITECTURES:
        return missing("kernel", "cure-machine", release=release, machine=machine)
    if version < OLDEST:
        return missing("kernel", release=release, machine=machine)
    return found("kernel" if version >= FULL else "kernel.older", release=release, oldest=oldest, full=full)


def _landlock() -> Probe:
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), LANDLOCK_VERSION)
    return landlock(version, ctypes.get_errno())


def landlock(version: int, error: int = 0) -> Probe:
    """What an ABI restricts; where it is below 1, why there is none."""
    if version <= 0:
        cures = {errno.EOPNOTSUPP: "cure-boot", errno.EPERM: "cure-filter"}
        return missing("landlock", cures.get(error, "cure"), error=errno.errorcode.get(error, str(error)))
    left = ", ".join(what for since, what in SINCE_ABI.items() if version < since)
    return found("landlock.partly", version=version, left=left) if left else found("landlock", version=version)


def _seccomp() -> Probe:
    actions = SWITCHES / "kernel/seccomp/actions_avail"
    known = actions.read_text("ascii").split() if actions.is_file() else []
    return found("seccomp") if {"kill_process", "errno", "allow"} <= {*known} else missing("seccomp")


def _user_namespaces() -> Probe:
    command = [sys.executable, "-I", "-S", "-c", NAMESPACES]
    said = subprocess.run(command, timeout=30, check=False, capture_output=True, text=True).stdout.split()
    if not said:
        return found("userns")
    step, error = said[0], int(said[1])
    cause = obstacle(step, error, os.geteuid())
    return missing("userns", f"cure-{cause}", step=step, error=errno.errorcode.get(error, str(error)))


def obstacle(step: str, error: int, user: int, switches: Path = SWITCHES, own: Path = Path("/proc/self")) -> str:
    """What stands in the way, the likeliest first: user_namespaces(7), and what distributions add."""
    filtered = "\nSeccomp:\t2\n" in (own / "status").read_text("utf-8")
    signs = {
        "limit": error == errno.ENOSPC or _switch(switches / MOST) == "0",
        "sysctl": user != 0 and _switch(switches / CLONE) == "0",
        "container": filtered and step == "unshare",
        "container-apparmor": filtered and step == "mount",
        "apparmor": user != 0 and _switch(switches / APPARMOR) == "1",
    }
    return next((cause for cause, there in signs.items() if there), "other")


def _switch(path: Path) -> str:
    return path.read_text("ascii").strip() if path.is_file() else ""


def _cgroup() -> Probe:
    return found("cgroup", version=2 if Path("/sys/fs/cgroup/cgroup.controllers").is_file() else 1)


def _runtime() -> Probe:
    """Boxes of root are other users. In tier `ns` the library is mounted for them; in `landlock` they come by path."""
    paths = {sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib")} | {str(NUMPY_FOLDER)}
    shut = sorted({str(folder) for path in paths for folder in closed(Path(path).resolve())})
    if os.geteuid() == 0 and shut:
        return missing("runtime", folders=", ".join(shut))
    return found("runtime")


def closed(path: Path) -> Iterator[Path]:
    """The folders on the way to `path` that nobody but their owner can pass."""
    return (folder for folder in (path, *path.parents) if not folder.stat().st_mode & 0o001)


PROBES: tuple[Callable[[], Probe], ...] = (
    _tier,
    *(_tried(tier) for tier in ISOLATING),
    _kernel,
    _landlock,
    _seccomp,
    _user_namespaces,
    _runtime,
    _cgroup,
)
