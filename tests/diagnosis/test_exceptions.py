"""An exception is told with its place, and has the name of a row of the table where its type and text say so."""

import pytest

from grader.core import Raised
from grader.grading import registry
from grader.report.catalogue import LANGUAGES, text
from tests.diagnosis.wrong_programs import said_of_a_fault

SVM = "svm", "svm_loss_naive"
NO_ALIAS = "module 'numpy' has no attribute 'int'"
ONLY_ONE = "only 0-dimensional arrays can be converted to Python scalars"
RAGGED = "setting an array element with a sequence. The requested array has an inhomogeneous shape after 1 dimensions."
MISALIGNED = "operands could not be broadcast together with shapes (7,4) (7,)"


def raised(type: str, message: str) -> Raised:
    return Raised(type, message, "linear_svm.py", 9)


@pytest.mark.parametrize(
    ("fault", "id", "certainty"),
    [
        (raised("NameError", "name 'xrange' is not defined"), "python2-leftover", "pattern"),
        (raised("NameError", "name 'x_range' is not defined"), "global-variable-read", "pattern"),
        (raised("AttributeError", "'dict' object has no attribute 'iteritems'"), "python2-leftover", "pattern"),
        (raised("AttributeError", "'dict' object has no attribute 'item'"), "no-such-attribute", "hint"),
        (raised("AttributeError", NO_ALIAS), "removed-numpy-name", "pattern"),
        (raised("AttributeError", NO_ALIAS.replace("int", "argmx")), "no-such-attribute", "hint"),
        (
            raised("TypeError", "'float' object cannot be interpreted as an integer"),
            "division-gives-float-size",
            "pattern",
        ),
        (raised("TypeError", "'float' object is not subscriptable"), "raises", "hint"),
        (raised("AttributeError", "'float' object has no attribute 'astype'"), "number-for-array", "exact"),
        (raised("AttributeError", "'float' object has no attribute 'items'"), "no-such-attribute", "hint"),
        (raised("NameError", "name 'X_train' is not defined"), "global-variable-read", "pattern"),
        (raised("NameError", "name 'np' is not defined"), "name-not-defined", "hint"),
        (raised("UnboundLocalError", "cannot access local variable 'dW'"), "name-not-defined", "hint"),
        (
            raised("TypeError", "unsupported operand type(s) for *: 'NoneType' and 'float'"),
            "reg-left-none",
            "pattern",
        ),
        (
            raised("TypeError", "svm_loss_naive() takes 3 positional arguments but 4 were given"),
            "called-otherwise",
            "hint",
        ),
        (raised("TypeError", "helper() takes 3 positional arguments but 4 were given"), "calls-otherwise", "hint"),
        (raised("TypeError", "'NoneType' object is not subscriptable"), "computes-with-none", "hint"),
        (raised("TypeError", ONLY_ONE), "array-for-number", "hint"),
        (raised("ValueError", "setting an array element with a sequence."), "array-for-number", "hint"),
        (raised("ValueError", RAGGED), "shapes-do-not-fit", "hint"),
        (raised("ValueError", MISALIGNED), "shapes-do-not-fit", "hint"),
        (raised("ValueError", "not enough values to unpack (expected 3, got 2)"), "another-count-unpacked", "hint"),
        (raised("ValueError", "too many values to unpack (expected 2)"), "another-count-unpacked", "hint"),
        (raised("IndexError", "index 10 is out of bounds for axis 0 with size 10"), "index-out-of-bounds", "hint"),
        (raised("KeyError", "'W3'"), "key-missing", "hint"),
        (raised("ZeroDivisionError", "float division by zero"), "raises", "hint"),
    ],
)
def test_type_and_text_of_an_exception_decide_its_name(fault: Raised, id: str, certainty: str) -> None:
    said = said_of_a_fault(*SVM, fault, names=("loss", "dW", "scores"))
    assert said is not None
    assert (said.id, said.certainty) == (id, certainty)
    assert len(said.hints) == 3


@pytest.mark.parametrize(
    ("name", "names", "other"),
    [
        ("Wbest", ("bestW", "loss"), "bestW"),
        ("prob", ("probs", "p"), "probs"),
        ("x", ("X", "y"), "X"),
        ("dw", ("dW", "W"), "dW"),
    ],
)
def test_a_name_without_a_value_is_told_beside_the_one_that_it_is_spelt_like(
    name: str, names: tuple[str, ...], other: str
) -> None:
    said = said_of_a_fault(*SVM, raised("NameError", f"name '{name}' is not defined"), names=names)
    assert said is not None
    assert said.id == "misspelt-name"
    assert (said.text.params["name"], said.text.params["other"]) == (name, other)


def test_a_name_that_gets_its_value_too_late_is_not_called_misspelt() -> None:
    """It has a value in the same function, on another path or below: the name is spelt right."""
    said = said_of_a_fault(*SVM, raised("NameError", "name 'dW' is not defined"), names=("dW", "dw"))
    assert said is not None
    assert said.id == "name-not-defined"


def not_passed(function: str) -> Raised:
    return raised("TypeError", f"{function}() missing 1 required positional argument: 'mode'")


@pytest.mark.parametrize(("besides", "certainty"), [((), "exact"), (("C=2",), "pattern")])
def test_a_call_without_an_argument_is_the_mistake_itself_where_nothing_else_is_wrong(
    besides: tuple[str, ...], certainty: str
) -> None:
    said = said_of_a_fault(*SVM, not_passed("helper"), cases=("base", "N=1"), besides=besides)
    assert said is not None
    assert (said.id, said.certainty) == ("argument-not-passed", certainty)


def test_a_function_that_asks_for_more_than_the_handout_passes_is_another_matter() -> None:
    said = said_of_a_fault(*SVM, not_passed("svm_loss_naive"))
    assert said is not None
    assert (said.id, said.certainty) == ("called-otherwise", "hint")


@pytest.mark.parametrize(
    ("line", "id"),
    [
        ("    return max(0, x), x", "python-max-of-array"),
        ("    return max(x.dot(w), 0.0), x", "python-max-of-array"),
        ("    return np.max(0, x), x", "raises"),
        ("    return max(x, y), x", "raises"),
        ("    if x > 0:", "raises"),
    ],
)
def test_pythons_max_of_an_array_is_told_by_its_line(line: str, id: str) -> None:
    truth = "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()"
    fault = raised("ValueError", truth)
    said = said_of_a_fault("layers", "relu_forward", fault, line=line)
    assert said is not None
    assert said.id == id


def read_in_the_constructor(name: str) -> Raised:
    """Of the first edition, whose constructor takes input_size, hidden_size, output_size and std."""
    ((path, text),) = registry.load("two-layer-net").solution.items()
    lines = text.splitlines()
    line = next(at for at, line in enumerate(lines, 1) if "hidden_size" in line and "def" not in line)
    return Raised("NameError", f"name '{name}' is not defined", path, line)


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("hidden_dim", "argument-of-another-edition"),
        ("num_classes", "argument-of-another-edition"),
        ("hidden_layers", "global-variable-read"),
        ("reg", "global-variable-read"),
    ],
)
def test_a_name_that_another_edition_has_for_an_argument_is_told_beside_it(name: str, id: str) -> None:
    said = said_of_a_fault("two-layer-net", "TwoLayerNet.loss", read_in_the_constructor(name), names=("X", "y"))
    assert said is not None
    assert said.id == id


@pytest.mark.parametrize(("besides", "certainty"), [((), "exact"), (("C=2",), "pattern")])
def test_the_two_names_of_an_argument_stand_in_the_sentence(besides: tuple[str, ...], certainty: str) -> None:
    fault = read_in_the_constructor("hidden_dim")
    said = said_of_a_fault("two-layer-net", "TwoLayerNet.loss", fault, cases=("base",), besides=besides)
    assert said is not None
    assert said.certainty == certainty
    assert (said.text.params["name"], said.text.params["other"]) == ("hidden_dim", "hidden_size")
    for lang in LANGUAGES:
        assert "hidden_dim" in text(said.text, lang)
        assert "hidden_size" in text(said.text, lang)


def test_what_just_the_cases_that_raise_have_in_common_is_told() -> None:
    fault = raised("IndexError", "index 2 is out of bounds for axis 0 with size 2")
    said = said_of_a_fault(*SVM, fault, cases=("C=2",))
    assert said is not None
    assert said.text.params["condition"] == "W.shape[1] == 2"
    assert text(said.text, "en") == (
        "svm_loss_naive stops in 1 of 18 cases, just where W.shape[1] == 2: "
        "IndexError: index 2 is out of bounds for axis 0 with size 2 (linear_svm.py, line 9)."
    )


def test_computing_with_none_is_no_matter_of_regularisation_where_there_is_none() -> None:
    fault = raised("TypeError", "unsupported operand type(s) for *: 'NoneType' and 'float'")
    net = said_of_a_fault("two-layer-net", "TwoLayerNet.loss", fault, cases=("reg left out",))
    layer = said_of_a_fault("layers", "affine_forward", fault)
    assert net is not None
    assert layer is not None
    assert (net.id, layer.id) == ("reg-left-none", "computes-with-none")


@pytest.mark.parametrize("type", ["SystemExit", "NotImplementedError"])
def test_what_the_judge_has_a_sentence_for_is_left_to_the_judge(type: str) -> None:
    assert said_of_a_fault(*SVM, raised(type, "")) is None


@pytest.mark.parametrize("cases", [(), ("5x7 image", "2x4 filter")])
def test_what_was_not_computed_since_another_function_raised_is_left_to_the_judge(cases: tuple[str, ...]) -> None:
    """Those cases have non-square images in common, and that is no mistake of the backward pass."""
    fault = raised("ValueError", "could not broadcast")
    layer = ("conv", "conv_backward_naive", fault)
    own, before = said_of_a_fault(*layer, cases=cases), said_of_a_fault(*layer, by="conv_forward_naive", cases=cases)
    assert own is not None
    assert own.id == "shapes-do-not-fit"
    assert before is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_text_and_hints_of_an_exception_are_whole_sentences(lang: str) -> None:
    said = said_of_a_fault(*SVM, raised("KeyError", "'W3'"), cases=("N=1", "reg=3"))
    assert said is not None
    for sentence in (said.text, *said.hints):
        assert "{" not in text(sentence, lang)
        assert text(sentence, lang).endswith((".", "?"))
