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
    "typing_extensions.py", "typing_inspection", "dotenv",
)  # fmt: skip
PROJECT = ("grader", "reference", "submissions", "tests/__init__.py", "tests/sandbox", "pyproject.toml")
CHOSEN = (
    "test_box_endings.py", "test_box_life.py", "test_box_limits.py", "test_benign.py", "test_isolation.py",
    "test_keeper.py", "test_setup_failures.py", "test_zygote.py",
)  # fmt: skip
AT_LEAST = 230  # tests in the files chosen


@dataclass(frozen=True)
class Copy:
    """A copy of all that runs the tests, and the user who runs it."""

    folder: Path

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the copied interpreter in the copied project as an ordinary user, with nothing but its user id."""
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder / "own"),
            "TMPDIR": str(self.folder / "own"),
            "LD_LIBRARY_PATH": str(self.folder / "python/lib"),
            "PYTHONPATH": f"{self.folder / 'packages'}:{self.folder / 'project'}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "SANDBOX_REQUIRE_TIER": REQUIRED,
        }
        return subprocess.run(
            [str(self.folder / "python/bin/python3"), "-s", *arguments],
            cwd=self.folder / "project",
            env=environment,
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )


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
        for path in (folder, *folder.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))
        yield Copy(folder)
    finally:
        shutil.rmtree(folder)


def copy_python(to: Path) -> None:
    """The interpreter where it finds its library by its own place, and the shared library it may need."""
    (to / "bin").mkdir(parents=True)
    shutil.copy(Path(sys.executable).resolve(), to / "bin/python3")
    take(LIBRARY, to / "lib" / LIBRARY.name)
    for path in LIBRARY.parent.glob(f"libpython{sys.version_info.major}.{sys.version_info.minor}*.so*"):
        shutil.copy(path, to / "lib")


def take(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.copytree(path, to, ignore=shutil.ignore_patterns(*UNUSED), dirs_exist_ok=True)
    else:
        shutil.copy(path, to)


def test_it_has_no_privilege_and_cannot_read_what_is_private(copy: Copy) -> None:
    status = copy.python("-c", "print(open('/proc/self/status').read(), open('/etc/shadow').read())")
    assert "Permission denied" in status.stderr
    status = copy.python("-c", "print(open('/proc/self/status').read())")
    assert re.search(rf"^Uid:\t{NOBODY}\t{NOBODY}\t{NOBODY}\t{NOBODY}$", status.stdout, re.MULTILINE)
    assert re.search(r"^CapPrm:\t0+$", status.stdout, re.MULTILINE)
    assert re.search(r"^Groups:\t *$", status.stdout, re.MULTILINE)


def test_the_tests_of_the_sandbox_pass_for_an_ordinary_user_and_none_is_skipped(copy: Copy) -> None:
    files = [f"tests/sandbox/{name}" for name in CHOSEN]
    run = copy.python("-m", "pytest", "-q", "-p", "no:cacheprovider", "--confcutdir=tests/sandbox", *files)
    passed = re.fullmatch(r"(\d+) passed in .*", run.stdout.rstrip().rpartition("\n")[2])
    assert passed, f"{run.stdout[-9000:]}\n{run.stderr[-3000:]}"
    assert int(passed[1]) >= AT_LEAST
