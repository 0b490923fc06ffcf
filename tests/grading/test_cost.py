"""What a call may use follows what the reference needs."""

import time
from dataclasses import replace

import pytest

from grader.core import FunctionStatus, Inputs, LimitHit, Limits, Outputs
from grader.grading import grade, registry, seeds
from grader.grading.cost import call_seconds, limits_of
from tests.students import graded, handed_in, only, result, sandbox

SVM = registry.load("svm").groups[0]
SPINS = """
import time

def svm_loss_naive(W, X, y, reg):
    until = time.process_time() + 0.3
    while time.process_time() < until:
        pass
    return 1.0, W
"""


def slow(inputs: Inputs) -> Outputs:
    """A reference that needs a tenth of a second."""
    until = time.thread_time() + 0.1
    while time.thread_time() < until:
        pass
    return SVM.reference(inputs)


@pytest.mark.parametrize("slug", registry.slugs())
def test_every_function_of_ours_has_its_second_and_twenty_times_its_reference(slug: str) -> None:
    for group in registry.load(slug).groups:
        assert 1.0 <= call_seconds(group) < 5.0, group.name


def test_a_dear_reference_lengthens_the_limit_of_its_own_functions_only() -> None:
    dear = replace(SVM, cases=SVM.cases[:2], reference=slow)
    assert call_seconds(dear) >= 2.0
    assert call_seconds(SVM) == 1.0
    assert limits_of([SVM]) == Limits(call_cpu_seconds=1.0, call_wall_seconds=3.0, box_cpu_seconds=3.0)
    both = limits_of([SVM, dear])
    assert (both.call_cpu_seconds, both.call_wall_seconds) == (call_seconds(dear), 2 * call_seconds(dear) + 1)


def test_the_limit_of_a_group_is_that_of_its_calls() -> None:
    """The box allows more than 2 s for the dear group; the cheap one is told of its own second."""
    cheap = only("svm", "svm_loss_naive")
    dear = replace(SVM, name="dear", cases=SVM.cases[:2], reference=slow)
    endless = "def svm_loss_naive(W, X, y, reg):\n    while True:\n        pass\n"
    report = graded(replace(cheap, groups=(*cheap.groups, dear)), endless)
    allowed = [function.reason.params["allowed"] for function in report.functions]
    assert allowed == [1.0, call_seconds(dear)]


def test_many_calls_below_the_limit_of_one_end_with_that_of_the_box() -> None:
    """0.3 s a call is allowed, and 19 calls of it are not: the group ends after 3 s of CPU in all."""
    report = graded(only("svm", "svm_loss_naive"), SPINS)
    assert (report.limits.kind, report.limits.allowed) == ("cpu_time", pytest.approx(3.0))
    assert result(report, "svm_loss_naive").reason.id == "checks.limit.cpu_time"


def test_what_a_box_may_return_in_all_is_limited() -> None:
    text = "import numpy as np\n\ndef f():\n    return np.ones(1_000_000)\n"
    with sandbox().open(handed_in(text), ["f"], Limits(received_bytes=20_000_000)) as box:
        assert all(box.call("f").value.size == 1_000_000 for _ in range(2))
        with pytest.raises(LimitHit) as caught:
            box.call("f")
    hit = caught.value
    assert (hit.kind, hit.allowed, hit.detail) == ("protocol", 20_000_000, "")
    assert hit.used is not None
    assert hit.used > 20_000_000


class Counted:
    """The sandbox, and how often it was asked for a box."""

    isolation = "ns"

    def __init__(self) -> None:
        self.opened = 0

    def open(self, *args: object, **options: object) -> object:
        self.opened += 1
        return sandbox().open(*args, **options)


def test_after_a_submissions_minute_no_further_box_is_opened() -> None:
    """Its files are not run again for each group that is left."""
    now = iter([0.0, 0.0, 0.0, *[1000.0] * 1000])
    counted = Counted()
    assignment = registry.load("layers")
    names = [function.name for function in assignment.functions]
    text = "".join(f"def {name}(*args):\n    return args[0], None\n\n\n" for name in names)
    report = grade(assignment, handed_in(text), seeds.from_text("a seed"), counted, clock=lambda: next(now))
    assert {function.status for function in report.functions} == {FunctionStatus.LIMIT}
    assert counted.opened == 1


def test_a_box_has_no_more_wall_time_than_is_left_of_its_submission() -> None:
    """Each call sleeps for less than a call may; the second would be over after the box's half second."""
    text = "import time\n\ndef f(seconds):\n    time.sleep(seconds)\n"
    limits = Limits(call_wall_seconds=60, box_wall_seconds=0.5)
    with sandbox().open(handed_in(text), ["f"], limits) as box:
        box.call("f", 0.2)
        with pytest.raises(LimitHit) as caught:
            box.call("f", 30.0)
    assert (caught.value.kind, caught.value.allowed) == ("wall_time", pytest.approx(0.5))
