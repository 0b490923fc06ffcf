"""softmax: what is known to go wrong, as edits of the solution."""

from collections.abc import Iterator
from functools import partial

from grader.checks.linear_mistakes import BEGIN, LOSS, RETURN, mistake, shared
from grader.core import Mistake

NAIVE, VECTORIZED = "softmax_loss_naive", "softmax_loss_vectorized"
naive, vectorized = partial(mistake, NAIVE), partial(mistake, VECTORIZED)

# Of softmax_loss_naive.
CLASSES = "num_classes = W.shape[1]"
SCORES = "scores = X[i].dot(W)"
SHIFT = "        scores = scores - np.max(scores)\n"
LOG = "loss -= np.log(p[y[i]])"
TERM = "(p[j] - (j == y[i])) * X[i]"
COLUMN = f"dW[:, j] += {TERM}"
FIRST = "np.exp(scores[j]) for j in range(3)"

# Of softmax_loss_vectorized.
TABLE = "scores = X.dot(W)"
ROW_SHIFT = "    scores = scores - np.max(scores, axis=1, keepdims=True)\n"
NORMALISED = "p = p / np.sum(p, axis=1, keepdims=True)"
SUM = "loss = -np.sum(np.log(p[rows, y]))"
ONEHOT = "    dscores[rows, y] -= 1\n"
COPY = f"    dscores = p.copy()\n{ONEHOT}"
PRODUCT = "dW = X.T.dot(dscores)"
ROWS = "rows = np.arange(num_train)"


def in_both(id: str, loops: tuple[str, str], at_once: tuple[str, str]) -> Iterator[Mistake]:
    """One mistake of both versions, an edit each."""
    yield naive(id, loops)
    yield vectorized(id, at_once)


def of_the_loss(id: str, loops: str, at_once: str) -> Iterator[Mistake]:
    """Another loss with the right gradient: what is taken off for one sample, and the whole sum."""
    return in_both(id, (LOG, loops), (SUM, at_once))


BOTH = (
    *of_the_loss("log10-for-ln", "loss -= np.log10(p[y[i]])", "loss = -np.sum(np.log10(p[rows, y]))"),
    *of_the_loss("log2-for-ln", "loss -= np.log2(p[y[i]])", "loss = -np.sum(np.log2(p[rows, y]))"),
    *of_the_loss("log-loss-sign-flipped", "loss += np.log(p[y[i]])", "loss = np.sum(np.log(p[rows, y]))"),
    *of_the_loss("log-loss-summed-over-classes", "loss -= np.sum(np.log(p))", "loss = -np.sum(np.log(p))"),
    *of_the_loss(
        "log-loss-averaged-over-classes", "loss -= np.mean(np.log(p))", "loss = -np.sum(np.log(p)) / p.shape[1]"
    ),
    *of_the_loss("max-probability-for-label", "loss -= np.log(np.max(p))", "loss = -np.sum(np.log(np.max(p, axis=1)))"),
    *of_the_loss("log-missing", "loss -= p[y[i]]", "loss = -np.sum(p[rows, y])"),
    *of_the_loss("log-sum-exp-missing", "loss -= scores[y[i]]", "loss = -np.sum(scores[rows, y])"),
    *of_the_loss("constant-inside-log", "loss -= np.log(p[y[i]] + 1e-3)", "loss = -np.sum(np.log(p[rows, y] + 1e-3))"),
    *in_both("no-max-shift", (SHIFT, ""), (ROW_SHIFT, "")),
    *in_both("min-shift", (SHIFT, SHIFT.replace("max", "min")), (ROW_SHIFT, ROW_SHIFT.replace("max", "min"))),
    *in_both("plus-max-shift", (SHIFT, SHIFT.replace("- np", "+ np")), (ROW_SHIFT, ROW_SHIFT.replace("- np", "+ np"))),
    *in_both("onehot-missing", (TERM, "p[j] * X[i]"), (ONEHOT, "")),
    *in_both("onehot-added", (TERM, "(p[j] + (j == y[i])) * X[i]"), (ONEHOT, "    dscores[rows, y] += 1\n")),
    *in_both(
        "extra-softmax-derivative",
        (TERM, f"{TERM} * p[j] * (1 - p[j])"),
        (PRODUCT, "dW = X.T.dot(dscores * p * (1 - p))"),
    ),
    *in_both(
        "class-count-from-labels",
        (CLASSES, "num_classes = np.max(y) + 1"),
        (COPY, "    dscores = p - np.eye(np.max(y) + 1)[y]\n"),
    ),
    naive(
        "hard-coded-class-count",
        ("np.sum(np.exp(scores))", f"sum({FIRST})"),
        ("range(num_classes)", "range(3)"),
        (COLUMN, "dW[:, j] += p[j] * X[i]"),
        (LOG, f"loss += np.log(sum({FIRST})) - scores[y[i]]\n        dW[:, y[i]] -= X[i]"),
    ),
    *in_both("hard-coded-class-count", (CLASSES, "num_classes = 10"), (COPY, "    dscores = p - np.eye(10)[y]\n")),
    *in_both(
        "last-sample-skipped",
        ("range(num_train)", "range(num_train - 1)"),
        (ROWS, "rows = np.arange(num_train - 1)\n    X, y = X[:-1], y[:-1]"),
    ),
    *in_both(
        "scores-truncated-to-int",
        (SCORES, "scores = X[i].dot(W).astype(int)"),
        (TABLE, "scores = X.dot(W).astype(int)"),
    ),
)

IN_LOOPS = (
    *shared(NAIVE),
    naive("label-probability-for-all-classes", (TERM, "(p[y[i]] - (j == y[i])) * X[i]")),
    naive(
        "losses-not-reduced",
        ("loss = 0.0", "losses = []"),
        (LOG, "losses.append(-np.log(p[y[i]]))"),
        (LOSS, "loss = losses"),
    ),
    naive(
        "layout-2015",
        (BEGIN, "num_train = X.shape[1]"),
        (CLASSES, "num_classes = W.shape[0]"),
        (SCORES, "scores = W.dot(X[:, i])"),
        (COLUMN, "dW[j] += (p[j] - (j == y[i])) * X[:, i]"),
    ),
    naive(
        "weights-classes-first",
        (CLASSES, "num_classes = W.shape[0]"),
        (SCORES, "scores = W.dot(X[i])"),
        (COLUMN, f"dW[j] += {TERM}"),
    ),
)

AT_ONCE = (
    *shared(VECTORIZED),
    vectorized("global-max-shift", (ROW_SHIFT, "    scores = scores - np.max(scores)\n")),
    vectorized("max-over-samples", (ROW_SHIFT, ROW_SHIFT.replace("axis=1", "axis=0"))),
    vectorized("softmax-over-samples", (NORMALISED, NORMALISED.replace("axis=1", "axis=0"))),
    vectorized("softmax-over-everything", (NORMALISED, "p = p / np.sum(p)")),
    vectorized("losses-not-reduced", (SUM, "loss = -np.log(p[rows, y])"), (LOSS, "loss = list(loss)")),
    vectorized("label-columns-in-scores", (SUM, "loss = -np.sum(np.log(p[:, y]))")),
    vectorized("label-columns-in-gradient", (ONEHOT, "    dscores[:, y] -= 1\n")),
    vectorized("loops-over-samples", (TABLE, "scores = np.array([x.dot(W) for x in X])")),
    vectorized("calls-the-naive-version", (RETURN, "return softmax_loss_naive(W, X, y, reg)")),
    vectorized(
        "layout-2015",
        (BEGIN, "num_train = X.shape[1]"),
        (TABLE, "scores = W.dot(X).T"),
        (PRODUCT, "dW = X.dot(dscores).T"),
    ),
    vectorized("weights-classes-first", (TABLE, "scores = X.dot(W.T)"), (PRODUCT, "dW = dscores.T.dot(X)")),
)

MISTAKES = (*BOTH, *IN_LOOPS, *AT_ONCE)
