"""What a report says first of a wrong program is true of it, and is what is wrong with most of it."""

import pytest

from grader.core import FunctionResult
from grader.report.catalogue import LANGUAGES, text
from tests.students import graded, only, result


def judged(slug: str, function: str, body: str, group: str = "") -> FunctionResult:
    """The result of `function`, where `body` is all that was written, below `import numpy as np`."""
    return result(graded(only(slug, group or function), f"import numpy as np\n{body}", "true"), function)


def headline(function: FunctionResult) -> str:
    return text(function.diagnosis[0].text, "en")


# --------------------------------------------------------------------------- an argument that is changed

DESCENT = """
def gradient_descent(gradient, init_x, learning_rate, epoch):
    x = init_x
    history = [x]
    for _ in range(epoch):
        x -= learning_rate * gradient(x)
        history.append(x)
    return np.array(history)
"""
DIFFERENCES = """
def numerical_gradient(f, x, h=1e-5):
    grad, start = np.zeros(x.shape), f(x)
    for index in np.ndindex(*x.shape):
        x[index] += h
        grad[index] = (f(x) - start) / h
    return grad
"""


def test_a_history_of_one_array_is_called_that_and_the_changed_argument_is_told_first() -> None:
    found = judged("notes", "gradient_descent", DESCENT)
    assert [(one.id, one.certainty) for one in found.diagnosis] == [("history-aliases-one-array", "pattern")]
    assert "history: every entry holds the same numbers" in headline(found)
    assert found.diagnosis[0].hints[0].id == "diagnosis.argument-changed.text"


def test_a_history_that_stays_at_the_start_is_not_called_one_array() -> None:
    body = DESCENT.replace("x -= learning_rate * gradient(x)", "x = init_x")
    assert [one.id for one in judged("notes", "gradient_descent", body).diagnosis] != ["history-aliases-one-array"]


def test_a_step_that_is_never_taken_back_is_told_by_the_argument_that_it_stays_in() -> None:
    found = judged("notes", "numerical_gradient", DIFFERENCES)
    assert headline(found).startswith("numerical_gradient changes its argument x:")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_that_no_points_are_lost_is_said_where_nothing_is_wrong_alone(lang: str) -> None:
    right = DESCENT.replace("x -= learning", "x = x - learning").replace("    return", "    init_x *= 2.0\n    return")
    (free,) = judged("notes", "gradient_descent", right.replace("history = [x]", "history = [x * 1]")).warnings
    (beside,) = judged("notes", "gradient_descent", DESCENT).warnings
    costless = {"en": "No points are lost.", "ko": "감점은 없습니다."}[lang]
    assert costless in text(free, lang)
    assert costless not in text(beside, lang)
    assert "init_x" in text(free, lang)
    assert "init_x" in text(beside, lang)
