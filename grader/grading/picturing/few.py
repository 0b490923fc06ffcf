"""Numbers for a picture: of few digits, and None where there is none."""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

DIGITS = 4
LOWEST, HIGHEST = -16.0, 9.0  # powers of ten that an error is shown between


def few(number: float) -> float | None:
    """`number` with `DIGITS` significant digits; None where it is not finite."""
    return float(f"{number:.{DIGITS}g}") if math.isfinite(number) else None


def all_few(numbers: Iterable[float]) -> list[float | None]:
    return [few(float(number)) for number in numbers]


def magnitudes(errors: NDArray[np.float64]) -> list[float | None]:
    """Errors as powers of ten, to two decimals (a fortieth of the error); None where one is not finite."""
    with np.errstate(divide="ignore"):
        powers = np.clip(np.log10(np.abs(errors)), LOWEST, HIGHEST)
    finite = np.isfinite(errors)
    return [round(float(power), 2) if known else None for power, known in zip(powers, finite, strict=True)]
