"""Faults in words: what was raised, and which limit was hit in which unit."""

import pytest

from grader.checks.faults import Stopped, fault_message
from grader.core import LimitHit, LimitKind, Raised, StudentFault


@pytest.mark.parametrize(
    ("fault", "id", "params"),
    [
        (
            Raised("ValueError", "no", "a.py", 3),
            "checks.raised",
            {"error": "ValueError: no", "file": "a.py", "line": 3},
        ),
        (
            Raised("AssertionError", "", "a.py", 3),
            "checks.raised",
            {"error": "AssertionError", "file": "a.py", "line": 3},
        ),
        (Raised("MemoryError", ""), "checks.raised-elsewhere", {"error": "MemoryError"}),
        (Raised("SystemExit", "", "a.py", 3), "checks.raised-exit", {"file": "a.py", "line": 3}),
    ],
)
def test_an_exception_is_told_with_type_text_and_place_as_far_as_they_are_known(
    fault: StudentFault, id: str, params: dict[str, object]
) -> None:
    message = fault_message(fault)
    assert (message.id, message.params) == (id, params)


@pytest.mark.parametrize(
    ("kind", "allowed", "told"),
    [("cpu_time", 2.0, 2.0), ("wall_time", 5.0, 5.0), ("memory", 512 << 20, 512), ("output", 16 << 20, 16)],
)
def test_time_is_told_in_seconds_and_bytes_in_mebibytes(kind: LimitKind, allowed: float, told: float) -> None:
    message = fault_message(Stopped(LimitHit(kind, allowed=allowed)))
    assert (message.id, message.params["allowed"]) == (f"checks.limit.{kind}", told)


def test_what_is_no_fault_of_a_student_flies_on() -> None:
    class Ours(StudentFault):
        pass

    with pytest.raises(Ours):
        fault_message(Ours())
