"""Faults in words: what was raised, and which limit was hit in which unit."""

import pytest

from grader.checks.faults import Stopped, fault_message
from grader.core import LimitHit, Raised, StudentFault
from grader.report import text


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
    ("hit", "says"),
    [
        (LimitHit("cpu_time", allowed=2.0), "after 2.0 s of CPU time"),
        (LimitHit("wall_time", allowed=5.0), "after 5.0 s"),
        (LimitHit("memory", allowed=512 << 20), "the allowed 512.0 MiB"),
        (LimitHit("output", allowed=16 << 20), "more than 16.0 MiB were printed"),
        (LimitHit("protocol", allowed=256 << 20), "more than the allowed 256.0 MiB were returned"),
        (LimitHit("protocol", detail="frame too large"), "was unreadable"),
    ],
)
def test_a_limit_is_told_in_the_unit_that_a_person_would_use(hit: LimitHit, says: str) -> None:
    assert says in text(fault_message(Stopped(hit)), "en")


def test_what_is_no_fault_of_a_student_flies_on() -> None:
    class Ours(StudentFault):
        pass

    with pytest.raises(Ours):
        fault_message(Ours())
