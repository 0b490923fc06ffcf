"""The sandbox run by an ordinary user: its tests once more, in a process that gave root up for good.

What root runs may lie where nobody else can read (a Python below /root, a checkout in a private folder), so a copy is
made that everybody can read: interpreter, standard library, the few packages that the tests need, and the project.
A suite that runs as an ordinary user has no need of this file, and does not collect it.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.sandbox.conftest import REQUIRED

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
LIBRARY = Path(sysconfig.get_path("stdlib"))
PACKAGES = Path(np.__file__).parent.parent
UNUSED = ("site-packages", "dist-packages", "test", "config-*", "idlelib", "tkinter", "ensurepip")
NEEDED = (
    "numpy", "numpy.libs", "_pytest", "py.py", "pytest", "pytest_timeout.py", "pytest_timeout-*", "pluggy", "iniconfig",
    "packaging", "pygments", "pydantic", "pydantic_core", "pydantic_settings", "annotated_types",
    "typing_extensions.py", "typing_inspection", "dotenv", "babel", "jinja2", "markupsafe",
)  # fmt: skip
PROJECT = ("grader", "reference", "submissions", "tests/__init__.py", "tests/sandbox", "pyproject.toml")
CHOSEN = {  # file -> how many tests it has at least; those of one half run beside those of the other
    "one": {"test_attacks.py": 900},
    "other": {
        "test_benign.py": 28, "test_box_endings.py": 40, "test_box_limits.py": 30, "test_isolation.py": 40,
        "test_keeper.py": 20, "test_kills.py": 12, "test_setup_failures.py": 40, "test_box_life.py": 10,
        "test_zygote.py": 14,
    },
}  # fmt: skip


@dataclass(frozen=True)
class Copy:
    """A copy of all that runs the tests, and the user who runs it."""

    folder: Path

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the copied interpreter in the copied project as an ordinary user, with nothing but its user id."""
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder / "own"),
            "TMPDIR": str(self.folder / "own"),
            "LD_LIBRARY_PATH": str(self.folder / "python/lib"),
            "PYTHONPATH": f"{self.folder / 'packages'}:{self.folder / 'project'}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "SANDBOX_REQUIRE_TIER": REQUIRED,
        }
        return subprocess.Popen(
            [str(self.folder / "python/bin/python3"), "-s", *arguments],
            cwd=self.folder / "project",
            env=environment,
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def said(self, *arguments: str) -> str:
        with self.start(*arguments) as process:
            return process.communicate(timeout=60)[0]


@pytest.fixture(scope="module")
def copy() -> Iterator[Copy]:
    folder = Path(tempfile.mkdtemp(prefix="for-everybody-"))
    try:
        copy_python(folder / "python")
        for pattern in NEEDED:
            for path in PACKAGES.glob(pattern):
                take(path, folder / "packages" / path.name)
        for name in PROJECT:
            take(ROOT / name, folder / "project" / name)
        (folder / "own").mkdir()
        os.chown(folder / "own", NOBODY, NOBODY)
        for path in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
            path.chmod(0o755)
        yield Copy(folder)
    finally:
        shutil.rmtree(folder)


def copy_python(to: Path) -> None:
    """The interpreter where it finds its library by its own place, and the shared library it may need."""
    take(Path(sys.executable).resolve(), to / "bin/python3")
    take(LIBRARY, to / "lib" / LIBRARY.name)
    for path in LIBRARY.parent.glob(f"libpython{sys.version_info.major}.{sys.version_info.minor}*.so*"):
        take(path, to / "lib" / path.name)


def take(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        unused = shutil.ignore_patterns(*UNUSED)
        shutil.copytree(path, to, ignore=unused, copy_function=take_file, dirs_exist_ok=True)
    else:
        take_file(str(path), str(to))


def take_file(path: str, to: str) -> None:
    """Another name of the file where everybody may read it, which is quick; else a copy."""
    mode = Path(path).stat().st_mode
    try:
        if mode & 0o444 != 0o444:
            raise PermissionError
        os.link(os.path.realpath(path), to)
    except OSError:
        shutil.copy2(path, to)
        Path(to).chmod(mode | 0o444)


@pytest.fixture(scope="module")
def runs(copy: Copy) -> Iterator[dict[str, subprocess.Popen[str]]]:
    """A run of each half, both at once."""
    started = {}
    with ExitStack() as stack:
        for half, chosen in CHOSEN.items():
            files = [f"tests/sandbox/{name}" for name in chosen]
            run = copy.start("-m", "pytest", "-q", "-p", "no:cacheprovider", "--confcutdir=tests/sandbox", *files)
            started[half] = stack.enter_context(run)
            stack.callback(run.kill)
        yield started


def test_it_has_no_privilege_and_cannot_read_what_is_private(copy: Copy) -> None:
    assert "Permission denied" in copy.said("-c", "open('/etc/shadow')")
    said = copy.said("-c", "print(open('/proc/self/status').read())")
    assert re.search(rf"^Uid:\t{NOBODY}\t{NOBODY}\t{NOBODY}\t{NOBODY}$", said, re.MULTILINE)
    assert re.search(r"^CapPrm:\t0+$", said, re.MULTILINE)
    assert re.search(r"^Groups:\t *$", said, re.MULTILINE)


@pytest.mark.parametrize("half", CHOSEN)
def test_the_tests_of_the_sandbox_pass_for_an_ordinary_user_and_none_is_skipped(
    runs: dict[str, subprocess.Popen[str]], half: str
) -> None:
    said = runs[half].communicate(timeout=280)[0]
    passed = re.fullmatch(r"(\d+) passed in .*", said.rstrip().rpartition("\n")[2])
    assert passed, said[-9000:]
    assert int(passed[1]) >= sum(CHOSEN[half].values())
