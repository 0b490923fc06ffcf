"""A function gets another body in the box: whoever imported it has it, one at a time, and nothing else changes."""

from typing import Any

import numpy as np
import pytest

from grader.core import LimitHit, Limits, Raised, SourceFile, Submission
from tests.sandbox.conftest import each_tier, sandbox_of

FILES = {
    "layers.py": """
        import numpy as np

        SCALE = 2

        def double(x, by=SCALE):
            return x * by

        def closed():
            kept = 1
            def inner(x):
                return x + kept
            return inner

        inner = closed()
        """,
    "net.py": """
        from layers import double
        from layers import double as again

        def both(x):
            return double(x) + again(x)

        class Net:
            def __init__(self, x):
                self.x = x

            def loss(self, y):
                return self.x - y

            @staticmethod
            def sign(x):
                return -x

        class Deeper(Net):
            pass
        """,
}
NAMES = "double both inner Net Deeper"
THRICE = "def double(x, by=SCALE + 1):\n    return x * by\n"


@pytest.fixture
def program(open_box: Any) -> Any:
    with open_box(FILES, NAMES, call_cpu_seconds=1.0) as program:
        yield program


def test_whoever_imported_a_function_has_its_other_body_and_its_own_defaults(program: Any) -> None:
    program.revise("layers.py", "double", THRICE)
    assert program.call("double", 5).value == 15
    assert program.call("both", 5).value == 30


def test_the_next_revision_puts_the_one_before_back(program: Any) -> None:
    program.revise("layers.py", "double", THRICE)
    program.revise("net.py", "both", "def both(x):\n    return double(x)\n")
    assert program.call("both", 5).value == 10


def test_a_method_is_another_in_every_object_and_class_below(program: Any) -> None:
    program.revise("net.py", "Net.loss", "if True:\n    def loss(self, y):\n        return self.x + y\n")
    for kind in ("Net", "Deeper"):
        net = program.call(kind, 3).value
        assert program.call((net, "loss"), 4).value == 7


def test_a_static_method_can_be_revised(program: Any) -> None:
    program.revise("net.py", "Net.sign", "def sign(x):\n    return x\n")
    assert program.call("Net.sign", 4).value == 4


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("absent", "def absent(x):\n    return x\n", "KeyError"),
        ("SCALE", "def SCALE(x):\n    return x\n", "TypeError"),
        ("double", "double = 3\n", "TypeError"),
        ("double", "def other(x):\n    return x\n", "TypeError"),
        ("double", "def double(x:\n", "SyntaxError"),
        ("double", "def double(x, by=absent):\n    return x\n", "NameError"),
        ("inner", "def inner(x):\n    return x\n", "ValueError"),
    ],
)
def test_what_is_no_plain_function_stays_what_it_is(program: Any, name: str, text: str, error: str) -> None:
    program.revise("layers.py", "double", THRICE)
    if name == "double" and "other" in text:
        program.revise("layers.py", name, text)  # the module's own `double` stands there
    else:
        with pytest.raises(Raised) as raised:
            program.revise("layers.py", name, text)
        assert raised.value.type == error
    assert program.call("double", 5).value == 10
    assert program.call("inner", 5).value == 6


def test_objects_from_before_are_forgotten(program: Any) -> None:
    net = program.call("Net", 3).value
    program.revise("layers.py", "double", THRICE)
    with pytest.raises(LimitHit) as hit:
        program.call((net, "loss"), 4)
    assert hit.value.kind == "protocol"


def test_a_file_of_python_2_is_revised_by_its_rules() -> None:
    text = "def f(a):\n    return a / 2\n"
    old = Submission((SourceFile("old.py", text.encode(), text, python2=True),))
    with sandbox_of("none").open(old, ["f"], Limits()) as program:
        program.revise("old.py", "f", "def f(a):\n    return a / 3\n")
        assert program.call("f", 8).value == 2


@each_tier
def test_a_revision_that_never_ends_ends_its_box(open_box: Any) -> None:
    with open_box("def f(x):\n    return x\n", call_cpu_seconds=0.2) as program:
        program.revise("work.py", "f", "def f(x):\n    while True:\n        pass\n")
        with pytest.raises(LimitHit) as hit:
            program.call("f", np.zeros(2))
        assert hit.value.kind == "cpu_time"
