"""A submission becomes a report: points, statuses, limits, and what is whose fault. Through real boxes."""

import json
import logging
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from grader.core import (
    CheckStatus,
    FunctionStatus,
    Limits,
    Message,
    Progress,
    Report,
    State,
)
from grader.grading import broken, grade, registry, rejected, seeds
from grader.report import stored
from grader.sandbox import open_sandbox
from tests.students import NAIVE, SOFTMAX, VECTORISED, changed, check, graded, handed_in, lost, only, result, sandbox

BOTH = NAIVE + VECTORISED
KILLS = "\ndef svm_loss_vectorized(W, X, y, reg):\n    os.kill(os.getpid(), signal.SIGKILL)\n"
QUICK = Limits(call_cpu_seconds=0.5, call_wall_seconds=2.0)

EINSUM = '''
from numpy import *

def svm_loss_vectorized(W, X, y, reg):
    """Another style: star import, einsum, an index matrix, a helper."""
    scores = einsum("nd,dc->nc", X, W)
    true = take_along_axis(scores, y[:, None], axis=1)
    margins = clip(scores - true + 1.0, 0, None) * not_true(scores, y)
    hot = where(margins > 0, 1.0, 0.0)
    hot -= eye(W.shape[1])[y] * hot.sum(axis=1, keepdims=True)
    return float(margins.sum(axis=1).mean() + reg * (W ** 2).sum()), dot(X.T, hot) / X.shape[0] + 2.0 * reg * W

def not_true(scores, y):
    return 1 - eye(scores.shape[1])[y]

def svm_loss_naive(W, X, y, reg, verbose=False):
    total, dW = 0, zeros_like(W, dtype=float)
    for x, label in zip(X, y):
        s = x @ W
        over = [j for j in range(len(s)) if j != label and s[j] - s[label] + 1 > 0]
        total += sum([s[j] - s[label] + 1 for j in over])
        for j in over:
            dW.T[j] += x
        dW.T[label] -= len(over) * x
    if verbose:
        print(total)
    return total / len(X) + reg * linalg.norm(W) ** 2, dW / len(X) + reg * 2 * W
'''

OBJECTS = '''
import functools
import numpy as np

class Hinge:
    """Callable objects, partials, and a margin that is a parameter."""

    def __call__(self, W, X, y, reg):
        return self.loss(W, X, y, reg)

    def loss(self, W, X, y, reg, delta=1.0):
        N = X.shape[0]
        S = X.dot(W)
        M = S - S[np.arange(N), y].reshape(N, 1) + delta
        M[np.arange(N), y] = 0
        M[M < 0] = 0
        B = np.sign(M)
        B[range(N), y] = -np.count_nonzero(M, axis=1)
        loss = np.mean(np.sum(M, 1)) + reg * np.sum(np.square(W))
        return loss, X.T.dot(B) / N + 2 * reg * W

svm_loss_naive = Hinge()
svm_loss_vectorized = functools.partial(lambda W, X, y, reg, hinge: hinge.loss(W, X, y, reg), hinge=Hinge())
'''


def summary(report: Report) -> dict[str, str]:
    return {function.name: function.status.value for function in report.functions}


# --------------------------------------------------------------------------- right programs


@pytest.mark.parametrize("text", [BOTH, EINSUM, OBJECTS])
@pytest.mark.parametrize("seed", ["1", "2", "3", "4", "5"])
def test_right_programs_in_any_style_earn_full_marks_on_every_seed(text: str, seed: str) -> None:
    report = graded("svm", text, seed)
    assert (report.score, report.max_score, lost(report)) == (20, 20, {})
    assert [function.warnings for function in report.functions] == [(), ()]


@pytest.mark.parametrize("seed", ["1", "2", "3", "4", "5"])
def test_a_right_softmax_earns_full_marks_on_every_seed(seed: str) -> None:
    text = SOFTMAX + "\n\ndef softmax_loss_naive(W, X, y, reg):\n    return softmax_loss_vectorized(W, X, y, reg)\n"
    assert graded("softmax", text, seed).score == 20


def test_points_add_up_exactly_and_are_those_of_the_catalogue() -> None:
    report = graded("svm", BOTH)
    assert [(f.points, f.max_points) for f in report.functions] == [(8, 8), (12, 12)]
    assert sum(c.max_points for f in report.functions for c in f.checks) == 20
    assert all(isinstance(c.points, Fraction) for f in report.functions for c in f.checks)


def test_a_report_tells_where_a_function_stands() -> None:
    found = result(graded("svm", BOTH), "svm_loss_vectorized")
    assert (found.file, found.unit, BOTH.splitlines()[found.line - 1]) == (
        "linear_svm.py",
        "svm",
        "def svm_loss_vectorized(W, X, y, reg):",
    )


# --------------------------------------------------------------------------- not written, not there


@pytest.mark.parametrize("slug", registry.slugs())
def test_the_starter_earns_nothing(slug: str) -> None:
    assignment = registry.load(slug)
    report = graded(assignment, next(iter(assignment.starter.values())))
    assert (report.state, report.score) == (State.GRADED, 0)
    assert {function.status for function in report.functions} == {FunctionStatus.NOT_IMPLEMENTED}


@pytest.mark.parametrize(
    "body",
    [
        "pass",
        "return None",
        "return None, None",
        "raise NotImplementedError",
        "raise NotImplementedError('later')",
        "return 0, np.zeros_like(W)",
        "return 0.0, 0",
        "loss = 0.0; print(loss)",
    ],
)
def test_an_empty_body_is_not_implemented(body: str) -> None:
    report = graded(
        only("svm", "svm_loss_naive"), f"import numpy as np\n\ndef svm_loss_naive(W, X, y, reg):\n    {body}\n"
    )
    assert (report.score, summary(report)) == (0, {"svm_loss_naive": "not-implemented"})
    assert {c.status for c in report.functions[0].checks} == {CheckStatus.SKIPPED}


def test_a_right_loss_with_a_zero_gradient_is_failed_and_keeps_the_loss() -> None:
    report = graded(only("svm", "svm_loss_vectorized"), changed(VECTORISED, "return loss, dW", "return loss, 0 * dW"))
    assert (report.functions[0].status, check(report, "value").status) == (FunctionStatus.FAILED, CheckStatus.PASSED)


def test_a_missing_function_is_listed_and_the_other_keeps_its_points() -> None:
    report = graded("svm", NAIVE)
    assert (report.score, summary(report)["svm_loss_vectorized"]) == (8, "missing")
    assert result(report, "svm_loss_vectorized").reason.id == "checks.missing.absent"


def test_a_name_that_is_spelt_differently_is_pointed_out() -> None:
    report = graded("svm", BOTH.replace("svm_loss_vectorized", "SVM_loss_vectorised"))
    reason = result(report, "svm_loss_vectorized").reason
    assert (reason.id, reason.params["spelt"]) == ("checks.missing.spelling", "SVM_loss_vectorised")


def test_what_stands_before_an_error_at_load_is_graded_and_the_rest_is_missing_with_that_error() -> None:
    report = graded("svm", NAIVE + "\n1 / 0\n" + VECTORISED)
    assert (report.score, summary(report)) == (8, {"svm_loss_naive": "passed", "svm_loss_vectorized": "missing"})
    reason = result(report, "svm_loss_vectorized").reason
    assert (reason.id, reason.params["error"]) == ("checks.missing.load-error", "ZeroDivisionError: division by zero")


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("import nothing_of_this_name.at_all\n1 / 0\n" + BOTH, "checks.missing.load-error"),
        ("while True:\n    pass\n" + BOTH, "checks.load-limit.cpu_time"),
        ("import os\nos._exit(0)\n" + BOTH, "checks.load-limit.exited"),
    ],
)
def test_a_submission_of_which_nothing_can_be_loaded_is_rejected_with_the_reason(text: str, id: str) -> None:
    report = graded("svm", text, limits=Limits(load_cpu_seconds=1.0, load_wall_seconds=5.0))
    assert (report.state, report.reason.id, report.functions) == (State.REJECTED, id, ())
    assert (report.limits is not None) == ("limit" in id)


# --------------------------------------------------------------------------- faults of students


def test_a_function_that_always_raises_has_status_raised_with_type_text_and_line() -> None:
    text = changed(VECTORISED, "    rows =", "    rows = missing_name\n    rows =")
    report = graded("svm", NAIVE + text)
    found = result(report, "svm_loss_vectorized")
    assert (report.score, found.status, found.reason.id) == (8, FunctionStatus.RAISED, "checks.raised")
    assert found.reason.params["error"] == "NameError: name 'missing_name' is not defined"
    assert (NAIVE + text).splitlines()[found.reason.params["line"] - 1].strip() == "rows = missing_name"
    assert check(report, "value", "svm_loss_vectorized").message == found.reason


def test_exit_is_told_as_what_it_is_and_where() -> None:
    text = changed(NAIVE, "    dW =", "    exit()\n    dW =") + VECTORISED
    reason = result(graded("svm", text), "svm_loss_naive").reason
    assert (reason.id, reason.params) == ("checks.raised-exit", {"file": "linear_svm.py", "line": 5})
    reason = result(graded("svm", NAIVE + "\nquit()\n" + VECTORISED), "svm_loss_vectorized").reason
    assert (reason.id, reason.params["line"]) == ("checks.missing.load-exit", NAIVE.count("\n") + 2)


def test_an_exception_without_a_text_is_told_by_its_type_alone() -> None:
    report = graded("svm", NAIVE + changed(VECTORISED, "    rows =", "    assert False\n    rows ="))
    assert result(report, "svm_loss_vectorized").reason.params["error"] == "AssertionError"


@pytest.mark.parametrize("broken_one", ["svm_loss_naive", "svm_loss_vectorized"])
@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        ("while True: pass", "cpu_time"),
        ("__import__('os')._exit(3)", "exited"),
        ("__import__('time').sleep(60)", "wall_time"),
        ("print('x' * 2 ** 25)", "output"),
    ],
)
def test_a_function_that_hits_a_limit_costs_the_other_nothing(broken_one: str, trouble: str, kind: str) -> None:
    head = f"def {broken_one}(W, X, y, reg):\n"
    report = graded("svm", changed(BOTH, head, f"{head}    {trouble}\n"), limits=QUICK)
    other = ({"svm_loss_naive", "svm_loss_vectorized"} - {broken_one}).pop()
    assert summary(report) == {broken_one: "limit", other: "passed"}
    assert (report.limits.kind, report.limits.function) == (kind, broken_one)
    assert result(report, broken_one).reason.id == f"checks.limit.{kind}"


def test_the_groups_left_after_the_wall_time_of_a_submission_are_limited() -> None:
    now = iter([0.0, 0.0, 0.0, *[1000.0] * 1000])
    report = graded("svm", BOTH, clock=lambda: next(now))
    assert set(summary(report).values()) == {"limit"}
    assert (report.limits.kind, report.limits.allowed) == ("wall_time", 60.0)


def test_a_program_that_spoils_the_box_for_others_costs_only_itself() -> None:
    """The vectorised version deletes what the naive one needs, whatever the order in which they run."""
    text = changed(
        BOTH,
        "    rows = np.arange(len(y))\n",
        "    rows = np.arange(len(y))\n    globals().pop('svm_loss_naive', 0)\n    np.sum = None\n",
    )
    for seed in ("1", "2", "3"):
        assert result(graded("svm", text, seed), "svm_loss_naive").status is FunctionStatus.PASSED


@pytest.mark.parametrize(
    "attack",
    [
        "np.allclose = np.array_equal = np.isclose = lambda *a, **k: True",
        "np.abs = np.max = lambda *a, **k: np.float64(0)",
        "np.random.RandomState = None",
        "import sys; sys.modules['numpy'].ndarray.__eq__ if True else 0",
    ],
)
def test_patching_numpy_does_not_make_a_wrong_answer_right(attack: str) -> None:
    text = changed(VECTORISED, "return loss, dW", "return loss + 1, dW + 1") + f"\n\n{attack}\n"
    assert graded(only("svm", "svm_loss_vectorized"), text).score == 0


def test_a_subclass_that_is_equal_to_everything_is_no_array() -> None:
    text = (
        changed(VECTORISED, "return loss, dW", "return loss, np.zeros(W.shape).view(Sly)")
        + """

class Sly(np.ndarray):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0
    def __array__(self, *a, **k): return np.ones(3)
    def tobytes(self, *a): return b""
"""
    )
    report = graded(only("svm", "svm_loss_vectorized"), text)
    assert check(report, "gradient").points == 0


def test_a_gradient_that_only_broadcasts_to_the_right_shape_is_wrong() -> None:
    text = changed(VECTORISED, "return loss, dW", "return loss, dW[:1]")
    assert check(graded(only("svm", "svm_loss_vectorized"), text), "gradient").points == 0


def test_what_is_printed_beyond_what_is_kept_is_said_in_a_note() -> None:
    text = changed(VECTORISED, "    rows =", "    print('x' * 10000)\n    rows =")
    report = graded(only("svm", "svm_loss_vectorized"), text)
    (note,) = report.notes
    assert (report.score, note.id) == (12, "checks.output-dropped")
    assert note.params["dropped"] > 10_000


# --------------------------------------------------------------------------- the same report again


def test_the_same_submission_and_seed_give_the_same_stored_report() -> None:
    text = changed(BOTH, "2 * reg * W\n    return loss", "reg * W\n    return loss")
    one, two = (stored.encode(graded("svm", text, "replayed")) for _ in range(2))
    for report in (one, two):
        report.pop("seconds")
    assert json.dumps(one, sort_keys=True) == json.dumps(two, sort_keys=True)


def test_another_seed_asks_other_numbers() -> None:
    text = changed(VECTORISED, "2 * reg * W", "reg * W")
    worst = [check(graded(only("svm", "svm_loss_vectorized"), text, seed), "gradient").worst for seed in ("1", "2")]
    assert worst[0] != worst[1]


def test_the_report_names_its_seed_files_and_versions() -> None:
    submission = handed_in(BOTH)
    seed = seeds.seed_of(b"secret", submission.sha256)
    report = grade(registry.load("svm"), submission, seed, sandbox())
    assert (report.seed, report.submission, report.isolation) == (seed.hex(), submission.sha256, sandbox().isolation)
    assert [(f.path, f.bytes) for f in report.files] == [("linear_svm.py", len(BOTH))]
    assert set(report.environment) == {"grader", "python", "numpy", "cpu"}
    assert report.seconds > 0


def test_progress_is_told_before_each_group() -> None:
    told: list[Progress] = []
    graded("svm", BOTH, progress=told.append)
    assert [(at.done, at.total) for at in told] == [(0, 2), (1, 2)]
    assert {at.function for at in told} == {"svm_loss_naive", "svm_loss_vectorized"}


# --------------------------------------------------------------------------- faults of ours


class Faulty:
    """A sandbox that fails through us."""

    isolation = "none"

    @contextmanager
    def open(self, *args: Any, **options: Any) -> Any:
        raise OSError("no more processes")
        yield


def test_a_fault_of_ours_is_broken_with_a_code_that_stands_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        report = grade(registry.load("svm"), handed_in(BOTH), bytes(32), Faulty())
    assert (report.state, report.reason.id, report.score, report.functions) == (State.BROKEN, "checks.broken", 0, ())
    assert report.reason.params["code"] in caplog.text
    assert "no more processes" in caplog.text


def test_code_that_kills_its_own_process_costs_itself_only_and_is_not_our_fault() -> None:
    """In a confined box the call is refused; where nothing confines it, the second end by SIGKILL counts as memory."""
    text = "import os, signal\n" + NAIVE + KILLS
    assert summary(graded("svm", text)) == {"svm_loss_naive": "passed", "svm_loss_vectorized": "raised"}
    plain = open_sandbox("none", unsafe=True)
    report = grade(registry.load("svm"), handed_in(text), seeds.from_text("a seed"), plain)
    assert summary(report) == {"svm_loss_naive": "passed", "svm_loss_vectorized": "limit"}
    assert report.limits is not None
    assert report.limits.kind == "memory"


def test_a_reference_that_fails_is_our_fault() -> None:
    assignment = only("svm", "svm_loss_vectorized")

    def wrong(inputs: Any) -> Any:
        raise ArithmeticError("ours")

    group = replace(assignment.groups[0], reference=wrong)
    assert graded(replace(assignment, groups=(group,)), VECTORISED).state is State.BROKEN


def test_rejected_and_broken_reports_can_be_made_without_grading() -> None:
    assignment = registry.load("svm")
    reason = Message("checks.missing.absent", {"function": "f"})
    report = rejected(assignment, reason, [("a.py", b"x")], isolation="ns")
    assert (report.state, report.files[0].path, report.max_score) == (State.REJECTED, "a.py", 20)
    assert (report.reason, report.isolation) == (reason, "ns")
    ours = broken(assignment, None, "7F3A", isolation="landlock")
    assert (ours.reason, ours.isolation) == (Message("checks.broken", {"code": "7F3A"}), "landlock")


def test_an_argument_of_a_callback_that_fits_no_frame_is_an_exception_of_that_call_alone() -> None:
    """The next callback has the next number."""
    text = """
def f(g):
    deep = []
    for _ in range(30):
        deep = [deep]
    try:
        g(deep)
    except Exception as error:
        return type(error).__name__, g(3.0)
"""
    with sandbox().open(handed_in(text), ["f"], Limits()) as box:
        assert box.call("f", lambda x: x).value == ("Unsendable", 3.0)


BORROWS = """
from gradient_check import eval_numerical_gradient

def svm_loss_vectorized(W, X, y, reg):
    loss = _loss(W, X, y, reg)
    return loss, eval_numerical_gradient(lambda at: _loss(at, X, y, reg), W.astype(float), verbose=False)

def _loss(W, X, y, reg):
    scores = X.dot(W)
    margins = np.maximum(0, scores - scores[np.arange(len(y)), y][:, None] + 1)
    return margins.sum() / len(y) - 1 + reg * np.sum(W * W)
"""


@pytest.mark.parametrize("supply", [True, False])
def test_starter_modules_stand_in_unless_the_course_says_that_none_does(supply: bool) -> None:
    report = graded(only("svm", "svm_loss_vectorized"), "import numpy as np" + BORROWS, supply=supply)
    function = result(report, "svm_loss_vectorized")
    assert (function.status is FunctionStatus.RAISED) is not supply
    assert report.supplied is supply
    assert ("checks.nothing-supplied" in {note.id for note in report.notes}) is not supply
    right = check(report, "value").status is CheckStatus.PASSED
    assert right is supply
