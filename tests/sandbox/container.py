"""Containers as Docker makes them, made by runc: an OCI bundle with Docker's masked paths and namespaces, whose root
has nothing but the machine's programs, this Python and this project, all read-only.

Docker reads a seccomp profile in a format of its own and hands runc that of the OCI runtime specification; the same
translation is made here (github.com/moby/profiles, seccomp/seccomp_linux.go: `setupSeccomp`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MACHINE = os.uname().machine
PROFILE = ROOT / "deploy/seccomp-runner.json"
ARCHITECTURES = {"x86_64": ("amd64", "SCMP_ARCH_X86_64"), "aarch64": ("arm64", "SCMP_ARCH_AARCH64")}
DOCKER_CAPABILITIES = (
    "CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID", "SETFCAP", "SETPCAP",
    "NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE",
)  # fmt: skip
MASKED = (
    "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
    "/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap",
    "/sys/firmware",
)  # fmt: skip
READ_ONLY = ("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger")

Profile = dict[str, Any]


def docker_default() -> Profile:
    """Docker's own profile: ours without its last entry."""
    profile: Profile = json.loads(PROFILE.read_text("utf-8"))
    return {**profile, "syscalls": profile["syscalls"][:-1]}


def runner() -> Profile:
    profile: Profile = json.loads(PROFILE.read_text("utf-8"))
    return profile


def without(profile: Profile, call: str) -> Profile:
    """The profile, with one call taken out of its last entry."""
    *docker, ours = profile["syscalls"]
    return {**profile, "syscalls": [*docker, {**ours, "names": [name for name in ours["names"] if name != call]}]}


def translated(profile: Profile, machine: str, capabilities: Sequence[str]) -> dict[str, Any]:
    """The profile for one architecture and set of capabilities, as the OCI runtime specification has it."""
    name, architecture = ARCHITECTURES[machine]
    own = next(entry for entry in profile["archMap"] if entry["architecture"] == architecture)
    have = {"arches": {name}, "caps": {f"CAP_{capability}" for capability in capabilities}}
    rules = [rule for rule in profile["syscalls"] if applies(rule, have)]
    kept = ("names", "action", "errnoRet", "args")
    return {
        "defaultAction": profile["defaultAction"],
        "defaultErrnoRet": profile["defaultErrnoRet"],
        "architectures": [architecture, *own["subArchitectures"]],
        "syscalls": [{key: rule[key] for key in kept if key in rule} for rule in rules],
    }


def applies(rule: Mapping[str, Any], have: Mapping[str, set[str]]) -> bool:
    """Whether a rule counts here. A least kernel is always met: there is none of before 4.8 with Landlock."""
    included, excluded = rule.get("includes", {}), rule.get("excludes", {})
    if any(have[kind] & set(excluded.get(kind, ())) for kind in have):
        return False
    return all(not included.get(kind) or have[kind] & set(included[kind]) for kind in have)


def bundle(command: Sequence[str], profile: Profile, *, user: int, capabilities: Sequence[str]) -> dict[str, Any]:
    names = [f"CAP_{name}" for name in capabilities]
    bound = ["/usr", sys.base_prefix, sys.prefix, str(ROOT)]
    return {
        "ociVersion": "1.0.2",
        "process": {
            "user": {"uid": user, "gid": user},
            "args": list(command),
            "env": ["PATH=/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE=1", "LC_ALL=C.UTF-8", "HOME=/tmp"],
            "cwd": "/tmp",  # noqa: S108  the container's own
            "capabilities": dict.fromkeys(("bounding", "effective", "permitted"), names) if not user else {},
            "noNewPrivileges": True,
        },
        "root": {"path": "root", "readonly": True},
        "hostname": "container",
        "mounts": [
            mount("/proc", "proc"),
            mount("/dev", "tmpfs", "nosuid", "mode=755", "size=65536k"),
            mount("/dev/pts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"),
            mount("/dev/shm", "tmpfs", "nosuid", "noexec", "nodev", "mode=1777"),  # noqa: S108
            mount("/dev/mqueue", "mqueue", "nosuid", "noexec", "nodev"),
            mount("/sys", "sysfs", "nosuid", "noexec", "nodev", "ro"),
            mount("/tmp", "tmpfs", "nosuid", "nodev", "mode=1777"),  # noqa: S108
            *(mount(path, "bind", "rbind", "ro") for path in dict.fromkeys(bound)),
        ],
        "linux": {
            "namespaces": [{"type": kind} for kind in ("pid", "network", "ipc", "uts", "mount", "cgroup")],
            "maskedPaths": list(MASKED),
            "readonlyPaths": list(READ_ONLY),
            "resources": {"devices": [{"allow": False, "access": "rwm"}]},
            "seccomp": translated(profile, MACHINE, () if user else capabilities),
        },
    }


def mount(path: str, kind: str, *options: str) -> dict[str, Any]:
    return {"destination": path, "type": kind, "source": path if kind == "bind" else kind, "options": list(options)}


def run(
    command: Sequence[str], profile: Profile, *, user: int = 1000, capabilities: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    """Run a command in a container of its own; by default as an ordinary user without a capability."""
    with tempfile.TemporaryDirectory(prefix="grader-container-") as name:
        folder = Path(name)
        (folder / "root").mkdir()
        for link in ("bin", "sbin", "lib", "lib64"):
            (folder / "root" / link).symlink_to(f"usr/{link}")
        config = bundle(command, profile, user=user, capabilities=capabilities)
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        runc, container = ["runc", "--root", str(folder / "state")], f"grader-{uuid.uuid4().hex}"
        try:
            return subprocess.run(
                [*runc, "run", "--bundle", name, container],
                capture_output=True,
                text=True,
                stdin=subprocess.DEVNULL,
                timeout=120,
                check=False,
            )
        finally:
            subprocess.run([*runc, "delete", "--force", container], capture_output=True, check=False)
