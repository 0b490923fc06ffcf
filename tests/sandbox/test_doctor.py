"""What the doctor finds on this machine, on one that the kernel refuses isolation to, and what stands in the way."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.report import LANGUAGES, text
from grader.sandbox import doctor
from grader.sandbox.doctor import probe
from grader.sandbox.tiers import tiers
from tests.sandbox.container import DOCKER_CAPABILITIES, Profile, docker_default, run, runner

NAMES = ["tier", "tier-ns", "tier-landlock", "kernel", "landlock", "seccomp", "userns", "runtime", "cgroup"]
ROOT = Path(__file__).resolve().parent.parent.parent
PROBE = """
import json
from grader.sandbox.doctor import probe
told = {one.name: [one.ok, one.message.id, dict(one.message.params), one.cure and one.cure.id] for one in probe()}
print(json.dumps(told))
"""


def test_the_doctor_tells_each_probe_with_a_cure_where_it_fails() -> None:
    probes = probe()
    assert [one.name for one in probes] == NAMES
    assert all(one.ok or one.cure for one in probes)
    tried = {one.name: one.ok for one in probes}
    assert {tier for tier in ("ns", "landlock") if tried[f"tier-{tier}"]} == {*tiers()} - {"none"}
    assert tried["tier"] == (tiers()[0] != "none")


def test_where_the_kernel_refuses_each_tier_is_told_with_what_failed_and_what_is_in_the_way() -> None:
    command = [sys.executable, "-m", "tests.without_tiers", sys.executable, "-c", PROBE]
    told = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    assert [name for name in NAMES if not told[name][0] and name != "runtime"] == [
        "tier",
        "tier-ns",
        "tier-landlock",
        "landlock",
        "userns",
    ]
    assert told["landlock"][2:] == [{"error": "EPERM"}, "sandbox.doctor.landlock.cure-filter"]
    assert told["userns"][2:] == [{"step": "unshare", "error": "EPERM"}, "sandbox.doctor.userns.cure-container"]
    assert "Landlock" in told["tier-ns"][2]["cause"]


@pytest.mark.parametrize(
    ("release", "machine", "told"),
    [
        ("6.12.0-amd64", "x86_64", "has all that isolation uses"),
        ("5.15.0-91-generic", "aarch64", "enough (5.13). From 6.12 on"),
        ("5.10.0-28-amd64", "x86_64", "cannot isolate student code. Use Linux 5.13"),
        ("6.12.0", "riscv64", "on riscv64 cannot isolate student code. The system-call filter knows"),
    ],
)
def test_what_a_kernel_is_good_for_is_told(release: str, machine: str, told: str) -> None:
    assert told in said(doctor.kernel(release, machine), "kernel")


@pytest.mark.parametrize(
    ("version", "error", "told"),
    [
        (7, 0, "Landlock ABI 7: files, TCP, signals and abstract sockets"),
        (5, 0, "not yet signals, abstract sockets;"),
        (1, 0, "not yet truncate, TCP, ioctl, signals, abstract sockets;"),
        (-1, errno.ENOSYS, "ENOSYS. Use Linux 5.13"),
        (-1, errno.EOPNOTSUPP, ". It is off since boot"),
        (-1, errno.EPERM, "EPERM. A system-call filter on this process"),
    ],
)
def test_what_landlock_lacks_or_why_it_is_not_there_is_told(version: int, error: int, told: str) -> None:
    assert told in said(doctor.landlock(version, error), "landlock")


def said(probe: doctor.Probe, name: str) -> str:
    """The probe in English, which has the name and a sentence in every language."""
    assert probe.name == name
    messages = [part for part in (probe.message, probe.cure) if part]
    assert all(text(message, lang) for lang in LANGUAGES for message in messages)
    return " ".join(text(message, "en") for message in messages)


@pytest.mark.parametrize("cause", ["limit", "sysctl", "container", "container-apparmor", "apparmor", "other"])
def test_whatever_is_in_the_way_of_namespaces_has_a_cure_in_words(cause: str) -> None:
    assert "EPERM" in said(doctor.missing("userns", f"cure-{cause}", step="unshare", error="EPERM"), "userns")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Switches of a kernel, and the status of a process, where nothing stands in the way."""
    for name, value in ((doctor.MOST, "15000"), (doctor.CLONE, "1"), (doctor.APPARMOR, "0")):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(value + "\n")
    (tmp_path / "status").write_text("Name:\tpython\nSeccomp:\t0\nSeccomp_filters:\t0\n")
    return tmp_path


def obstacle(machine: Path, step: str, error: int, *, user: int = 1000) -> str:
    return doctor.obstacle(step, error, user, machine, machine)


def test_namespaces_that_are_counted_out_are_told_apart(machine: Path) -> None:
    assert obstacle(machine, "unshare", errno.ENOSPC) == "limit"
    (machine / doctor.MOST).write_text("0\n")
    assert obstacle(machine, "unshare", errno.EPERM) == "limit"


def test_switches_that_are_for_others_than_root_are_told_to_them(machine: Path) -> None:
    (machine / doctor.CLONE).write_text("0\n")
    assert [obstacle(machine, "unshare", errno.EPERM, user=user) for user in (1000, 0)] == ["sysctl", "other"]


def test_namespaces_without_rights_are_ubuntus(machine: Path) -> None:
    (machine / doctor.APPARMOR).write_text("1\n")
    assert [obstacle(machine, "mount", errno.EACCES, user=user) for user in (1000, 0)] == ["apparmor", "other"]


@pytest.mark.parametrize(("step", "cause"), [("unshare", "container"), ("mount", "container-apparmor")])
def test_a_container_is_known_by_its_filter(machine: Path, step: str, cause: str) -> None:
    (machine / "status").write_text("Name:\tpython\nSeccomp:\t2\nSeccomp_filters:\t1\n")
    assert obstacle(machine, step, errno.EPERM) == cause


def test_a_folder_that_only_its_owner_may_pass_is_named(tmp_path: Path) -> None:
    (tmp_path / "shut" / "lib").mkdir(parents=True)
    (tmp_path / "shut").chmod(0o700)
    assert tmp_path / "shut" in list(doctor.closed(tmp_path / "shut" / "lib"))
    (tmp_path / "shut").chmod(0o711)
    assert tmp_path / "shut" not in list(doctor.closed(tmp_path / "shut" / "lib"))


@pytest.mark.skipif(os.geteuid() != 0, reason="runc needs root to make containers")
@pytest.mark.parametrize(
    ("profile", "user", "found"),
    [
        (runner, 1000, ("ns", [])),
        (docker_default, 1000, ("landlock", ["tier-ns", "userns"])),
        (docker_default, 0, ("landlock", ["tier-ns", "userns"])),
    ],
)
def test_in_a_container_of_docker_the_profile_is_named(
    profile: Callable[[], Profile], user: int, found: tuple[str, list[str]]
) -> None:
    if not shutil.which("runc"):
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("there is no runc")
    done = run([sys.executable, "-c", PROBE], profile(), user=user, capabilities=[] if user else DOCKER_CAPABILITIES)
    told = json.loads(done.stdout)
    assert (told["tier"][2]["tier"], [name for name in NAMES if not told[name][0]]) == found
    assert found[1] == [] or told["userns"][3] == "sandbox.doctor.userns.cure-container"
