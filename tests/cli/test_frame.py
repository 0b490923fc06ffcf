"""The frame of the shell: cheap to start, every command with a help that has an example, faults told as sentences."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.cli import COMMANDS, main
from grader.cli.admin import app as admin
from grader.cli.language import choose, from_environment

ADMIN = [command.name or command.callback.__name__ for command in admin.registered_commands if command.callback]
HEAVY = ("numpy", "sqlalchemy", "fastapi", "dbos", "httpx2", "rich", "babel")
PROBE = """
import json, sys
from grader.cli import main
code = main({arguments!r})
print(json.dumps(sorted({heavy!r} & sys.modules.keys())), file=sys.stderr)
sys.exit(code)
"""


def in_its_own_process(*arguments: str) -> subprocess.CompletedProcess[str]:
    code = PROBE.format(arguments=list(arguments), heavy=set(HEAVY))
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["grade", "--help"], ["submit", "--help"]])
def test_help_loads_none_of_the_heavy_libraries(arguments: list[str]) -> None:
    done = in_its_own_process(*arguments)
    assert done.returncode == 0
    assert json.loads(done.stderr) == []


def test_help_lists_the_commands_with_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    for name, command in COMMANDS.items():
        assert (f"  {name} " in said) is not command.hidden
        assert command.hidden or command.help[:50] in said


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_has_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    said = capsys.readouterr().out
    assert "Example" in said
    assert f"grader {name}" in said or "make demo" in said


@pytest.mark.parametrize("name", sorted(ADMIN))
def test_the_help_of_every_admin_command_has_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["admin", name, "--help"]) == 0
    assert f"grader admin {name}" in capsys.readouterr().out


def test_a_command_that_is_not_there_is_wrong_use_and_a_near_one_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gade"]) == 2
    assert "Did you mean 'grade'?" in capsys.readouterr().err


def test_an_option_that_is_not_there_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grade", "svm", "x.py", "--jsn", "-"]) == 2
    assert "--json" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({}, "en"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "ko_KR", "LANG": "en_US"}, "ko"),
        ({"LANG": "de_DE"}, "en"),
    ],
)
def test_the_environment_chooses_the_language(environment: dict[str, str], lang: str) -> None:
    assert from_environment(environment) == lang


def test_an_option_chooses_before_the_environment() -> None:
    assert choose("ko") == "ko"


def test_a_fault_of_ours_is_told_as_ours_and_ends_with_3(tmp_path: Path) -> None:
    """A settings file that cannot be decoded is nobody's wrong use that we know of."""
    (tmp_path / "broken.env").write_bytes(b"GRADER_BASE_URL=\xff\n")
    environment = {**os.environ, "GRADER_CONFIG": str(tmp_path / "broken.env"), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "grader.cli", "doctor"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith("The grader had a problem (UnicodeDecodeError")
    assert "Traceback" not in done.stderr
