"""Text in narrow columns, and matrices row by row."""

import re
from ast import literal_eval

import pytest

from grader.report.markup import WHOLE, by_rows, whole

TOKENS = (
    *("1e-06", "4.5e+02", "C-1", "0 / 14", "1.5 / 2", "5 %", "0.16 s", "dW[3, 1]", "(3, 4)", "(5,)", "(N, D)"),
    *(
        "(x, cache) -&gt; dx",
        "reg = 0",
        "log C = 1.6",
        "C-1 = 4.0",
        "x &gt; 0",
        "N != 1",
        "12 of 13",
        "16.0 MiB",
        "(N=1)",
        "[0, 1)",
    ),
)


@pytest.mark.parametrize("token", TOKENS)
def test_a_number_an_index_or_a_signature_is_one_piece(token: str) -> None:
    said = token.replace("&gt;", ">")
    assert whole(f"It is {said}, not less.") == f'It is <span class="whole">{token}</span>, not less.'


@pytest.mark.parametrize("words", ["numeric-gradient", "a / b", "f(x, y)", "a_file.py", "(a word, and 3 more of them)"])
def test_other_words_break_as_they_do(words: str) -> None:
    assert whole(words) == words


@pytest.mark.parametrize("said", ["(3, 4)입니다", "특징)에", "(5)이고"])
def test_a_particle_stays_with_the_bracket_before_it(said: str) -> None:
    assert f"{said}</span>" in whole(f"값은 {said}, 다음.")


def test_what_a_student_wrote_is_escaped_on_the_way() -> None:
    assert whole("<b>1e-06</b>") == '&lt;b&gt;<span class="whole">1e-06</span>&lt;/b&gt;'


@pytest.mark.parametrize(
    ("literal", "lines"),
    [
        ("W = [[0, 0.5], [NaN, 1]]", ["W = [[  0, 0.5],", "     [NaN,   1]]"]),
        ("X = [[1], [-2]]\ny = [0, 1]", ["X = [[ 1],", "     [-2]]", "y = [0, 1]"]),
        ("[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]", ["[[[1, 2],", "  [3, 4]],", " [[5, 6],", "  [7, 8]]]"]),
        ("{'w': [[1], [2]], 'v': [10]}", ["{'w': [[1],", "       [2]], 'v': [10]}"]),
        (f"{{'{'a' * 60}': 1, 'b': [[2], [3]]}}", [f"{{'{'a' * 60}': 1,", " 'b': [[2],", "       [3]]}"]),
        ("[[1, 2], [3 …", ["[[1, 2],", " [3 …"]),
        ("[[1, 2], [3]]", ["[[1, 2],", " [3]]"]),
        ("lambda x: x[0], [1]", ["lambda x: x[0], [1]"]),
        ("[]", ["[]"]),
    ],
)
def test_a_matrix_has_a_line_for_each_row(literal: str, lines: list[str]) -> None:
    assert by_rows(literal).split("\n") == lines


def test_what_is_laid_out_is_the_same_value() -> None:
    value = {"a": [[[0, -1.5], [2, 30]], [[4, 5], [6, 7]]], "b": [[1, 2, 3]], "c": [[1], ["a"]]}
    assert literal_eval(by_rows(repr(value))) == value


def test_no_repetition_of_the_pattern_is_without_end() -> None:
    """Notes are what a student printed, 8,000 characters of it: each is looked at a bounded number of times."""
    bare = re.sub(r"\\.|\[[^\]]*\]", "x", WHOLE.pattern)
    assert "{" in bare
    assert not set("*+") & set(bare)
