"""Sweeps: many values of one argument in one frame, and each call is the single call that it stands for."""

from typing import Any

import numpy as np
import pytest

from grader.core import Handle, LimitHit, Raised
from tests.sandbox.conftest import each_tier

SOURCE = """
    import random
    import numpy as np

    seen, buffer = [], np.zeros(3)

    def dot(x):
        return np.dot(x, x)

    def plain(x):
        return float(x.sum())

    def reuses(x):
        buffer[:] = x
        return buffer

    def pair(x, y):
        return x @ y, "anything"

    def named(x):
        return {"loss": x.sum()}

    def grows(x):
        seen.append(0)
        return np.zeros(len(seen))

    def turns(x):
        return float(x.sum()) if x.sum() < 3 else (1, "now a tuple")

    def writes(x, config, w):
        x[0] = 99
        config["t"] += 1
        w *= 2
        return x.sum() + config["t"] + w.sum()

    def quiet(x, config, w):
        return x.sum() + config["t"] + w.sum()

    def same(x):
        return x

    def keeps_both(x, w):
        w += 1
        x[0] = 7
        return x, w

    def draws(x):
        return x.sum() + np.random.rand() + random.random()

    def draws_a_whole_state(x):
        return x.sum() + np.random.rand(312).sum()

    def seeds_itself(x):
        return x.sum() + np.random.default_rng().random() + random.Random().random()

    def seeds_python(x):
        random.seed(42)
        return x.sum()

    def seeds_numpy(x):
        np.random.seed(42)
        return x.sum()

    def raises(x):
        if x.sum() > 2:
            raise ValueError("too large")
        return x.sum()

    def asks(f, x):
        return f(x)

    def by_keyword(x, *, reg=0.0):
        return x.sum() * reg

    def slow(x):
        import time
        time.sleep(0.15)
        return x.sum()

    def spins(x):
        while x.sum() > 1:
            pass
        return x.sum()

    def reshapes(x):
        x.shape = (-1, 1)
        return float(x.shape[0])

    class Net:
        def __init__(self):
            self.calls = 0

        def loss(self, x):
            self.calls += 1
            return x.sum()

    def through(net, x):
        return net.loss(x)
"""
NAMES = (
    "dot plain same keeps_both reuses pair named grows turns writes quiet draws draws_a_whole_state "
    "seeds_itself seeds_python seeds_numpy raises asks by_keyword slow spins reshapes Net through"
)


@pytest.fixture(scope="module")
def program(open_box: Any) -> Any:
    with open_box(SOURCE, NAMES, call_cpu_seconds=1.0) as program:
        yield program


def single(program: Any, name: str, args: tuple[Any, ...], place: int, values: Any) -> list[Any]:
    """What single calls return."""
    moved = [(*args[:place], value, *args[place + 1 :]) for value in values]
    return [program.call(name, *one, seed=5).value for one in moved]


def nudged(x: np.ndarray[Any, Any], at: Any, values: Any) -> np.ndarray[Any, Any]:
    """The arrays that a sweep with `at` means."""
    stack = np.array([x] * len(values), order="C")
    stack.reshape(len(values), -1)[np.arange(len(values)), at] = values
    return stack


@each_tier
def test_a_sweep_returns_bit_for_bit_what_single_calls_return(open_box: Any, tier: str) -> None:
    x = np.random.RandomState(1).standard_normal(301)
    at = np.repeat(np.arange(301), 2)
    values = x[at] + np.tile([1e-5, -1e-5], 301)
    with open_box(SOURCE, NAMES) as program:
        expected = [value.item() for value in single(program, "dot", (x,), 0, nudged(x, at, values))]
        assert program.sweep("dot", (x,), 0, values, at=at, seed=5).values.tolist() == expected
        assert program.sweep("dot", (None,), 0, nudged(x, at, values), seed=5).values.tolist() == expected


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", ">f8", "i8", "?", "c16"])
def test_an_array_of_any_dtype_and_shape_is_nudged_by_its_elements_in_c_order(program: Any, dtype: str) -> None:
    x = np.asfortranarray(np.arange(6).reshape(2, 3).astype(dtype))
    at, values = [5, 0, 3], np.array([1, 0, 1]).astype(dtype)
    swept = program.sweep("pair", (x, np.ones(3)), 0, values, at=at, first=True).values
    assert swept.tolist() == [(row @ np.ones(3)).tolist() for row in nudged(x, at, values)]


def test_python_floats_stay_python_floats_and_numpys_numbers_come_stacked(program: Any) -> None:
    values = np.arange(20.0).reshape(10, 2)
    plain = program.sweep("plain", (None,), 0, values).values
    assert [type(value) for value in plain] == [float] * 10
    assert plain == values.sum(1).tolist()
    assert program.sweep("dot", (None,), 0, values).values.dtype == np.float64


def test_an_array_that_the_next_call_writes_into_is_told_as_it_was(program: Any) -> None:
    values = np.arange(9.0).reshape(3, 3)
    assert (program.sweep("reuses", (None,), 0, values).values == values).all()


def test_only_the_first_of_what_is_returned_travels_where_that_is_asked(program: Any) -> None:
    x, y = np.arange(6.0).reshape(3, 2), np.array([1.0, 2.0])
    assert program.sweep("pair", (None, y), 0, x, first=True).values.tolist() == (x @ y).tolist()
    assert program.sweep("pair", (None, y), 0, x).values == [(value, "anything") for value in (x @ y)]
    assert program.sweep("named", (None,), 0, x, first=True).values[2] == {"loss": 9.0}


def test_results_of_different_kinds_and_shapes_all_arrive_in_their_order(program: Any) -> None:
    grown = program.sweep("grows", (None,), 0, np.zeros((5, 2))).values
    assert [value.shape for value in grown] == [(1,), (2,), (3,), (4,), (5,)]
    assert program.sweep("turns", (None,), 0, np.array([[1.0], [2.0], [3.0], [1.5]])).values == [
        1.0,
        2.0,
        (1, "now a tuple"),
        1.5,
    ]


def test_every_call_finds_its_arguments_as_they_were_sent_and_what_changed_is_told(program: Any) -> None:
    args = (np.ones(3), {"t": 1}, np.full(2, 0.5))
    for how in ({"at": [1, 2, 0]}, {}):
        values = np.array([5.0, 6.0, 7.0]) if how else np.arange(9.0).reshape(3, 3)
        swept = program.sweep("writes", args, 0, values, **how)
        assert swept.mutated == ("0", "1", "2")
        stack = nudged(args[0], how["at"], values) if how else values.copy()
        stack[:, 0] = 99
        assert swept.values.tolist() == (stack.sum(1) + 2 + 2.0).tolist()
        assert program.sweep("quiet", args, 0, values, **how).mutated == ()


def test_what_is_returned_is_told_as_the_call_left_it_though_it_is_an_argument(program: Any) -> None:
    x, at, values = np.ones(3), [1, 0, 2], np.array([5.0, 6.0, 7.0])
    stack = nudged(x, at, values)
    assert (program.sweep("same", (x,), 0, values, at=at).values == stack).all()
    for how in ({"at": at}, {}):
        swept = program.sweep("keeps_both", (x, np.zeros(2)), 0, values if how else stack, **how)
        assert swept.mutated == ("0", "1")
        assert [[part.tolist() for part in value] for value in swept.values] == [
            [[7.0, *row[1:]], [1.0, 1.0]] for row in stack.tolist()
        ]


def test_a_changed_shape_is_that_calls_alone(program: Any) -> None:
    assert program.sweep("reshapes", (np.ones(4),), 0, np.ones(3), at=[0, 1, 2]).values == [4.0] * 3


@pytest.mark.parametrize("name", ["draws", "draws_a_whole_state"])
def test_every_call_draws_the_numbers_of_its_seed(program: Any, name: str) -> None:
    """A whole state of NumPy's generator is 624 words: after as many it stands at the same place, with other words."""
    values = np.zeros((4, 2))
    swept = program.sweep(name, (None,), 0, values, seed=5)
    assert swept.drew
    assert swept.values.tolist() == [value.item() for value in single(program, name, (None,), 0, values)]
    assert len(set(swept.values.tolist())) == 1
    assert not program.sweep("dot", (None,), 0, values).drew


def test_a_generator_without_a_seed_is_that_of_the_seed_in_every_call(program: Any) -> None:
    values = np.zeros((4, 2))
    alone = single(program, "seeds_itself", (None,), 0, values)
    swept = program.sweep("seeds_itself", (None,), 0, values, seed=5)
    nudged = program.sweep("seeds_itself", (np.zeros(2),), 0, np.zeros(4), at=[0, 1, 0, 1], seed=5)
    assert swept.values.tolist() == list(nudged.values) == [value.item() for value in alone]
    assert len(set(swept.values.tolist())) == 1
    assert not swept.drew


@pytest.mark.parametrize("name", ["seeds_python", "seeds_numpy"])
def test_a_seed_that_a_call_sets_is_not_that_of_the_next_call(program: Any, name: str) -> None:
    zeros = np.zeros(2)
    before = program.call("draws", zeros, seed=5).value
    assert program.call(name, zeros, seed=5).drew
    assert program.call("draws", zeros, seed=5).value == before
    assert program.sweep(name, (None,), 0, zeros[None], seed=5).drew
    assert program.sweep("draws", (None,), 0, zeros[None], seed=5).values.tolist() == [before.item()]


def test_the_first_call_that_raises_ends_the_sweep(program: Any) -> None:
    with pytest.raises(Raised, match="ValueError: too large") as caught:
        program.sweep("raises", (None,), 0, np.arange(6.0).reshape(6, 1))
    assert caught.value.path == "work.py"
    with pytest.raises(Raised, match="NameError"):
        program.sweep("nowhere", (None,), 0, np.ones((2, 1)))
    assert program.call("plain", np.ones(2)).value == 2.0


def test_functions_objects_and_keywords_among_the_arguments_are_what_they_are_in_a_call(program: Any) -> None:
    values = np.arange(3.0).reshape(3, 1)
    assert program.sweep("asks", (lambda x: 2 * x.sum(), None), 1, values).values.tolist() == [0.0, 2.0, 4.0]
    assert program.sweep("by_keyword", (None, 3.0), 0, values).values.tolist() == [0.0, 3.0, 6.0]
    net = program.call("Net").value
    assert isinstance(net, Handle)
    assert program.sweep((net, "loss"), (None,), 0, values).mutated == ()
    assert program.sweep("through", (net, None), 1, values).mutated == ()
    assert program.get(net, "calls") == 6


def test_a_sweep_longer_than_a_slice_of_time_or_larger_than_a_frame_is_told_in_parts(program: Any) -> None:
    assert program.sweep("slow", (None,), 0, np.arange(5.0).reshape(5, 1)).values.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
    large = np.arange(12.0)[:, None] * np.ones(1 << 18)
    assert program.sweep("plain", (None,), 0, large).values == [value * (1 << 18) for value in range(12)]
    assert program.sweep("dot", (None,), 0, np.zeros((0, 3))).values == []


def test_the_limit_of_a_call_is_the_limit_of_each_call_of_a_sweep(open_box: Any) -> None:
    with open_box(SOURCE, NAMES, call_cpu_seconds=0.5) as program, pytest.raises(LimitHit) as caught:
        program.sweep("spins", (None,), 0, np.arange(4.0).reshape(4, 1))
    assert caught.value.kind == "cpu_time"
