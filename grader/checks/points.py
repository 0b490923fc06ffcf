"""How the points of a function are split over its checks: exact fractions, nothing is ever lost to rounding.

Vectorisation and stability points come off first. What is left is 40 % values, 35 % gradients, 5 % sanity
(`initial-loss`), 15 % robustness and 5 % contract. A function without a loss of its own gives its sanity share to the
gradients, or where it has none to the values; one without a gradient has the gradient share in the values, one
without a value (a backward pass) has the value share in the gradients.
"""

from collections.abc import Mapping
from fractions import Fraction

Shares = Mapping[str, Mapping[str, Fraction]]  # function -> check id -> points


def split(
    points: int | Fraction,
    *,
    value: bool = True,
    gradient: bool = True,
    loss: bool = True,
    robustness: bool = True,
    vectorised: int = 0,
    stability: int = 0,
) -> Mapping[str, Fraction]:
    """Points by check id for one function.

    `value`, `gradient`, `loss` (it returns a loss, so `initial-loss` is asked) and `robustness` (it has such cases)
    say what the function has; a share that it lacks goes to its gradients, else to its values.
    """
    rest = Fraction(points) - vectorised - stability
    hundredths = {"value": 40, "gradient": 35, "initial-loss": 5, "robustness": 15, "contract": 5}
    has = {"value": value, "gradient": gradient, "initial-loss": loss, "robustness": robustness, "contract": True}
    heir = "gradient" if gradient else "value"
    for share, there in has.items():
        if not there:
            hundredths[heir] += hundredths.pop(share)
    shares = {share: rest * part / 100 for share, part in hundredths.items()}
    first = {"vectorised": Fraction(vectorised), "stability": Fraction(stability)}
    return {**shares, **{share: part for share, part in first.items() if part}}


def halves(forward: str, backward: str, points: int) -> dict[str, Mapping[str, Fraction]]:
    """The shares of a forward/backward pair: half the points each, values in forward, gradients in backward."""
    half = Fraction(points, 2)
    return {
        forward: split(half, gradient=False, loss=False),
        backward: split(half, value=False, loss=False),
    }


def carried(shares: Shares, check: str) -> dict[str, Fraction]:
    """The functions that have a share for `check`, with its points."""
    return {function: parts[check] for function, parts in shares.items() if check in parts}
