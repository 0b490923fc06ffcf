"""What is tried, and on how many seeds."""

from collections import Counter
from pathlib import Path

import pytest

from grader.verify import plan
from grader.verify.subjects import Order
from tests.verify.workshop import RIGHT, WRONG, Workshop


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    samples = {"right_a.py": RIGHT, "right_b.py": RIGHT, "wrong_once.py": WRONG}
    return Workshop(tmp_path).but(samples=samples)


def planned(workshop: Workshop, seeds: int) -> list[Order]:
    return [*plan.orders(workshop.assignment, workshop.places, seeds)]


def seeds_of(orders: list[Order], kind: str, name: str, lane: str = "first") -> list[str]:
    return [
        seed for order in orders if (order.kind, order.name, order.lane) == (kind, name, lane) for seed in order.seeds
    ]


def test_right_programs_are_tried_on_every_seed_and_wrong_ones_on_one_in_ten(workshop: Workshop) -> None:
    orders = planned(workshop, 200)
    every = [f"verify-{number}" for number in range(200)]
    assert seeds_of(orders, "solution", "solution") == every
    assert seeds_of(orders, "sample", "right_a.py") == every
    assert seeds_of(orders, "sample", "wrong_once.py") == every[:20]
    assert seeds_of(orders, "mistake", "halved in double") == every[:20]
    assert seeds_of(orders, "starter", "starter") == every[:20]


def test_one_seed_is_enough_for_every_claim(workshop: Workshop) -> None:
    orders = planned(workshop, 1)
    kinds = Counter(order.kind for order in orders if order.lane == "first")
    assert kinds == {"solution": 1, "starter": 1, "sample": 3, "mistake": 3, "accepted": 1 + 2 + 2}
    assert all(len(order.seeds) == 1 for order in orders)


def test_what_is_wrong_gets_examples_and_pictures_in_long_runs_only(workshop: Workshop) -> None:
    for seeds, shown in ((1, False), (plan.LONG, True)):
        orders = planned(workshop, seeds)
        assert {order.shown for order in orders if order.kind == "mistake"} == {shown}
        assert {order.shown for order in orders if order.kind == "sample"} == {True}


def test_orders_are_small_enough_to_be_shared_out(workshop: Workshop) -> None:
    assert max(len(order.seeds) for order in planned(workshop, 200)) == plan.AT_A_TIME


def test_the_solution_is_audited_always_and_right_samples_in_long_runs(workshop: Workshop) -> None:
    def audited(seeds: int) -> set[str]:
        return {order.name for order in planned(workshop, seeds) if order.lane != "first"}

    assert audited(2) == {"solution"}
    assert audited(10) == {"solution", "right_a.py", "right_b.py"}
    lanes = Counter(order.lane for order in planned(workshop, 10) if order.name == "solution" and order.records)
    assert lanes == {"first": 1, "again": 1, "threads": 1}


def test_every_order_is_another(workshop: Workshop) -> None:
    orders = planned(workshop, 50)
    assert len(set(orders)) == len(orders)
