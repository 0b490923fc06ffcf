"""Paths on this machine: files, folders, archives, several at once, and what is not there or not to be read."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.errors import BadRequest
from grader.intake import Rejected, read
from grader.report import text

GOOD = "def f(x):\n    return x\n"
NOBODY = 65534


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hw" / "sub").mkdir(parents=True)
    (tmp_path / "hw" / "f.py").write_text(GOOD)
    (tmp_path / "hw" / "sub" / "g.py").write_text("x = 1\n")
    return tmp_path / "hw"


def paths_of(*paths: Path) -> list[str]:
    return [file.path for file in read(paths, ["f"]).files]


def test_a_folder_is_read_with_the_folders_in_it(folder: Path) -> None:
    assert paths_of(folder) == ["f.py", "sub/g.py"]


def test_what_tools_leave_in_a_folder_is_no_part_of_it(folder: Path) -> None:
    for name in (
        ".git/x.py",
        "__pycache__/f.cpython-311.pyc",
        ".ipynb_checkpoints/f.py",
        "venv/lib/y.py",
        ".hidden.py",
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("(")
    assert paths_of(folder) == ["f.py", "sub/g.py"]


def test_what_is_no_python_is_left_aside_with_a_note(folder: Path) -> None:
    (folder / "plot.png").write_bytes(b"\x89PNG")
    (folder / "old.zip").write_bytes(b"")
    submission = read([folder], ["f"])
    assert [file.path for file in submission.files] == ["f.py", "sub/g.py"]
    assert [note.id for note in submission.notes] == ["intake.ignored-archive", "intake.ignored-other"]


def test_links_in_a_folder_are_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text("key = 1\n")
    (folder / "secret.py").symlink_to(tmp_path / "secret.py")
    (folder / "up").symlink_to(tmp_path)
    assert paths_of(folder) == ["f.py", "sub/g.py"]


def test_a_folder_that_holds_one_folder_is_that_folder(folder: Path, tmp_path: Path) -> None:
    assert paths_of(tmp_path) == ["f.py", "sub/g.py"]


def test_several_paths_are_one_submission(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("x = 1\n")
    assert paths_of(folder / "f.py", tmp_path / "other.py") == ["f.py", "other.py"]


def test_files_of_one_name_are_told_apart_by_their_folders(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "f.py").write_text("x = 1\n")
    assert paths_of(folder / "f.py", tmp_path / "more" / "f.py") == ["hw/f.py", "more/f.py"]


def test_a_zip_is_opened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "hw.zip", "w") as archive:
        archive.writestr("hw/f.py", GOOD)
    assert paths_of(tmp_path / "hw.zip") == ["f.py"]


@pytest.mark.parametrize("name", ["nothing.py", "link.py", "f.py/below.py"])
def test_a_path_that_is_not_there_is_wrong_use(folder: Path, name: str) -> None:
    (folder / "link.py").symlink_to("nowhere.py")
    with pytest.raises(BadRequest) as caught:
        read([folder / name], ["f"])
    assert text(caught.value.message, "en").startswith(f"{folder / name} does not exist.")


def rejected(*paths: Path) -> Rejected:
    with pytest.raises(Rejected) as caught:
        read(paths, ["f"])
    return caught.value


def test_a_folder_named_like_a_file_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "linear_svm.py").mkdir()
    assert rejected(tmp_path / "linear_svm.py").message.id == "intake.no-source"


def test_a_pipe_is_neither_file_nor_folder(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "f.py")
    assert rejected(tmp_path / "f.py").message.id == "intake.not-a-file"


def test_a_file_of_five_megabytes_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "f.py").write_bytes(b"#" * 5_000_000)
    message = rejected(tmp_path / "f.py").message
    assert message.params == {"path": "f.py", "bytes": 5_000_000, "allowed": 1 << 20}


def test_a_folder_of_more_sources_than_are_read_is_refused(tmp_path: Path) -> None:
    for number in range(201):
        (tmp_path / f"m{number}.py").write_text("")
    assert rejected(tmp_path).message.params == {"path": str(tmp_path), "count": 201, "allowed": 200}


def test_a_file_without_the_right_to_read_it_is_rejected_by_name(folder: Path) -> None:
    """Rights do not bind root: a process of nobody's asks."""
    path = folder / "f.py"
    path.chmod(0)
    for above in (folder, *folder.parents[:-1]):
        if above.stat().st_uid == os.getuid():
            above.chmod(above.stat().st_mode | 0o711)
    code = f"""
import os
from pathlib import Path
from grader.intake import Rejected, read
import grader.report
if os.getuid() == 0:
    os.setgid({NOBODY})
    os.setuid({NOBODY})
try:
    read([Path({str(path)!r})], ["f"])
except Rejected as refusal:
    print(refusal.message.id, refusal.message.params["path"])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["intake.no-permission", str(path)]
