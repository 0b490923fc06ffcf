"""Code of older years: what it leans on is served in the box, and told; what is of today is left alone."""

from textwrap import dedent
from typing import Any

import numpy as np
import pytest

from grader.core import Limits, Message, Raised, SourceFile, Submission
from grader.report import text
from grader.sandbox.inside import spellings


def ids(notes: tuple[Message, ...]) -> list[tuple[str, Any]]:
    return [(note.id.removeprefix("sandbox.note."), note.params["line"]) for note in notes]


# --------------------------------------------------------------------------- names of NumPy


@pytest.mark.parametrize("name", sorted(spellings.NUMPY))
def test_a_name_that_numpy_has_removed_works_in_student_code(open_box: Any, name: str) -> None:
    with open_box(f"import numpy as np\ndef f():\n    return np.{name} is not None") as box:
        assert box.call("f").value is True


WAS = {
    "np.zeros(2, dtype=np.int).dtype.kind": "i",
    "np.product([2, 3])": 6,
    "np.cumproduct([2, 3])": [2, 6],
    "np.alltrue([1, 0])": False,
    "np.sometrue([1, 0])": True,
    "np.in1d(np.array([[3, 1], [2, 2]]), [2])": [False, False, True, True],
    "np.row_stack([[1], [2]])": [[1], [2]],
    "np.trapz([1.0, 3.0])": 2.0,
    "np.mat('1 2').shape": (1, 2),
    "np.asfarray([1]).dtype.kind": "f",
    "np.NINF": -np.inf,
    "str(np.NaN)": "nan",
    "np.float(3)": 3.0,
    "np.asscalar(np.array([4]))": 4,
    "np.msort(np.array([[3, 1], [2, 2]]))": [[2, 1], [3, 2]],
    "np.lib.pad(np.ones(1), 1, 'constant')": [0, 1, 0],
    "np.lib.function_base.diff([1, 4])": [3],
    "np.linalg.linalg.norm([3.0, 4.0])": 5.0,
}


@pytest.mark.parametrize("expression", WAS)
def test_what_is_served_is_what_it_was(open_box: Any, expression: str) -> None:
    with open_box(f"import numpy as np\ndef f():\n    return {expression}") as box:
        value = box.call("f").value
        assert (value.tolist() if isinstance(value, np.ndarray) else value) == WAS[expression]


def test_a_removed_name_is_told_with_its_place_and_the_new_spelling(open_box: Any) -> None:
    with open_box("import numpy as np\nfrom numpy import product\ndef f():\n    return np.int(3), np.int(4)") as box:
        assert ids(box.noted) == [("removed-numpy-name", 2)]
        box.call("f")
        box.call("f")
        assert ids(box.noted) == [("removed-numpy-name", 2), ("removed-numpy-name", 4)]
        assert text(box.noted[1], "en").startswith("work.py, line 4: np.int is a name that NumPy no longer has.")
        assert "write int." in text(box.noted[1], "en")


@pytest.mark.parametrize(
    "line",
    [
        "from numpy.lib.npyio import savez_compressed",
        "from numpy.lib.function_base import append",
        "import numpy.lib.arraysetops as sets; sets.unique",
        "from numpy.core.fromnumeric import prod",
        "from numpy.linalg.linalg import norm",
        "from numpy import *",
    ],
)
def test_modules_that_numpy_has_moved_can_be_imported(open_box: Any, line: str) -> None:
    with open_box(f"{line}\ndef f():\n    return 1") as box:
        assert box.loaded.errors == {}
        assert box.call("f").value == 1


def test_a_name_that_numpy_never_had_is_an_error_as_ever(open_box: Any) -> None:
    with open_box(
        "import numpy as np\ndef f(name):\n    return getattr(np, name)\ndef g():\n    return np.linalg.nrm", "f g"
    ) as box:
        with pytest.raises(Raised, match="AttributeError"):
            box.call("f", "sofmax")
        with pytest.raises(Raised, match="AttributeError"):
            box.call("g")
        assert box.noted == ()


def test_numpy_itself_sees_no_name_of_old(open_box: Any) -> None:
    source = """
        import numpy as np
        namespace = {"__name__": "numpy.somewhere"}
        def f():
            exec("import numpy as np\\nanswer = hasattr(np, 'product') or 'product' in vars(np)", namespace)
            return namespace["answer"]
    """
    with open_box(source) as box:
        assert box.call("f").value is False


# --------------------------------------------------------------------------- repairs

REPAIRED = {
    "a size from a division": ("np.zeros((2, n / 2 + 1)).shape", (2, 4), "division"),
    "a loop bound from a division": ("[i for i in range(1 + (n - 2) / 2)]", [0, 1, 2], "division"),
    "a slice from a division": ("list(range(n))[: n / 2]", [0, 1, 2], "division"),
    "an index from a division": ("[4, 5, 6, 7][n / 2]", 7, "division"),
    "an index into an array": ("np.arange(9)[n / 2]", 3, "division"),
    "an index that is rounded down": ("[4, 5, 6][(n - 1) / 2]", 6, "division"),
    "indices of an array": ("np.arange(9)[np.arange(n) / 2]", [0, 0, 1, 1, 2, 2], "division"),
    "a list repeated": ("[1] * (n / 2)", [1, 1, 1], "division"),
    "a padding": ("np.pad(np.ones(1), n / 3, 'constant')", [0, 0, 1, 0, 0], "division"),
    "a number of choices": ("np.random.choice(n, n / 2).shape", (3,), "division"),
    "a division in a comprehension": ("[[0] * (k / 2) for k in (2, 4)]", [[0], [0, 0]], "division"),
    "an index kept as a float": ("np.arange(n)[np.zeros(2)[0] + 2.0]", 2, "index"),
    "indices kept as floats": ("np.arange(n)[np.array([1.0, 3.0])]", [1, 3], "index"),
    "a slice of floats": ("list(range(n))[1.0 : n - 2.0]", [1, 2, 3], "index"),
    "int of an array": ("int(np.array([n]) * 1.5)", 9, "single"),
    "float of an array": ("float(np.array([[n]]))", 6.0, "single"),
    "newshape": ("np.reshape(np.ones(n), newshape=(2, 3)).shape", (2, 3), "newshape"),
}
KINDS = {
    "division": "division-gives-float-size",
    "single": "array-for-a-number",
    "newshape": "removed-numpy-argument",
    "index": "float-index",
}


@pytest.mark.parametrize("what", REPAIRED)
def test_code_that_worked_once_works_and_is_told(open_box: Any, what: str) -> None:
    expression, expected, kind = REPAIRED[what]
    with open_box(f"import numpy as np\ndef f(n):\n    # here\n    return {expression}\n") as box:
        value = box.call("f", 6).value
        assert (value.tolist() if isinstance(value, np.ndarray) else value) == expected
        assert ids(box.noted) == [(KINDS[kind], 4)]
        assert text(box.noted[0], "ko")
        again = box.map("f", [(6,), (6,)])
        assert not any(isinstance(one, Raised) for one in again)
        assert len(box.noted) == 1


def test_an_entry_that_is_set_to_an_array_of_one_element(open_box: Any) -> None:
    source = """
        import numpy as np
        def f(a):
            d = np.zeros((2, 2))
            for i in range(2):
                d[i][1] = np.dot(a[i : i + 1], a[i : i + 1].T)
                d[i, 0] += a[i : i + 1, :1]
            return d
    """
    with open_box(source) as box:
        assert box.call("f", np.array([[1.0, 2.0], [3.0, 4.0]])).value.tolist() == [[1, 5], [3, 25]]
        assert ids(box.noted) == [("array-for-a-number", 6)]


def test_a_method_and_what_is_defined_inside_it_are_repaired(open_box: Any) -> None:
    source = """
        class Net:
            def __init__(self, n):
                self.n = n
            def half(self):
                def inner(k):
                    return [0] * (k / 2)
                return inner(self.n)
    """
    with open_box(source, "Net") as box:
        net = box.call("Net", 4).value
        assert box.call((net, "half")).value == [0, 0]


def test_two_faults_of_one_function_are_both_repaired(open_box: Any) -> None:
    source = "import numpy as np\ndef f(n):\n    a = np.zeros(n / 2)\n    return float(np.array([len(a)]))\n"
    with open_box(source) as box:
        assert box.call("f", 4).value == 2.0
        assert {kind for kind, _ in ids(box.noted)} == {"division-gives-float-size", "array-for-a-number"}


def test_other_functions_divide_as_python_3_does(open_box: Any) -> None:
    source = "def g(n):\n    return 1 / n\ndef f(n):\n    return [0] * (n / 2), 1 / n, g(n)\n"
    with open_box(source) as box:
        zeros, own, other = box.call("f", 4).value
        assert (zeros, own, other) == ([0, 0], 0.25, 0.25), "also in the one that was repaired, where nothing asks more"


def test_arguments_and_random_numbers_are_what_they_were_when_it_is_called_again(open_box: Any) -> None:
    source = "import numpy as np\ndef f(a, n):\n    a += np.random.rand()\n    return [0] * (n / 2), a.copy()\n"
    right = "import numpy as np\ndef f(a, n):\n    a += np.random.rand()\n    return [0] * (n // 2), a.copy()\n"
    with open_box(source) as box, open_box(right) as other:
        one, two = (each.call("f", np.zeros(3), 4, seed=5) for each in (box, other))
        assert one.value[1].tolist() == two.value[1].tolist()
        assert one.mutated == two.mutated == ("0",)


def test_a_fault_that_a_repair_does_not_mend_is_told_as_it_is(open_box: Any) -> None:
    source = "def f(n):\n    x = 1 / n\n    return [1, 2][0.5], x\ndef g(n):\n    return [1, 2][n / 2]\n"
    with open_box(source, "f g") as box:
        with pytest.raises(Raised, match="list indices must be integers") as caught:
            box.call("f", 4)
        assert caught.value.line == 3
        with pytest.raises(Raised, match=r"list index out of range|list indices"):
            box.call("g", 8)
        assert box.noted == ()


def test_what_was_asked_of_the_trusted_side_is_not_asked_again(open_box: Any) -> None:
    """A training loop has had its minibatches: the exception is the answer, as in any case of doubt."""
    asked: list[int] = []
    with open_box("def f(loss, n):\n    loss(1)\n    return [0] * (n / 2)\n") as box:
        with pytest.raises(Raised, match="TypeError"):
            box.call("f", asked.append, 4)
        assert asked == [1]


# --------------------------------------------------------------------------- Python 2


def python2(source: str) -> Submission:
    text = dedent(source)
    return Submission((SourceFile("old.py", text.encode(), text, python2=True),))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("7 / 2", 3),
        ("-7 / 2", -4),
        ("7.0 / 2", 3.5),
        ("np.arange(4) / 2", [0, 0, 1, 1]),
        ("np.int64(7) / np.int64(2)", 3),
        ("np.ones(2) / 2", [0.5, 0.5]),
        ("divided(7, 2)", 3),
        ("divided(7.0, 2)", 3.5),
        ("divided(np.ones(2), 2)", [0.5, 0.5]),
        ("divided(np.arange(4), 2)", [0, 0, 1, 1]),
        ("range(2) + [5]", [0, 1, 5]),
        ("zip([1], [2])[0]", (1, 2)),
        ("map(None, [1, 2])", [1, 2]),
        ("map(len, ['ab'])[0]", 2),
        ("filter(None, [0, 1])[0]", 1),
        ("{'a': 1}.keys()[0]", "a"),
        ("round(2.5), round(-2.5), round(0.125, 2)", (3.0, -3.0, 0.13)),
        ("cmp(1, 2), reduce(max, [1, 3, 2])", (-1, 3)),
        ("[x / 2 for x in range(4)]", [0, 0, 1, 1]),
    ],
)
def test_a_file_of_python_2_runs_by_its_rules(sandbox: Any, expression: str, value: Any) -> None:
    source = f"import numpy as np\ndef divided(x, y):\n    x /= y\n    return x\ndef f():\n    return {expression}\n"
    with sandbox.open(python2(source), ["f"], Limits()) as box:
        got = box.call("f").value
        assert (got.tolist() if isinstance(got, np.ndarray) else got) == value
        assert type(got) is not float or type(value) is float


def test_what_is_divided_in_place_may_stand_behind_what_python_2_reads_otherwise(sandbox: Any) -> None:
    lines = ("x, d = [1, 9, 8.0], {1: [7]}", "x[n / 2] /= 4", "d.values()[0][n / 9] /= 2", "return x, d[1]\n")
    source = "\n    ".join(("def f(n):", *lines))
    with sandbox.open(python2(source), ["f"], Limits()) as box:
        assert box.call("f", 5).value == ([1, 9, 2.0], [3])


@pytest.mark.parametrize("key", ["float('inf')", "np.float64('nan')", "0.5"])
def test_an_index_that_is_no_whole_number_raises_what_it_raised(open_box: Any, key: str) -> None:
    source = f"import numpy as np\ndef f():\n    return np.zeros(3)[{key}]\n"
    with open_box(source) as box, pytest.raises(Raised) as fault:
        box.call("f")
    assert fault.value.type == "IndexError"


def test_a_division_in_place_stays_in_place(sandbox: Any) -> None:
    with sandbox.open(python2("def f(a):\n    a /= 2\n    return a.sum()\n"), ["f"], Limits()) as box:
        assert box.call("f", np.ones(4)).mutated == ("0",)


def test_division_is_that_of_python_3_where_the_file_says_so(sandbox: Any) -> None:
    source = "from __future__ import print_function, division\ndef f():\n    return 7 / 2, range(2)\n"
    with sandbox.open(python2(source), ["f"], Limits()) as box:
        assert box.call("f").value == (3.5, [0, 1])


def test_a_definition_of_a_file_of_python_2_is_one_of_its_own_text(sandbox: Any) -> None:
    """What the box adds for it is no definition, whatever it is called."""
    source = "f = reduce\ng = range\nh = lambda: 1 / 2\n"
    with sandbox.open(python2(source), ["f", "g", "h"], Limits()) as box:
        assert list(box.loaded.definitions) == ["h"]


def test_a_file_of_python_3_beside_it_runs_by_the_rules_of_python_3(sandbox: Any) -> None:
    new = "from old import half\ndef f(n):\n    return half(n), n / 2, type(range(2)).__name__\n"
    work = Submission((*python2("def half(n):\n    return n / 2\n").files, SourceFile("new.py", b"", new)))
    with sandbox.open(work, ["f"], Limits()) as box:
        assert box.call("f", 3).value == (1, 1.5, "range")


def test_names_of_python_2_work_in_every_file(open_box: Any) -> None:
    source = """
        import itertools, sys
        def f():
            total = long(0)
            for i, j in itertools.izip(xrange(3), range(3)):
                total += i * j
            return total, isinstance("", basestring), sys.maxint > 1 << 60
    """
    with open_box(source) as box:
        assert box.call("f").value == (5, True, True)


def test_a_breakpoint_that_was_left_in_stops_nobody(open_box: Any) -> None:
    source = """
        import pdb
        from IPython.core.debugger import set_trace
        def f(x):
            pdb.set_trace()
            breakpoint()
            pdb.Pdb().set_trace()
            set_trace()
            return x + 1
    """
    with open_box(source) as box:
        assert box.call("f", 1).value == 2


def test_a_question_to_the_keyboard_is_told_as_one(open_box: Any) -> None:
    with open_box(
        "def f():\n    return 1 + int(input('how many? '))\ndef g():\n    return raw_input()\n", "f g"
    ) as box:
        for name, line in (("f", 2), ("g", 4)):
            with pytest.raises(Raised, match=r"input\(\) has nobody to ask") as caught:
                box.call(name)
            assert caught.value.line == line
