"""The process that looks into hostile bytes: limited, alone, and free of everything of ours but its own folder."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from grader.core import BoxFault
from grader.intake import Rejected, confine, parse
from grader.intake.confined import caps

CONFINED = Path(confine.HERE) / "confined"
PROBE = """
import sys
sys.path.append(sys.argv[1])
from confined.main import main
import resource
main()
print()
print(resource.getrlimit(resource.RLIMIT_AS)[1], resource.getrlimit(resource.RLIMIT_CPU)[0])
print(sorted(name for name in sys.modules if "grader" in name or "numpy" in name or name in ("typing", "zipfile")))
"""


def test_it_limits_itself_and_loads_nothing_of_ours_but_its_folder() -> None:
    request = confine.pack({"paths": ["a.py"], "names": [], "examine": True}, [b"x = 1\n"])
    command = [sys.executable, "-I", "-S", "-B", "-c", PROBE, confine.HERE]
    done = subprocess.run(command, input=request, capture_output=True, env={}, check=True)
    *_, limits, modules = done.stdout.decode().splitlines()
    assert limits == f"{caps.MEMORY_BYTES} {caps.CPU_SECONDS}"
    assert modules == "[]"


def test_its_folder_imports_the_standard_library_and_itself_only() -> None:
    for path in CONFINED.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                assert str(node.module).partition(".")[0] in sys.stdlib_module_names, path
            if isinstance(node, ast.ImportFrom):
                assert node.level <= 1, path
            if isinstance(node, ast.Import):
                assert {alias.name.partition(".")[0] for alias in node.names} <= sys.stdlib_module_names, path


def test_a_process_that_a_limit_ends_means_a_submission_that_cannot_be_read() -> None:
    with pytest.raises(confine.Unreadable) as caught:
        confine._run(b"", "import os, signal; os.kill(os.getpid(), signal.SIGXCPU)")
    assert caught.value.message.id == "intake.too-much"
    assert caught.value.message.params == {"seconds": caps.CPU_SECONDS, "mib": caps.MEMORY_BYTES >> 20}


def test_a_process_that_fails_otherwise_is_our_fault() -> None:
    with pytest.raises(BoxFault, match="ended with 1"):
        confine._run(b"", "raise ValueError('ours')")


def test_nothing_is_executed(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    source = f"open({str(mark)!r}, 'w').close()\ndef f(): pass\n"
    parse([("a.py", source.encode())], ["f"])
    with pytest.raises(Rejected):
        parse([("a.py", source.encode() + b"(")], ["g"])
    assert not mark.exists()
