"""A layer: a forward pass, and a backward pass that is called with whatever the forward pass kept for it."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from grader.checks.contract import contract
from grader.checks.derivative import upstream
from grader.checks.deterministic import deterministic
from grader.checks.gradient import gradient
from grader.checks.numeric_gradient import numeric_gradient
from grader.checks.playing import pair
from grader.checks.points import split
from grader.checks.robustness import robustness
from grader.checks.value import value
from grader.core import Case, Function, Group, Inputs, Output, Outputs

Points = Mapping[str, int | Fraction]  # function -> its points; the forward pass first


def layer(
    name: str,
    points: Points,
    *,
    arguments: tuple[str, ...],
    of: tuple[str, ...],
    cases: tuple[Case, ...],
    reference: Callable[[Inputs], Outputs],
) -> Group:
    """The group of one forward and one backward pass: values in the one, gradients in the other.

    The reference gives `out` and the gradient `dx` for every `x` in `of`; the inputs hold `dout` besides `arguments`.
    """
    forward, backward = points
    gradients = tuple(f"d{one}" for one in of)
    shares = {
        forward: split(points[forward], gradient=False, loss=False),
        backward: split(points[backward], value=False, loss=False),
    }
    return Group(
        name,
        functions=(
            Function(forward, f"({', '.join(arguments)}) -> (out, cache)", Fraction(points[forward])),
            Function(backward, f"(dout, cache) -> {', '.join(gradients)}", Fraction(points[backward])),
        ),
        outputs=(Output("out", forward, "value"), *(Output(f"d{one}", backward, "gradient", of=one) for one in of)),
        cases=cases,
        play=pair(forward, backward, arguments, gradients),
        reference=reference,
        checks=(
            contract(shares),
            value(shares),
            gradient(shares, loss=upstream),
            numeric_gradient(backward, loss=upstream),
            robustness(shares),
            deterministic(shares),
        ),
    )
