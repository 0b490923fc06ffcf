"""Bundles and profiles from the shell: wherever a slug stands, several joined by + do."""

from __future__ import annotations

import ast
import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from grader.cli import main

ROOT = Path(__file__).resolve().parents[2]
SVM = ROOT / "submissions" / "svm"
SOFTMAX = ROOT / "submissions" / "softmax"
HALF = SVM / "wrong_half_reg.py"


def reported(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = main(["grade", *arguments, "--json", "-"])
    return code, json.loads(capsys.readouterr().out)


def test_one_submission_of_two_units_gets_one_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(SVM / "right_loops.py"), str(SOFTMAX / "right_loops.py")]
    written = ["--junit", str(tmp_path / "r.xml"), "--html", str(tmp_path / "r.html")]
    code, report = reported(capsys, "svm+softmax", *files, *written, "--lang", "en")
    assert (code, report["assignment"], report["score"], report["max_score"]) == (0, "svm+softmax", 40, 40)
    assert [function["unit"] for function in report["functions"]] == ["svm", "svm", "softmax", "softmax"]
    assert ET.parse(tmp_path / "r.xml").getroot()[0].get("name") == "svm+softmax"  # noqa: S314 - our own
    assert (tmp_path / "r.html").read_text().count('class="unit"') == 2


def test_a_weight_multiplies_the_points_of_its_unit(capsys: pytest.CaptureFixture[str]) -> None:
    _, report = reported(capsys, "svm:2+softmax:0.5", str(SVM / "right_loops.py"))
    assert (report["score"], report["max_score"]) == (40, 50)
    assert [function["max_points"] for function in report["functions"]] == [16, 24, 4, 6]


def test_the_starter_of_a_bundle_has_every_function_and_no_point(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of units whose handouts have one name the second continues the first."""
    assert main(["starter", "layers+normalization+svm", "--out", str(tmp_path)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["layers.py", "linear_svm.py"]
    text = (tmp_path / "layers.py").read_text()
    names = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    assert {"affine_forward", "batchnorm_forward"} <= set(names)
    assert len(names) == len(set(names))
    assert text.count("import numpy as np") == 1
    capsys.readouterr()
    code, report = reported(capsys, "layers+normalization+svm", str(tmp_path))
    assert (code, report["score"]) == (1, 0)
    assert {function["status"] for function in report["functions"]} == {"not-implemented"}


@pytest.mark.parametrize("definition", ["svm+", "svm+svm", "svm:0", "svm:1e9+softmax"])
def test_what_is_no_bundle_is_wrong_use(definition: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grade", definition, str(HALF), "--lang", "en"]) == 2
    assert "is not a bundle" in capsys.readouterr().err


def test_a_bundle_of_what_is_not_there_names_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grade", "svm+sofmax", str(HALF), "--lang", "en"]) == 2
    assert "sofmax" in capsys.readouterr().err


def test_a_profile_decides_what_is_full_marks_and_the_report_says_which(capsys: pytest.CaptureFixture[str]) -> None:
    code, report = reported(capsys, "svm", str(HALF), "--lang", "en")
    assert (code, "profile" in report) == (1, False)
    code, report = reported(capsys, "svm", str(HALF), "--profile", "2016", "--lang", "en")
    assert (code, report["score"], report["profile"]) == (0, 20, "2016")
    assert "Graded by the conventions of the profile 2016." in report["submission"]["notes"]


def test_every_process_grades_by_the_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = tmp_path / "reports.jsonl"
    assert main(["grade", "svm", "--each", str(HALF), str(HALF), "--profile", "2016", "--json", str(lines)]) == 0
    assert [json.loads(line)["profile"] for line in lines.read_text().splitlines()] == ["2016", "2016"]


def test_the_profiles_are_listed_for_people_and_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assignments", "--profiles"]) == 0
    assert "  l2: reg-half-convention, reg-full-convention" in capsys.readouterr().out.splitlines()
    assert main(["assignments", "--profiles", "--json"]) == 0
    known = json.loads(capsys.readouterr().out)
    assert known["default"] == {}
    assert known["2016"]["l2"][0] == "reg-half-convention"
