"""The public JSON report: what its schema says, and what it keeps from whom."""

import hashlib
import json
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from grader import report as room
from grader.core import Report
from grader.report.as_json import as_json, plain, points
from tests.report.sample_reports import (
    ABSENT,
    ALL,
    BROKEN,
    FAILED,
    FULL,
    HIDDEN,
    LIMITS,
    NAIVE,
    NAMED,
    RAISED,
    REJECTED,
    report,
    said,
)

SCHEMA = json.loads(Path(room.__file__).with_name("report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def keys(value: Any) -> set[str]:
    """Every key that stands anywhere in `value`."""
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["schema"]["const"] == "grader.report/1"


@pytest.mark.parametrize("audience", ["staff", "student"])
@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("name", ALL)
def test_every_state_is_as_the_schema_says(name: str, lang: str, audience: Any) -> None:
    shown = as_json(ALL[name], lang, audience=audience)
    VALIDATOR.validate(shown)
    assert json.dumps(shown, allow_nan=False, ensure_ascii=False).encode("utf-8")


def test_the_schema_refuses_what_is_not_a_report() -> None:
    for wrong in ({"state": "passed"}, {"score": "8"}, {"functions": [{}]}, {"seed": None}, {"mood": "calm"}):
        assert not VALIDATOR.is_valid(as_json(FAILED, "en") | wrong), wrong
    assert not VALIDATOR.is_valid({k: v for k, v in as_json(REJECTED, "en").items() if k != "reason"})


def test_the_numbers_of_a_failed_check_are_all_there() -> None:
    gradient = as_json(FAILED, "en")["functions"][1]["checks"][2]
    assert gradient["worst"] == {"output": "dW", "index": [3, 1], "expected": 0.41, "actual": 0.62}
    assert gradient["cases"] == {
        "passed": 6,
        "failed": 6,
        "failing": ["base", "reg=0.1", "reg=3"],
        "passing": ["reg=0", "smallW"],
    }
    assert (gradient["error"], gradient["tolerance"]) == (0.31, 1e-6)
    assert (gradient["points"], gradient["max_points"], gradient["hidden"]) == (1.12, 2.8, False)


def test_points_of_the_functions_add_up_to_the_score() -> None:
    shown = as_json(FAILED, "en")
    assert (shown["score"], shown["max_score"]) == (17.12, 18.8)
    assert sum(function["points"] for function in shown["functions"]) == pytest.approx(shown["score"], abs=1e-9)


def test_thirds_are_rounded_to_two_decimals_half_up_and_whole_points_are_integers() -> None:
    third = replace(NAIVE, points=Fraction(2, 3), max_points=Fraction(12))
    shown = as_json(report(third), "en")["functions"][0]
    assert (shown["points"], shown["max_points"]) == (0.67, 12)
    assert isinstance(shown["max_points"], int)
    assert points(Fraction(1, 200)) == 0.01


def test_ids_and_numbers_are_the_same_in_both_languages_and_texts_are_not() -> None:
    def without_texts(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                k: without_texts(v)
                for k, v in value.items()
                if k not in ("message", "text", "hints", "title", "reason")
            }
        return [without_texts(item) for item in value] if isinstance(value, list) else value

    english, korean = as_json(NAMED, "en"), as_json(NAMED, "ko")
    assert without_texts(english) == without_texts(korean)
    assert english["functions"][0]["warnings"][0]["text"] != korean["functions"][0]["warnings"][0]["text"]
    assert english["functions"][0]["warnings"][0]["id"] == "input-mutated"


def test_a_student_gets_a_commitment_to_the_seed_and_staff_the_seed() -> None:
    student, staff = as_json(FAILED, "en", audience="student"), as_json(FAILED, "en")
    assert staff["seed"] == FAILED.seed
    assert "seed" not in student
    assert student["seed_commitment"] == hashlib.sha256(FAILED.seed.encode()).hexdigest()
    assert FAILED.seed not in json.dumps(student)


def test_a_hidden_check_shows_a_student_its_title_and_points_only() -> None:
    shown = as_json(HIDDEN, "en", audience="student")
    assert shown["functions"][1]["checks"][1] == {
        "id": "robustness", "title": "edge cases", "points": 1.12, "max_points": 2.8, "hidden": True
    }  # fmt: skip
    assert "SECRET" not in json.dumps(shown)
    assert shown["hidden_points"] == as_json(HIDDEN, "en")["hidden_points"] == 2.8
    assert as_json(FAILED, "en")["hidden_points"] == 0


def test_numbers_that_json_lacks_are_strings() -> None:
    assert as_json(NAMED, "en")["functions"][0]["counterexample"]["actual"]["loss"] == "NaN"
    shown = plain({"a": [float("inf"), float("-inf")], "b": (1, True, None)})
    assert shown == {"a": ["Infinity", "-Infinity"], "b": [1, True, None]}
    assert plain(1 << 40_000) == "2^40000", "an integer whose digits Python refuses to print"


def test_a_limit_tells_kind_figures_and_place() -> None:
    assert as_json(LIMITS["cpu_time"], "en")["limits"] == {
        "kind": "cpu_time", "allowed": 2.0, "used": 2.01, "function": "svm_loss_naive", "line": 17
    }  # fmt: skip
    assert as_json(FULL, "en")["limits"] is None


@pytest.mark.parametrize("given", [REJECTED, BROKEN])
def test_what_was_not_graded_has_a_reason_and_no_points(given: Report) -> None:
    shown = as_json(given, "en")
    assert shown["reason"]
    assert (shown["score"], shown["functions"]) == (0, [])


def test_reasons_of_functions_are_said() -> None:
    assert "has shape (10, 3)" in as_json(RAISED, "en")["functions"][0]["reason"]
    assert [function["status"] for function in as_json(ABSENT, "en")["functions"]] == ["missing", "not-implemented"]


def test_the_unit_stands_in_a_bundle_alone() -> None:
    assert as_json(ALL["bundle"], "en")["functions"][0]["unit"] == "svm"
    assert "unit" not in keys(as_json(FAILED, "en"))


def test_no_folder_of_the_grading_machine_is_told() -> None:
    """An exception may name a file of the interpreter, of its packages or of this program."""
    here = str(Path(room.__file__).resolve())
    zipped = f"{sys.base_prefix}/lib/python311.zip"  # first on the import path, whether there or not
    library = f"{Path(json.__file__).parent}/decoder.py"
    given = report(notes=tuple(said(path) for path in (here, library, "/home/kim/train.npy", zipped)))
    notes = as_json(given, "en")["submission"]["notes"]
    assert notes[0].startswith("...")
    assert notes[1].startswith(".../json/decoder.py")
    assert notes[2].startswith("/home/kim/train.npy"), "the student's own paths are theirs to see"
    assert notes[3].startswith(".../lib/python311.zip")
    assert not any(str(folder) in json.dumps(notes) for folder in (sys.prefix, Path(here).parent))


def test_what_a_student_wrote_carries_no_control_character() -> None:
    shown = json.dumps(as_json(ALL["unsafe"], "en"), ensure_ascii=False)
    assert all(character.isprintable() for character in shown)
    assert "\\x1b[31m" in json.loads(shown)["submission"]["files"][0]["path"]


def test_the_terms_of_a_course_stand_in_the_report_where_they_are_not_everybodys() -> None:
    terms = {"profile": "2016", "learning": 10, "shares": {"gradient": 50.0}, "tolerance": 1e-4}
    told = as_json(replace(FAILED, supplied=False, **terms), "en")
    assert {name: told[name] for name in terms} == terms
    assert told["supplied"] is False
    assert VALIDATOR.is_valid(told)
    assert not {*terms, "supplied"} & as_json(FAILED, "en").keys()
