"""The Linux calls that confinement is made of, and Python's library lacks: one function a call, each raises OSError.

Numbers and structures are those of the kernel's user-space headers (linux/sched.h, mount.h, prctl.h, capability.h,
landlock.h, seccomp.h); the manual page is named where it says more. System calls newer than the C library have the
same number on every architecture from 424 on. This file enters the box: ctypes and the standard library only.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
from collections.abc import Mapping

LIBC = ctypes.CDLL(None, use_errno=True)

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND = 1, 2, 4, 8, 32, 4096
MS_REC, MS_PRIVATE, MNT_DETACH = 16384, 1 << 18, 2

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
CAP_KILL, CAP_SETGID, CAP_SETUID, CAP_SETPCAP, CAP_SYS_ADMIN, LAST_CAP = 5, 6, 7, 8, 21, 63
CAPABILITY_VERSION_3 = 0x20080522

SYS_LANDLOCK_CREATE_RULESET, SYS_LANDLOCK_ADD_RULE, SYS_LANDLOCK_RESTRICT_SELF = 444, 445, 446
LANDLOCK_CREATE_RULESET_VERSION, LANDLOCK_RULE_PATH_BENEATH = 1, 1

SYS_SECCOMP = {"x86_64": 317, "aarch64": 277}
SYS_CAPGET = {"x86_64": (125, 126), "aarch64": (90, 91)}  # capget, capset
SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
SECCOMP_SET_MODE_FILTER = 1
CLOSE_RANGE = 436
STACK_TOP = 1 << 18  # bytes above the end of the stack as the C library tells it: arguments and environment
MACHINE = os.uname().machine


def checked(result: int, what: str) -> int:
    """`result`, or the OSError that errno tells."""
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def system_call(what: str, number: int, *args: object) -> int:
    return checked(LIBC.syscall(ctypes.c_long(number), *args), what)


# --------------------------------------------------------------------------- namespaces and mounts


def unshare(flags: int) -> None:
    checked(LIBC.unshare(ctypes.c_int(flags)), "unshare")


def setns(descriptor: int, flags: int) -> None:
    checked(LIBC.setns(ctypes.c_int(descriptor), ctypes.c_int(flags)), "setns")


def mount(source: str | None, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind, data)]
    checked(LIBC.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3]), f"mount {target}")


def umount(target: str, flags: int) -> None:
    checked(LIBC.umount2(os.fsencode(target), ctypes.c_int(flags)), f"umount {target}")


def pivot_root(new: str, old: str) -> None:
    system_call("pivot_root", SYS_PIVOT_ROOT[MACHINE], os.fsencode(new), os.fsencode(old))


def sethostname(name: str) -> None:
    text = os.fsencode(name)
    checked(LIBC.sethostname(text, ctypes.c_size_t(len(text))), "sethostname")


# --------------------------------------------------------------------------- the process itself


def prctl(option: int, *args: int) -> int:
    """Unused arguments have to be zero."""
    given = [ctypes.c_ulong(value) for value in (*args, 0, 0, 0, 0)[:4]]
    return checked(LIBC.prctl(ctypes.c_int(option), *given), f"prctl {option}")


def close_from(lowest: int) -> None:
    """Close every descriptor from `lowest` on: close_range(2)."""
    system_call("close_range", CLOSE_RANGE, ctypes.c_uint(lowest), ctypes.c_uint(0xFFFFFFFF), ctypes.c_uint(0))


class CapHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


CapSets = ctypes.c_uint32 * 6  # effective, permitted, inheritable; the low 32 capabilities, then the high ones


def capabilities() -> tuple[int, int, int]:
    """The effective, permitted and inheritable sets of this process as bits: capget(2)."""
    header, sets = CapHeader(CAPABILITY_VERSION_3, 0), CapSets()
    system_call("capget", SYS_CAPGET[MACHINE][0], ctypes.byref(header), ctypes.byref(sets))
    return sets[0] | sets[3] << 32, sets[1] | sets[4] << 32, sets[2] | sets[5] << 32


def has_capability(number: int) -> bool:
    return bool(capabilities()[0] >> number & 1)


def lower_bound() -> None:
    """Give up what an exec could give back, the bounding set of capabilities(7), where that is allowed."""
    if not has_capability(CAP_SETPCAP):
        return
    for number in range(LAST_CAP + 1):
        try:
            prctl(PR_CAPBSET_DROP, number)
        except OSError as error:
            if error.errno != errno.EINVAL:  # beyond the last that this kernel knows
                raise
            break


def drop_capabilities() -> None:
    """Give up every capability: capabilities(7). They are looked for afterwards."""
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    header, none = CapHeader(CAPABILITY_VERSION_3, 0), CapSets()
    system_call("capset", SYS_CAPGET[MACHINE][1], ctypes.byref(header), ctypes.byref(none))
    if any(capabilities()):
        raise OSError(errno.EPERM, "capabilities are left")


def set_limits(limits: Mapping[str, int]) -> None:
    """Set kernel limits by the ends of their names (`DATA`, `AS`), for good; none is raised above what it is."""
    for name, most in limits.items():
        what = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(what)[1]
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (limit, limit))


def fix_stack() -> None:
    """Let the stack be as large as its limit from now on, and neither it nor any mapping of its kind grow. A page that
    is touched far below makes room down to there without using it."""
    end = ctypes.c_void_p.in_dll(LIBC, "__libc_stack_end").value
    size = resource.getrlimit(resource.RLIMIT_STACK)[0]
    if end is None or size < STACK_TOP:
        raise OSError(errno.EINVAL, f"a stack of {size} bytes")
    ctypes.string_at(end - size + STACK_TOP, 1)
    resource.setrlimit(resource.RLIMIT_STACK, (0, 0))


# --------------------------------------------------------------------------- Landlock and seccomp


class LandlockRuleset(ctypes.Structure):
    """`struct landlock_ruleset_attr`: what is denied unless a rule allows it; `scoped` since ABI 6."""

    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class LandlockPath(ctypes.Structure):
    """`struct landlock_path_beneath_attr`."""

    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def landlock_version() -> int:
    """The ABI of Landlock; 0 where the kernel has none."""
    flags = ctypes.c_uint32(LANDLOCK_CREATE_RULESET_VERSION)
    try:
        return system_call("landlock", SYS_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), flags)
    except OSError:
        return 0


def landlock_create(fs: int, net: int, scoped: int, size: int) -> int:
    """A descriptor of a new ruleset; `size` is that of the structure in the kernel's ABI."""
    attributes = LandlockRuleset(fs, net, scoped)
    arguments = ctypes.byref(attributes), ctypes.c_size_t(size), ctypes.c_uint32(0)
    return system_call("landlock_create_ruleset", SYS_LANDLOCK_CREATE_RULESET, *arguments)


def landlock_allow(ruleset: int, path: int, rights: int) -> None:
    rule = LandlockPath(rights, path)
    arguments = ctypes.c_int(ruleset), ctypes.c_int(LANDLOCK_RULE_PATH_BENEATH), ctypes.byref(rule), ctypes.c_uint32(0)
    system_call("landlock_add_rule", SYS_LANDLOCK_ADD_RULE, *arguments)


def landlock_restrict(ruleset: int, flags: int) -> None:
    system_call("landlock_restrict_self", SYS_LANDLOCK_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(flags))


class FilterProgram(ctypes.Structure):
    """`struct sock_fprog`: the number of 8-byte instructions and where they are."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def seccomp(instructions: bytes) -> None:
    """Filter every system call from now on: seccomp(2). Needs `PR_SET_NO_NEW_PRIVS`."""
    program = FilterProgram(len(instructions) // 8, instructions)
    arguments = ctypes.c_uint(SECCOMP_SET_MODE_FILTER), ctypes.c_uint(0), ctypes.byref(program)
    system_call("seccomp", SYS_SECCOMP[MACHINE], *arguments)
