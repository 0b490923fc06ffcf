"""Which students made the same mistake, named or not: those whose function gives the same wrong numbers for the same
inputs.

The inputs are those of the counterexample that the report shows: they are public, and found by the same search for
everybody. So two submissions have one fingerprint where that search ended at the same smallest case and both answered
it alike, to `DIGITS` significant digits (sums in another order differ in the last ones). A function that is right, or
gave no number, has none.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from grader.core import Counterexample, FunctionResult

DIGITS = 6
NOISE = 1e-12
"""What is less than this is rounding that did not cancel."""


def fingerprint(function: FunctionResult) -> str | None:
    """SHA-256 (hex) of the inputs and of what the function answered; None where there is nothing to compare."""
    example = function.counterexample
    if example is None or not any(_has_number(value) for value in example.actual.values()):
        return None
    text = json.dumps(_told(example), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"{function.name}\0{text}".encode()).hexdigest()


def _told(example: Counterexample) -> list[Any]:
    return [_plain(example.inputs), _plain(example.actual)]


def _plain(value: Any) -> Any:
    """`value` as JSON has it, numbers rounded and arrays as nested lists, so that it is the same before it was stored
    and after."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    if isinstance(value, (int, float)):
        return _rounded(float(value))
    return None if value is None else str(value)


def _rounded(number: float) -> str:
    if not math.isfinite(number):
        return str(number)
    return "0" if abs(number) < NOISE else f"{number:.{DIGITS - 1}e}"


def _has_number(value: Any) -> bool:
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Mapping):
        return any(_has_number(item) for item in value.values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return any(_has_number(item) for item in value)
    return isinstance(value, (int, float)) and not isinstance(value, bool)
