"""Landlock rules, each tried in a process of its own that restricts itself by them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from grader.sandbox.process import INSIDE

RESTRICT = """
import json, sys
inside, folder, *masked = sys.argv[1:]
sys.path.insert(0, inside)
import kernel, landlock
kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
landlock.restrict(kernel.landlock_version(), landlock.contents([folder], masked))
found = {}
for path in json.load(sys.stdin):
    try:
        found[path] = open(path).read()
    except PermissionError:
        found[path] = None
print(json.dumps(found))
"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Python's library with packages in it, as where they are installed beside no virtual environment."""
    for name in ("library/os.py", "library/json/decoder.py", "library/site-packages/reference/svm.py", "elsewhere.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "library/sitecustomize.py").symlink_to("/nowhere")
    return tmp_path / "library"


def read(library: Path, *masked: str) -> dict[str, str | None]:
    """What can be read of all the files there, by their names."""
    above = library.parent
    paths = [str(path) for path in above.rglob("*.py") if path.exists()]
    command = [sys.executable, "-I", "-S", "-c", RESTRICT, str(INSIDE), str(library), *masked]
    run = subprocess.run(command, input=json.dumps(paths), capture_output=True, text=True, check=True)
    return {str(Path(path).relative_to(above)): text for path, text in json.loads(run.stdout).items()}


def test_packages_in_the_folder_of_the_library_cannot_be_read(library: Path) -> None:
    found = read(library, "site-packages", "dist-packages")
    assert {name for name, text in found.items() if text} == {"library/os.py", "library/json/decoder.py"}


def test_without_a_mask_all_of_the_library_can_be_read_and_nothing_else(library: Path) -> None:
    found = read(library)
    assert {name for name, text in found.items() if not text} == {"elsewhere.py"}
