"""notes: what is known to go wrong, as edits of the solution."""

from functools import partial

from grader.checks.linear_mistakes import mistake

# --------------------------------------------------------------------------- two losses of scores

svm, softmax = partial(mistake, "SVM_loss"), partial(mistake, "softmax")
SKIP = "            if j == i:\n                continue\n"
TERM = "max(0, score[i, j] - score[i, i] + 1)"
MEAN = "return loss / num_rows"
ROW = f"        for j in range(num_classes):\n{SKIP}"
PAIRS = ROW.replace("j in range(num_classes)", "j, k in np.ndindex(num_classes, num_classes)").replace(
    "j == i", "j == k"
)

TABLE = "score = np.array(score, dtype=float)"
SHIFT = "    score = score - np.max(score, axis=1, keepdims=True)\n"
NORMALISED = "p = p / np.sum(p, axis=1, keepdims=True)"
LOSSES = "losses = -np.log(p[rows, rows])"
REDUCED = "return np.mean(losses)"

SCORES = (
    svm("loss-not-averaged", (MEAN, "return loss")),
    svm("margin-not-one", ("+ 1)", "+ 1e-8)")),
    svm("correct-class-counted-in-loss-only", (SKIP, "")),
    svm("hinge-without-max", (TERM, "score[i, j] - score[i, i] + 1")),
    svm("margin-sign-reversed", (TERM, "max(0, score[i, i] - score[i, j] + 1)")),
    svm(
        "losses-not-reduced",
        ("loss = 0.0", "loss = np.zeros(num_rows)"),
        ("loss += max", "loss[i] += max"),
        (MEAN, "return loss"),
    ),
    svm("class-count-from-rows", ("range(num_classes)", "range(num_rows)")),
    svm("hard-coded-sample-count", ("num_rows\n", "3\n")),
    svm("floor-division", ("loss / ", "loss // ")),
    svm("hinge-without-label", (ROW, PAIRS), ("score[i, i]", "score[i, k]")),
    softmax("loss-not-averaged", (REDUCED, "return np.sum(losses)")),
    softmax("losses-not-reduced", (REDUCED, "return list(losses)")),
    softmax("class-count-from-rows", (TABLE, "score = np.array(score, dtype=float)[:, :len(score)]")),
    softmax("log10-for-ln", (LOSSES, LOSSES.replace("log", "log10"))),
    softmax("log2-for-ln", (LOSSES, LOSSES.replace("log", "log2"))),
    softmax("no-max-shift", (SHIFT, "")),
    softmax("log-loss-sign-flipped", (LOSSES, LOSSES.replace("-", ""))),
    softmax("log-loss-summed-over-classes", (LOSSES, "losses = -np.sum(np.log(p), axis=1)")),
    softmax("log-loss-averaged-over-classes", (LOSSES, "losses = -np.log(p)")),
    softmax("max-probability-for-label", (LOSSES, "losses = -np.log(np.max(p, axis=1))")),
    softmax("softmax-over-samples", (NORMALISED, NORMALISED.replace("axis=1", "axis=0"))),
    softmax("softmax-over-everything", (NORMALISED, "p = p / np.sum(p)")),
    softmax("log-missing", (LOSSES, "losses = -p[rows, rows]")),
    softmax("log-sum-exp-missing", (LOSSES, "losses = -score[rows, rows]")),
)

# --------------------------------------------------------------------------- differences

numerical = partial(mistake, "numerical_gradient")
COPY, TEMPLATE = "x = np.array(x, dtype=float)", "grad = np.zeros(x.shape)"
UP, DOWN, BACK = "x[index] = old + h", "x[index] = old - h", "        x[index] = old\n"
QUOTIENT = "(above - below) / (2 * h)"

DIFFERENCES = (
    numerical("gradient-sign-flipped", (QUOTIENT, "(below - above) / (2 * h)")),
    numerical("perturbation-never-reset", (BACK, "")),
    numerical("one-sided-difference", (QUOTIENT, "(above - f(x)) / h")),
    numerical("centred-not-halved", (QUOTIENT, "(above - below) / h")),
    numerical("one-sided-over-two-h", (QUOTIENT, "(above - f(x)) / (2 * h)")),
    numerical("difference-not-divided", (QUOTIENT, "above - below")),
    numerical("gradient-returned-flat", ("return grad", "return grad.flatten()")),
    numerical("integer-input-truncated", (COPY, "x = np.array(x)"), (TEMPLATE, "grad = np.zeros(x.shape)")),
    numerical("integer-input-truncated", (COPY, "x = np.array(x)"), (TEMPLATE, "grad = np.zeros_like(x)")),
    numerical("step-hard-coded", (COPY, f"h = 0.01\n    {COPY}")),
    numerical("hard-coded-shape", ("np.ndindex(*x.shape)", "np.ndindex(3, 4)")),
    numerical("global-variable-read", ("above = f(x)", "above = f(x + b)")),
)

# --------------------------------------------------------------------------- descent

descent = partial(mistake, "gradient_descent")
START, FIRST = "x = init_x", "history = [x]"
STEP, KEEP = "x = x - learning_rate * gradient(x)", "        history.append(x)\n"

DESCENT = (
    descent("gradient-ascent", (STEP, STEP.replace(" - ", " + "))),
    descent("one-step-short", ("range(epoch)", "range(epoch - 1)")),
    descent("history-aliases-one-array", (START, "x = np.array(init_x)"), (STEP, "x -= learning_rate * gradient(x)")),
    descent("start-missing-in-history", (FIRST, "history = []")),
    descent("last-point-missing", (FIRST, "history = []"), (f"        {STEP}\n{KEEP}", f"{KEEP}        {STEP}\n")),
    descent("stale-gradient", (FIRST, f"{FIRST}\n    slope = gradient(x)"), (STEP, "x = x - learning_rate * slope")),
    descent("global-variable-read", (STEP, "x = x - lr * gradient(x)")),
)

# --------------------------------------------------------------------------- search

search = partial(mistake, "random_search")
BEST, DRAWN = 'bestloss, bestW = float("inf"), None', "W = np.random.randn(*shape) * 1e-4"
BETTER, LOSS_KEPT, W_KEPT = "if loss < bestloss:", "            bestloss = loss\n", "            bestW = W\n"

SEARCH = (
    search("search-keeps-maximum", (BEST, 'bestloss, bestW = -float("inf"), None'), (BETTER, "if loss > bestloss:")),
    search("search-keeps-maximum", (BEST, "bestloss, bestW = 0, None"), (BETTER, "if loss > bestloss:")),
    search("best-loss-starts-at-zero", (BEST, "bestloss, bestW = 0, None")),
    search("best-weights-not-stored", (W_KEPT, "")),
    search("best-loss-not-stored", (LOSS_KEPT, "")),
    search(
        "candidate-buffer-reused", (BEST, f"{BEST}\n    W = np.zeros(shape)"), (DRAWN, DRAWN.replace("W ", "W[:] "))
    ),
    search("search-scale-missing", (DRAWN, "W = np.random.randn(*shape)")),
    search("misspelt-name", ("return bestloss, bestW", "return bestloss, Wbest")),
    search("global-variable-read", ("loss = loss_fn(W)", "loss = loss_fn(X_train, y_train, W)")),
)

# --------------------------------------------------------------------------- one sample, two norms, a graph

one, l1, l2 = (partial(mistake, name) for name in ("L_i_vectorized", "l1_reg", "l2_reg"))
graph = partial(mistake, "graph_backward")
MARGINS = "margins = np.maximum(0, scores - scores[y] + 1)"

REST = (
    one("margin-not-one", (MARGINS, "margins = np.maximum(0, scores - scores[y])")),
    one("correct-class-counted-in-loss-only", ("    margins[y] = 0\n", "")),
    one("hinge-without-max", (MARGINS, "margins = scores - scores[y] + 1")),
    one("margin-sign-reversed", (MARGINS, "margins = np.maximum(0, scores[y] - scores + 1)")),
    one("hinge-max-over-classes", ("np.sum(margins)", "np.max(margins)")),
    one("squared-hinge-in-loss-only", ("np.sum(margins)", "np.sum(margins ** 2)")),
    one("loss-averaged-over-classes", ("np.sum(margins)", "np.mean(margins)")),
    one("losses-not-reduced", ("return np.sum(margins)", "return margins")),
    l1("reg-absolute-value-missing", ("np.abs(W)", "W")),
    l1("reg-absolute-value-missing", ("np.sum(np.abs(W))", "abs(np.sum(W))")),
    l1("reg-largest-column-sum", ("np.sum(np.abs(W))", "np.linalg.norm(W, 1)")),
    l2("reg-l1-norm", ("W * W", "np.abs(W)")),
    l2("reg-unsquared-norm", ("np.sum(W * W)", "np.sqrt(np.sum(W * W))")),
    l2("reg-mean-of-squares", ("np.sum(W * W)", "np.mean(W * W)")),
    graph("product-inputs-not-swapped", ("dq, dz = z, q", "dq, dz = q, z")),
    graph("upstream-gradient-missing", ("dx, dy = dq, dq", "dx, dy = 1.0, 1.0")),
    graph("sum-taken-for-product", ("dx, dy = dq, dq", "dx, dy = y * dq, x * dq")),
    graph("gradients-returned-swapped", ("return f, dx, dy, dz", "return f, dz, dy, dx")),
)

MISTAKES = (*SCORES, *DIFFERENCES, *DESCENT, *SEARCH, *REST)
