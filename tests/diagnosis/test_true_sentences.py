"""What a report says first of a wrong program is true of it, and is what is wrong with most of it."""

import pytest

from grader.core import FunctionResult
from grader.grading import registry
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


# --------------------------------------------------------------------------- wrong numbers and exceptions

THREE_ROWS = """
def softmax(score, y=None):
    score = np.asarray(score, float)
    s = np.exp(score - score.max())
    p = (s.T / s.sum(axis=1)).T
    return -(np.log(p[0, 0]) + np.log(p[1, 1])) / 2
"""


def test_wrong_numbers_in_most_cases_lead_and_an_exception_in_one_is_told_after_them() -> None:
    found = judged("notes", "softmax", THREE_ROWS)
    assert "wrong in " in headline(found)
    assert headline(found).endswith("softmax stops in 1 of 8.")
    assert found.diagnosis[0].hints[0].id == "diagnosis.raised.when"


STOPS_TWICE = """
def numerical_gradient(f, x, h=1e-5):
    if np.asarray(x).ndim == 2:
        return [1, 2][2]
    return None + 1
"""


def test_of_several_exceptions_the_first_is_called_the_first() -> None:
    found = judged("notes", "numerical_gradient", STOPS_TWICE)
    assert "stops in 6 of 6 cases, with several exceptions; the first one: IndexError" in headline(found)


def test_the_form_is_counted_in_the_cases_that_ask_for_the_function() -> None:
    body = "def batchnorm_backward_alt(dout, cache):\n    raise ValueError('tomorrow')\n"
    forward = "def batchnorm_forward(x, gamma, beta, bn_param):\n    return x, None\n"
    assignment = only("normalization", *(group.name for group in registry.load("normalization").groups))
    found = result(graded(assignment, f"import numpy as np\n{forward}{body}", "true"), "batchnorm_backward_alt")
    counted = {check.id: check.cases for check in found.checks}
    form, gradient = counted["contract"], counted["gradient"]
    assert form is not None
    assert gradient is not None
    assert form.passed + form.failed == gradient.passed + gradient.failed


# --------------------------------------------------------------------------- forms, starts, crashes


def test_of_a_list_of_another_length_the_length_is_told() -> None:
    body = DESCENT.replace("x -= learning", "x = x - learning").replace("np.array(history)", "[np.zeros(2)] + history")
    said = [text(check.message, "en") for check in judged("notes", "gradient_descent", body).checks]
    assert any(
        "history has 6 entries of different shapes in case “plain numbers”; 5 are expected" in one for one in said
    )


def test_the_start_of_a_function_of_scores_speaks_of_scores() -> None:
    body = "def softmax(score, y=None):\n    return 3.0 + 0 * np.sum(score)\n"
    said = {check.id: text(check.message, "en") for check in judged("notes", "softmax", body).checks}
    assert said["initial-loss"].startswith("With scores near 0 the loss is 3.0000;")


def test_what_ends_the_process_is_told_by_its_signal_and_its_line() -> None:
    body = "import os\n\ndef relu_forward(x):\n    os.abort()\n"
    found = judged("layers", "relu_forward", body, "relu")
    assert found.reason is not None
    said = text(found.reason, "en")
    assert "(linear_svm.py:5), by the signal SIG" in said
    assert "os.abort()" in said


# --------------------------------------------------------------------------- what was measured of a run

TRAIN = """
class LinearClassifier:
    def __init__(self):
        self.W = None

    def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
        if self.W is None:
            self.W = 0.001 * np.random.randn(X.shape[1], np.max(y) + 1)
        for it in range(num_iters):
            X_batch = X[np.random.choice(len(X), batch_size)]
            y_batch = y[np.random.choice(len(X), batch_size)]
            loss, grad = self.loss(X_batch, y_batch, reg)
            self.W -= learning_rate * (grad + 2 * reg * self.W)
"""
SEARCH = """
def hyper_search(learning_rates, regs, evaluate):
    results = {}
    for lr, reg in zip(learning_rates, regs):
        results[(reg, lr)] = evaluate(reg, lr)
    return max(results, key=lambda key: results[key][0]), results
"""


def test_labels_that_are_drawn_apart_from_their_rows_are_told_before_anything_else() -> None:
    found = judged("linear-classifier", "LinearClassifier.train", TRAIN)
    assert headline(found).startswith("The loss is given labels that are not those of their rows, in 6 of 6 cases.")


def test_a_search_that_asks_for_other_settings_is_told_so() -> None:
    found = judged("linear-classifier", "hyper_search", SEARCH)
    assert headline(found).startswith("evaluate is never called with a pair (learning rate, reg) of those given")


# --------------------------------------------------------------------------- another answer each time, one number

NOISY = """
CALLS = []

def softmax_loss_naive(W, X, y, reg):
    CALLS.append(0)
    s = X @ W
    p = np.exp(s - s.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[range(len(y)), y])) + reg * np.sum(W * W)
    p[range(len(y)), y] -= 1
    return loss, X.T @ p / len(y) + 2 * reg * W + len(CALLS)
"""


def test_nothing_is_said_of_the_derivative_of_what_is_another_number_each_time() -> None:
    found = judged("softmax", "softmax_loss_naive", NOISY)
    own = next(check for check in found.checks if check.id == "numeric-gradient")
    assert (own.status, own.message.id) == ("skipped", "checks.numeric-gradient.differs")


@pytest.mark.parametrize(("returns", "words"), [("score[:, 0]", "one number is expected"), ("3.0", "")])
def test_where_a_number_is_asked_for_no_empty_shape_is_told(returns: str, words: str) -> None:
    body = f"def softmax(score, y=None):\n    score = np.asarray(score, float)\n    return {returns}\n"
    said = " ".join(text(check.message, "en") for check in judged("notes", "softmax", body).checks)
    assert words in said
    assert "() is expected" not in said


# --------------------------------------------------------------------------- what follows from what

STOPS_WHEN_SMALL = """
def softmax_loss(x, y):
    if np.abs(x).max() < 0.1:
        return {}["small"]
    p = np.exp(x - x.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[range(len(y)), y]))
    p[range(len(y)), y] -= 1
    return loss, p / len(y)
"""


def test_a_gradient_that_never_came_follows_from_nothing() -> None:
    found = judged("layers", "softmax_loss", STOPS_WHEN_SMALL)
    gradient = next(check for check in found.checks if check.id == "gradient")
    assert gradient.cases is not None
    assert gradient.cases.failed == 1
    assert gradient.message.id != "checks.gradient.follows"
    assert "stops in 1 of" in headline(found)
    assert "KeyError: 'small'" in headline(found)
