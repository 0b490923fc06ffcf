"""What is shipped for operators, checked without a container engine: compose file, image, lock, profiles and units."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
UNITS = ("grader-web", "grader-worker", "grader-courier")
ADDED = ["mount", "pivot_root", "sethostname", "setns", "umount2", "unshare"]
INSTALLED = "/opt/grader/.venv/bin/grader"


def compose() -> dict[str, dict[str, Any]]:
    services: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    return services


def check_against_schema(path: Path) -> int:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, check=False).returncode


def needed(program: str) -> str:
    """A program of the machine's packages: `.ci/run` supplies it, and CI fails without."""
    found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI has no {program}")
        pytest.skip(f"no {program}")
    return found


def recorded(name: str) -> str:
    """The SHA-256 that deploy/README.md gives of what a file was made from."""
    line = next(
        line for line in (DEPLOY / "README.md").read_text("utf-8").splitlines() if line.startswith(f"| `{name}`")
    )
    return line.split("`")[-2]


# --------------------------------------------------------------------------- Docker


def test_the_compose_file_holds_against_the_compose_schema(tmp_path: Path) -> None:
    """And the schema is not blind: a misspelt key is refused."""
    assert check_against_schema(ROOT / "docker-compose.yml") == 0
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text((ROOT / "docker-compose.yml").read_text(encoding="utf-8").replace("cap_drop", "cap_dorp"))
    assert check_against_schema(wrong) != 0


def test_every_service_is_without_root_capabilities_and_a_writable_root() -> None:
    for name, service in compose().items():
        assert service["user"] == "1000:1000", name
        assert service["cap_drop"] == ["ALL"], name
        assert service["read_only"] is True, name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert not {"privileged", "cap_add", "devices", "pid", "ipc", "userns_mode", "cgroup"} & set(service), name
        assert service["volumes"] == ["data:/data"], name


def test_student_code_runs_where_there_is_no_network_and_with_our_profile() -> None:
    worker = compose()["worker"]
    assert worker["command"] == ["grader", "worker", "--only", "grading"]
    assert worker["network_mode"] == "none"
    assert {"mem_limit", "pids_limit"} <= set(worker)
    files = [option.partition("=")[2] for option in worker["security_opt"] if option.startswith("seccomp=")]
    assert [(ROOT / name).is_file() for name in files] == [True]


def test_nothing_but_the_worker_has_calls_that_docker_refuses_and_nothing_but_the_worker_grades() -> None:
    for name, service in compose().items():
        if name != "worker":
            assert service["security_opt"] == ["no-new-privileges:true"]
            assert service["command"][:2] == ["grader", "web"] or service["command"][-2:] == ["--only", "courier"]


def test_tokens_reach_the_courier_alone_and_only_the_web_listens_on_loopback_unless_told() -> None:
    services = compose()
    assert [name for name, service in services.items() if "GRADER_GITHUB_TOKEN" in service["environment"]] == [
        "courier"
    ]
    assert {name: service["ports"] for name, service in services.items() if "ports" in service} == {
        "web": ["${GRADER_LISTEN:-127.0.0.1:8000}:8000"]
    }


def test_every_service_starts_a_command_that_there_is() -> None:
    for service in compose().values():
        program, command, *options = service["command"]
        shown = subprocess.run(
            [sys.executable, "-m", "grader.cli", command, "--help"], capture_output=True, text=True, check=True
        )
        assert program == "grader"
        assert all(option in shown.stdout for option in options if option.startswith("--"))


def test_the_image_ends_as_an_ordinary_user_and_installs_by_hash() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users
    assert users[-1] == "1000:1000"
    assert any("--require-hashes -r requirements.lock" in line for line in lines)


def test_the_lock_holds_hashes_and_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    pins = [line for line in text.splitlines() if "==" in line]
    assert len(pins) > 50
    assert all(line.rstrip().endswith("\\") for line in pins), "every pin is followed by its hashes"


# --------------------------------------------------------------------------- profiles


def test_the_seccomp_profile_is_dockers_and_exactly_the_calls_of_the_zygote() -> None:
    profile = json.loads((DEPLOY / "seccomp-runner.json").read_text("utf-8"))
    ours = profile["syscalls"].pop()
    theirs = json.dumps(profile, indent="\t", ensure_ascii=False).encode()
    assert hashlib.sha256(theirs).hexdigest() == recorded("seccomp-runner.json")
    assert set(ours) == {"names", "action", "comment"}
    assert (ours["names"], ours["action"]) == (ADDED, "SCMP_ACT_ALLOW")


def test_the_apparmor_profile_is_dockers_with_mounting_allowed() -> None:
    text = (DEPLOY / "apparmor/grader-runner").read_text("utf-8")
    theirs = text[text.index("# profile generated by") :].replace("grader-runner", "with-api3")
    theirs = theirs.replace("\n  mount,\n  pivot_root,\n", "\n  deny mount,\n")
    assert hashlib.sha256(theirs.encode()).hexdigest() == recorded("apparmor/grader-runner")


@pytest.mark.parametrize("name", ["grader-runner", "grader-worker"])
def test_an_apparmor_profile_compiles(name: str) -> None:
    """A parser before 4.0 knows no rule for user namespaces, and gets the rest."""
    parser, text = needed("apparmor_parser"), (DEPLOY / "apparmor" / name).read_text("utf-8")
    if not Path("/etc/apparmor.d/abi/4.0").exists():
        text = re.sub(r"^  userns,$", "", text.replace("<abi/4.0>", "<abi/3.0>"), flags=re.MULTILINE)
    command = [parser, "--skip-kernel-load", "--skip-cache", "--skip-read-cache"]
    assert subprocess.run(command, input=text, capture_output=True, text=True, check=False).returncode == 0
    assert subprocess.run(
        command, input=text.replace("{", "", 1), capture_output=True, text=True, check=False
    ).returncode


# --------------------------------------------------------------------------- systemd


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units, with a program that is there in place of the installed one."""
    folder = tmp_path_factory.mktemp("units") / "systemd"
    shutil.copytree(DEPLOY / "systemd", folder)
    for path in folder.glob("*.service"):
        path.write_text(path.read_text("utf-8").replace(INSTALLED, sys.executable), "utf-8")
    return folder


def analyze(units: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:", "LC_ALL": "C.UTF-8"}
    command = [needed("systemd-analyze"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_finds_no_fault_with_a_unit(unit: str, units: Path) -> None:
    verified = analyze(units, "verify", "--man=no", str(units / f"{unit}.service"))
    assert verified.returncode == 0, verified.stderr
    assert unit not in verified.stderr
    assert f"ExecStart={INSTALLED} " in (DEPLOY / "systemd" / f"{unit}.service").read_text("utf-8")


@pytest.mark.parametrize(("unit", "most"), [("grader-web", 20), ("grader-courier", 20), ("grader-worker", 20)])
def test_a_unit_is_hardened(unit: str, most: int, units: Path) -> None:
    """Of systemd's hundred points of exposure; a unit without hardening has 96."""
    command = ("security", "--offline=yes", f"--threshold={most}", str(units / f"{unit}.service"))
    assert analyze(units, *command).returncode == 0
    (units / "plain.service").write_text(f"[Service]\nExecStart={sys.executable}\n")
    assert analyze(units, *command[:-1], str(units / "plain.service")).returncode != 0


def test_only_the_worker_sees_other_processes(units: Path) -> None:
    """How long a box waited for a processor stands in its `/proc/PID/schedstat`, which is hidden with the rest of a
    process that is not dumpable."""
    hidden = [unit for unit in UNITS if "\nProtectProc=invisible\n" in (units / f"{unit}.service").read_text("utf-8")]
    assert set(UNITS) - {*hidden} == {"grader-worker"}
    assert not re.search("^ProtectProc=", (units / "grader-.service.d/common.conf").read_text("utf-8"), re.MULTILINE)


def test_only_the_worker_makes_namespaces_and_its_filter_lets_through_what_they_are_made_with(units: Path) -> None:
    texts = {unit: (units / f"{unit}.service").read_text("utf-8") for unit in UNITS}
    assert [unit for unit in UNITS if "\nRestrictNamespaces=yes\n" not in texts[unit]] == ["grader-worker"]
    assert not re.search(r"^(RestrictNamespaces|PrivateUsers|ProtectHostname)=", texts["grader-worker"], re.MULTILINE)
    allowed = set(re.findall(r"^SystemCallFilter=(.+)$", texts["grader-worker"], re.MULTILINE)[0].split())
    assert set(ADDED) <= allowed
    common = (units / "grader-.service.d/common.conf").read_text("utf-8")
    assert not re.search(r"^(RestrictNamespaces|PrivateUsers|ProtectHostname)=", common, re.MULTILINE)
