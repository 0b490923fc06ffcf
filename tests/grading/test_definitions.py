"""What is there, what is missing and why, and what is still the starter's: read from the text alone."""

import pytest

from grader.core import Definition, Function, Loaded, Message, Raised
from grader.grading import registry
from grader.grading.definitions import located, top_names, why_missing
from grader.grading.starters import untouched
from tests.students import handed_in

NET = """
class Base:
    def predict(self, X):
        return X

class TwoLayerNet(Base):
    def loss(self, X):
        return X

    score = loss

    if True:
        def inner(self):
            pass

def train(self, X):
    return X

TwoLayerNet.train = train
"""

STARTERS = tuple(registry.load("svm").starter.values())


def functions(*names: str) -> list[Function]:
    return [Function(name, "(x)", 1) for name in names]


def loaded(*names: str, **errors: Raised) -> Loaded:
    return Loaded(
        {name: Definition(name, "net.py", 1, "class") for name in names}, {f"{k}.py": e for k, e in errors.items()}
    )


def test_the_box_is_asked_for_functions_and_classes() -> None:
    assert top_names(functions("relu", "Net.loss", "Net.train", "relu")) == ("relu", "Net")


@pytest.mark.parametrize(("method", "line"), [("loss", 7), ("predict", 3), ("train", 19), ("score", 10), ("inner", 13)])
def test_a_method_is_found_in_its_class_in_a_base_and_where_it_is_assigned(method: str, line: int) -> None:
    there = located(functions(f"TwoLayerNet.{method}"), handed_in(NET, "net.py"), loaded("TwoLayerNet"))
    assert there[f"TwoLayerNet.{method}"].line == line


def test_a_method_that_no_class_defines_is_missing() -> None:
    assert located(functions("TwoLayerNet.fit"), handed_in(NET, "net.py"), loaded("TwoLayerNet")) == {}


def test_a_class_made_without_a_class_statement_is_taken_to_have_its_methods() -> None:
    submission = handed_in("Net = type('Net', (), {'loss': lambda self: 0})\n", "net.py")
    assert set(located(functions("Net.loss"), submission, loaded("Net"))) == {"Net.loss"}


def test_a_method_is_found_in_a_base_that_is_named_by_its_module() -> None:
    text = (
        "import base\n\nclass TwoLayerNet(base.Base):\n    pass\n\nclass Base:\n    def loss(self):\n        return 1\n"
    )
    there = located(functions("TwoLayerNet.loss"), handed_in(text, "net.py"), loaded("TwoLayerNet"))
    assert there["TwoLayerNet.loss"].line == 7


@pytest.mark.parametrize("how", ["dataclass", "dataclasses.dataclass", "dataclass(eq=False)"])
def test_a_dataclass_has_a_constructor_and_other_classes_have_one_that_is_written(how: str) -> None:
    asked, text = functions("Net.__init__"), f"\n@{how}\nclass Net:\n    size: int\n"
    assert located(asked, handed_in(text), loaded("Net"))["Net.__init__"].line == 3
    assert located(asked, handed_in(text.replace(how, "final")), loaded("Net")) == {}


def test_bases_that_name_each_other_end() -> None:
    text = "class A(B):\n    pass\n\nclass B(A):\n    pass\n"
    assert located(functions("A.loss"), handed_in(text), loaded("A")) == {}


@pytest.mark.parametrize(
    ("text", "name", "spelt"),
    [
        ("def svm_loss_vectorised(W):\n    pass\n", "svm_loss_vectorized", "svm_loss_vectorised"),
        ("def Softmax_Loss(x):\n    pass\n", "softmax_loss", "Softmax_Loss"),
        ("class TwoLayerNet:\n    def trian(self):\n        pass\n", "TwoLayerNet.train", "TwoLayerNet.trian"),
        ("class TwoLayersNet:\n    def train(self):\n        pass\n", "TwoLayerNet.train", "TwoLayersNet.train"),
    ],
)
def test_a_misspelt_name_is_pointed_out(text: str, name: str, spelt: str) -> None:
    (function,) = functions(name)
    reason = why_missing(function, [function], handed_in(text), loaded())
    assert (reason.id, reason.params["spelt"]) == ("checks.missing.spelling", spelt)


def test_a_name_that_is_asked_for_itself_is_nobodys_misspelling() -> None:
    asked = functions("affine_forward", "tanh_forward")
    reason = why_missing(asked[0], asked, handed_in("def tanh_forward(x):\n    pass\n"), loaded("tanh_forward"))
    assert reason.id == "checks.missing.absent"


def test_the_error_of_the_file_that_defines_a_name_is_the_reason() -> None:
    submission = handed_in("def f(x):\n    pass\n", "late.py")
    errors = loaded(late=Raised("NameError", "x", "late.py", 3), other=Raised("ImportError", "y", "other.py", 1))
    (function,) = functions("f")
    reason = why_missing(function, [function], submission, errors)
    assert reason.params == {"file": "late.py", "line": 3, "error": "NameError: x"}


def test_the_parsers_word_on_a_broken_file_comes_first() -> None:
    submission = handed_in("", "a.py")
    said = Message("intake.syntax", {})
    submission = type(submission)(submission.files, submission.definitions, {"a.py": said})
    (function,) = functions("f")
    assert why_missing(function, [function], submission, loaded()) == said


STARTER = registry.load("svm").starter["linear_svm.py"]


def test_a_body_that_is_still_the_starters_is_known_whatever_its_comments() -> None:
    text = STARTER.replace('"""With loops', '"""My own words').replace(
        "    loss = 0.0\n", "    # to do\n    loss = 0.0\n\n"
    )
    assert untouched(STARTERS, {}, handed_in(text)) == {
        "svm_loss_naive",
        "svm_loss_vectorized",
    }


@pytest.mark.parametrize(
    ("old", "new"), [("loss = 0.0", "loss = 1.0"), ("np.zeros(W.shape)", "np.ones(W.shape)"), ("reg):", "reg, v=0):")]
)
def test_any_change_of_the_code_makes_it_the_students(old: str, new: str) -> None:
    assert untouched(STARTERS, {}, handed_in(STARTER.replace(old, new))) == frozenset()


def test_methods_of_the_starter_are_known_too() -> None:
    assignment = registry.load("two-layer-net")
    (text,) = assignment.starter.values()
    assert untouched(assignment.starter.values(), {}, handed_in(text)) >= {
        "TwoLayerNet.loss",
        "TwoLayerNet.train",
        "TwoLayerNet.predict",
    }


@pytest.mark.parametrize(
    ("body", "unwritten"),
    [
        ("pass", True),
        ("...", True),
        ("return", True),
        ("return None, None", True),
        ("raise NotImplementedError", True),
        ("raise NotImplementedError('later')", True),
        ("dx, x = None, cache; return dx", True),
        ("x, w = cache; dx = None; return dx, None", True),
        ("x = None; return x or 1", False),
        ("return cache", False),
        ("x = cache; return x", False),
        ("return 0", False),
        ("dx = dout; return dx", False),
        ("raise ValueError", False),
        ("print(1)", False),
    ],
)
def test_a_body_that_returns_nothing_but_none_is_not_written_yet(body: str, unwritten: bool) -> None:
    """Told from the text: a backward pass cannot be called where there is no forward pass."""
    submission = handed_in(f"def svm_loss_naive(dout, cache):\n    'Said.'\n    {body}\n")
    assert untouched(STARTERS, {}, submission) == ({"svm_loss_naive"} if unwritten else frozenset())
