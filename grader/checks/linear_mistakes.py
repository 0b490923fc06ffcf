"""What goes wrong alike in every loss of a linear classifier: averaging, regularisation, types, what is returned.

The mistakes are edits of a solution that begins with BEGIN and ends with LOSS, GRADIENT and RETURN, a line each: loss
and dW are sums over the samples until then.
"""

from collections.abc import Callable
from functools import partial

from grader.core import Mistake

BEGIN = "num_train = X.shape[0]"
LOSS = "loss = loss / num_train + reg * np.sum(W * W)"
GRADIENT = "dW = dW / num_train + 2 * reg * W"
RETURN = "return loss, dW"

Made = Callable[..., Mistake]
Edit = tuple[str, str]


def mistake(function: str, id: str, *edits: Edit) -> Mistake:
    """The mistake `id` in `function` alone."""
    return Mistake(id, function, edits)


def shared(function: str) -> tuple[Mistake, ...]:
    """The mistakes that every loss `(W, X, y, reg) -> (loss, dW)` can have."""
    wrong = partial(mistake, function)
    return (*_averaging(wrong), *_regularisation(wrong), *_numbers(wrong), *_returned(wrong))


def _averaging(wrong: Made) -> tuple[Mistake, ...]:
    return (
        wrong("loss-and-gradient-not-averaged", (LOSS, _loss("loss")), (GRADIENT, _gradient("dW"))),
        wrong("loss-not-averaged", (LOSS, _loss("loss"))),
        wrong("gradient-not-averaged", (GRADIENT, _gradient("dW"))),
        wrong("gradient-averaged-twice", (GRADIENT, _gradient("dW / num_train / num_train"))),
        wrong("floor-division", (LOSS, _loss("loss // num_train"))),
        wrong("gradient-sign-flipped", (GRADIENT, _gradient("-dW / num_train"))),
    )


def _regularisation(wrong: Made) -> tuple[Mistake, ...]:
    def term(id: str, loss: str | None, gradient: str | None) -> Mistake:
        """Other terms in the loss and in the gradient; None leaves one as it is."""
        edits = [(LOSS, f"loss = loss / num_train{loss}")] if loss is not None else []
        edits += [(GRADIENT, f"dW = dW / num_train{gradient}")] if gradient is not None else []
        return wrong(id, *edits)

    but_the_last = "np.vstack([W[:-1], np.zeros((1, W.shape[1]))])"
    return (
        term("reg-gradient-missing", None, ""),
        term("reg-gradient-halved", None, " + reg * W"),
        term("reg-loss-missing", "", None),
        term("reg-missing", "", ""),
        term("reg-half-convention", " + 0.5 * reg * np.sum(W * W)", " + reg * W"),
        term("reg-half-loss-full-gradient", " + 0.5 * reg * np.sum(W * W)", None),
        wrong(
            "reg-divided-by-n",
            (LOSS, "loss = (loss + reg * np.sum(W * W)) / num_train"),
            (GRADIENT, "dW = (dW + 2 * reg * W) / num_train"),
        ),
        wrong("reg-gradient-divided-by-n", (GRADIENT, "dW = (dW + 2 * reg * W) / num_train")),
        term("reg-l1-norm", " + reg * np.sum(np.abs(W))", " + reg * np.sign(W)"),
        term("reg-unsquared-norm", " + reg * np.sqrt(np.sum(W * W))", None),
        term("reg-bias-row-left-out", " + reg * np.sum(W[:-1] ** 2)", f" + 2 * reg * {but_the_last}"),
        term("reg-gradient-sum-of-weights", None, " + 2 * reg * np.sum(W)"),
    )


def _numbers(wrong: Made) -> tuple[Mistake, ...]:
    def inside(kind: str) -> Mistake:
        return wrong(f"{kind}-inside", (BEGIN, f"{BEGIN}\n    W, X = W.astype(np.{kind}), X.astype(np.{kind})"))

    return (
        inside("float32"),
        inside("float16"),
        wrong("values-rounded", (RETURN, "return round(loss, 3), np.round(dW, 3)")),
        wrong("misspelt-name", (RETURN, "return loss, dw")),
        wrong("input-mutated", (RETURN, "X *= 2\n    return loss, dW")),
    )


def _returned(wrong: Made) -> tuple[Mistake, ...]:
    return (
        wrong("gradient-never-filled", (RETURN, "return loss, np.zeros(W.shape)")),
        wrong("result-transposed", (RETURN, "return loss, dW.T")),
        wrong("gradient-not-returned", (RETURN, "return loss")),
    )


def _loss(data: str) -> str:
    return f"loss = {data} + reg * np.sum(W * W)"


def _gradient(data: str) -> str:
    return f"dW = {data} + 2 * reg * W"
