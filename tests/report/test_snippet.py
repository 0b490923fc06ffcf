"""`counterexample.py`: it runs as it is, whatever the student's file is called, and prints what the report says."""

import ast
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader.core import Counterexample, FunctionResult, Report, Script
from grader.report.snippet import NAME, snippet
from tests.report.sample_reports import FAILED

STUDENT = (
    "import numpy as np\ndef f(x):\n    return [x.sum(), np.array([1 / 3, np.nan, -np.inf]), (1,), True, 10 ** 20]\n"
)
SCRIPT = Script(("f",), ("x = np.array([1.0, 2.5])", "result_1 = f(x)"), {"all": "result_1"})
SHOWN = "[3.5, [0.333333, NaN, -Infinity], (1,), True, 100000000000000000000]"


def failed(file: str = "student.py", name: str = "f", script: Script | None = SCRIPT) -> FunctionResult:
    example = Counterexample({"x": np.array([1.0, 2.5])}, {"all": [3.0, "'"]}, {"all": 0}, script)
    return replace(FAILED.functions[1], name=name, file=file, counterexample=example)


def report(*functions: FunctionResult) -> Report:
    return replace(FAILED, functions=functions)


def ran(folder: Path, file: str, text: str | None) -> list[str]:
    """What the program prints beside a student's file."""
    assert text is not None
    (folder / file).write_text(STUDENT)
    (folder / NAME).write_text(text, encoding="utf-8")
    command = [sys.executable, NAME]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=True, env={"PYTHONUTF8": "1"}
    ).stdout.splitlines()


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_it_prints_what_is_expected_beside_what_is_received(tmp_path: Path, lang: str) -> None:
    words = {"en": ("expected", "received"), "ko": ("기준값", "제출값")}[lang]
    printed = ran(tmp_path, "student.py", snippet(report(failed()), lang))
    assert printed == ["f", f'all  {words[0]} [3, "\'"]  {words[1]} {SHOWN}']


@pytest.mark.parametrize(
    "file",
    [
        "my homework (2).py",
        "1st.py",
        "class.py",
        "json.py",
        "과제.py",
        "'+evil()+'.py",
        '""".py',
        "back\\slash.py",
        "new\nline.py",
        "right\u202eleft.py",
    ],
    ids=ascii,
)
def test_a_file_of_any_name_is_found_and_its_name_is_only_a_name(tmp_path: Path, file: str) -> None:
    text = snippet(report(failed(f"hw/{file}")), "en")
    assert text is not None
    assert all(line.isprintable() for line in text.splitlines())
    assert not [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name) and node.id == "evil"]
    assert ran(tmp_path, file, text)[1].endswith(SHOWN)


def test_of_a_notebook_the_cells_have_to_be_saved_first() -> None:
    text = snippet(report(failed("hw/loss.ipynb")), "en")
    assert text is not None
    assert "# Save the cells of loss.ipynb that define it as loss.py first.\nfrom loss import f" in text


def test_every_function_has_its_part_or_one_that_is_asked_for(tmp_path: Path) -> None:
    both = report(failed(), failed(name="Net.loss", script=replace(SCRIPT, imports=("f",))))
    assert [line for line in ran(tmp_path, "student.py", snippet(both, "en")) if "expected" not in line] == [
        "f",
        "Net.loss",
    ]
    assert ran(tmp_path, "student.py", snippet(both, "en", "Net.loss"))[0] == "Net.loss"


def test_each_name_is_imported_from_where_it_is() -> None:
    """A backward pass may stand in another file than the forward pass that it belongs to."""
    both = Script(("forward", "Net"), ("result_1 = forward(1)",), {"all": "result_1"})
    text = snippet(
        report(
            failed("back.py", "backward", both),
            replace(failed("ahead.py", "forward"), counterexample=None),
            replace(failed("net.py", "Net.loss"), counterexample=None),
        ),
        "en",
    )
    assert text is not None
    assert "from ahead import forward\nfrom net import Net\n" in text


def test_where_there_is_no_example_there_is_no_program() -> None:
    assert snippet(report(failed(script=None)), "en") is None
    assert snippet(report(replace(failed(), counterexample=None)), "en") is None
    assert snippet(report(failed()), "en", "g") is None


def test_packages_that_the_file_is_part_of_are_found(tmp_path: Path) -> None:
    """Code of a course imports its folders from the root of an assignment, which lies above."""
    folder = tmp_path / "course" / "classifiers"
    folder.mkdir(parents=True)
    (tmp_path / "course" / "scale.py").write_text("SCALE = 1\n")
    text = snippet(report(failed()), "en")
    assert text is not None
    (folder / "student.py").write_text(f"from course.scale import SCALE\n{STUDENT}")
    (folder / NAME).write_text(text)
    printed = subprocess.run([sys.executable, NAME], cwd=folder, capture_output=True, text=True, check=True).stdout
    assert SHOWN in printed
