"""Values as people read them, and what students wrote made safe."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report.shown import LINE_CHARACTERS, aligned, literal, number, pair, safe, shown, size


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("loss", "loss"),
        ("손실 함수", "손실 함수"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\nb\tc\0", "a\\nb\\tc\\x00"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("\u200bzero\u00ad", "\\u200bzero\\xad"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("C:\\new", "C:\\new"),
        ("e\u0301", "\u00e9"),
        ("a" + "\u0316" * 4, "a\u0316\u0316\\u0316\\u0316"),
    ],
)
def test_what_is_invisible_is_shown(written: str, read: str) -> None:
    assert safe(written) == read


@given(st.text())
def test_whatever_was_written_can_be_printed_and_encoded(written: str) -> None:
    assert safe(written).isprintable()
    assert safe(written).encode("utf-8") is not None
    assert all(line.isprintable() or "\t" in line for line in safe(written, lines=True).split("\n"))


def test_long_texts_are_cut_and_say_so() -> None:
    assert safe("x" * 1_000_000) == "x" * LINE_CHARACTERS + "…"
    assert safe("x" * LINE_CHARACTERS) == "x" * LINE_CHARACTERS
    assert safe("a\nb", lines=True) == "a\nb"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (2.302585092994046, "2.30259"),
        (1e-6, "1e-06"),
        (float("nan"), "NaN"),
        (-math.inf, "-Infinity"),
        (True, "True"),
        (None, "None"),
        (12, "12"),
        (-(1 << 300), "-2^300"),
        ((3, 4), "(3, 4)"),
        ((3,), "(3,)"),
        ((), "()"),
        (("loss", "dW"), "loss, dW"),
        ((("a", 1), 2.5), "a, 1, 2.5"),
    ],
)
def test_values_are_shown_as_people_write_them(value: object, text: str) -> None:
    assert shown(value) == text  # type: ignore[arg-type]


def test_a_format_that_does_not_fit_is_passed_over() -> None:
    assert number(0.31234, ".2g") == "0.31"
    assert number(0.5, "nonsense") == "0.5"
    assert shown("text", ".2g") == "text"
    assert shown(3, ".1f") == "3.0"
    assert shown(None, ".1f") == "None"


def test_a_zero_has_no_sign() -> None:
    assert number(-0.0) == "0"
    assert pair(-0.0, -1.82178) == ("0.00000", "-1.82178")


def test_a_pair_shows_as_many_digits_as_tell_the_two_apart() -> None:
    assert pair(0.41, 0.62) == ("0.410000", "0.620000")
    assert pair(1.0, 1.00000001) == ("1.00000000", "1.00000001")
    assert pair(1.0, math.nextafter(1.0, 2.0)) == ("1.0000000000000000", "1.0000000000000002")
    assert pair(1.0, float("nan")) == ("1.00000", "NaN")


def test_below_a_number_what_is_not_finite_starts_where_it_starts() -> None:
    assert aligned("2.00001e+06", "NaN") == ("2.00001e+06", "NaN")
    assert aligned("-1.5", "10.25") == ("-1.5", "10.25")
    assert aligned("1.5", "-0.25") == (" 1.5", "-0.25")
    assert pair(2.0, 2.0) == ("2.00000", "2.00000")


class Array:
    def tolist(self) -> list[list[float]]:
        return [[0.5, 1e-9], [float("inf"), -2.0]]


def test_data_can_be_copied_as_python() -> None:
    assert literal(Array()) == "[[0.5, 1e-09], [Infinity, -2]]"
    assert literal({"mode": "train", "eps": 1e-5}) == "{'mode': 'train', 'eps': 1e-05}"
    assert literal((1,)) == "(1,)"
    assert literal(None) == "None"


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1 << 20, "1.0 MiB"),
        (1.5 * 2**20, "1.5 MiB"),
        (2**31, "2048.0 MiB"),
    ],
)
def test_bytes_are_told_in_the_unit_a_person_would_name(count: float, told: str) -> None:
    assert size(count) == told
