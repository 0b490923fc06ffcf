"""What is shipped for operators, checked without a container engine: compose file, image and lock."""

import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent


def compose() -> dict[str, dict[str, dict[str, object]]]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def check_against_schema(path: Path) -> int:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_the_compose_file_holds_against_the_compose_schema(tmp_path: Path) -> None:
    """And the schema is not blind: a misspelt key is refused."""
    assert check_against_schema(ROOT / "docker-compose.yml") == 0
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text((ROOT / "docker-compose.yml").read_text(encoding="utf-8").replace("cap_drop", "cap_dorp"))
    assert check_against_schema(wrong) != 0


def test_every_service_is_without_root_capabilities_and_a_writable_root() -> None:
    for name, service in compose()["services"].items():
        assert service["user"] == "1000:1000", name
        assert service["cap_drop"] == ["ALL"], name
        assert service["read_only"] is True, name
        assert "privileged" not in service, name


def test_nothing_listens_beyond_loopback_while_student_code_is_not_confined() -> None:
    services = compose()["services"]
    assert all("ports" not in service for service in services.values())
    assert "127.0.0.1" in str(services["web"]["command"])


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
