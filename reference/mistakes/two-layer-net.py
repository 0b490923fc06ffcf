"""two-layer-net: what is known to go wrong, as edits of the solution, which is of the first edition."""

from functools import partial

from grader.core import Mistake

LOSS, TRAIN, PREDICT = "TwoLayerNet.loss", "TwoLayerNet.train", "TwoLayerNet.predict"


def mistake(function: str, id: str, *edits: tuple[str, str]) -> Mistake:
    return Mistake(id, function, edits)


loss, train, predict = (partial(mistake, function) for function in (LOSS, TRAIN, PREDICT))

# Of the forward pass.
REG_DEFAULT = "reg=0.0"
BEFORE = "before = X.dot(W1) + b1"
HIDDEN = "hidden = np.maximum(0, before)"
SCORES = "scores = hidden.dot(W2) + b2"
RETURN = "return scores"
SHIFTED = "shifted = scores - scores.max(axis=1, keepdims=True)"
PROBS = "probs = exp / exp.sum(axis=1, keepdims=True)"
DATA = "data_loss = np.mean(np.log(exp.sum(axis=1)) - shifted[np.arange(N), y])"
L2 = "reg_loss = reg * np.sum(W1 * W1) + reg * np.sum(W2 * W2)"
LOSS_SUM = "loss = data_loss + reg_loss"

# Of the backward pass.
DSCORES = "dscores = probs.copy()"
LABELS = "dscores[np.arange(N), y] -= 1"
MEAN = "dscores /= N"
DW2 = "dW2 = hidden.T.dot(dscores)"
DB2 = "db2 = dscores.sum(axis=0)"
DHIDDEN = "dhidden = dscores.dot(W2.T)"
MASKED = "dbefore = dhidden * (before > 0)"
DW1 = "dW1 = X.T.dot(dbefore)"
DB1 = "db1 = dbefore.sum(axis=0)"
REG_W1, REG_W2 = "dW1 += 2 * reg * W1", "dW2 += 2 * reg * W2"
BIASES = "np.sum(b1 * b1) + np.sum(b2 * b2)"

# Of training.
TRAIN_DEFAULT = "reg=5e-6"
LOOP = "for it in range(num_iters):"
CHOSEN = "            chosen = np.random.choice(num_train, batch_size)\n"
BATCH = "X_batch, y_batch = X[chosen], y[chosen]"
ASKED = "loss, grads = self.loss(X_batch, y_batch, reg)"
APPENDED = "loss_history.append(loss)"
STEP = "self.params[name] = self.params[name] - learning_rate * grads[name]"
RETURNED = '"loss_history": loss_history,'
DECAY = "learning_rate *= learning_rate_decay"
EPOCH = "if it % iterations_per_epoch == 0:"

LABELS_RETURNED = "return self.loss(X).argmax(axis=1)"


def both(old: str, axis: str) -> tuple[tuple[str, str], ...]:
    """Both bias gradients, summed otherwise."""
    return tuple((line, line.replace("axis=0", axis)) for line in (DB1, DB2))


MISTAKES = (
    loss("first-layer-gradient-missing", ('{"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}', '{"W2": dW2, "b2": db2}')),
    loss("gradient-not-averaged", (MEAN, "dscores /= 1")),
    loss("reg-gradient-missing", (REG_W1, "dW1 += 0.0"), (REG_W2, "dW2 += 0.0")),
    loss("reg-gradient-halved", (REG_W1, "dW1 += reg * W1"), (REG_W2, "dW2 += reg * W2")),
    loss("reg-loss-missing", (LOSS_SUM, "loss = data_loss")),
    loss("reg-missing", (LOSS_SUM, "loss = data_loss"), (REG_W1, "dW1 += 0.0"), (REG_W2, "dW2 += 0.0")),
    loss(
        "reg-half-convention",
        (LOSS_SUM, "loss = data_loss + 0.5 * reg_loss"),
        (REG_W1, "dW1 += reg * W1"),
        (REG_W2, "dW2 += reg * W2"),
    ),
    loss("reg-half-loss-full-gradient", (LOSS_SUM, "loss = data_loss + 0.5 * reg_loss")),
    loss("reg-first-layer-missing", (L2, "reg_loss = reg * np.sum(W2 * W2)"), (REG_W1, "dW1 += 0.0")),
    loss("reg-last-layer-missing", (L2, "reg_loss = reg * np.sum(W1 * W1)"), (REG_W2, "dW2 += 0.0")),
    loss(
        "bias-regularized",
        (L2, f"{L2} + reg * ({BIASES})"),
        (REG_W1, f"{REG_W1}\n        db1 += 2 * reg * b1"),
        (REG_W2, f"{REG_W2}\n        db2 += 2 * reg * b2"),
    ),
    loss("bias-regularized-in-loss-only", (L2, f"{L2} + reg * ({BIASES})")),
    loss(
        "bias-regularized-in-gradient-only",
        (REG_W1, f"{REG_W1}\n        db1 += 2 * reg * b1"),
        (REG_W2, f"{REG_W2}\n        db2 += 2 * reg * b2"),
    ),
    loss("no-max-shift", (SHIFTED, "shifted = scores")),
    loss("global-max-shift", (SHIFTED, "shifted = scores - scores.max()")),
    loss("hard-coded-class-count", (PROBS, "probs = exp / np.tile(exp.sum(axis=1), (3, 1)).T")),
    loss("onehot-missing", (LABELS, "pass")),
    loss("onehot-added", (LABELS, "dscores[np.arange(N), y] += 1")),
    loss("labels-returned-for-scores", (RETURN, "return scores.argmax(axis=1)")),
    loss("probabilities-returned-for-scores", (RETURN, "return np.exp(scores) / np.exp(scores).sum(axis=1)[:, None]")),
    loss("relu-mask-missing", (MASKED, "dbefore = dhidden")),
    loss("relu-missing", (HIDDEN, "hidden = before"), (MASKED, "dbefore = dhidden")),
    loss("relu-mask-from-dout", (MASKED, "dbefore = dhidden * (dhidden > 0)")),
    loss(
        "relu-on-scores",
        (SCORES, "scores = np.maximum(0, hidden.dot(W2) + b2)"),
        (MEAN, "dscores *= (scores > 0) / N"),
    ),
    loss("relu-on-scores", (SCORES, "scores = np.maximum(0, hidden.dot(W2) + b2)")),  # forward only
    loss("dw2-from-pre-activation", (DW2, "dW2 = before.T.dot(dscores)")),
    loss("dw2-not-transposed", (DW2, "dW2 = hidden.dot(dscores)")),
    loss("bias-gradient-times-activation", (DB1, "db1 = (dbefore * hidden).sum(axis=0)")),
    loss("weights-updated-mid-backward", (DHIDDEN, f"W2 -= 0.01 * dW2\n        {DHIDDEN}")),
    loss("bias-missing", (BEFORE, "before = X.dot(W1)")),
    loss("bias-missing", (SCORES, "scores = hidden.dot(W2)")),
    loss("bias-gradient-wrong-axis", *both(DB1, "axis=1")),
    loss("bias-gradient-scalar", *both(DB1, "")),
    loss("bias-gradient-count", (DB1, "db1 = np.full(b1.shape, 1.0 * N)"), (DB2, "db2 = np.full(b2.shape, 1.0 * N)")),
    loss("bias-gradient-zero", (DB1, "db1 = np.zeros(b1.shape)"), (DB2, "db2 = np.zeros(b2.shape)")),
    loss("python-max-of-array", (HIDDEN, "hidden = max(0, before)")),
    loss("reg-left-none", (REG_DEFAULT, "reg=None")),
    loss("loss-not-averaged", (DATA, DATA.replace("np.mean", "np.sum"))),
    loss("log10-for-ln", (DATA, DATA.replace("np.log(", "np.log10("))),
    train("gradient-ascent", (STEP, STEP.replace("- learning_rate", "+ learning_rate"))),
    train("weights-never-updated", (STEP, "learning_rate * grads[name]")),
    train("learning-rate-missing", (STEP, STEP.replace("learning_rate * ", ""))),
    train(
        "minibatch-never-resampled",
        (CHOSEN, ""),
        (LOOP, f"chosen = np.random.choice(num_train, batch_size)\n        {LOOP}"),
    ),
    train(
        "features-labels-drawn-separately",
        (BATCH, "X_batch, y_batch = X[chosen], y[np.random.choice(num_train, batch_size)]"),
    ),
    train("batch-size-ignored", (BATCH, "X_batch, y_batch = X, y")),
    train("columns-sampled-for-rows", (CHOSEN, CHOSEN.replace("num_train", "X.shape[1]"))),
    train("history-empty", (APPENDED, "loss")),
    train("history-not-returned", (RETURNED, "")),
    train(
        "momentum-in-plain-sgd",
        (LOOP, f"velocity = {{name: 0.0 for name in self.params}}\n        {LOOP}"),
        (
            STEP,
            "velocity[name] = 0.9 * velocity[name] - learning_rate * grads[name]\n"
            "                self.params[name] = self.params[name] + velocity[name]",
        ),
    ),
    train("reg-left-none", (TRAIN_DEFAULT, "reg=None")),
    train("one-step-short", (LOOP, "for it in range(num_iters - 1):")),
    train("rate-never-decays", (DECAY, "pass")),
    train("rate-decays-every-step", (EPOCH, f"{DECAY}\n            {EPOCH}"), (f"                {DECAY}\n", "")),
    train("reg-not-passed-on", (ASKED, "loss, grads = self.loss(X_batch, y_batch, 0.0)")),
    predict("argmin-for-argmax", (LABELS_RETURNED, LABELS_RETURNED.replace("argmax", "argmin"))),
    predict("argmax-over-samples", (LABELS_RETURNED, LABELS_RETURNED.replace("axis=1", "axis=0"))),
    predict("max-for-argmax", (LABELS_RETURNED, LABELS_RETURNED.replace("argmax", "max"))),
)
