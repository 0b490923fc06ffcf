"""layers: what is known to go wrong, as edits of the solution."""

from functools import partial

from grader.checks.linear_mistakes import mistake
from grader.core import Mistake

# --------------------------------------------------------------------------- affine

forward, backward = partial(mistake, "affine_forward"), partial(mistake, "affine_backward")
FLAT, DX, DW, DB = (
    "rows = x.reshape(x.shape[0], -1)",
    "dx = dout.dot(w.T).reshape(x.shape)",
    "dw = rows.T.dot(dout)",
    "db = np.sum(dout, axis=0)",
)

AFFINE = (
    forward("bias-missing", (" + b", "")),
    Mistake("input-not-flattened", "affine_forward", ((FLAT, "rows = x"),), spoils=("affine_backward",)),
    backward("input-not-flattened", (FLAT, "rows = x")),
    backward("gradient-averaged-twice", (DW, "dw = rows.T.dot(dout) / x.shape[0]")),
    backward("result-transposed", (DW, "dw = dout.T.dot(rows)")),
    backward("bias-gradient-wrong-axis", (DB, "db = np.sum(dout, axis=1)")),
    backward("bias-gradient-mean", (DB, "db = np.mean(dout, axis=0)")),
    backward("bias-gradient-scalar", (DB, "db = np.sum(dout)")),
    backward("bias-gradient-count", (DB, "db = np.sum(np.ones(dout.shape), axis=0)")),
    backward("bias-gradient-zero", (DB, "db = np.zeros(b.shape)")),
    backward("dx-not-reshaped", (DX, "dx = dout.dot(w.T)")),
    backward("gradients-returned-swapped", ("return dx, dw, db", "return dw, dx, db")),
    forward("input-mutated", ("cache = (x, w, b)", "b *= 2\n    cache = (x, w, b)")),
    backward("input-mutated", ("return dx, dw, db", "dout *= 2\n    return dx, dw, db")),
)

# --------------------------------------------------------------------------- single numbers

relu, relu_back = partial(mistake, "relu_forward"), partial(mistake, "relu_backward")
RELU, RELU_BACK = "np.maximum(0, x)", "dx = dout * (x > 0)"
leaky, leaky_back = partial(mistake, "leaky_relu_forward"), partial(mistake, "leaky_relu_backward")
LEAKY, LEAKY_BACK = "np.where(x > 0, x, alpha * x)", "np.where(x > 0, 1, alpha)"
LEAKY_PAIR = ("leaky_relu_forward", "leaky_relu_backward")
sigmoid_back, tanh_back = partial(mistake, "sigmoid_backward"), partial(mistake, "tanh_backward")
SIGMOID, SIGMOID_BACK = "1 / (1 + np.exp(-x))", "dx = dout * out * (1 - out)"
TANH, TANH_BACK = "np.tanh(x)", "dx = dout * (1 - out ** 2)"


def both_leaky(id: str, forward: str, backward: str) -> Mistake:
    """A mistake that goes through both passes."""
    edits = ((LEAKY, forward), (LEAKY_BACK, backward))
    return Mistake(id, "leaky_relu_forward", edits, where=LEAKY_PAIR, spoils=("leaky_relu_backward",))


def overflowing(name: str, right: str, quotient: str) -> Mistake:
    """inf / inf where x is large; what the backward pass makes of it is nan as well."""
    edits = ((right, quotient),)
    return Mistake("saturation-overflow", f"{name}_forward", edits, spoils=(f"{name}_backward",))


def from_the_input(name: str) -> Mistake:
    """The cache holds x, and the formula of the backward pass takes it for the output."""
    edits = (("return out, out", "return out, x"),)
    return Mistake("activation-input-for-output", f"{name}_backward", edits, where=(f"{name}_forward",))


ELEMENTWISE = (
    relu("relu-inverted", (RELU, "np.minimum(0, x)")),
    relu("relu-absolute-value", (RELU, "np.abs(x)")),
    relu("relu-returns-mask", (RELU, "(x > 0).astype(float)")),
    Mistake("python-max-of-array", "relu_forward", ((RELU, "max(0, x)"),), spoils=("relu_backward",)),
    relu("input-mutated", (RELU, "np.maximum(0, x, out=x)")),
    relu_back("input-mutated", (RELU_BACK, "dout *= x > 0\n    dx = dout")),
    relu_back("relu-mask-missing", (RELU_BACK, "dx = dout")),
    relu_back("relu-mask-from-dout", (RELU_BACK, "dx = dout * (dout > 0)")),
    relu_back("upstream-gradient-missing", (RELU_BACK, "dx = (x > 0).astype(float)")),
    relu_back("relu-gradient-times-value", (RELU_BACK, "dx = dout * np.maximum(0, x)")),
    relu_back("relu-inverted", (RELU_BACK, "dx = dout * (x < 0)")),
    leaky_back("upstream-gradient-missing", (f"dout * {LEAKY_BACK}", LEAKY_BACK)),
    leaky_back("leaky-slope-only-forward", (LEAKY_BACK, "np.where(x > 0, 1, 0)")),
    leaky("leaky-slope-hard-coded", (LEAKY, "np.where(x > 0, x, 0.01 * x)")),
    leaky_back("leaky-slope-hard-coded", (LEAKY_BACK, "np.where(x > 0, 1, 0.01)")),
    both_leaky("leaky-slope-absent", "np.maximum(0, x)", "(x > 0)"),
    leaky("leaky-slope-sign", (LEAKY, "np.where(x > 0, x, -alpha * x)")),
    leaky_back("leaky-slope-sign", (LEAKY_BACK, "np.where(x > 0, 1, -alpha)")),
    mistake("sigmoid_forward", "sigmoid-exponent-sign", (SIGMOID, "1 / (1 + np.exp(x))")),
    overflowing("sigmoid", SIGMOID, "np.exp(x) / (1 + np.exp(x))"),
    overflowing("tanh", TANH, "(np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))"),
    from_the_input("sigmoid"),
    from_the_input("tanh"),
    sigmoid_back("upstream-gradient-missing", (SIGMOID_BACK, "dx = out * (1 - out)")),
    tanh_back("upstream-gradient-missing", (TANH_BACK, "dx = 1 - out ** 2")),
    sigmoid_back("sigmoid-with-tanh-derivative", (SIGMOID_BACK, "dx = dout * (1 - out ** 2)")),
    tanh_back("tanh-with-sigmoid-derivative", (TANH_BACK, "dx = dout * out * (1 - out)")),
    tanh_back("tanh-derivative-unsquared", (TANH_BACK, "dx = dout * (1 - out)")),
)

# --------------------------------------------------------------------------- losses

svm, softmax = partial(mistake, "svm_loss"), partial(mistake, "softmax_loss")
LOSS, GRADIENT, RETURN = "loss = loss / num_train", "dx = dx / num_train", "return loss, dx"

MARGINS = "margins = np.maximum(0, x - x[rows, y][:, None] + 1)"
OWN = "    margins[rows, y] = 0\n"
HINGE = "loss = np.sum(margins)"
MASK = "dx = (margins > 0).astype(float)"
OWN_COLUMN = "dx[rows, y] = -np.sum(dx, axis=1)"

SHIFT = "scores = x - np.max(x, axis=1, keepdims=True)"
NORMALISED = "p = p / np.sum(p, axis=1, keepdims=True)"
CROSS = "loss = -np.sum(np.log(p[rows, y]))"
ONEHOT = "    dx[rows, y] -= 1\n"


def of_both(id: str, *edits: tuple[str, str]) -> tuple[Mistake, Mistake]:
    """A mistake in what the two losses have in common."""
    return svm(id, *edits), softmax(id, *edits)


LOSSES = (
    *of_both("loss-and-gradient-not-averaged", (f"    {LOSS}\n", ""), (f"    {GRADIENT}\n", "")),
    *of_both("loss-not-averaged", (f"    {LOSS}\n", "")),
    *of_both("gradient-not-averaged", (f"    {GRADIENT}\n", "")),
    *of_both("gradient-sign-flipped", (GRADIENT, "dx = -dx / num_train")),
    *of_both("gradient-never-filled", (RETURN, "return loss, np.zeros(x.shape)")),
    *of_both("gradient-not-returned", (RETURN, "return loss")),
)

SVM = (
    svm("loss-averaged-over-classes", (LOSS, "loss = loss / margins.size")),
    svm("margin-not-one", (MARGINS, MARGINS.replace(" + 1", ""))),
    svm("correct-class-counted", (OWN, "")),
    svm("correct-class-counted-in-loss-only", (f"{OWN}    {HINGE}\n", f"    {HINGE}\n{OWN}")),
    svm("correct-class-counted-in-gradient-only", (OWN_COLUMN, f"{OWN_COLUMN} - 1")),
    svm("hinge-without-max", (MARGINS, "margins = x - x[rows, y][:, None] + 1")),
    svm("gradient-outside-margin-test", (MASK, "dx = np.ones(x.shape)\n    dx[rows, y] = 0")),
    svm("correct-class-column-missing", (f"    {OWN_COLUMN}\n", "")),
    svm("correct-class-minus-one", (OWN_COLUMN, "dx[rows, y] = -1")),
    svm(
        "margin-sign-reversed",
        (MARGINS, "margins = np.maximum(0, x[rows, y][:, None] - x + 1)"),
        (GRADIENT, "dx = -dx / num_train"),
    ),
    svm(
        "hinge-max-over-classes",
        (HINGE, f"margins = margins * (margins == np.max(margins, axis=1, keepdims=True))\n    {HINGE}"),
    ),
    svm("squared-hinge", (HINGE, "loss = np.sum(margins ** 2)"), (MASK, "dx = 2 * margins")),
    svm("margin-mask-without-delta", (MASK, "dx = (margins > 1).astype(float)")),
    svm("losses-not-reduced", (HINGE, "loss = np.sum(margins, axis=1)"), (LOSS, "loss = list(loss)")),
    svm("label-columns-in-scores", (MARGINS, "margins = np.maximum(0, x - x[:, y] + 1)")),
    svm("label-columns-in-gradient", (OWN_COLUMN, "dx[:, y] = -np.sum(dx, axis=1)[:, None]")),
    svm("dx-is-weight-gradient", (RETURN, "return loss, x.T.dot(dx)")),
)

SOFTMAX = (
    softmax("log10-for-ln", (CROSS, CROSS.replace("log", "log10"))),
    softmax("log2-for-ln", (CROSS, CROSS.replace("log", "log2"))),
    softmax("no-max-shift", (SHIFT, "scores = x")),
    softmax("global-max-shift", (SHIFT, "scores = x - np.max(x)")),
    softmax("min-shift", (SHIFT, SHIFT.replace("max", "min"))),
    softmax("plus-max-shift", (SHIFT, SHIFT.replace(" - ", " + "))),
    softmax("max-over-samples", (SHIFT, SHIFT.replace("axis=1", "axis=0"))),
    softmax("log-loss-sign-flipped", (CROSS, CROSS.replace("-", ""))),
    softmax("log-loss-summed-over-classes", (CROSS, "loss = -np.sum(np.log(p))")),
    softmax("log-loss-averaged-over-classes", (CROSS, "loss = -np.sum(np.log(p)) / p.shape[1]")),
    softmax("max-probability-for-label", (CROSS, "loss = -np.sum(np.log(np.max(p, axis=1)))")),
    softmax("softmax-over-samples", (NORMALISED, NORMALISED.replace("axis=1", "axis=0"))),
    softmax("softmax-over-everything", (NORMALISED, "p = p / np.sum(p)")),
    softmax("onehot-missing", (ONEHOT, "")),
    softmax("onehot-added", (ONEHOT, ONEHOT.replace("-", "+"))),
    softmax("onehot-divided-only", (ONEHOT, "    dx[rows, y] -= 1 / num_train\n"), (GRADIENT, "dx = dx")),
    softmax("extra-softmax-derivative", (GRADIENT, "dx = dx * p * (1 - p) / num_train")),
    softmax("log-missing", (CROSS, "loss = -np.sum(p[rows, y])")),
    softmax("log-sum-exp-missing", (CROSS, "loss = -np.sum(scores[rows, y])")),
    softmax("constant-inside-log", (CROSS, "loss = -np.sum(np.log(p[rows, y] + 1e-3))")),
    softmax("losses-not-reduced", (CROSS, "loss = -np.log(p[rows, y])"), (LOSS, "loss = list(loss)")),
    softmax("label-columns-in-scores", (CROSS, "loss = -np.sum(np.log(p[:, y]))")),
    softmax("label-columns-in-gradient", (ONEHOT, "    dx[:, y] -= 1\n")),
)

MISTAKES = (*AFFINE, *ELEMENTWISE, *LOSSES, *SVM, *SOFTMAX)
