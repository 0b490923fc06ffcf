"""Objects that stay in the box: their attributes are set by this side, however their class is made."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from grader.core import Raised

SOURCE = """
    from collections import namedtuple
    from dataclasses import dataclass
    import numpy as np

    Stats = namedtuple("Stats", "mean std")

    class Sly(tuple):
        def __iter__(self):
            return iter([13])

        def __len__(self):
            return 0

    class Slotted:
        __slots__ = ("W",)

        def __init__(self):
            self.W = np.zeros(2)

        def loss(self, X):
            return X.dot(self.W)

        def train(self, X):
            return self.loss(X)

    @dataclass(frozen=True)
    class Frozen:
        W: int = 1

        def loss(self, X):
            return self.W

        def train(self, X):
            return self.loss(X)

    class Counted:
        made = property(lambda self: 3)

    class Guarded:
        def __init__(self, dtype):
            self._params = {"W": np.zeros(2, dtype), "old": 1}

        @property
        def params(self):
            return self._params

        def loss(self):
            return sorted(self._params), self._params["W"].sum()

    def one_of(dtype):
        return dtype in (np.float32, np.float64), dtype(0.5), np.ones(2, dtype).dtype.name

    def long():
        return np.ones(2, np.longdouble) / 4, np.longdouble(0.5)

    def rows():
        return [Stats(1.0, 2.0), Stats(np.ones(2), 4.0)], {"best": Stats(0.1, 0.5)}

    def sly():
        return [Sly((1, 2))]
"""


@pytest.fixture(scope="module")
def objects(open_box: Any) -> Iterator[Any]:
    with open_box(SOURCE, "Slotted Frozen Counted Guarded one_of long rows sly") as program:
        yield program


@pytest.mark.parametrize("name", ["Slotted", "Frozen"])
def test_a_method_is_replaced_whatever_the_class_allows_and_for_this_object_alone(objects: Any, name: str) -> None:
    held, other = (objects.call(name).value for _ in range(2))
    objects.put("loss", [(held, lambda X: float(X.sum()))])
    assert objects.call((held, "train"), np.ones(2)).value == 2.0
    assert np.asarray(objects.call((other, "train"), np.ones(2)).value).item() != 2.0


@pytest.mark.parametrize("name", ["Slotted", "Frozen"])
def test_so_is_an_attribute(objects: Any, name: str) -> None:
    held = objects.call(name).value
    objects.set(held, "W", np.array([1.0, 5.0]))
    assert objects.get(held, "W").tolist() == [1.0, 5.0]


def test_a_property_without_a_setter_gives_way_too(objects: Any) -> None:
    held = objects.call("Counted").value
    objects.set(held, "made", 4)
    assert objects.get(held, "made") == 4


def test_a_dict_behind_a_property_gets_other_contents(objects: Any) -> None:
    held = objects.call("Guarded", np.float32).value
    objects.put("params", [(held, {"W": np.array([2.0, 3.0])})])
    names, total = objects.call((held, "loss")).value
    assert (names, float(total)) == (["W"], 5.0)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_type_of_numpys_numbers_is_itself_in_the_box(objects: Any, kind: Any) -> None:
    known, half, name = objects.call("one_of", kind).value
    assert (known, float(half), name) == (True, 0.5, kind.__name__)


def test_numbers_of_more_digits_come_in_double_precision(objects: Any) -> None:
    array, number = objects.call("long").value
    assert (array.dtype, array.tolist(), number.dtype, float(number)) == (np.float64, [0.25, 0.25], np.float64, 0.5)


def test_what_cannot_be_set_is_an_exception_of_the_student(objects: Any) -> None:
    held = objects.call("Slotted").value
    method = objects.get(held, "loss")
    with pytest.raises(Raised):
        objects.set(method, "loss", 1)


def test_named_tuples_inside_a_result_are_tuples(objects: Any) -> None:
    rows, best = objects.call("rows").value
    assert rows[0] == (1.0, 2.0)
    assert rows[1][0].tolist() == [1.0, 1.0]
    assert best == {"best": (0.1, 0.5)}


def test_a_tuple_cannot_lie_about_its_elements(objects: Any) -> None:
    assert objects.call("sly").value == [(1, 2)]
