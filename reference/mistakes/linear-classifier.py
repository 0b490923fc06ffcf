"""linear-classifier: what is known to go wrong, as edits of the solution."""

from functools import partial

from grader.core import Mistake

TRAIN, PREDICT, SEARCH = "LinearClassifier.train", "LinearClassifier.predict", "hyper_search"


def mistake(function: str, id: str, *edits: tuple[str, str]) -> Mistake:
    return Mistake(id, function, edits)


train, predict, search = (partial(mistake, function) for function in (TRAIN, PREDICT, SEARCH))

# Of the solution.
SIZES = "num_train, dim = X.shape"
MADE = "0.001 * np.random.randn(dim, num_classes)"
LOOP = "        for it in range(num_iters):\n"
ROWS = "np.random.choice(num_train, batch_size)"
DRAWN = f"            rows = {ROWS}\n"
X_BATCH, Y_BATCH = "X_batch = X[rows]", "y_batch = y[rows]"
ASKED = "self.loss(X_batch, y_batch, reg)"
KEPT = "            loss_history.append(loss)\n"
MOVED = "            self.W = self.W - learning_rate * grad\n"
SCORES, BEST_CLASS = "X.dot(self.W)", "np.argmax(scores, axis=1)"
ARGUMENTS = "evaluate(learning_rate, reg)"
TWO_LISTS = "    for learning_rate in learning_rates:\n        for reg in regs:\n"
PAIR = "(train_accuracy, val_accuracy)"
BETTER = "if val_accuracy > best_val:"
TAKEN = "best, best_val = (learning_rate, reg), val_accuracy"

MISTAKES = (
    train("gradient-ascent", (MOVED, MOVED.replace("- learning", "+ learning"))),
    train("weights-never-updated", (MOVED, "")),
    train("learning-rate-missing", (MOVED, MOVED.replace("learning_rate * ", ""))),
    train("one-step-short", ("range(num_iters)", "range(num_iters - 1)")),
    train("minibatch-never-resampled", (LOOP, f"        rows = {ROWS}\n{LOOP}"), (DRAWN, "")),
    train("features-labels-drawn-separately", (Y_BATCH, f"y_batch = y[{ROWS}]")),
    train("batch-size-ignored", (ROWS, "np.arange(num_train)")),
    train("columns-sampled-for-rows", (ROWS, "np.random.choice(dim, batch_size)")),
    train("reg-added-in-train", (MOVED, MOVED.replace("grad", "(grad + 2 * reg * self.W)"))),
    train("labels-reshaped-to-row", (Y_BATCH, "y_batch = y[rows].reshape(1, -1)")),
    train("history-empty", (KEPT, "")),
    train("history-not-returned", ("        return loss_history", "")),
    train("reg-left-none", (ASKED, "self.loss(X_batch, y_batch, None)")),
    train(
        "layout-2015",
        (SIZES, "dim, num_train = X.shape"),
        (MADE, "0.001 * np.random.randn(num_classes, dim)"),
        (X_BATCH, "X_batch = X[:, rows]"),
    ),
    train("weights-classes-first", (MADE, "0.001 * np.random.randn(num_classes, dim)")),
    predict("layout-2015", (SCORES, "self.W.dot(X)"), (BEST_CLASS, "np.argmax(scores, axis=0)")),
    predict("weights-classes-first", (SCORES, "X.dot(self.W.T)")),
    predict("argmin-for-argmax", (BEST_CLASS, "np.argmin(scores, axis=1)")),
    predict("argmax-over-samples", (BEST_CLASS, "np.argmax(scores, axis=0)")),
    predict("max-for-argmax", (BEST_CLASS, "np.max(scores, axis=1)")),
    search(
        "chosen-by-training-accuracy",
        (BETTER, "if train_accuracy > best_val:"),
        (TAKEN, TAKEN.replace("val_acc", "train_acc")),
    ),
    search("last-kept-not-best", (BETTER, "if True:")),
    search(
        "zipped-not-crossed",
        (TWO_LISTS, "    for learning_rate, reg in zip(learning_rates, regs):\n        if True:\n"),
    ),
    search("worst-chosen", ("-1.0", "2.0"), (BETTER, "if val_accuracy < best_val:")),
    search("grid-arguments-swapped", (ARGUMENTS, "evaluate(reg, learning_rate)")),
    search("reg-left-none", (ARGUMENTS, "evaluate(learning_rate, None * reg)")),
)
