"""How many gradings run at a time where nobody says: by what this process may use, not what the machine has."""

from pathlib import Path

import pytest

from grader.cli.cores import allowance, default_slots, quota, usable_cores, usable_memory

MEMBERSHIP = "12:cpu:/elsewhere\n0::/system.slice/grader.service\n"


@pytest.fixture
def groups(tmp_path: Path) -> Path:
    (tmp_path / "system.slice" / "grader.service").mkdir(parents=True)
    return tmp_path


def test_a_process_may_use_a_processor_at_least() -> None:
    assert 1 <= default_slots() <= usable_cores()


def test_the_smallest_share_on_the_way_up_counts(groups: Path) -> None:
    (groups / "system.slice" / "grader.service" / "cpu.max").write_text("max 100000\n")
    assert quota(MEMBERSHIP, groups) == float("inf")
    (groups / "system.slice" / "cpu.max").write_text("250000 100000\n")
    assert quota(MEMBERSHIP, groups) == 2.5
    (groups / "system.slice" / "grader.service" / "cpu.max").write_text("50000 100000\n")
    assert quota(MEMBERSHIP, groups) == 0.5


def test_so_does_the_smallest_limit_of_memory(groups: Path) -> None:
    (groups / "memory.max").write_text("max\n")
    assert allowance(MEMBERSHIP, groups) == float("inf")
    (groups / "system.slice" / "memory.max").write_text("4294967296\n")
    assert allowance(MEMBERSHIP, groups) == 1 << 32
    assert 0 < usable_memory() < float("inf")


def test_without_control_groups_nothing_is_taken_away(groups: Path) -> None:
    assert quota("", groups) == quota(MEMBERSHIP, groups / "nowhere") == float("inf")
