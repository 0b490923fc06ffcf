"""What a name does to a result: it caps what the mistake costs, and tells of functions that fail by it alone."""

from fractions import Fraction

from grader.core import FunctionStatus
from grader.diagnosis.edits import edited
from grader.grading.naming import CAPS
from tests.students import VECTORISED, changed, graded, only, result

FORWARD = "layernorm_forward"
COUNTED = changed(VECTORISED, "margins.sum() / len(y) +", "margins.sum() / len(y) + 1 +")


def test_a_function_that_fails_by_the_mistake_of_another_says_by_which() -> None:
    """The forward pass keeps what it divided by, and the backward pass takes it from there."""
    normalization = only("normalization", "layernorm")
    hard_coded = next(one for one in normalization.mistakes if one.id == "eps-hard-coded" and one.function == FORWARD)
    report = graded(normalization, "\n".join(edited(normalization.solution, hard_coded).values()))
    forward, backward = result(report, FORWARD), result(report, "layernorm_backward")
    assert [one.id for one in forward.diagnosis] == ["eps-hard-coded"]
    assert forward.follows is None
    assert (backward.status, backward.diagnosis, backward.follows) == (FunctionStatus.FAILED, (), FORWARD)


def test_what_a_cap_gives_back_is_among_the_points() -> None:
    function = result(graded(only("svm", "svm_loss_vectorized"), COUNTED), "svm_loss_vectorized")
    capped = [check for check in function.checks if check.id != "vectorised"]
    possible = sum((check.max_points for check in capped), Fraction(0))
    assert function.diagnosis[0].severity == "one-term"
    assert sum((check.points for check in capped), Fraction(0)) == (1 - CAPS["one-term"]) * possible
    assert 0 < function.given_back <= function.points
