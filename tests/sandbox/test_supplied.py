"""What enters the box beside a submission: it works, and never does what is graded."""

import ast
from typing import Any

import numpy as np
import pytest

from grader.core import Raised
from grader.grading import registry
from grader.sandbox.supplying import SAME, SUPPLIED, supplied, without

ALWAYS = supplied(frozenset())
STARTERS = frozenset(path.stem for path in (SUPPLIED / "starter").glob("*.py"))


def defined(text: str) -> set[str]:
    """Every name that a text defines, anywhere."""
    nodes = list(ast.walk(ast.parse(text)))
    named = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return named | {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


@pytest.mark.parametrize("name", sorted(supplied(STARTERS)))
def test_a_supplied_module_says_what_it_is(name: str) -> None:
    assert ast.get_docstring(ast.parse(supplied(STARTERS)[name]))


@pytest.mark.parametrize("name", sorted(set(ALWAYS) - {"scipy.special"}))
def test_what_everybody_gets_defines_nothing_that_any_assignment_grades(name: str) -> None:
    graded = {function.name.split(".")[0] for slug in registry.slugs() for function in registry.load(slug).functions}
    assert defined(ALWAYS[name]) & graded == set()
    assert graded


@pytest.mark.parametrize("slug", registry.slugs())
def test_no_text_that_enters_the_box_holds_what_the_assignment_grades(slug: str) -> None:
    assignment = registry.load(slug)
    graded = frozenset(function.name.split(".")[0] for function in assignment.functions)
    found: set[str] = set()
    for name, text in supplied(frozenset(assignment.supply), graded).items():
        if name not in ALWAYS:
            found |= defined(text)
    assert found & graded == set()
    assert {SAME[name] for name in found & SAME.keys()} & graded == set()


def test_all_that_only_a_graded_function_uses_goes_with_it() -> None:
    text = (
        "def _a(x):\n    return x\n\n\ndef _b(x):\n    return _a(x)\n\n\ndef f(x):\n    return _b(x)\n\n\ng = f\n\n\n"
        "def _c(x):\n    return x\n\n\ndef h(x):\n    return _c(x)\n"
    )
    left = without(text, {"f", "g"})
    assert defined(left) == {"h", "_c", "GONE"}
    assert left.split("\n").index("def h(x):") == text.split("\n").index("def h(x):")
    assert without(text, {"other"}) == text


def test_a_name_for_the_same_thing_goes_with_it() -> None:
    texts = supplied(
        frozenset({"fast_layers", "gradient_check", "linear_classifier"}), frozenset({"conv_forward_naive"})
    )
    assert {"conv_backward_fast", "max_pool_forward_im2col"} <= defined(texts["fast_layers"])
    assert not {"conv_forward_fast", "conv_forward_strides"} & defined(texts["fast_layers"])
    assert "eval_numerical_gradient" in defined(texts["gradient_check"])
    texts = supplied(frozenset({"linear_classifier"}), frozenset({"LinearClassifier", "svm_loss_naive"}))
    assert not {"LinearSVM", "Softmax", "LinearClassifier"} & defined(texts["linear_classifier"])
    assert defined(texts["linear_svm"]) == {"GONE"}


def test_what_was_cut_out_fails_when_it_is_used_and_not_when_it_is_imported(open_box: Any) -> None:
    source = """
        from cs231n.layers import *
        from cs231n.layers import relu_forward
        from cs231n import layers
        def f(x):
            return layers.affine_forward
        def g(x):
            return relu_forward(x)
        def h(x):
            return layers.relu_backward(x, x)
        def affine_forward(x):
            return g
    """
    with open_box(source, "f g h affine_forward relu_forward", supply=["layers"]) as box:
        assert box.loaded.errors == {}
        assert "affine_forward" in box.loaded.definitions
        assert "relu_forward" not in box.loaded.definitions
        with pytest.raises(Raised, match=r"layers\.relu_forward cannot be used"):
            box.call("g", np.ones(1))
        assert box.call("h", np.ones(1)).value.tolist() == [1]


def test_only_starter_modules_that_exist_are_supplied_by_name() -> None:
    assert supplied(frozenset({"../always/tqdm", "no_such_module"})).keys() == ALWAYS.keys()


# --------------------------------------------------------------------------- stand-ins

LIKE_SCIPY = {
    "special.logsumexp([0.0, 1000.0])": 1000.0,
    "special.logsumexp(np.zeros((2, 4)), axis=1).tolist()": [np.log(4), np.log(4)],
    "special.logsumexp(np.zeros((2, 4)), axis=0, keepdims=True).shape": (1, 4),
    "misc.logsumexp([0.0, 0.0], b=[1.0, 3.0])": np.log(4),
    "special.softmax([1000.0, 1000.0]).tolist()": [0.5, 0.5],
    "special.log_softmax([0.0, 0.0]).tolist()": [-np.log(2), -np.log(2)],
    "special.expit([0.0, -800.0, 800.0]).tolist()": [0.5, 0.0, 1.0],
    "special.logit(0.5)": 0.0,
    "special.xlogy([0.0, 1.0], [0.0, np.e]).tolist()": [0.0, 1.0],
    "stats.mode([3, 1, 1, 3, 2])[0][0]": 1,
    "stats.mode(np.array([[1, 2], [1, 3]]), axis=0).mode.tolist()": [[1, 2]],
    "stats.mode([2, 2, 1], keepdims=False).count": 2,
    "stats.mode([[2, 2], [1, 3]], axis=None).mode.tolist()": [2],
    "cdist([[0.0, 0.0]], [[3.0, 4.0], [0.0, 1.0]]).tolist()": [[5.0, 1.0]],
    "cdist([[0.0, 0.0]], [[3.0, 4.0]], 'cityblock').tolist()": [[7.0]],
    "scipy.spatial.distance.sqeuclidean([0.0, 0.0], [3.0, 4.0])": 25.0,
    "signal.convolve2d([[1, 2], [3, 4]], [[1, 10]]).tolist()": [[1, 12, 20], [3, 34, 40]],
    "signal.convolve2d([[1, 2], [3, 4]], [[1, 10]], 'valid').tolist()": [[12], [34]],
    "signal.correlate2d([[1, 2], [3, 4]], [[1, 10]], 'same').tolist()": [[21, 2], [43, 4]],
    "signal.convolve2d([[1, 2]], [[1, 1, 1]], 'same', 'wrap').tolist()": [[5, 4]],
    "linalg.norm([3.0, 4.0])": 5.0,
}


@pytest.mark.parametrize("expression", LIKE_SCIPY)
def test_what_losses_use_of_scipy_is_there(open_box: Any, expression: str) -> None:
    source = f"""
        import numpy as np
        import scipy
        import scipy.misc as misc
        from scipy import linalg, signal, special, stats
        from scipy.misc import imread, imresize, logsumexp
        from scipy.ndimage import uniform_filter
        from scipy.spatial.distance import cdist
        def f():
            return {expression}
        def g():
            return imread("cat.png")
        def h():
            return scipy.optimize.minimize(f, 0)
    """
    with open_box(source, "f g h") as box:
        assert box.loaded.errors == {}
        assert np.allclose(box.call("f").value, LIKE_SCIPY[expression], rtol=0, atol=1e-12)
        with pytest.raises(Raised, match=r"scipy\.misc\.imread cannot be used"):
            box.call("g")
        with pytest.raises(Raised, match=r"scipy\.optimize\.minimize cannot be used"):
            box.call("h")


def test_what_the_package_future_gives_is_there(open_box: Any) -> None:
    source = """
        from future import standard_library
        standard_library.install_aliases()
        from future.utils import iteritems
        from past.utils import old_div
        from builtins import range, object, zip
        def f():
            return old_div(7, 2), old_div(7.0, 2), list(iteritems({1: 2}))
    """
    with open_box(source) as box:
        assert box.loaded.errors == {}
        assert box.call("f").value == (3, 3.5, [(1, 2)])


INERT = """
    import pyximport
    pyximport.install(setup_args={}, inplace=True)
    from Cython.Build import cythonize
    from distutils.core import setup
    from distutils.extension import Extension
    setup(ext_modules=cythonize([Extension("im2col", ["im2col.pyx"])]))
    import tkinter as tk
    from tkinter import Y, messagebox
    tk.Tk().mainloop()
    import turtle
    import seaborn as sns
    sns.set_style("white")
    from IPython import embed, get_ipython
    get_ipython().run_line_magic("matplotlib", "inline")
    import curses
    from this import d
    from dis import dis
    from re import T, no_such_flag
    from os import XATTR_SIZE_MAX, startfile
    from numpy.lib.npyio import savez_compressed
    import needle as ndl
    from needle import ops
    import theano.tensor as tensor
    import tensorflow as tf
    from google.colab import drive
    drive.mount("/content/drive")
    def f(x):
        return x + 1
    def g(x):
        return no_such_flag(x)
    def h(x):
        return ndl.Tensor(x)
"""


def test_what_is_imported_and_needs_a_screen_a_compiler_or_a_package_stops_nothing(open_box: Any) -> None:
    with open_box(INERT, "f g h") as box:
        assert box.loaded.errors == {}
        assert box.call("f", 1).value == 2
        with pytest.raises(Raised, match=r"ImportError: cannot import name 'no_such_flag' from 're'"):
            box.call("g", 1)
        with pytest.raises(Raised, match=r"needle\.Tensor cannot be used"):
            box.call("h", 1)
        assert {note.params["package"] for note in box.loaded.notes} == {"needle"}


def test_a_plot_as_an_answer_is_no_number(open_box: Any) -> None:
    with open_box("import matplotlib.pyplot as plt\ndef f():\n    return plt.plot([1])[0].get_xdata()") as box:
        assert getattr(box.call("f").value, "type", None) == "Inert"


def test_a_package_of_which_two_files_ask_runs_none_before_its_time(open_box: Any) -> None:
    """A name of an absent package is looked for where it is defined, and nowhere else."""
    files = {
        "cs231n/a_fast.py": "from cs231n.compiled import fast\nfrom .layers import *\ndef quick(x): return affine(x)",
        "cs231n/b_utils.py": "from .a_fast import *\nfrom .layers import *\ndef both(x): return affine(affine(x))",
        "cs231n/layers.py": "def affine(x):\n    return x + 1",
        "cs231n/net.py": "from .b_utils import *\ndef f(x):\n    return both(x)",
    }
    with open_box(files, "f") as box:
        assert box.loaded.errors == {}
        assert box.call("f", 1).value == 3
