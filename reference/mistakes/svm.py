"""svm: what is known to go wrong, as edits of the solution."""

from functools import partial

from grader.checks.linear_mistakes import BEGIN, GRADIENT, LOSS, RETURN, mistake, shared

NAIVE, VECTORIZED = "svm_loss_naive", "svm_loss_vectorized"
naive, vectorized = partial(mistake, NAIVE), partial(mistake, VECTORIZED)

# Of svm_loss_naive.
CLASSES = "num_classes = W.shape[1]"
SCORES = "scores = X[i].dot(W)"
SKIP = "            if j == y[i]:\n                continue\n"
MARGIN = "margin = scores[j] - scores[y[i]] + 1"
VIOLATED = "            if margin > 0:\n                loss += margin\n"
ADD = "                loss += margin\n"
WRONG, RIGHT = "dW[:, j] += X[i]", "dW[:, y[i]] -= X[i]"
INNER = f"""        for j in range(num_classes):
{SKIP}            {MARGIN}
{VIOLATED}                {WRONG}
                {RIGHT}
"""
LARGEST = """        margins = np.maximum(0, scores - scores[y[i]] + 1)
        margins[y[i]] = 0
        j = np.argmax(margins)
        loss += margins[j]
        if margins[j] > 0:
            dW[:, j] += X[i]
            dW[:, y[i]] -= X[i]
"""

IN_LOOPS = (
    *shared(NAIVE),
    naive("loss-averaged-over-classes", (LOSS, LOSS.replace("num_train", "(num_train * num_classes)"))),
    naive("gradient-accumulated-twice", (WRONG, "dW[:, j] += 2 * X[i]"), (RIGHT, "dW[:, y[i]] -= 2 * X[i]")),
    naive("margin-not-one", (MARGIN, "margin = scores[j] - scores[y[i]]")),
    naive("correct-class-counted-in-loss-only", (SKIP, "")),
    naive("hinge-without-max", (VIOLATED, "            loss += margin\n            if margin > 0:\n")),
    naive("gradient-outside-margin-test", (VIOLATED, "            loss += max(0, margin)\n            if True:\n")),
    naive("correct-class-column-missing", (f"                {RIGHT}\n", "")),
    naive(
        "margin-sign-reversed",
        (MARGIN, "margin = scores[y[i]] - scores[j] + 1"),
        (WRONG, "dW[:, j] -= X[i]"),
        (RIGHT, "dW[:, y[i]] += X[i]"),
    ),
    naive("hinge-max-over-classes", (INNER, LARGEST)),
    naive(
        "squared-hinge",
        (ADD, "                loss += margin ** 2\n"),
        (WRONG, "dW[:, j] += 2 * margin * X[i]"),
        (RIGHT, "dW[:, y[i]] -= 2 * margin * X[i]"),
    ),
    naive("squared-hinge-in-loss-only", (ADD, "                loss += margin ** 2\n")),
    naive("loss-counts-violations", (ADD, "                loss += 1\n")),
    naive("margin-mask-without-delta", (ADD, f"{ADD}            if margin > 1:\n")),
    naive(
        "losses-not-reduced",
        ("loss = 0.0", "losses = np.zeros(num_train)"),
        (ADD, "                losses[i] += margin\n"),
        (LOSS, "loss = list(losses)"),
    ),
    naive("last-sample-skipped", ("range(num_train)", "range(num_train - 1)")),
    naive("class-count-from-rows", (CLASSES, "num_classes = X.shape[0]")),
    naive("hard-coded-class-count", (CLASSES, "num_classes = 10")),
    naive("hard-coded-sample-count", (BEGIN, "num_train = 500")),
    naive("scores-truncated-to-int", (SCORES, "scores = X[i].dot(W).astype(int)")),
    naive(
        "layout-2015",
        (BEGIN, "num_train = X.shape[1]"),
        (CLASSES, "num_classes = W.shape[0]"),
        (SCORES, "scores = W.dot(X[:, i])"),
        (WRONG, "dW[j] += X[:, i]"),
        (RIGHT, "dW[y[i]] -= X[:, i]"),
    ),
    naive(
        "weights-classes-first",
        (CLASSES, "num_classes = W.shape[0]"),
        (SCORES, "scores = W.dot(X[i])"),
        (WRONG, "dW[j] += X[i]"),
        (RIGHT, "dW[y[i]] -= X[i]"),
    ),
)

# Of svm_loss_vectorized.
TABLE = "scores = X.dot(W)"
MARGINS = "margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)"
OWN = "    margins[rows, y] = 0\n"
SUM = "loss = np.sum(margins)"
MASK = "mask = (margins > 0).astype(float)"
OWN_COLUMN = "mask[rows, y] = -np.sum(mask, axis=1)"
PRODUCT = "dW = X.T.dot(mask)"
ROWS = "rows = np.arange(num_train)"

AT_ONCE = (
    *shared(VECTORIZED),
    vectorized("loss-averaged-over-classes", (LOSS, LOSS.replace("num_train", "margins.size"))),
    vectorized("margin-not-one", (MARGINS, MARGINS.replace(" + 1", ""))),
    vectorized("correct-class-counted", (OWN, "")),
    vectorized("correct-class-counted-in-loss-only", (f"{OWN}    {SUM}\n", f"    {SUM}\n{OWN}")),
    vectorized("correct-class-counted-in-gradient-only", (OWN_COLUMN, f"{OWN_COLUMN} - 1")),
    vectorized("hinge-without-max", (MARGINS, "margins = scores - scores[rows, y][:, None] + 1")),
    vectorized("gradient-outside-margin-test", (MASK, "mask = np.ones(margins.shape)\n    mask[rows, y] = 0")),
    vectorized("correct-class-column-missing", (f"    {OWN_COLUMN}\n", "")),
    vectorized("correct-class-minus-one", (OWN_COLUMN, "mask[rows, y] = -1")),
    vectorized(
        "margin-sign-reversed",
        (MARGINS, "margins = np.maximum(0, scores[rows, y][:, None] - scores + 1)"),
        (PRODUCT, "dW = -X.T.dot(mask)"),
    ),
    vectorized(
        "hinge-max-over-classes",
        (SUM, "margins = margins * (margins == np.max(margins, axis=1, keepdims=True))\n    loss = np.sum(margins)"),
    ),
    vectorized("squared-hinge", (SUM, "loss = np.sum(margins ** 2)"), (MASK, "mask = 2 * margins")),
    vectorized("squared-hinge-in-loss-only", (SUM, "loss = np.sum(margins ** 2)")),
    vectorized("loss-counts-violations", (SUM, "loss = np.sum(margins > 0)")),
    vectorized("margin-mask-without-delta", (MASK, "mask = (margins > 1).astype(float)")),
    vectorized(
        "fancy-index-loses-duplicates",
        (f"    {OWN_COLUMN}\n", ""),
        (PRODUCT, f"{PRODUCT}\n    dW[:, y] -= X.T * np.sum(mask, axis=1)"),
    ),
    vectorized(
        "losses-not-reduced",
        (SUM, "loss = np.sum(margins, axis=1)"),
        (LOSS, "loss = list(loss)"),
    ),
    vectorized("last-sample-skipped", (ROWS, "rows = np.arange(num_train - 1)\n    X, y = X[:-1], y[:-1]")),
    vectorized("label-columns-in-scores", (MARGINS, "margins = np.maximum(0, scores - scores[:, y] + 1)")),
    vectorized("label-columns-in-gradient", (OWN_COLUMN, "mask[:, y] = -np.sum(mask, axis=1)[:, None]")),
    vectorized("class-count-from-rows", (MASK, "mask = np.zeros((num_train, num_train))\n    mask[margins > 0] = 1")),
    vectorized("hard-coded-class-count", (MASK, "mask = np.zeros((num_train, 10))\n    mask[margins > 0] = 1")),
    vectorized(
        "hard-coded-sample-count",
        (LOSS, LOSS.replace("num_train", "500")),
        (GRADIENT, GRADIENT.replace("num_train", "500")),
    ),
    vectorized("scores-truncated-to-int", (TABLE, "scores = X.dot(W).astype(int)")),
    vectorized("loops-over-samples", (TABLE, "scores = np.array([x.dot(W) for x in X])")),
    vectorized("calls-the-naive-version", (RETURN, "return svm_loss_naive(W, X, y, reg)")),
    vectorized(
        "layout-2015",
        (BEGIN, "num_train = X.shape[1]"),
        (TABLE, "scores = W.dot(X).T"),
        (PRODUCT, "dW = X.dot(mask).T"),
    ),
    vectorized("weights-classes-first", (TABLE, "scores = X.dot(W.T)"), (PRODUCT, "dW = mask.T.dot(X)")),
)

MISTAKES = (*IN_LOOPS, *AT_ONCE)
