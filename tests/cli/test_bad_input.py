"""Bad input through the shell: a sentence that says what and how to mend it, the right exit code, nothing lost."""

import json
from pathlib import Path
from typing import Any

import pytest

from grader.cli import main

NAIVE = """\
import numpy as np


def svm_loss_naive(W, X, y, reg):
    loss, dW, N = 0.0, np.zeros(W.shape), X.shape[0]
    for i in range(N):
        scores = X[i].dot(W)
        for j in range(W.shape[1]):
            margin = scores[j] - scores[y[i]] + 1
            if j != y[i] and margin > 0:
                loss += margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    return loss / N + reg * np.sum(W * W), dW / N + 2 * reg * W


def svm_loss_vectorized(W, X, y, reg):
    loss, dW = svm_loss_naive(W, X, y, reg)
    {body}
"""

# What is wrong -> (name of the file, its bytes, what the sentence says). Nothing of it can be graded: exit code 2.
REJECTED = {
    "not Python": ("essay.py", b"It was a dark night.\n", "line 1: Python cannot read `It was a dark night.`"),
    "another kind of file": ("essay.txt", b"It was a dark night.\n", "its name does not end in .py"),
    "binary": ("svm.py", bytes(range(256)) * 9, "it looks like binary data"),
    "0 bytes": ("svm.py", b"", "0 bytes. The file is empty"),
    "5 MB": ("svm.py", b"#" * 5_000_000, "has 5000000 bytes; at most 1048576 are read"),
    "UTF-16": ("svm.py", NAIVE.encode("utf-16"), "not UTF-8 (byte 0xff at 0: it looks like UTF-16)"),
    "NUL bytes": ("svm.py", NAIVE.encode() + b"# \0", "a NUL byte (0x00)"),
    "syntax error": ("svm.py", b"x = (1,\ndef f(): pass\n", "line 1: the bracket ( opened here is never closed"),
    "no function asked for": ("svm.py", b"def svm_lose_naive(): pass\n", "Is svm_lose_naive meant to be"),
    "no zip": ("svm.zip", b"PK", "is not a readable archive"),
    "a notebook that is none": ("svm.ipynb", b"{}", "not a readable notebook"),
}  # fmt: skip

# What is wrong -> (body of the vectorised function, what the report says). The other function keeps its points: exit 1.
GRADED = {
    "missing name": ("return undefined_name", "NameError"),
    "exception": ("raise ValueError('my own words')", "ValueError: my own words"),
    "endless loop": ("while True: pass", "svm_loss_vectorized (svm.py:19)"),
    "print flood": ("\n    while True: print('x' * 10000)", "16"),
    "exit()": ("exit()", "ends the program with exit() instead of returning"),
    "os._exit": ("import os; os._exit(0)", "svm_loss_vectorized"),
    "wrong shape": ("return loss, dW.T", "dW has shape"),
    "NaN": ("return loss * np.nan, dW", "NaN"),
    "a list for an array": ("return loss, dW.tolist()", "list"),
    "a string": ("return 'loss', dW", "str"),
    "None": ("return None", "not implemented svm_loss_vectorized"),
}


def graded(path: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str, dict[str, Any]]:
    capsys.readouterr()
    code = main(["grade", "svm", str(path), "--json", "-", "--lang", "en", *more])
    said = capsys.readouterr()
    return code, said.err, json.loads(said.out)


@pytest.mark.parametrize("what", REJECTED)
def test_what_cannot_be_graded_is_rejected(what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name, data, says = REJECTED[what]
    (tmp_path / name).write_bytes(data)
    code, said, report = graded(tmp_path / name, capsys)
    assert code == 2
    assert says in " ".join(said.split())
    assert report["state"] == "rejected"
    assert says in str(report["reason"])
    assert (tmp_path / name).read_bytes() == data


@pytest.mark.parametrize("what", GRADED)
def test_a_function_at_fault_costs_its_own_points_only(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body, says = GRADED[what]
    (tmp_path / "svm.py").write_text(NAIVE.format(body=body))
    code, said, report = graded(tmp_path / "svm.py", capsys)
    assert code == 1
    assert says in " ".join(said.split())
    naive, vectorized = report["functions"]
    assert naive["points"] == naive["max_points"] == 8
    assert vectorized["status"] != "passed"
    assert vectorized["points"] < 12


def test_an_import_that_does_not_exist_costs_what_needs_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = NAIVE.replace("import numpy as np\n", "import numpy as np\nfrom no_such_library import gradient\n")
    (tmp_path / "svm.py").write_text(source.format(body="return gradient(W)"))
    code, said, _ = graded(tmp_path / "svm.py", capsys)
    assert code == 1
    assert "no_such_library" in said


def test_tabs_mixed_with_spaces_are_graded_with_a_note(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = NAIVE.format(body="return loss, dW").replace("                loss += margin", "\t\tloss += margin")
    (tmp_path / "svm.py").write_text(source)
    code, said, report = graded(tmp_path / "svm.py", capsys)
    assert code in (0, 1)
    assert "mixes tabs and spaces" in said
    assert report["functions"][0]["points"] == 8


def test_a_missing_function_is_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "svm.py").write_text(NAIVE.partition("def svm_loss_vectorized")[0])
    code, said, report = graded(tmp_path / "svm.py", capsys)
    assert code == 1
    assert report["functions"][1]["status"] == "missing"
    assert "svm_loss_vectorized" in said


def test_a_syntax_error_below_keeps_what_stands_above_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "svm.py").write_text(NAIVE.format(body="return (loss, dW"))
    code, said, report = graded(tmp_path / "svm.py", capsys)
    assert code == 1
    assert report["functions"][0]["points"] == 8
    assert report["functions"][1]["status"] == "missing"
    assert "the bracket ( opened here is never closed" in " ".join(said.split())


def test_an_unknown_slug_is_wrong_use_and_a_near_one_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grade", "smv", "svm.py", "--lang", "en"]) == 2
    said = capsys.readouterr()
    assert said.err.startswith("There is no assignment smv. Is svm meant?")
    assert "two-layer-net" in said.err
    assert said.out == ""


@pytest.mark.parametrize("name", ["nothing.py", "link.py"])
def test_a_path_that_is_not_there_is_wrong_use_without_a_report(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "link.py").symlink_to("nowhere.py")
    assert main(["grade", "svm", str(tmp_path / name), "--json", "-", "--lang", "ko"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"{tmp_path / name} 경로가 없습니다.")


def test_a_folder_named_like_a_file_is_read_as_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "svm.py").mkdir()
    code, said, _ = graded(tmp_path / "svm.py", capsys)
    assert code == 2
    assert "There is no Python file in" in said


def test_an_unknown_profile_is_wrong_use_with_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grade", "svm", "svm.py", "--profile", "1999", "--lang", "en"]) == 2
    assert capsys.readouterr().err.startswith("There is no profile 1999. Known: default, 2015, ")


def test_a_file_that_cannot_be_written_is_told_before_anything_is_graded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "svm.py").write_text(NAIVE.format(body="return loss, dW"))
    target = tmp_path / "nowhere" / "report.json"
    assert main(["grade", "svm", str(tmp_path / "svm.py"), "--json", str(target), "--lang", "en"]) == 2
    assert capsys.readouterr().err.startswith(f"{target} cannot be written:")
