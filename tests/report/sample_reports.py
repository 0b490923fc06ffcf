"""Reports of every state, built by hand: what the tests of this room draw."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from grader.core import (
    CheckResult,
    CheckStatus,
    Counterexample,
    Diagnosis,
    FileRecord,
    FunctionResult,
    FunctionStatus,
    LimitKind,
    LimitRecord,
    Message,
    Report,
    Script,
    State,
    Tally,
    Worst,
)
from tests.report.sample_pictures import ACCURACY, EVERY, TEMPLATES

SHA = "7f3a" * 16
HOSTILE = '<script>alert("1")</script> \x1b[31m\u202e\0\ud800 \'"&]]>'


def said(output: str) -> Message:
    """A sentence with a parameter that a student's code may choose."""
    return Message("warning.extra-axis", {"output": output, "actual": (10, 3), "expected": (3, 10)})


def check(id: str, earned: str, possible: str, status: CheckStatus | None = None, **more: Any) -> CheckResult:
    points, most = Fraction(earned), Fraction(possible)
    if status is None:
        status = CheckStatus.PASSED if points == most else CheckStatus.FAILED
    tally = Tally(12, 0) if status is CheckStatus.PASSED else None
    plain = CheckResult(id, status, points, most, said(id), cases=tally)
    return replace(plain, **more)


def function(name: str, status: FunctionStatus, checks: tuple[CheckResult, ...] = (), **more: Any) -> FunctionResult:
    points = sum((one.points for one in checks), Fraction(0))
    most = sum((one.max_points for one in checks), Fraction(0)) or Fraction(8)
    plain = FunctionResult(name, status, points, most, "svm", file="linear_svm.py", line=41, checks=checks)
    return replace(plain, **more)


def report(*functions: FunctionResult, **more: Any) -> Report:
    plain = Report(
        state=State.GRADED,
        assignment="svm",
        revision=f"sha256:{SHA}",
        submission=SHA,
        files=(FileRecord("linear_svm.py", 1893, SHA),),
        notes=(),
        seed="00ff" * 16,
        isolation="ns",
        environment={"grader": "0.1.0", "python": "3.11.7", "numpy": "2.4.6"},
        seconds=0.0812,
        functions=functions,
        max_score=sum((one.max_points for one in functions), Fraction(0)),
    )
    return replace(plain, **more)


NAIVE = function(
    "svm_loss_naive",
    FunctionStatus.PASSED,
    (check("contract", "0.4", "0.4"), check("value", "3.2", "3.2"), check("gradient", "4.4", "4.4")),
    line=12,
)
WRONG_GRADIENT = check(
    "gradient",
    "1.12",
    "2.8",
    error=0.31,
    tolerance=1e-6,
    worst=Worst("dW", (3, 1), 0.41, 0.62),
    cases=Tally(6, 6, ("base", "reg=0.1", "reg=3"), ("reg=0", "smallW")),
)
VECTORISED = function(
    "svm_loss_vectorized",
    FunctionStatus.FAILED,
    (
        check("contract", "0.4", "0.4"),
        check("value", "3.2", "3.2"),
        WRONG_GRADIENT,
        check("initial-loss", "0.4", "0.4"),
        check("numeric-gradient", "0", "0", CheckStatus.SKIPPED, cases=None),
        check("vectorised", "4", "4"),
    ),
    warnings=(Message("warning.input-mutated", {"argument": "W"}),),
)
FULL = report(NAIVE, function("svm_loss_vectorized", FunctionStatus.PASSED, (check("value", "12", "12"),)))
FAILED = report(NAIVE, VECTORISED)
NAMED = report(
    replace(
        VECTORISED,
        diagnosis=(
            Diagnosis(
                "reg-gradient-halved",
                "exact",
                "one-term",
                Message("report.headline.failed", {"function": "svm_loss_vectorized"}),
                (Message("warning.random-state"), Message("warning.input-mutated", {"argument": "X"})),
            ),
        ),
        counterexample=Counterexample(
            {"W": [[0.5, 0.0]], "X": [[1.0]], "y": [0], "reg": 0.5},
            {"loss": 0.875, "dW": [[-0.5, 1.0]]},
            {"loss": float("nan"), "dW": [[-0.75, 1.0]]},
            Script(
                ("svm_loss_vectorized",),
                ("W, X = np.array([[0.5, 0.0]]), np.array([[1.0]])", "result_1 = svm_loss_vectorized(W, X, [0], 0.5)"),
                {"loss": "result_1[0]", "dW": "result_1[1]"},
            ),
        ),
    )
)
ABSENT = report(
    function("svm_loss_naive", FunctionStatus.MISSING, file=None, line=None),
    function("svm_loss_vectorized", FunctionStatus.NOT_IMPLEMENTED),
)
RAISED = report(
    function("svm_loss_naive", FunctionStatus.RAISED, (check("value", "0", "8"),), reason=said(HOSTILE)),
    replace(NAIVE, name="svm_loss_vectorized"),
)
REJECTED = report(state=State.REJECTED, reason=said("linear_svm.py"), max_score=Fraction(20))
BROKEN = report(state=State.BROKEN, max_score=Fraction(20))
HIDDEN = report(
    NAIVE,
    function(
        "svm_loss_vectorized",
        FunctionStatus.FAILED,
        (check("value", "8", "8"), replace(WRONG_GRADIENT, id="robustness", hidden=True, message=said("SECRET"))),
    ),
)
UNSAFE = report(
    replace(VECTORISED, file=HOSTILE, reason=said(HOSTILE), name="svm_loss_vectorized"),
    files=(FileRecord(HOSTILE, 3, SHA), FileRecord("가" * 300 + ".py", 3, SHA)),
    notes=(said(HOSTILE),),
    isolation="none",
)


def limited(kind: LimitKind, allowed: float | None, used: float | None) -> Report:
    limit = LimitRecord(kind, allowed, used, "svm_loss_naive", "linear_svm.py", 17, detail="SIGSEGV")
    return report(function("svm_loss_naive", FunctionStatus.LIMIT, reason=said("loss")), limits=limit)


LIMITS = {
    kind: limited(kind, allowed, used)
    for kind, allowed, used in (
        ("cpu_time", 2.0, 2.01),
        ("wall_time", 5.0, 5.0),
        ("memory", 512 * 2.0**20, 600 * 2.0**20),
        ("output", 16 * 2.0**20, 16 * 2.0**20),
        ("forbidden_syscall", None, None),
        ("crashed", None, None),
        ("exited", None, None),
        ("protocol", None, None),
    )
}
# Two pictures on a card; the last one is of code that is right.
PICTURED = report(
    *(
        replace(VECTORISED, name=f"{VECTORISED.name}_{at}", pictures=EVERY[2 * at : 2 * at + 2])
        for at in range(len(EVERY) // 2)
    ),
    replace(NAIVE, pictures=(TEMPLATES, ACCURACY)),
)
# The same mistake twice: what is on one card is on the other too.
ALIKE = report(*(replace(NAMED.functions[0], name=f"svm_loss_{at}", pictures=EVERY[:2]) for at in range(2)))
ALL = {
    "full": FULL,
    "failed": FAILED,
    "named": NAMED,
    "absent": ABSENT,
    "raised": RAISED,
    "rejected": REJECTED,
    "broken": BROKEN,
    "hidden": HIDDEN,
    "unsafe": UNSAFE,
    "pictured": PICTURED,
    "alike": ALIKE,
    "bundle": report(replace(NAIVE, unit="svm"), assignment="svm+softmax"),
} | {f"limit-{kind}": one for kind, one in LIMITS.items()}
