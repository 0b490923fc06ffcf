"""One case, played through a transcript, becomes lines of Python that do the same."""

import types
from typing import Any

import numpy as np
import pytest

from grader.core import Inputs, Value
from grader.diagnosis.rehearsal import Rehearsal
from grader.diagnosis.transcript import Transcript
from grader.diagnosis.written import Unwritable

TEXT = """
import numpy as np

def loss(W, X, reg):
    return (W * W).sum() * reg, 2 * reg * W

def forward(x, param):
    param["seen"] = x.sum()
    return x * param["p"], (x, object())

def backward(dout, cache):
    return dout * cache[0]

def step(w, dw, config):
    return w - config["rate"] * dw, config

def rows(X):
    return [(row.mean(), row.max()) for row in X]

def spoils(X):
    X[:] = 7
    return X.sum()

class Net:
    def __init__(self, size, scale=1.0):
        self.size, self.scale = size, scale

    def loss(self, X, factor=1.0):
        return (X * self.params["W"]).sum() * factor * self.scale
"""
X, W = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[0.5, 4.0], [6.0, 7.0]])


def transcript(inputs: Inputs, copied: tuple[str, ...] = ()) -> Transcript:
    return Transcript(Rehearsal({"student.py": TEXT}), inputs, copied)


def done(inputs: Inputs, script: Transcript) -> dict[str, Any]:
    """The names that stand after the lines have run beside the student's file."""
    student = types.ModuleType("student")
    exec(TEXT, student.__dict__)  # noqa: S102  ours
    names = {"np": np, **{name: getattr(student, name) for name in script.defined}, **inputs}
    exec("\n".join(script.lines), names)  # noqa: S102  what was written
    return names


def test_a_call_hands_over_the_inputs_by_name() -> None:
    inputs = {"W": W, "X": X, "reg": 0.25}
    script = transcript(inputs)
    value = script.call("loss", W, X, inputs["reg"]).value
    assert (script.lines, script.defined) == (["result_1 = loss(W, X, reg)"], ["loss"])
    assert [script.place(one) for one in value] == ["result_1[0]", "result_1[1]"]


def test_one_number_that_is_two_inputs_is_each_of_them_once() -> None:
    number = 0.5
    script = transcript({"a": number, "b": number})
    script.map("step", [(number, number, {"rate": 1.0})])
    assert script.lines == ["result_1 = step(a, b, {'rate': 1.0})"]


def test_what_stays_in_the_box_is_handed_on_by_its_place() -> None:
    inputs = {"x": X, "param": {"p": 0.5}, "dout": W}
    script = transcript(inputs)
    (forward,) = script.map("forward", [(X, inputs["param"])], hold=(1,), bring=(1,))
    (backward,) = script.map("backward", [(W, forward.value[1])])  # type: ignore[union-attr]
    assert script.lines == ["result_1 = forward(x, param)", "result_2 = backward(dout, result_1[1])"]
    assert script.place(forward.brought[1]["seen"]) == "param['seen']"  # type: ignore[union-attr]
    names = done({**inputs, "param": dict(inputs["param"])}, script)
    assert np.array_equal(names["result_2"], backward.value)  # type: ignore[union-attr]


def test_objects_are_made_filled_and_asked_by_their_name() -> None:
    inputs = {"W": W, "X": X}
    script = transcript(inputs)
    (made,) = script.map("Net", [(3, 2.0)], named=("scale",))
    script.put("params", [(made.value, {"W": W})])  # type: ignore[union-attr]
    (first,) = script.map("Net.loss", [(made.value, X)])  # type: ignore[union-attr]
    second = script.call((made.value, "loss"), X, factor=3.0)  # type: ignore[union-attr]
    assert script.lines == [
        "result_1 = Net(3, scale=2.0)",
        "result_1.params = {'W': W}",
        "result_2 = result_1.loss(X)",
        "result_3 = result_1.loss(X, factor=3.0)",
    ]
    names = done(inputs, script)
    assert (names["result_2"], names["result_3"]) == (first.value, second.value)  # type: ignore[union-attr]
    assert script.defined == ["Net"]


def test_attributes_are_outputs_too() -> None:
    script = transcript({"W": W})
    made = script.call("Net", 3).value
    script.set(made, "params", {"W": W})
    params = script.get(made, "params")
    assert script.place(params["W"]) == "result_1.params['W']"


def test_steps_become_one_array_and_columns_of_a_table_are_found() -> None:
    script = transcript({"w": W, "dw": X, "config": {"rate": 0.1}})
    first = script.call("step", W, X, {"rate": 0.1}, hold=(1,)).value
    second = script.call("step", first[0], X, first[1], hold=(1,)).value
    assert script.place(np.array([first[0], second[0]])) == "np.array([result_1[0], result_2[0]])"
    table = transcript({"X": X})
    means = np.array([row[0] for row in table.call("rows", X).value])
    assert table.place(means) == "np.array(result_1)[:, 0]"


def test_an_array_that_is_handed_over_twice_can_be_copied() -> None:
    """The box gives every call arguments of its own."""
    script = transcript({"X": X.copy()})
    inputs = {"X": X.copy()}
    plain, copying = transcript(inputs), transcript(inputs, ("X",))
    for one in (plain, copying):
        one.call("spoils", inputs["X"])
        one.call("rows", inputs["X"])
    assert plain.used["X"] == 2
    assert copying.lines == ["result_1 = spoils(X.copy())", "result_2 = rows(X.copy())"]
    assert done({"X": X.copy()}, copying)["result_2"] != done({"X": X.copy()}, plain)["result_2"]
    assert not script.lines


def test_calls_that_nothing_follows_from_are_left_out() -> None:
    script = transcript({"x": X, "param": {"p": 1.0}, "dout": W})
    made = script.call("Net", 2).value
    script.set(made, "params", {"W": np.ones(2)})
    cache = script.call("forward", X, {"p": 1.0}, hold=(1,)).value[1]
    script.call("backward", W, cache)
    script.call((made, "loss"), X)
    filled = ["result_1 = Net(2)", "result_1.params = {'W': np.array([1.0, 1.0])}"]
    assert script.needed(["result_2[0]"]) == [*filled, "result_2 = forward(x, param)"]
    assert script.needed(["result_4"]) == [*filled, "result_4 = result_1.loss(x)"]


def test_what_a_method_leaves_in_its_object_follows_from_the_call() -> None:
    script = transcript({"x": X, "W": W})
    made = script.call("Net", 2).value
    script.set(made, "params", {"W": W})
    script.call((made, "loss"), X)
    lines = ["result_1 = Net(2)", "result_1.params = {'W': W}", "result_1.loss(x)"]
    assert script.needed(["result_1.params['W']"]) == lines


@pytest.mark.parametrize("value", [None, 3, "text", np.array([9.0, 9.0])], ids=str)
def test_an_output_that_was_made_of_something_else_has_no_place(value: Value) -> None:
    script = transcript({"X": X})
    script.call("rows", X)
    with pytest.raises(Unwritable):
        script.place(value)


def test_a_key_of_the_students_stands_as_a_literal_of_ascii() -> None:
    text = "def keyed(x):\n    return {\"'] + evil() + ['\\u202e\\n\": x}\n"
    script = Transcript(Rehearsal({"student.py": text}), {"x": X})
    (value,) = script.call("keyed", X).value.values()
    place = script.place(value)
    assert place == r"""result_1["'] + evil() + ['\u202e\n"]"""
    assert place.isprintable()
