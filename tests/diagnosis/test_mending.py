"""Who follows the hints gets to full marks: mistakes as students make them, each mended by what its hint says.

Each program is wrong in words of its own; beside it stands the name that the report gives it, the message of the hint
that was followed, and what was written instead. Nothing but the report was at hand for that."""

from typing import NamedTuple

import pytest

from tests.students import changed, graded, only, result


class Mended(NamedTuple):
    """A program, below `import numpy as np`, whose `function` gets the name `name`. By its hints, of which the message
    `hint` decided, each `old` was made a `new`."""

    slug: str
    function: str
    name: str
    hint: str
    wrong: str
    edits: tuple[tuple[str, str], ...]
    group: str = ""  # of functions; "": has the name of the function


SVM = Mended(  # "contributions must be added up, for example by a matrix product with the mask"
    "svm",
    "svm_loss_vectorized",
    "fancy-index-loses-duplicates",
    "diagnosis.fancy-index-loses-duplicates.hint-3",
    """
def svm_loss_vectorized(W, X, y, reg):
    n = X.shape[0]
    s = np.matmul(X, W)
    right = np.choose(y, s.T).reshape(-1, 1)
    gap = s - right + 1
    gap[range(n), y] = 0
    gap = np.where(gap > 0, gap, 0)
    total = gap.sum() / n + reg * (W ** 2).sum()
    over = (gap > 0).astype(float)
    how_many = over.sum(axis=1)
    grad = X.T @ over
    grad[:, y] -= (X * how_many[:, None]).T
    return total, grad / n + 2 * reg * W
""",
    (
        ("    grad = X.T @ over\n", ""),
        ("    grad[:, y] -= (X * how_many[:, None]).T\n", "    over[range(n), y] = -how_many\n    grad = X.T @ over\n"),
    ),
)

SOFTMAX = Mended(  # "1 is subtracted at the correct class"
    "softmax",
    "softmax_loss_naive",
    "onehot-missing",
    "diagnosis.onehot-missing.hint-3",
    """
def softmax_loss_naive(W, X, y, reg):
    J, G = 0.0, np.zeros(W.shape)
    for n in range(len(X)):
        f = X[n] @ W
        e = np.exp(f - max(f))
        z = e.sum()
        J -= np.log(e[y[n]] / z)
        for c in range(W.shape[1]):
            G[:, c] += X[n] * (e[c] / z)
    return J / len(X) + reg * np.sum(W * W), G / len(X) + 2 * reg * W
""",
    (("(e[c] / z)", "(e[c] / z - (c == y[n]))"),),
)

TANH = Mended(  # "a form is needed in which only one side can overflow"
    "layers",
    "tanh_forward",
    "saturation-overflow",
    "diagnosis.saturation-overflow.hint-3",
    """
def tanh_forward(x):
    up, down = np.exp(x), np.exp(-x)
    t = (up - down) / (up + down)
    return t, t

def tanh_backward(dout, cache):
    return (1 - cache * cache) * dout
""",
    (
        ("    up, down = np.exp(x), np.exp(-x)\n", ""),
        ("(up - down) / (up + down)", "2 / (1 + np.exp(-2 * x)) - 1"),
    ),
    group="tanh",
)

BATCH_NORMALISATION = Mended(  # "the variance contributes (2/N)·(x - μ)·dσ² to dx, with dσ² = ..."
    "normalization",
    "batchnorm_backward",
    "variance-path-missing",
    "diagnosis.variance-path-missing.hint-3",
    """
def batchnorm_forward(x, gamma, beta, bn_param):
    e, m = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    rm = bn_param.get("running_mean", np.zeros(x.shape[1]))
    rv = bn_param.get("running_var", np.zeros(x.shape[1]))
    if bn_param["mode"] == "test":
        return gamma * (x - rm) / np.sqrt(rv + e) + beta, None
    mu, v = x.mean(0), x.var(0)
    bn_param["running_mean"] = m * rm + (1 - m) * mu
    bn_param["running_var"] = m * rv + (1 - m) * v
    return gamma * (x - mu) / np.sqrt(v + e) + beta, (x - mu, gamma, v + e)

def batchnorm_backward(dout, cache):
    c, gamma, ve = cache
    dz = dout * gamma
    dx = (dz - dz.mean(0)) / ve ** 0.5
    return dx, (dout * c / ve ** 0.5).sum(0), dout.sum(0)

def batchnorm_backward_alt(dout, cache):
    return batchnorm_backward(dout, cache)
""",
    (
        (
            "    return dx, (dout",
            "    dvar = sum(dz * c) * -0.5 * ve ** -1.5\n    dx += 2 / len(c) * c * dvar\n    return dx, (dout",
        ),
    ),
    group="batchnorm",
)

MAX_POOL = Mended(  # "collects the gradient of each of them, so the parts are added up"
    "conv",
    "max_pool_backward_naive",
    "accumulate-overwritten",
    "diagnosis.accumulate-overwritten.hint-3",
    """
def max_pool_forward_naive(x, pool_param):
    ph, pw, st = (pool_param[key] for key in ("pool_height", "pool_width", "stride"))
    oh, ow = (x.shape[2] - ph) // st + 1, (x.shape[3] - pw) // st + 1
    out = np.zeros((*x.shape[:2], oh, ow))
    for r in range(oh):
        for q in range(ow):
            out[:, :, r, q] = x[:, :, r * st : r * st + ph, q * st : q * st + pw].max(axis=(2, 3))
    return out, (x, ph, pw, st)

def max_pool_backward_naive(dout, cache):
    x, ph, pw, st = cache
    dx = np.zeros(x.shape)
    for i, k, r, q in np.ndindex(dout.shape):
        here = (i, k, slice(r * st, r * st + ph), slice(q * st, q * st + pw))
        dx[here] = dout[i, k, r, q] * (x[here] == x[here].max())
    return dx
""",
    (("dx[here] = ", "dx[here] += "),),
    group="max_pool",
)

DROPOUT = Mended(  # "divides the kept units at training time by the probability of being kept, forward and backward"
    "dropout",
    "dropout_forward",
    "inverted-dropout-scale-missing",
    "diagnosis.inverted-dropout-scale-missing.hint-3",
    """
def dropout_forward(x, dropout_param):
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    mask = None
    if dropout_param["mode"] == "train":
        mask = np.random.rand(*x.shape) < dropout_param["p"]
        x = x * mask
    return x, (dropout_param, mask)

def dropout_backward(dout, cache):
    dropout_param, mask = cache
    return dout if mask is None else dout * mask
""",
    (
        ("x = x * mask", 'x = x * mask / dropout_param["p"]'),
        ("else dout * mask", 'else dout * mask / dropout_param["p"]'),
    ),
    group="dropout",
)

ADAM = Mended(  # "m̂ = m/(1 - β1^t) and v̂ = v/(1 - β2^t), where t is 1 in the first step"
    "optimizers",
    "adam",
    "adam-no-bias-correction",
    "diagnosis.adam-no-bias-correction.hint-3",
    """
def adam(w, dw, config=None):
    config = {} if config is None else config
    for key, val in [("learning_rate", 1e-3), ("beta1", 0.9), ("beta2", 0.999), ("epsilon", 1e-8), ("t", 0)]:
        config.setdefault(key, val)
    b1, b2, t = config["beta1"], config["beta2"], config["t"]
    first = b1 * config.get("m", np.zeros_like(w)) + (1 - b1) * dw
    second = b2 * config.get("v", np.zeros_like(w)) + (1 - b2) * dw ** 2
    config.update(t=t + 1, m=first, v=second)
    return w - config["learning_rate"] * first / (np.sqrt(second) + config["epsilon"]), config
""",
    (
        (
            "config.update(t=t + 1, m=first, v=second)",
            "config.update(t=t + 1, m=first, v=second)\n    first = first / (1 - b1 ** (t + 1))",
        ),
        ("np.sqrt(second)", "np.sqrt(second / (1 - b2 ** (t + 1)))"),
    ),
)

RMSPROP = Mended(  # "compare the key in the message with the keys that the handout names, letter by letter"
    "optimizers",
    "rmsprop",
    "key-missing",
    "diagnosis.key-missing.look",
    """
def rmsprop(w, dw, config=None):
    config = config or {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("decay_rate", 0.99)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("cache", np.zeros_like(w))
    keep = config["decay"]
    config["cache"] = keep * config["cache"] + (1 - keep) * dw**2
    return w - config["learning_rate"] * dw / (np.sqrt(config["cache"]) + config["epsilon"]), config
""",
    (('config["decay"]', 'config["decay_rate"]'),),
)

NEIGHBOURS = Mended(  # "their labels in y_train are what votes"
    "knn",
    "KNearestNeighbor.predict_labels",
    "votes-with-indices",
    "diagnosis.votes-with-indices.hint-3",
    """
class KNearestNeighbor:
    def train(self, X, y):
        self.X_train, self.y_train = X, y

    def predict_labels(self, dists, k=1):
        out = np.zeros(len(dists), dtype=int)
        for i, row in enumerate(dists):
            near = np.argsort(row)[:k]
            out[i] = np.argmax(np.bincount(near))
        return out
""",
    (("np.bincount(near)", "np.bincount(self.y_train[near])"),),
)

DESCENT = Mended(  # "the start and every later point are stored as copies"
    "notes",
    "gradient_descent",
    "history-aliases-one-array",
    "diagnosis.history-aliases-one-array.hint-3",
    """
def gradient_descent(gradient, init_x, learning_rate, epoch):
    here = np.array(init_x, dtype=float)
    path = [here]
    for _ in range(epoch):
        here -= learning_rate * gradient(here)
        path.append(here)
    return path
""",
    (("[here]", "[here.copy()]"), ("append(here)", "append(here.copy())")),
)

PENALTY = Mended(  # "look for this factor on the way to the result": 1/2, says the sentence
    "notes",
    "l2_reg",
    "constant-ratio",
    "diagnosis.constant-ratio.look",
    """
def l2_reg(W):
    return np.dot(W.ravel(), W.ravel()) / 2
""",
    ((" / 2", ""),),
)

NET = Mended(  # "derivative 1 where its input was positive and 0 elsewhere, and the upstream gradient is multiplied"
    "two-layer-net",
    "TwoLayerNet.loss",
    "relu-mask-missing",
    "diagnosis.relu-mask-missing.hint-3",
    """
class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, std=1e-4):
        self.params = {"W1": std * np.random.randn(input_size, hidden_size), "b1": np.zeros(hidden_size)}
        self.params.update(W2=std * np.random.randn(hidden_size, output_size), b2=np.zeros(output_size))

    def loss(self, X, y=None, reg=0.0):
        p, m = self.params, len(X)
        pre = X.dot(p["W1"]) + p["b1"]
        act = np.where(pre > 0, pre, 0)
        out = act.dot(p["W2"]) + p["b2"]
        if y is None:
            return out
        out = out - np.amax(out, axis=1).reshape(m, 1)
        prob = np.exp(out) / np.exp(out).sum(axis=1).reshape(m, 1)
        cost = -sum(np.log(prob[i, y[i]]) for i in range(m)) / m
        d = prob / m
        for i in range(m):
            d[i, y[i]] -= 1 / m
        back = d.dot(p["W2"].T)
        g = {"W2": act.T.dot(d), "b2": sum(d), "W1": X.T.dot(back), "b1": sum(back)}
        for name in ("W1", "W2"):
            cost += reg * np.sum(p[name] ** 2)
            g[name] += 2 * reg * p[name]
        return cost, g
""",
    (('d.dot(p["W2"].T)', '(pre > 0) * d.dot(p["W2"].T)'),),
)

WEIGHTS = Mended(  # "the asked standard deviation times ... uniform ones between -√3 and √3"
    "initialization",
    "init_weights",
    "uniform-positive-weights",
    "diagnosis.uniform-positive-weights.hint-3",
    """
def init_weights(fan_in, fan_out, kind):
    how_wide = {"zeros": 0.0, "small": 0.01, "xavier": (1 / fan_in) ** 0.5, "he": (2 / fan_in) ** 0.5}
    return how_wide[kind] * np.random.rand(fan_in, fan_out)
""",
    (("np.random.rand(fan_in, fan_out)", "np.random.uniform(-(3**0.5), 3**0.5, (fan_in, fan_out))"),),
)

TRAINING = Mended(  # "one set of indices selects the rows of X and the labels of y together"
    "linear-classifier",
    "LinearClassifier.train",
    "features-labels-drawn-separately",
    "diagnosis.features-labels-drawn-separately.hint-3",
    """
class LinearClassifier:
    W = None

    def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
        if self.W is None:
            self.W = 0.001 * np.random.randn(X.shape[1], np.max(y) + 1)
        history = []
        while len(history) < num_iters:
            drawn = np.random.randint(len(X), size=batch_size)
            also = np.random.randint(len(X), size=batch_size)
            cost, slope = self.loss(X[drawn], y[also], reg)
            history.append(cost)
            self.W = self.W - learning_rate * slope
        return history
""",
    (("            also = np.random.randint(len(X), size=batch_size)\n", ""), ("y[also]", "y[drawn]")),
)

TWO_IN_ONE = Mended(  # "look at every place where the setting enters": reg. Two mistakes, and no name for them
    "svm",
    "svm_loss_naive",
    "only-some-cases",
    "diagnosis.only-some-cases.setting",
    """
def svm_loss_naive(W, X, y, reg):
    grad, cost = np.zeros_like(W), 0.0
    for x, label in zip(X, y):
        scores = x @ W
        for k, score in enumerate(scores):
            gap = score - scores[label] + 1
            if k != label and gap > 0:
                cost += gap
                grad[:, k] += x
                grad[:, label] -= x
    return (cost + reg * np.sum(W * W)) / len(X), (grad + reg * W) / len(X)
""",
    (
        ("(cost + reg * np.sum(W * W)) / len(X)", "cost / len(X) + reg * np.sum(W * W)"),
        ("(grad + reg * W) / len(X)", "grad / len(X) + 2 * reg * W"),
    ),
)

ALL = (SVM, SOFTMAX, TANH, BATCH_NORMALISATION, MAX_POOL, DROPOUT, ADAM, RMSPROP, NEIGHBOURS, DESCENT, PENALTY)
ALL += (NET, WEIGHTS, TRAINING, TWO_IN_ONE)


@pytest.mark.parametrize("mended", ALL, ids=[f"{mended.function}: {mended.name}" for mended in ALL])
def test_who_does_what_the_hint_says_has_full_marks(mended: Mended) -> None:
    """Of the function, and of whatever else the program has."""
    assignment = only(mended.slug, mended.group or mended.function)
    text = f"import numpy as np\n{mended.wrong}"
    before = result(graded(assignment, text, "mend"), mended.function)
    assert before.points < before.max_points
    assert [one.id for one in before.diagnosis] == [mended.name]
    assert mended.hint in [hint.id for hint in before.diagnosis[0].hints]

    for old, new in mended.edits:
        text = changed(text, old, new)
    after = graded(assignment, text, "mend")
    written = [function for function in after.functions if function.status != "missing"]
    assert mended.function in [function.name for function in written]
    assert [function.points for function in written] == [function.max_points for function in written]
