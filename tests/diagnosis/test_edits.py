"""From a mistake to the text of the program that makes it, and to the functions that may notice."""

import pytest

from grader.core import Mistake
from grader.diagnosis.edits import Unfit, edited
from grader.verify.reach import reached

LAYERS = """\
import numpy as np

SCALE = 2


def helper(x):
    return SCALE * x


def forward(x):
    return helper(x), x


def backward(dout, cache):
    return dout * 2


class Net:
    @staticmethod
    def size(x):
        return x + 1

    def loss(self, X):
        return self.size(X) * 2

    def predict(self, X):
        return X * 2


def train(net):
    return net.loss(1)
"""
OTHER = "def apart(x):\n    return x * 2\n"
SOLUTION = {"layers.py": LAYERS, "other.py": OTHER}


def test_an_edit_is_made_in_its_function_and_nowhere_else() -> None:
    texts = edited(SOLUTION, Mistake("thrice", "Net.predict", (("X * 2", "X * 3"),)))
    assert texts["layers.py"] == LAYERS.replace("return X * 2", "return X * 3")
    assert texts["other.py"] == OTHER


def test_edits_may_lie_in_other_functions_and_files_and_come_in_any_order() -> None:
    edits = (("x * 2", "x * 5"), ("SCALE * x", "x"), ("@staticmethod", "@classmethod"))
    texts = edited(SOLUTION, Mistake("several", "forward", edits, where=("apart", "helper", "Net.size")))
    assert texts["other.py"] == OTHER.replace("x * 2", "x * 5")
    assert texts["layers.py"] == LAYERS.replace("SCALE * x", "x").replace("@static", "@class")


def test_a_whole_class_may_be_named_and_lines_with_their_indentation() -> None:
    texts = edited(
        SOLUTION, Mistake("lost", "Net.loss", (("        return X * 2\n", "        pass\n"),), where=("Net",))
    )
    assert texts["layers.py"] == LAYERS.replace("        return X * 2\n", "        pass\n")


def test_a_text_that_overlaps_with_itself_stands_more_than_once() -> None:
    solution = {"a.py": "def f():\n    return 'aaa'\n"}
    with pytest.raises(Unfit) as fault:
        edited(solution, Mistake("twice", "f", (("aa", "b"),)))
    assert fault.value.message.params == {"text": "aa", "times": 2}


def test_an_edit_of_a_line_that_two_named_functions_share_counts_once() -> None:
    texts = edited(SOLUTION, Mistake("both", "Net.size", (("x + 1", "x"),), where=("Net", "Net.size")))
    assert texts["layers.py"] == LAYERS.replace("x + 1", "x")


def test_an_empty_text_fits_nowhere() -> None:
    with pytest.raises(Unfit) as fault:
        edited(SOLUTION, Mistake("empty", "forward", (("", "x"),)))
    assert (fault.value.claim, fault.value.message.params["times"]) == ("edits-fit", 0)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("backward",), {"backward"}),
        (("helper",), {"helper", "forward"}),
        (("apart",), {"apart"}),
        (("Net.size",), {"Net"}),
        (("Net.loss",), {"Net", "train"}),
        (("helper", "backward"), {"helper", "forward", "backward"}),
    ],
)
def test_an_edit_reaches_whoever_mentions_it(names: tuple[str, ...], expected: set[str]) -> None:
    assert reached(SOLUTION, names) == expected


def test_an_alias_passes_an_edit_on() -> None:
    solution = {"a.py": "def f(x):\n    return x\n\n\ng = f\n\n\ndef h(x):\n    return g(x)\n"}
    assert reached(solution, ["f"]) >= {"f", "g", "h"}
