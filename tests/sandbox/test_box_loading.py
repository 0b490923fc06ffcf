"""Loading: however files import each other, names are found, and what fails costs only itself."""

from textwrap import dedent
from typing import Any

import pytest

from grader.core import Definition, LimitHit, Raised


def test_a_function_is_found_by_name_in_any_file_and_folder(open_box: Any) -> None:
    with open_box(
        {"some folder/my work (1).py": "def f():\n    return 1", "b.py": "def g():\n    return 2"}, "f g"
    ) as box:
        assert [box.call("f").value, box.call("g").value] == [1, 2]
        assert box.loaded.definitions["f"] == Definition("f", "some folder/my work (1).py", 1)


LINES = [
    "from .layers import relu",
    "from ..layers import relu",
    "from .layers import *",
    "from . import layers; relu = layers.relu",
    "from .. import layers; relu = layers.relu",
    "from layers import relu",
    "from layers import *",
    "import layers; relu = layers.relu",
    "from cs231n.layers import *",
    "from cs231n.classifiers.layers import relu",
    "import cs231n.layers as layers; relu = layers.relu",
    "import cs231n.layers; relu = cs231n.layers.relu",
    "from cs231n import layers; relu = layers.relu",
    "from cs231n import relu",
    "from my.own.name.layers import relu",
    "import importlib; relu = importlib.import_module('layers').relu",
]


@pytest.mark.parametrize("where", ["{}.py", "cs231n/{}.py", "cs231n/classifiers/{}.py"])
def test_imports_work_however_they_are_written(open_box: Any, where: str) -> None:
    files = {where.format(f"net{n}"): f"{line}\ndef f{n}(x):\n    return relu(x)" for n, line in enumerate(LINES)}
    files[where.format("layers")] = "def relu(x):\n    return max(x, 0)"
    names = [f"f{n}" for n in range(len(LINES))]
    with open_box(files, " ".join(["relu", *names])) as box:
        assert box.loaded.errors == {}
        assert {line: box.call(name, -3).value for name, line in zip(names, LINES, strict=True)} == dict.fromkeys(
            LINES, 0
        )
        assert box.loaded.definitions["relu"].path == where.format("layers")
        assert box.loaded.notes == ()


def test_an_import_of_one_file_needs_no_other(open_box: Any) -> None:
    """Each way of importing is the first one of its box."""
    for line in LINES[::4]:
        with open_box(
            {"a/net.py": f"{line}\ndef f():\n    return relu(-3)", "a/layers.py": "def relu(x):\n    return max(x, 0)"}
        ) as box:
            assert box.call("f").value == 0


def test_a_layer_above_the_importing_folder_is_found(open_box: Any) -> None:
    files = {
        "cs231n/classifiers/net.py": "from ..layers import *\nfrom ..layer_utils import both\nf = lambda: both(2)",
        "cs231n/layers.py": "def affine(x):\n    return x + 1",
        "cs231n/layer_utils.py": "from .layers import *\ndef both(x):\n    return affine(affine(x))",
        "cs231n/__init__.py": "raise ValueError('never mind')",
        "cs231n/classifiers/__init__.py": "from cs231n.classifiers.missing import *",
    }
    with open_box(files, "f") as box:
        assert box.call("f").value == 4
        assert box.loaded.errors["cs231n/__init__.py"].text == "never mind"


def test_a_package_gives_what_the_files_below_it_define(open_box: Any) -> None:
    files = {
        "work.py": "from nets import *\nfrom nets import TwoLayerNet\ndef f():\n    return TwoLayerNet().n, helper()",
        "nets/two.py": "class TwoLayerNet:\n    n = 2\ndef helper():\n    return 1",
    }
    with open_box(files, "f") as box:
        assert box.call("f").value == (2, 1)


def test_a_file_that_two_import_runs_once(open_box: Any) -> None:
    files = {
        "a.py": "from pkg.shared import counter\ncounter.append('a')",
        "b.py": "from .shared import counter\ncounter.append('b')\ndef f():\n    return counter",
        "shared.py": "counter = []\nprint('once')",
    }
    with open_box(files, "f") as box:
        assert box.call("f").value == ["a", "b"]
        assert box.output == "once\n"


def test_files_may_import_each_other_in_a_circle(open_box: Any) -> None:
    files = {
        "a.py": "import b\ndef one():\n    return 1\ndef f():\n    return b.two()",
        "b.py": "import a\ndef two():\n    return a.one() + 1",
    }
    with open_box(files, "f") as box:
        assert box.call("f").value == 2


def test_of_files_of_one_name_the_nearest_is_meant(open_box: Any) -> None:
    files = {
        "one/util.py": "n = 1",
        "one/work.py": "from util import n\ndef f():\n    return n",
        "two/util.py": "n = 2",
        "two/work.py": "from util import n as m\ndef g():\n    return m",
    }
    with open_box(files, "f g") as box:
        assert (box.call("f").value, box.call("g").value) == (1, 2)


def test_two_assignments_in_one_upload_keep_their_own_files(open_box: Any) -> None:
    files = {
        f"assignment{n}/cs231n/{path}": text.replace("N", str(n))
        for n in (2, 3)
        for path, text in {
            "layers.py": "def which():\n    return N",
            "net.py": "from cs231n.layers import *\nimport layers\ndef fN():\n    return which(), layers.which()",
        }.items()
    }
    with open_box(files, "f2 f3") as box:
        assert (box.call("f2").value, box.call("f3").value) == ((2, 2), (3, 3))


@pytest.mark.parametrize("name", ["numpy", "json", "random", "os", "loading", "wire", "guest", "grader"])
def test_a_file_called_like_a_library_shadows_nothing(open_box: Any, name: str) -> None:
    source = f"""
        import json, os, random
        import numpy as np
        from numpy import linalg
        def f():
            return json.loads("[1]"), np.ones(2), linalg.norm([3.0, 4.0]), random.random() < 2, "{name}"
    """
    with open_box({f"{name}.py": source, "other.py": f"import {name}\ndef g():\n    return 1"}, "f g") as box:
        assert box.call("f").value[0] == [1]
        assert box.call("g").value == 1
        assert box.loaded.errors == {}


def test_the_handouts_file_wins_where_two_define_a_name(open_box: Any) -> None:
    files = {"draft.py": "def f():\n    return 'draft'", "cs/softmax.py": "def f():\n    return 'handout'"}
    with open_box(files, "f", handout=["softmax.py"]) as box:
        assert box.call("f").value == "handout"
        (note,) = box.loaded.notes
        assert (note.id, note.params["others"]) == ("sandbox.note.defined-in-several", "draft.py")


def test_else_the_file_that_others_import_wins(open_box: Any) -> None:
    files = {
        "draft.py": "def f():\n    return 'draft'",
        "real.py": "def f():\n    return 'real'",
        "net.py": "from real import f",
    }
    with open_box(files, "f") as box:
        assert box.call("f").value == "real"


def test_of_two_definitions_in_a_file_the_last_counts(open_box: Any) -> None:
    with open_box("def f():\n    return 1\ndef f():\n    return 2") as box:
        assert box.call("f").value == 2
        assert box.loaded.definitions["f"].line == 3


@pytest.mark.parametrize(
    "source",
    [
        "f = lambda x: x + 1",
        "import functools\ndef add(a, b):\n    return a + b\nf = functools.partial(add, 1)",
        "class Adds:\n    def __call__(self, x):\n        return x + 1\nf = Adds()",
        "class Adds:\n    @staticmethod\n    def add(x):\n        return x + 1\nf = Adds.add",
        "class Adds:\n    def add(self, x):\n        return x + 1\nf = Adds().add",
        "import numpy as np\ndef one(x):\n    return x + 1\nf = np.vectorize(one)",
        "import functools\n@functools.lru_cache\ndef f(x):\n    return x + 1",
        "import numba\n@numba.njit(parallel=True)\ndef f(x):\n    return x + 1",
        "def other(x):\n    return x + 1\nf = other",
        "def deco(g):\n    def inner(*a):\n        return g(*a)\n    return inner\n@deco\ndef f(x):\n    return x + 1",
    ],
)
def test_any_callable_made_in_a_submitted_file_is_a_definition(open_box: Any, source: str) -> None:
    with open_box(source, definitions=[Definition("f", "work.py", 1, "value")]) as box:
        assert int(box.call("f", 1).value) == 2


@pytest.mark.parametrize(
    "source",
    [
        "from numpy import dot as f",
        "import math\nf = math.sqrt",
        "import json\nf = json.dumps",
        "from past.builtins import cmp as f",
        "from collections import OrderedDict as f",
        "import torch\nf = torch.relu",
        "f = 3",
        "",
    ],
)
def test_a_library_function_under_the_name_is_not_a_definition(open_box: Any, source: str) -> None:
    with open_box(source) as box:
        assert box.loaded.definitions == {}
        with pytest.raises(Raised, match="NameError"):
            box.call("f")


def test_an_error_at_load_keeps_what_was_defined_before(open_box: Any) -> None:
    files = {
        "a.py": "def f():\n    return 1\nopen('cifar10.txt')\ndef g():\n    return 2",
        "b.py": "from a import f\ndef h():\n    return f() + 1",
    }
    with open_box(files, "f g h") as box:
        assert sorted(box.loaded.definitions) == ["f", "h"]
        error = box.loaded.errors["a.py"]
        assert (error.type, error.path, error.line) == ("FileNotFoundError", "a.py", 3)
        assert box.call("h").value == 2


@pytest.mark.parametrize(
    "broken",
    ["def g(:", "    return (", "print 'text'", "def g():\n\tif 1:\n        pass", 'g = """', "\f\f\x1a", "\0"],
)
def test_a_syntax_error_keeps_what_stands_before_it(open_box: Any, broken: str) -> None:
    before = "import math\n\ndef f():\n    return (\n        1\n    )\n\n# note\nx = [\n    2,\n]\n"
    source = f"{before}{broken}\n\ndef g():\n    pass\n"
    with open_box(source, "f g") as box:
        assert list(box.loaded.definitions) == (["f"] if broken != "\0" else [])
        assert box.loaded.errors["work.py"].type in ("SyntaxError", "IndentationError", "TabError", "ValueError")


def test_a_syntax_error_tells_its_line(open_box: Any) -> None:
    with open_box("def f():\n    return 1\n\nx = = 2\n") as box:
        assert (box.loaded.errors["work.py"].path, box.loaded.errors["work.py"].line) == ("work.py", 4)
        assert box.call("f").value == 1


@pytest.mark.parametrize("last", ["exit()", "import sys; sys.exit(3)", "quit()", "raise KeyboardInterrupt", "input()"])
def test_leaving_at_module_level_keeps_what_was_defined(open_box: Any, last: str) -> None:
    with open_box(f"def f():\n    return 1\n{last}") as box:
        assert box.call("f").value == 1
        assert box.loaded.errors["work.py"].line == 3


def test_deep_nesting_is_an_error_of_the_file(open_box: Any) -> None:
    with open_box({"a.py": "x = " + "-" * 100_000 + "1", "b.py": "def f():\n    return 1"}) as box:
        assert box.loaded.errors["a.py"].type in ("RecursionError", "MemoryError", "SyntaxError")
        assert box.call("f").value == 1


NOTES = """
    %s
    import matplotlib.pyplot as plt
    from matplotlib import cm, animation
    import matplotlib
    matplotlib.use("Agg")
    from mpl_toolkits.mplot3d import Axes3D
    from IPython.display import clear_output, HTML
    import pylab
    import scipy.misc
    from scipy.optimize import minimize
    import torch
    import torch.nn as nn
    from past.builtins import xrange
    from builtins import range, object
    from six.moves import cPickle as pickle
    from tqdm import tqdm, trange
    import numpy as np

    plt.rcParams["figure.figsize"] = (10.0, 8.0)
    plt.style.use("ggplot")

    class Module(nn.Module):
        pass

    def f(x):
        for _ in xrange(2):
            x = x * 2
        return x

    losses = []
    for epoch in tqdm(range(1001)):
        losses.append(f(epoch))
    fig, (left, right) = plt.subplots(1, 2, figsize=(8, 4))
    left.plot(losses, label="loss")
    line, = plt.plot(losses)
    counts, edges, patches = plt.hist(losses, bins=3)
    figure, axes = plt.subplots(2, 2)
    for ax in axes.flat:
        ax.imshow(np.zeros((2, 2)), cmap=cm.gray)
    axes[0, 1].set_title("a")
    with plt.style.context("dark"):
        plt.figure(figsize=(3, 3)).add_subplot(111, projection="3d").plot_surface(1, 2, 3)
    plt.legend(); plt.grid(True); plt.show()
    clear_output(wait=True)

    def g():
        return minimize(f, 0)
"""


def test_a_program_pasted_whole_with_plots_and_training_loops_loads(open_box: Any) -> None:
    with open_box(NOTES % "from __future__ import print_function", "f g") as box:
        assert box.loaded.errors == {}
        assert box.call("f", 3).value == 12
        assert [note.params["package"] for note in box.loaded.notes] == ["scipy", "torch"]
        with pytest.raises(Raised, match=r"ModuleNotFoundError.*scipy\.optimize\.minimize") as caught:
            box.call("g")
        assert caught.value.path == "work.py"


def test_names_of_python_2_and_of_older_numpy_work(open_box: Any) -> None:
    source = """
        import itertools
        import numpy as np
        def f():
            total = long(0)
            for i, j in itertools.izip(xrange(3), range(3)):
                total += i * j
            return total, np.zeros(2, dtype=np.int), np.product([2, 3]), isinstance("", basestring), np.mat([[1]]).shape
    """
    with open_box(source) as box:
        total, zeros, six, text, shape = box.call("f").value
        assert (total, zeros.dtype.kind, six.item(), text, shape) == (5, "i", 6, True, (1, 1))


def test_a_starter_module_comes_only_where_it_is_asked_for(open_box: Any) -> None:
    source = "from cs231n.no_such_starter import help_me\ndef f():\n    return help_me()"
    with open_box(source, supply=["no_such_starter"]) as box, pytest.raises(Raised, match="ModuleNotFoundError"):
        box.call("f")


def test_the_source_stands_in_tracebacks_and_inspection(open_box: Any) -> None:
    source = """
        import inspect, traceback
        def f():
            try:
                1 / 0
            except ZeroDivisionError:
                return traceback.format_exc(), inspect.getsource(f)
    """
    with open_box(source) as box:
        trace, text = box.call("f").value
        assert "1 / 0" in trace
        assert text.startswith("def f():")


def test_numbers_drawn_at_module_level_are_the_same_in_every_box(open_box: Any) -> None:
    source = (
        "import random\nimport numpy as np\nn = np.random.rand(), random.random(), hash('a')\ndef f():\n    return n"
    )
    with open_box(source) as one, open_box(source) as other:
        assert one.call("f").value == other.call("f").value


def test_a_main_guard_does_not_run(open_box: Any) -> None:
    with open_box("def f():\n    return 1\nif __name__ == '__main__':\n    print('ran')") as box:
        assert box.call("f").value == 1
        assert box.output == ""


def test_an_endless_loop_at_module_level_ends_the_box_and_names_its_line(open_box: Any) -> None:
    source = dedent("""
        def f():
            return 1
        while True:
            f()
    """)
    with pytest.raises(LimitHit) as caught, open_box(source, load_cpu_seconds=0.3):
        pytest.fail("it must not load")
    assert caught.value.kind == "cpu_time"
    assert caught.value.path == "work.py"
    assert caught.value.line in (2, 3, 4, 5)


def test_where_modules_lie_in_the_box_is_not_told(open_box: Any) -> None:
    files = {"a.py": "from b import g\ndef f():\n    pass", "b.py": "import a\nfrom a import f"}
    with open_box(files, "f g") as box:
        told = [error.text for error in box.loaded.errors.values()]
    assert told
    assert all(text.startswith("cannot import name") and "<" not in text for text in told)


def test_the_library_finds_nothing_of_other_systems(open_box: Any) -> None:
    """It tries modules of Windows, and would take a stand-in for them; a submitted file may ask for anything."""
    with open_box("import mimetypes\ndef f():\n    return mimetypes._winreg is None") as box:
        assert box.call("f").value is True
    with open_box("import winreg\ndef f():\n    return type(winreg).__name__") as box:
        assert box.call("f").value == "Package"
