"""Every check of a loss function, proved by breaking the answer: the right program passes it, a twin that is off in one
way fails it, and loses points where it is wrong and nowhere else. All programs run in a real box."""

from fractions import Fraction

import pytest

from grader.core import CheckResult, CheckStatus, FunctionStatus, Report
from grader.report import catalogue
from tests.students import NAIVE, SOFTMAX, VECTORISED, changed, check, graded, lost, result, unnamed

SVM = unnamed("svm", "svm_loss_vectorized")
LOOPS = unnamed("svm", "svm_loss_naive")
SMOOTH = unnamed("softmax", "softmax_loss_vectorized")
RETURN = "    return loss, dW"
REGULARISED = ["base", "reg=0.1", "reg=3"]


def twin(old: str, new: str) -> Report:
    return graded(SVM, changed(VECTORISED, old, new))


def earned(check: CheckResult) -> float:
    return float(check.points / check.max_points)


def test_the_right_program_passes_every_check() -> None:
    report = graded(SVM, VECTORISED)
    assert [c.status for c in report.functions[0].checks] == [CheckStatus.PASSED] * 9
    assert (report.score, report.functions[0].status) == (12, FunctionStatus.PASSED)


def test_every_report_of_a_loss_function_has_its_five_checks_first() -> None:
    report = graded(SVM, VECTORISED)
    assert [c.id for c in report.functions[0].checks[:5]] == [
        "contract",
        "value",
        "gradient",
        "initial-loss",
        "numeric-gradient",
    ]


def test_half_a_regularisation_gradient_loses_points_only_on_dw_where_reg_is_positive() -> None:
    report = twin("2 * reg * W", "reg * W")
    assert list(lost(report)) == ["gradient", "robustness"]
    assert check(report, "gradient").cases.failing == tuple(REGULARISED)
    assert check(report, "gradient").worst.output == check(report, "robustness").worst.output == "dW"
    assert "ties" not in check(report, "robustness").cases.failing
    assert report.score == Fraction("9.72")


# --------------------------------------------------------------------------- value


@pytest.mark.parametrize(
    ("old", "new", "failing"),
    [
        ("reg * np.sum(W * W)", "0.0", REGULARISED),
        ("/ len(y) + reg * np", "+ reg * np", ["base", "smallW", "reg=0", "reg=0.1", "reg=3"]),
        (" + 1)", " + 1.01)", ["base", "smallW", "reg=0", "reg=0.1", "reg=3"]),
    ],
)
def test_value_fails_on_the_cases_where_the_loss_is_off(old: str, new: str, failing: list[str]) -> None:
    found = check(twin(old, new), "value")
    assert (found.status, list(found.cases.failing), found.worst.output) == (CheckStatus.FAILED, failing, "loss")
    assert earned(found) == 1 - len(failing) / 5


def test_a_loss_in_single_precision_keeps_nine_tenths() -> None:
    report = twin("    rows =", "    W, X = W.astype(np.float16).astype(np.float32), X.astype(np.float32)\n    rows =")
    found = check(report, "value")
    assert (found.status, found.message.id) == (CheckStatus.FAILED, "checks.lost-precision")
    assert 0.85 < earned(found) < 0.95


# --------------------------------------------------------------------------- gradient


def test_a_gradient_with_one_wrong_column_earns_nothing_and_shows_where() -> None:
    found = check(twin(RETURN, "    dW[:, 1] *= 1.01\n    return loss, dW"), "gradient")
    assert (found.status, found.points, found.worst.index[1]) == (CheckStatus.FAILED, 0, 1)


def test_the_derivative_of_the_own_wrong_loss_earns_three_quarters() -> None:
    """The squared hinge: another loss, with its right gradient."""
    squared = changed(VECTORISED, "margins.sum()", "(margins ** 2).sum()")
    squared = changed(squared, "(margins > 0).astype(float)", "2 * margins")
    report = graded(SVM, squared)
    assert check(report, "numeric-gradient").status is CheckStatus.PASSED
    assert (earned(check(report, "gradient")), check(report, "gradient").message.id) == (
        0.75,
        "checks.gradient.follows",
    )
    assert check(report, "gradient").status is CheckStatus.FAILED


def test_follow_through_is_for_cases_in_which_the_loss_is_wrong_too() -> None:
    """A quarter of the L2 term throughout: right at reg = 0, its own derivative elsewhere."""
    quarter = changed(changed(VECTORISED, "reg * np.sum", "0.25 * reg * np.sum"), "2 * reg * W", "0.5 * reg * W")
    assert earned(check(graded(SVM, quarter), "gradient")) == pytest.approx((2 + 3 * 0.75) / 5)


def test_a_zero_gradient_of_a_wrong_constant_loss_earns_nothing() -> None:
    report = twin(RETURN, "    return 1.0, 0 * dW")
    assert (report.score, check(report, "gradient").points) == (0, 0)


# --------------------------------------------------------------------------- numeric-gradient


def test_numeric_gradient_says_that_loss_and_gradient_do_not_belong_together_and_takes_no_points() -> None:
    found = check(twin("dW = X.T @ mask", "dW = -X.T @ mask"), "numeric-gradient")
    assert (found.status, found.max_points) == (CheckStatus.FAILED, 0)
    assert found.message.id == "checks.numeric-gradient.is-not"
    assert found.error > 0.1


def test_numeric_gradient_sees_one_wrong_entry() -> None:
    found = check(twin(RETURN, "    dW[0, 0] *= 1.01\n    return loss, dW"), "numeric-gradient")
    assert found.status is CheckStatus.FAILED


def test_numeric_gradient_is_skipped_where_there_are_no_numbers() -> None:
    found = check(twin(RETURN, "    return loss, dW.T"), "numeric-gradient")
    assert (found.status, found.message.id) == (CheckStatus.SKIPPED, "checks.numeric-gradient.no-numbers")


def test_a_loss_in_single_precision_is_right_and_says_nothing_of_its_derivative() -> None:
    report = twin(RETURN, "    return np.float32(loss), dW.astype(np.float32)")
    found = check(report, "numeric-gradient")
    assert (found.status, found.message.id) == (CheckStatus.SKIPPED, "checks.numeric-gradient.single-precision")
    assert (report.score, report.functions[0].status) == (12, FunctionStatus.PASSED)


@pytest.mark.parametrize("seed", ["1", "2", "3", "4", "5"])
def test_numeric_gradient_is_not_fooled_by_the_kinks_of_correct_code(seed: str) -> None:
    for assignment, text in ((SVM, VECTORISED), (SMOOTH, SOFTMAX)):
        found = check(graded(assignment, text, seed), "numeric-gradient")
        assert found.status is CheckStatus.PASSED
        assert found.error < 1e-6


# --------------------------------------------------------------------------- initial-loss


def test_initial_loss_shows_the_students_value_beside_c_minus_1() -> None:
    found = check(graded(SVM, VECTORISED), "initial-loss")
    params = found.message.params
    assert (params["formula"], params["expected"]) == ("C-1", 4.0)
    assert params["actual"] == pytest.approx(4.0, rel=0.01)


def test_initial_loss_of_softmax_is_log_c() -> None:
    found = check(graded(SMOOTH, SOFTMAX), "initial-loss")
    assert (found.message.params["formula"], round(found.message.params["expected"], 4)) == ("log C", 1.6094)


@pytest.mark.parametrize(
    ("old", "new", "id", "share"),
    [
        ("loss = margins.sum() / len(y)", "loss = 1 + margins.sum() / len(y)", "start", 2 / 3),
        ("reg * np.sum(W * W)", "0.5 * reg * np.sum(W * W)", "growth", 2 / 3),
        ("loss = margins.sum() / len(y)", "loss = margins.sum()", "start", 1 / 3),
    ],
)
def test_each_question_about_the_initial_loss_earns_a_third(old: str, new: str, id: str, share: float) -> None:
    """The gradient stays right, so that the base case counts."""
    found = check(twin(old, new), "initial-loss")
    assert found.message.id == f"checks.initial-loss.{id}"
    assert earned(found) == pytest.approx(share)


def test_a_loss_that_is_no_mean_is_told_so_where_the_start_is_right() -> None:
    """Divided by a constant that is right for the 11 samples of the first question only."""
    found = check(twin("loss = margins.sum() / len(y)", "loss = margins.sum() / 11"), "initial-loss")
    assert found.message.id == "checks.initial-loss.twice"


@pytest.mark.parametrize(
    ("where", "trouble", "id", "share"),
    [
        ("len(y) == 11", "raise ValueError('eleven')", "checks.raised", 2 / 3),
        ("len(y) == 11", "return None, dW", "checks.form.none", 2 / 3),
        ("len(y) == 11", "return np.inf, dW", "checks.not-finite", 2 / 3),
        ("len(y) == 7 and reg == 0", "raise ValueError('plain')", "checks.raised", 2 / 3),
        ("len(y) == 7 and reg == 0", "return np.nan, dW", "checks.initial-loss.growth-no-number", 2 / 3),
        ("len(y) == 14", "return 'large', dW", "checks.initial-loss.twice-no-number", 2 / 3),
        ("len(y) == 7 and reg > 0", "return np.inf, dW", "checks.not-finite", 1 / 3),
    ],
)
def test_where_there_is_no_loss_the_reason_is_told_and_no_number(
    where: str, trouble: str, id: str, share: float
) -> None:
    found = check(twin(RETURN, f"    if {where}:\n        {trouble}\n{RETURN}"), "initial-loss")
    assert (found.status, found.message.id, found.error) == (CheckStatus.FAILED, id, None)
    assert earned(found) == pytest.approx(share)


# --------------------------------------------------------------------------- contract


@pytest.mark.parametrize(
    ("returned", "id"),
    [
        ("loss, dW.tolist()", "checks.form.list"),
        ("[loss], dW", "checks.form.list-for-number"),
    ],
)
def test_a_list_for_an_array_costs_contract_points_and_no_others(returned: str, id: str) -> None:
    report = twin(RETURN, f"    return {returned}")
    assert list(lost(report)) == ["contract"]
    assert (check(report, "contract").message.id, earned(check(report, "contract"))) == (id, 0.5)


@pytest.mark.parametrize(
    ("returned", "id", "value", "gradient"),
    [
        ("loss, dW.T", "checks.form.gradient-shape", 1, 0),
        ("loss, dW.ravel()", "checks.form.gradient-shape", 1, 0),
        ("loss, 'dW'", "checks.form.not-numbers", 1, 0),
        ("str(loss), dW", "checks.form.not-numbers", 0, 1),
        ("loss + 0j, dW", "checks.form.kind", 0, 1),
        ("loss, dW.astype(complex)", "checks.form.kind", 1, 0),
        ("loss, dW > 0", "checks.form.kind", 1, 0),
        ("loss, None", "checks.form.none", 1, 0),
        ("loss", "checks.form.not-returned", 1, 0),
        ("loss, {'W': dW}", "checks.form.not-numbers", 1, 0),
        ("loss, dW.astype(object)", "checks.form.not-numbers", 1, 0),
    ],
)
def test_another_form_costs_what_cannot_be_compared(returned: str, id: str, value: int, gradient: int) -> None:
    report = twin(RETURN, f"    return {returned}")
    assert check(report, "contract").message.id == id
    assert (earned(check(report, "contract")), earned(check(report, "value"))) == (0.5, value)
    assert earned(check(report, "gradient")) == gradient


def test_axes_of_length_one_and_further_results_are_tolerated() -> None:
    report = twin(RETURN, "    return np.array([loss]), dW, scores")
    assert report.score == 12
    assert [w.id for w in report.functions[0].warnings] == ["warning.extra-axis"]


# --------------------------------------------------------------------------- robustness and stability


@pytest.mark.parametrize(
    ("old", "new", "failing"),
    [
        ("scores = X @ W", "scores = (X @ W).squeeze()", ("N=1",)),
        ("scores = X @ W", "scores = X @ W\n    assert W.shape[1] > 2", ("C=2",)),
        ("scores = X @ W", "scores = X @ W\n    len(set(y)) > 1 or 1 / 0", ("N=1", "one label")),
        (
            "scores = X @ W",
            "scores = np.frombuffer(X.tobytes('A')).reshape(X.shape) @ W if X.dtype == float else X @ W",
            ("F-order",),
        ),
    ],
)
def test_a_program_that_is_wrong_only_at_an_edge_loses_robustness_points_only(
    old: str, new: str, failing: tuple[str, ...]
) -> None:
    report = twin(old, new)
    assert lost(report) == {"robustness": list(failing)}
    assert 0.5 < earned(check(report, "robustness")) < 1


def test_a_softmax_without_the_maximum_loses_stability_points_only() -> None:
    report = graded(SMOOTH, changed(SOFTMAX, "    s = s - s.max(axis=1, keepdims=True)\n", ""))
    assert lost(report) == {"stability": ["big", "bigmix", "neg", "spread"]}
    assert check(report, "stability").message.id == "checks.not-finite"


def test_one_maximum_for_all_rows_is_seen_where_the_rows_lie_far_apart() -> None:
    report = graded(SMOOTH, changed(SOFTMAX, "s.max(axis=1, keepdims=True)", "s.max()"))
    assert lost(report) == {"stability": ["bigmix"]}


def test_a_log_of_a_probability_is_stable_enough() -> None:
    text = changed(SOFTMAX, "np.mean(np.log(np.exp(s).sum(axis=1)) - s[rows, y])", "-np.mean(np.log(p[rows, y]))")
    assert graded(SMOOTH, text).score == 12


# --------------------------------------------------------------------------- vectorised

LOOPED = changed(NAIVE, "svm_loss_naive", "svm_loss_vectorized")
IN_C = changed(VECTORISED, "margins.sum() / len(y)", "sum(map(float, margins.sum(axis=1))) / len(y)")


@pytest.mark.parametrize(
    ("text", "id"),
    [
        (LOOPED, "loops"),
        (changed(VECTORISED, "margins.sum() /", "sum(float(m.sum()) for m in margins) /"), "loops"),
        (changed(VECTORISED, "margins.sum() /", "sum([float(m.sum()) for m in margins]) /"), "loops"),
        (IN_C, "hidden-loop"),
        (changed(VECTORISED, "margins.sum() /", "np.apply_along_axis(np.sum, 1, margins).sum() /"), "hidden-loop"),
        (NAIVE + "\n\ndef svm_loss_vectorized(*a):\n    return svm_loss_naive(*a)\n", "calls-naive"),
        (
            NAIVE
            + "\n\ndef helper(*a):\n    return svm_loss_naive(*a)\n\nsvm_loss_vectorized = lambda *a: helper(*a)\n",
            "calls-naive",
        ),
    ],
)
def test_loops_cost_exactly_the_vectorisation_points(text: str, id: str) -> None:
    report = graded(SVM, text)
    assert list(lost(report)) == ["vectorised"]
    assert (report.score, check(report, "vectorised").message.id) == (8, f"checks.vectorised.{id}")


def test_a_loop_over_the_classes_is_allowed() -> None:
    text = changed(
        VECTORISED, "    loss = margins.sum()", "    loss = sum(margins[:, c].sum() for c in range(W.shape[1]))"
    )
    assert graded(SVM, text).score == 12


BATCHED = """import numpy as np
def svm_loss_vectorized(W, X, y, reg):
    D, C = W.shape; N = len(y); n = D * C; h = 1e-6
    P = np.concatenate([np.zeros((1, n)), h * np.eye(n), -h * np.eye(n)]) + W.ravel(); P = P.reshape(-1, D, C)
    S = np.matmul(np.asarray(X, float)[None], P); r = np.arange(N)
    M = np.maximum(0, S - S[:, r, y][:, :, None] + 1); M[:, r, y] = 0
    l = M.sum((1, 2)) / N + reg * (P * P).sum((1, 2))
    return l[0], ((l[1:n + 1] - l[n + 1:]) / (2 * h)).reshape(D, C)
"""


def test_code_as_slow_as_a_loop_is_not_said_to_have_one() -> None:
    """A numeric gradient for all weights at once: not a loop in it, and many times the work."""
    message = check(graded(SVM, BATCHED), "vectorised").message
    assert message.id == "checks.vectorised.slow"
    assert "It takes as long as a loop over the samples would." in catalogue.text(message, "en")
    assert "반복문만큼 오래 걸립니다" in catalogue.text(message, "ko")


# --------------------------------------------------------------------------- deterministic


@pytest.mark.parametrize(
    "state",
    [
        "    calls.append(1)\n    loss = loss + 1e-12 * len(calls)\n",
        "    loss = loss * (1 + 1e-9 * rng.random())\n",
    ],
)
def test_another_answer_to_the_same_question_fails_deterministic_and_costs_no_points(state: str) -> None:
    text = "import random\ncalls = []\nrng = random.Random()\n" + changed(VECTORISED, RETURN, state + RETURN)
    report = graded(SVM, text)
    assert check(report, "deterministic").status is CheckStatus.FAILED
    assert (report.score, report.functions[0].status) == (12, FunctionStatus.FAILED)


# --------------------------------------------------------------------------- nothing without the base case


def test_what_does_not_depend_on_being_right_earns_nothing_where_base_is_wrong() -> None:
    report = twin(RETURN, "    return loss + 1, dW + 1")
    assert report.score == 0
    skipped = {c.id for c in report.functions[0].checks if c.status is CheckStatus.SKIPPED}
    assert skipped >= {"contract", "vectorised", "deterministic"}


# --------------------------------------------------------------------------- warnings


@pytest.mark.parametrize(
    ("line", "warning", "params"),
    [
        ("    X *= 0\n", "warning.input-mutated", {"argument": "X"}),
        ("    W[0] = 1\n    y[0] = 0\n", "warning.input-mutated", {"argument": "W, y"}),
        ("    np.random.seed(0)\n", "warning.random-state", {}),
    ],
)
def test_what_a_call_does_besides_is_a_warning_and_costs_nothing(
    line: str, warning: str, params: dict[str, str]
) -> None:
    report = twin(RETURN, line + RETURN)
    assert (report.score, report.functions[0].status) == (12, FunctionStatus.PASSED)
    (found,) = report.functions[0].warnings
    assert (found.id, dict(found.params)) == (warning, params)


def test_the_version_with_loops_is_graded_without_vectorisation_points() -> None:
    report = graded(LOOPS, NAIVE)
    assert (report.score, report.functions[0].max_points) == (8, 8)
    assert "vectorised" not in [c.id for c in result(report, "svm_loss_naive").checks]


def test_a_second_time_that_raises_is_told_by_its_exception() -> None:
    state = "    key = (W.tobytes(), X.tobytes(), reg)\n    assert key not in calls, 'full'\n    calls.add(key)\n"
    report = graded(SVM, "calls = set()\n" + changed(VECTORISED, RETURN, state + RETURN))
    found = check(report, "deterministic")
    assert (found.status, found.message.id) == (CheckStatus.FAILED, "checks.raised")
    assert "full" in catalogue.text(found.message, "en")
