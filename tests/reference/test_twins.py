"""Twins of the solutions of svm, softmax, layers and notes: every output of every function, spoilt in every way."""

import pytest

from grader.core import FunctionStatus
from tests.reference.twins import SPOILS, failed, twin
from tests.students import result

SLIGHTLY = "off by a little"  # in the band of lost precision, which keeps nine tenths
SECOND = "(out[0], spoilt(out[1]))"
FORWARD = "(spoilt(np.asarray(out[0])), out[1])"
ARRAYS = {
    "svm dW, loops": ("svm", "svm_loss_naive", SECOND, None),
    "svm dW": ("svm", "svm_loss_vectorized", SECOND, None),
    "softmax dW, loops": ("softmax", "softmax_loss_naive", SECOND, None),
    "softmax dW": ("softmax", "softmax_loss_vectorized", SECOND, None),
    "affine out": ("layers", "affine_forward", FORWARD, "affine"),
    "affine dx": ("layers", "affine_backward", "(spoilt(out[0]), *out[1:])", "affine"),
    "affine dw": ("layers", "affine_backward", "(out[0], spoilt(out[1]), out[2])", "affine"),
    "affine db": ("layers", "affine_backward", "(*out[:2], spoilt(out[2]))", "affine"),
    **{
        f"{name} out": ("layers", f"{name}_forward", FORWARD, name)
        for name in ("relu", "leaky_relu", "sigmoid", "tanh")
    },
    **{
        f"{name} dx": ("layers", f"{name}_backward", "spoilt(out)", name)
        for name in ("relu", "leaky_relu", "sigmoid", "tanh")
    },
    "svm dx": ("layers", "svm_loss", SECOND, None),
    "softmax dx": ("layers", "softmax_loss", SECOND, None),
    "numerical gradient": ("notes", "numerical_gradient", "spoilt(out)", None),
    "history": ("notes", "gradient_descent", "spoilt(out)", None),
}
LOSS = "(LOSS, *out[1:])"
NUMBERS = {
    "svm loss, loops": ("svm", "svm_loss_naive", LOSS),
    "svm loss": ("svm", "svm_loss_vectorized", LOSS),
    "softmax loss, loops": ("softmax", "softmax_loss_naive", LOSS),
    "softmax loss": ("softmax", "softmax_loss_vectorized", LOSS),
    "svm layer": ("layers", "svm_loss", LOSS),
    "softmax layer": ("layers", "softmax_loss", LOSS),
    "best loss": ("notes", "random_search", LOSS),
    "f": ("notes", "graph_backward", LOSS),
    **{name: ("notes", name, "LOSS") for name in ("SVM_loss", "softmax", "L_i_vectorized", "l1_reg", "l2_reg")},
}
NUMBER_SPOILS = {
    "off by a little": "number * (1 + 1e-4)",
    "of another shape": "np.array([number, number])",
    "complex": "number + 0j",
    "NaN": "number * np.nan",
    "None": "None",
    "a text": "str(number)",
    "true or false": "bool(number)",
}


@pytest.mark.parametrize(("slug", "function", "returns", "group"), ARRAYS.values(), ids=ARRAYS)
@pytest.mark.parametrize("spoil", SPOILS)
def test_an_array_that_is_spoilt_is_told_from_a_right_one(
    spoil: str, slug: str, function: str, returns: str, group: str | None
) -> None:
    report = twin(slug, function, spoil, returns, group=group)
    one = result(report, function)
    if spoil == "right":
        assert (one.status, one.points) == (FunctionStatus.PASSED, one.max_points)
    elif spoil == "another one each time":
        assert failed(report, function) == {"deterministic"}
    elif spoil == "a list":
        assert failed(report, function) == (set() if function == "gradient_descent" else {"contract"})
    else:
        assert failed(report, function) & {"value", "gradient"}
        assert one.points < one.max_points * (1 if spoil == SLIGHTLY else 0.9)


@pytest.mark.parametrize(("slug", "function", "returns"), NUMBERS.values(), ids=NUMBERS)
@pytest.mark.parametrize("spoil", NUMBER_SPOILS)
def test_a_number_that_is_spoilt_is_told_from_a_right_one(spoil: str, slug: str, function: str, returns: str) -> None:
    number = "out" if returns == "LOSS" else "out[0]"
    spoilt = returns.replace("LOSS", f"(lambda number: {NUMBER_SPOILS[spoil]})({number})")
    report = twin(slug, function, "right", spoilt)
    one = result(report, function)
    assert failed(report, function) & {"value", "contract"} or one.status is FunctionStatus.NOT_IMPLEMENTED
    assert one.points < one.max_points * (1 if spoil == SLIGHTLY else 0.9)


@pytest.mark.parametrize(("slug", "function", "returns"), NUMBERS.values(), ids=NUMBERS)
def test_a_number_of_any_kind_is_right(slug: str, function: str, returns: str) -> None:
    number = "out" if returns == "LOSS" else "out[0]"
    for kind in ("float", "np.asarray", "np.float64"):
        report = twin(slug, function, "right", returns.replace("LOSS", f"{kind}({number})"))
        assert result(report, function).status is FunctionStatus.PASSED, kind
