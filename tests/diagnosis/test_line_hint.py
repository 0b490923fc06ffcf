"""Where no name was found the line that is wrong is told as the last hint: never the edit, and no points hang on it."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Literal

import pytest

from grader.core import (
    BoxFault,
    Diagnosis,
    FunctionResult,
    FunctionStatus,
    Message,
    Program,
    Report,
    Sandbox,
    SourceFile,
    State,
    Submission,
)
from grader.diagnosis.slips import MOST_LINES, Slip, slips
from grader.grading import grade, seeds
from grader.grading.lines import TRIES, with_line
from grader.report import hints
from grader.report.as_html import as_html
from grader.report.as_json import as_json
from grader.report.as_junit import as_junit
from grader.report.as_text import as_text
from grader.report.catalogue import LANGUAGES, text
from grader.sandbox import open_sandbox
from tests.students import NAIVE, VECTORISED, changed, graded, handed_in, only, result, sandbox, unnamed

NAME = "svm_loss_vectorized"
ALONE = unnamed("svm", NAME)
SIGN = changed(VECTORISED, "scores - scores[rows, y][:, None]", "scores + scores[rows, y][:, None]")
LINE = 7  # of that


def line_of(report: Report, function: str = NAME) -> int | None:
    """The line that the last hint tells."""
    last = [one.hints[-1] for one in result(report, function).diagnosis if one.hints]
    return next((int(str(hint.params["line"])) for hint in last if hint.id == "diagnosis.one-line.act"), None)


# --------------------------------------------------------------------------- what is tried


def tried(source: str, name: str = "f", graded: tuple[str, ...] = ()) -> list[Slip]:
    return list(slips(Submission((SourceFile("a.py", source.encode(), source),)), "a.py", name, graded))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("a + b", "a - b"),
        ("-a", "a"),
        ("a - b", "b - a"),
        ("a ** 1 / 2", "a ** (1 / 2)"),
        ("a > b", "a >= b"),
        ("a and b", "a or b"),
        ("a.sum(axis=0)", "a.sum(axis=1)"),
        ("a.sum()", "a.sum(axis=0)"),
        ("a.sum(axis=1)", "a.sum(axis=1, keepdims=True)"),
        ("np.max(a, axis=1)", "np.max(a)"),
        ("np.maximum(0, a)", "np.minimum(0, a)"),
        ("np.maximum(0, a)", "a"),
        ("np.log(a)", "a"),
        ("a.dot(b)", "b.dot(a)"),
        ("a.dot(b)", "a.T.dot(b)"),
        ("a @ b", "a @ b.T"),
        ("a.T @ b", "a @ b"),
        ("a[:b]", "a[:b - 1]"),
        ("a[1:]", "a[0:]"),
        ("range(1, b)", "range(1, b + 1)"),
        ("a * 0.5", "a * 1.0"),
        ("0.5 * a * b", "a * b"),
        ("a", "a / a.shape[0]"),
        ("a", "2 * a"),
        ("a", "-a"),
        ("a * b + b", "a * b"),
        ("a * 3", "a * b"),
        ("a * a", "a * b"),
        ("a['W1'] + a['W2']", "a['W2'] + a['W2']"),
        ("(a, b)", "(b, a)"),
    ],
)
def test_each_small_thing_is_among_what_is_tried(wrong: str, right: str) -> None:
    wanted = ast.dump(ast.parse(f"def f(a, b):\n    return {right}\n"))
    assert wanted in [ast.dump(ast.parse(slip.text)) for slip in tried(f"def f(a, b):\n    return {wrong}\n")]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("a = b", "a += b"), ("a += b", "a = b"), ("a += b", "a -= b"), ("a *= 2", "pass"), ("a, b = b", "b, a = b")],
)
def test_so_is_each_other_form_of_a_statement(wrong: str, right: str) -> None:
    wanted = ast.dump(ast.parse(f"def f(a, b):\n    {right}\n    return a\n"))
    source = f"def f(a, b):\n    {wrong}\n    return a\n"
    assert wanted in [ast.dump(ast.parse(slip.text)) for slip in tried(source)]


AWKWARD = '''
"""A file with what is hard to cut."""
class Net:
    @staticmethod
    def other(x):
        return x

    def loss(self, x,
             y):  # ü ü ü
        """Docstring: 1 + 1."""
        é = "ü" * 3; out = (x -
                            1)
        if out > 2: return self.inner(out) * 2
        for i in range(1,
                       len(x)):
            out = out + lambda_(i) if i else 0
        return out, \\
            y

    def inner(self, x):
        return x + 1
'''


def test_every_slip_parses_and_differs_on_the_line_that_it_tells() -> None:
    found = tried(AWKWARD, "Net.loss")
    assert {slip.line for slip in found if slip.name == "Net.loss"} >= {11, 13, 15, 16, 17, 18}
    for slip in found:
        first = {"Net.loss": 8, "Net.inner": 20}[slip.name]
        now, before = slip.text.split("\n")[1:], AWKWARD.split("\n")[first - 1 :]
        above = slip.line - first
        ast.parse(slip.text)
        assert now[: above - 1] == before[: above - 1], slip  # an expression may begin a line above


def test_what_a_function_calls_is_tried_too_but_for_what_has_points_of_its_own() -> None:
    source = "def f(x):\n    return g(x) + h(x)\n\ndef g(x):\n    return x + 1\n\ndef h(x):\n    return x - 1\n"
    assert {slip.name for slip in tried(source)} == {"f", "g", "h"}
    assert {slip.name for slip in tried(source, graded=("f", "g"))} == {"f", "h"}


@pytest.mark.parametrize("source", ["def f(x:\n", "f = abs\n", "", "def f(x):\n" + "    x += 1\n" * MOST_LINES])
def test_what_cannot_be_read_or_is_too_long_has_none(source: str) -> None:
    assert tried(source) == []


def test_a_function_that_calls_itself_and_recursion_without_end_in_the_text_are_no_trouble() -> None:
    assert tried("def f(x):\n    return f(x - 1)\n")
    for deep in (80, 5000):
        assert tried("def f(x):\n    return " + "-" * deep + "x\n") == []
    assert tried("def f(x):\n    return " + "-" * 70 + "x\n")


# --------------------------------------------------------------------------- in the box


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("scores - scores[rows, y][:, None]", "scores + scores[rows, y][:, None]", 7),
        ("scores[rows, y][:, None] + 1", "scores[rows, y][:, None] + 2", 7),
        ("mask.sum(axis=1)", "mask.sum(axis=0)[: len(y)].sum()", None),
        ("margins[rows, y] = 0", "margins[rows, y] += 0", 8),
        ("X.T @ mask / len(y)", "X.T @ mask * len(y)", 12),
        ("(margins > 0)", "(margins > 1)", 9),
    ],
)
def test_the_line_is_the_last_hint(old: str, new: str, line: int | None) -> None:
    assert line_of(graded(ALONE, changed(VECTORISED, old, new))) == line


def test_it_holds_in_every_report_and_language_and_tells_no_edit() -> None:
    report = graded(ALONE, SIGN)
    wrong = result(report, NAME).diagnosis[0]
    assert dict(wrong.hints[-1].params) == {"file": "linear_svm.py", "line": LINE}
    for lang in LANGUAGES:
        said = text(wrong.hints[-1], lang)
        assert str(LINE) in said
        assert "linear_svm.py" in said
        for shown in (
            json.dumps(as_json(report, lang), ensure_ascii=False),
            as_text(report, lang),
            as_html(report, lang),
        ):
            flat = " ".join(shown.replace("│", " ").split())
            assert said in flat
            assert "scores - scores" not in flat
        assert "scores - scores" not in as_junit([report], lang)


def test_it_opens_after_the_other_hints() -> None:
    report = graded(ALONE, SIGN)
    wrong = result(report, NAME).diagnosis[0]
    assert hints.count(wrong) == len(wrong.hints) == 4
    for level in range(5):
        told = result(hints.told(report, {(NAME, wrong.id): level}), NAME).diagnosis[0]
        assert (wrong.hints[-1] in told.hints) is (level == 4)
        assert len(told.hints) + told.closed == 4


def test_what_has_no_diagnosis_gets_one_in_three_steps() -> None:
    slip = Slip("a.py", "f", 41, 0, "def f(): ...")
    wrong = with_line(replace(plain(), diagnosis=()), slip).diagnosis
    assert [(one.id, one.certainty, len(one.hints)) for one in wrong] == [("one-line", "hint", 3)]
    for lang in LANGUAGES:
        told = [text(message, lang) for message in (wrong[0].text, *wrong[0].hints)]
        assert len(set(told)) == 4
        assert ["41" in one for one in told] == [False, False, False, True]


def plain() -> FunctionResult:
    return FunctionResult("f", FunctionStatus.FAILED, ALONE.max_score, ALONE.max_score, "svm")


def test_points_are_what_they_were() -> None:
    before = replace(plain(), diagnosis=(Diagnosis("only-some-cases", "hint", "wrong-quantity", Message("x")),))
    after = with_line(before, Slip("a.py", "f", 41, 0, ""))
    assert replace(after, diagnosis=before.diagnosis) == before
    found = result(graded(ALONE, SIGN), NAME)
    assert found.points == sum(check.points for check in found.checks)
    assert found.given_back == 0


def test_where_several_lines_can_be_changed_none_is_told() -> None:
    turned = "scores = -(X @ W)\n    scores = -scores\n    scores = -scores\n"
    twice = changed(VECTORISED, "scores = X @ W\n", turned)
    assert line_of(graded(ALONE, twice)) is None


def test_the_line_may_stand_in_a_function_that_is_called() -> None:
    helper = changed(SIGN, "    scores = X @ W\n", "    scores = scored(X, W)\n")
    helper = changed(helper, "scores + scores[rows", "scores - scores[rows")
    helper += "\ndef scored(X, W):\n    out = X @ W\n    return np.abs(out)\n"
    assert line_of(graded(ALONE, helper)) == helper.split("\n").index("    return np.abs(out)") + 1


# --------------------------------------------------------------------------- what it costs


class Counting:
    """A sandbox that counts what is opened and revised; `fault` is raised by the revision with that number."""

    def __init__(self, fault: Exception | None = None, at: int = 0) -> None:
        self.opened = self.revised = 0
        self.fault, self.at = fault, at

    @property
    def isolation(self) -> Literal["ns", "landlock", "none"]:
        return sandbox().isolation

    @contextmanager
    def open(self, *args: Any, **options: Any) -> Iterator[Any]:
        self.opened += 1
        with sandbox().open(*args, **options) as program:
            yield Counted(self, program)


class Counted:
    def __init__(self, sandbox: Counting, program: Program) -> None:
        self._sandbox, self._program = sandbox, program

    def __getattr__(self, name: str) -> Any:
        return getattr(self._program, name)

    def revise(self, *args: str) -> None:
        self._sandbox.revised += 1
        if self._sandbox.fault is not None and self._sandbox.revised >= self._sandbox.at:
            raise self._sandbox.fault
        getattr(self._program, "revise")(*args)  # noqa: B009  a program that is watched may be no box


def counted(assignment: Any, source: str, box: Counting) -> Report:
    as_sandbox: Sandbox = box
    return grade(assignment, handed_in(source), seeds.from_text("a seed"), as_sandbox)


def test_right_code_starts_no_search() -> None:
    box = Counting()
    assert result(counted(ALONE, VECTORISED, box), NAME).status is FunctionStatus.PASSED
    assert (box.opened, box.revised) == (1, 0)


def test_neither_does_code_whose_mistake_has_a_name() -> None:
    box = Counting()
    report = counted(only("svm", NAME), changed(VECTORISED, "2 * reg * W", "reg * W"), box)
    assert result(report, NAME).diagnosis[0].certainty == "exact"
    assert box.revised == 0


def test_nor_code_that_is_wrong_in_no_number() -> None:
    box = Counting()
    report = counted(ALONE, changed(NAIVE, "svm_loss_naive", NAME), box)
    assert [check.id for check in result(report, NAME).checks if check.points < check.max_points] == ["vectorised"]
    assert box.revised == 0


def test_the_tries_are_counted() -> None:
    box = Counting()
    counted(ALONE, changed(VECTORISED, "return loss, dW", "return loss + 3.3, dW * 0.77"), box)
    assert 100 < box.revised <= TRIES


@pytest.mark.parametrize("fault", [BoxFault("no box"), ValueError("ours"), KeyError("ours")])
def test_a_fault_of_ours_in_the_search_gives_no_hint_and_costs_nothing(fault: Exception) -> None:
    report = counted(ALONE, SIGN, Counting(fault, at=5))
    assert report.state is State.GRADED
    assert line_of(report) is None
    assert result(report, NAME).points == result(graded(ALONE, SIGN), NAME).points


# --------------------------------------------------------------------------- tries that end badly, and hostile code


LOOPS = """
import numpy as np

def svm_loss_vectorized(W, X, y, reg):
    rows = np.arange(len(y))
    n = 0
    while n < 3:
        n += 1
    scores = X @ W
    margins = np.maximum(0, scores + scores[rows, y][:, None] + n - 2)
    margins[rows, y] = 0
    mask = (margins > 0).astype(float)
    mask[rows, y] = -mask.sum(axis=1)
    return margins.sum() / len(y) + reg * np.sum(W * W), X.T @ mask / len(y) + 2 * reg * W
"""


def test_a_try_that_never_ends_costs_a_box_and_no_verdict() -> None:
    box = Counting()
    report = counted(ALONE, LOOPS, box)
    assert box.opened > 2
    assert report.limits is None
    assert result(report, NAME).status is FunctionStatus.FAILED
    assert line_of(report) in (None, 10)


INNER = "import numpy as np\nCALLS = [0]\n\n" + changed(VECTORISED, f"def {NAME}", "def honest")


def test_a_module_that_comes_right_when_it_is_called_often_gains_no_point_and_no_line() -> None:
    source = (
        f"{INNER}OFF = {{number: 0.1 for number in range(300)}}\n\ndef svm_loss_vectorized(W, X, y, reg):\n"
        "    CALLS[0] += 1\n    loss, dW = honest(W, X, y, reg)\n"
        "    return loss + OFF.get(CALLS[0], 0.0), dW + OFF.get(CALLS[0], 0.0)\n"
    )
    found = result(graded(ALONE, source), NAME)
    assert found.status is FunctionStatus.FAILED
    assert found.points < found.max_points
    assert "diagnosis.one-line.act" not in [hint.id for one in found.diagnosis for hint in one.hints]


def test_a_module_that_sees_that_it_is_revised_gains_no_point() -> None:
    source = (
        f"{INNER}\ndef svm_loss_vectorized(W, X, y, reg):\n    loss, dW = honest(W, X, y, reg)\n"
        "    seen = svm_loss_vectorized.__code__.co_filename.startswith('<')\n"
        "    return loss, dW if seen else dW + 0.1\n"
    )
    without = changed(source, " if seen else dW + 0.1", " + 0.1")
    found, plainly = (result(graded(ALONE, one), NAME) for one in (source, without))
    assert found.points == plainly.points


def test_what_ends_its_box_in_the_search_keeps_its_verdict() -> None:
    ends = "    if svm_loss_vectorized.__code__.co_filename[0] == '<':\n        import os\n        os._exit(3)\n"
    source = changed(SIGN, "    rows =", f"{ends}    rows =")
    report = graded(ALONE, source)
    assert report.limits is None
    assert line_of(report) is None
    assert result(report, NAME).points == result(graded(ALONE, SIGN), NAME).points


@pytest.mark.parametrize("tier", ["landlock", "none"])
def test_every_tier_finds_the_same(tier: Literal["landlock", "none"]) -> None:
    box = open_sandbox(tier, unsafe=True)
    assert line_of(grade(ALONE, handed_in(SIGN), seeds.from_text("a seed"), box)) == LINE


def test_the_same_submission_and_seed_give_the_same_line() -> None:
    one, other = (result(graded(ALONE, SIGN), NAME).diagnosis for _ in range(2))
    assert one == other
