"""What is said of wrong numbers holds of them: each signature and fact for a program that has it, and for one that
nearly has it."""

from typing import NamedTuple

import pytest

from grader.report.catalogue import LANGUAGES, text
from tests.diagnosis.wrong_programs import before_and_after, said


class Program(NamedTuple):
    """A solution with `new` in place of `old` inside a function."""

    slug: str
    function: str
    old: str
    new: str


def svm(new: str, old: str = "return loss, dW") -> Program:
    return Program("svm", "svm_loss_naive", old, new)


def layers(function: str, old: str, new: str) -> Program:
    return Program("layers", function, old, new)


def optimiser(function: str, old: str, new: str) -> Program:
    return Program("optimizers", function, old, new)


def net(old: str, new: str) -> Program:
    return Program("two-layer-net", "TwoLayerNet.loss", old, new)


def conv(function: str, old: str, new: str) -> Program:
    return Program("conv", function, old, new)


def knn(function: str, old: str, new: str) -> Program:
    return Program("knn", f"KNearestNeighbor.{function}", old, new)


REG = "2 * reg * W"
PATTERNS = [
    (svm("return loss, -dW"), "constant-ratio", "dW: -1 times"),
    (svm("return 3 * loss, dW"), "constant-ratio", "loss: 3 times"),
    (svm("return 2 * loss, 2 * dW"), "constant-ratio", "loss, dW: 2 times"),
    (svm("return loss, 0.77 * dW"), "constant-ratio", "dW: 0.77 times"),
    (svm("return loss, dW * num_train"), "constant-ratio", "dW: X.shape[0] times"),
    (svm("return loss, dW / num_classes"), "constant-ratio", "dW: 1/W.shape[1] times"),
    (svm("return loss, dW / (num_train * num_classes)"), "constant-ratio", "dW: 1/(W.shape[1]*X.shape[0]) times"),
    (svm("return loss, dW * np.sqrt(num_train)"), "constant-ratio", "dW: sqrt(X.shape[0]) times"),
    (svm("return loss / np.log(10), dW"), "constant-ratio", "loss: 1/ln(10) times"),
    (svm("return loss, dW / np.linalg.norm(dW)"), "proportional", "dW: a multiple"),
    (svm("3 * reg * W", REG), "constant-term", "dW: what is expected plus reg * W,"),
    (svm("reg * W", REG), "constant-term", "dW: what is expected plus -reg * W,"),
    (svm("2 * reg * W + 0.3 * W", REG), "constant-term", "dW: what is expected plus 0.3 * W,"),
    (
        svm("return loss + 2 * reg * np.sum(W**2), dW"),
        "constant-term",
        "loss: what is expected plus 2 * reg * np.sum(W**2)",
    ),
    (svm("return loss + 1, dW"), "constant-term", "loss: what is expected plus 1,"),
    (svm("return loss + num_train, dW"), "constant-term", "loss: what is expected plus X.shape[0],"),
    (svm("return loss**2, dW"), "function-of-expected", "loss: exactly expected ** 2"),
    (svm("return np.floor(loss), dW"), "function-of-expected", "loss: exactly np.floor(expected)"),
    (svm("return np.round(loss, 3), dW"), "function-of-expected", "loss: exactly np.round(expected, 3)"),
    (svm("return loss, dW.T"), "result-transposed", "dW: the expected numbers in transposed order, in all cases"),
    (svm("return loss, dW.sum(axis=0)"), "reduced", "dW: what sum(axis=0) makes of the expected array"),
    (svm("return loss, dW.ravel()"), "other-shape", "dW: the expected numbers in the expected order"),
    (svm("return loss, 0 * dW"), "always-zero", "dW: 0 in every entry, in all cases"),
    (svm("return 7.5, dW"), "always-the-same", "loss: the same number in all cases (18), whatever is given: 7.5."),
    (svm("return 0.0, dW"), "always-the-same", "loss: the same number in all cases (18), whatever is given: 0."),
    (svm("return loss, W"), "an-input", "dW: exactly the argument W,"),
    (svm("return loss, dW.astype(np.float16)"), "float16-inside", "dW: of type float16, although"),
    (layers("affine_backward", "axis=0", "axis=1"), "sum-of-input", "db: exactly dout.sum(axis=1),"),
    (
        layers("affine_backward", "return dx, dw, db", "return dx, db, dw"),
        "another-output",
        "dw: exactly what db should be",
    ),
    (layers("affine_backward", "np.sum(dout, axis=0)", "dout"), "not-reduced", "sum(axis=0) of it is what is expected"),
    (
        net("db2 = dscores.sum(axis=0)", "db2 = dscores.sum(axis=1)"),
        "rows-for-columns",
        "one number for each row of scores",
    ),
    (knn("predict_labels", "return y_pred", "return y_pred + 1"), "constant-term", "labels: what is expected plus 1,"),
]
HINTS = [
    (svm("return loss, dW + np.cos(W)"), "not-the-derivative", "Right in every ordinary case: loss. Wrong: dW, not"),
    (
        svm("return loss + np.sum(np.sin(W)), dW"),
        "only-the-loss",
        "Right in every ordinary case: dW. Only loss is wrong",
    ),
    (
        svm("return loss + np.sum(np.sin(W)), dW + np.cos(W)"),
        "derivative-of-own-loss",
        "dW: the exact derivative of your own loss. Only loss is at fault",
    ),
    (
        svm("return loss + np.sum(np.sin(W)), dW + np.sin(W)"),
        "neither-belongs",
        "Wrong: loss, and dW too; the gradient as a whole is not the",
    ),
    (svm("return loss, dW + np.cos(W) * (reg > 0)"), "only-some-cases", "15 of 17 cases, just where reg != 0."),
    (svm("return loss, dW + np.cos(W) * (num_train > 1)"), "only-some-cases", "just where X.shape[0] != 1."),
    (
        svm("return loss + np.sin(1) * (len(np.unique(y)) < num_classes), dW"),
        "only-some-cases",
        "just where np.unique(y).size < W.shape[1].",
    ),
    (svm("num_classes = 4", "num_classes = W.shape[1]"), "only-some-cases", "just where W.shape[1] != 4."),
    (svm("dW[-1] = 0\n    return loss, dW"), "only-some-entries", "dW: every wrong entry lies in dW[-1],"),
    (svm("dW[:, 0] *= 2\n    return loss, dW"), "only-some-entries", "dW: every wrong entry lies in dW[:, 0],"),
    (
        layers("relu_backward", "(x > 0)", "(x > 0) * np.cos(x)"),
        "only-some-entries",
        "dx: every wrong entry lies in dx[x > 0],",
    ),
    (
        layers("softmax_loss", "return loss, dx", "dx[rows, y] += 1\n    return loss, dx"),
        "only-some-entries",
        "dx[np.arange(len(y)), y]",
    ),
    (
        layers("tanh_forward", "np.tanh(x)", "np.sinh(x) / np.cosh(x)"),
        "not-finite",
        "NaN or infinite in 1 of 9 cases, just where abs(x).max() > 100;",
    ),
    (
        Program(
            "svm",
            "svm_loss_vectorized",
            "[:, None] + 1)",
            "[:, None] + np.cos(1))\n    margins = margins * (margins / margins)",
        ),
        "not-finite",
        "loss: NaN or infinite in 16 of 18 cases.",
    ),
    (svm("return loss * (1 + 1e-5 * np.sin(loss)), dW"), "fewer-digits", "loss: right but for the last digits"),
    (
        layers("affine_backward", "return dx, dw, db", "return dx, dw"),
        "returned-form",
        "db is not among what is returned",
    ),
    (
        conv("conv_backward_naive", "pad : pad + H, pad : pad + W", "pad:-pad, pad:-pad"),
        "only-some-cases",
        "just where conv_param['pad'] == 0.",
    ),
    (
        conv("conv_forward_naive", "+ b[f]", "+ b[f] * (1 if stride > 1 else 3)"),
        "only-some-cases",
        "just where conv_param['stride'] == 1.",
    ),
    (
        optimiser("sgd_momentum", 'config["velocity"] = v', 'config["velocity"] = 0.5 * v'),
        "later-step",
        "The first entries are right in every case; the earliest that departs is that of step 1, the first index: w",
    ),
    (optimiser("rmsprop", "+ eps", "+ np.sin(1)"), "first-step", "Wrong from the first entry on: w[0, "),
    (net("dW1 = X.T", "dW1 = np.sin(X).T"), "first-layer-backward", "right: dW2, db2. Only the gradients of the first"),
    (
        net("dscores /= N", "dscores = np.sin(dscores)"),
        "first-layer-backward",
        "the last layer are wrong already: dW2, db2",
    ),
]


@pytest.mark.parametrize(("program", "id", "sentence"), PATTERNS)
def test_what_wrong_numbers_have_in_common_with_the_right_ones_is_said(
    program: Program, id: str, sentence: str
) -> None:
    found = said(program.slug, program.function, (program.old, program.new))
    assert found is not None
    assert (found.id, found.certainty) == (id, "pattern")
    assert sentence in text(found.text, "en")


@pytest.mark.parametrize(("program", "id", "sentence"), HINTS)
def test_without_a_pattern_it_is_said_what_is_wrong_and_only_when(program: Program, id: str, sentence: str) -> None:
    found = said(program.slug, program.function, (program.old, program.new))
    assert found is not None
    assert (found.id, found.certainty) == (id, "hint")
    assert sentence in text(found.text, "en")


def test_an_exception_in_a_few_cases_is_a_hint_beside_numbers_that_are_wrong_in_the_others() -> None:
    raising = "return loss + np.sum(np.sin(W)), dW + np.cos(W) * (svm_loss_naive() if num_train == 1 else 1)"
    found = said("svm", "svm_loss_naive", ("return loss, dW", raising))
    assert found is not None
    assert found.id == "derivative-of-own-loss"
    assert "svm_loss_naive stops in 1 of 18 cases: TypeError" in text(found.hints[0], "en")


NEARLY = [
    svm("return loss, -dW + (reg > 0) * 1e-3 * np.cos(W)"),
    svm("return loss, dW * (1 + 1e-3 * np.sin(W)) * num_train"),
    svm("return loss, dW * np.where(np.arange(dW.size).reshape(dW.shape) > 0, 2, 2.001)"),
    svm("reg * W + 1e-5 * np.cos(W)", REG),
    svm("return loss + 1 + 1e-5 * np.sum(W), dW"),
    svm("return np.floor(loss) + 1e-4, dW"),
    svm("return loss, dW.T + 1e-3"),
    svm("return loss, dW.sum(axis=0) + 1e-3"),
    svm("return loss, 0 * dW + 1e-3 * W"),
    svm("return 7.5 + 1e-3 * np.sum(W), dW"),
    svm("return loss, W + 1e-4 * np.cos(W)"),
    layers("affine_backward", "return dx, dw, db", "return dx, dw, db * np.cos(db)"),
]


@pytest.mark.parametrize("program", NEARLY)
def test_a_pattern_that_is_nearly_there_is_not_said(program: Program) -> None:
    found = said(program.slug, program.function, (program.old, program.new))
    assert found is None or found.certainty == "hint"


@pytest.mark.parametrize("seed", [b"\x01" * 32, b"\x07" * 32, b"\x63" * 32])
@pytest.mark.parametrize(("program", "id", "sentence"), [PATTERNS[4], PATTERNS[11], HINTS[0], HINTS[4], HINTS[6]])
def test_the_same_is_said_whatever_numbers_are_drawn(program: Program, id: str, sentence: str, seed: bytes) -> None:
    found = said(program.slug, program.function, (program.old, program.new), seed=seed)
    assert found is not None
    assert found.id == id
    assert sentence in text(found.text, "en")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("program", [one[0] for one in (*PATTERNS, *HINTS)])
def test_text_and_three_hints_are_whole_in_every_language(program: Program, lang: str) -> None:
    found = said(program.slug, program.function, (program.old, program.new))
    assert found is not None
    assert len(found.hints) == 3
    assert len({text(sentence, lang) for sentence in (found.text, *found.hints)}) == 4
    assert not any("{" in text(sentence, lang) for sentence in (found.text, *found.hints))


@pytest.mark.parametrize(
    "returned",
    [
        "1e308 * loss, 1e308 * dW",
        "-1e308, np.full(dW.shape, 1e308)",
        "loss, np.zeros((0, 3))",
        "loss, np.zeros((2, 0))",
        "np.inf, dW * np.nan",
        "1e-320, dW * 1e-320",
        "[[1], [2, 3]], dW.astype(object)",
        "True, dW.astype(complex)",
        "'loss', {'dW': dW}",
        "loss, np.ones((3, 2, 2, 2, 2))",
        "10**400, dW",
    ],
)
def test_whatever_is_returned_can_be_read(returned: str) -> None:
    found = said("svm", "svm_loss_naive", ("return loss, dW", f"return {returned}"))
    assert found is None or found.certainty in ("pattern", "hint")


def test_nothing_is_said_of_the_solution() -> None:
    assert said("svm", "svm_loss_naive") is None


def test_where_no_mistake_is_known_patterns_are_told_and_change_no_points() -> None:
    """A factor of 2 is one term by its severity, and has no name that could be capped."""
    before, after = before_and_after("svm", "svm_loss_naive", ("return loss, dW", "return 2 * loss, 2 * dW"))
    assert [(one.id, one.certainty) for one in after.diagnosis] == [("constant-ratio", "pattern")]
    assert after.points == before.points < before.max_points / 2


def test_a_constant_or_an_argument_handed_back_gains_nothing() -> None:
    before, after = before_and_after("svm", "svm_loss_naive", ("return loss, dW", "return 7.5, W"))
    assert after.diagnosis[0].certainty == "pattern"
    assert after.points == before.points == 0
