"""fully-connected-net: what is known to go wrong, as edits of the solution."""

from functools import partial

from grader.core import Mistake

LOSS, CONSTRUCTOR = "FullyConnectedNet.loss", "FullyConnectedNet.__init__"


def mistake(function: str, id: str, *edits: tuple[str, str], where: tuple[str, ...] = ()) -> Mistake:
    return Mistake(id, function, edits, where)


loss, constructor = partial(mistake, LOSS), partial(mistake, CONSTRUCTOR)

# Of the constructor.
WEIGHTS = 'self.params[f"W{i}"] = weight_scale * np.random.randn(sizes[i - 1], sizes[i])'
BIASES = 'self.params[f"b{i}"] = np.zeros(sizes[i])'
NORMALISED = "if normalization is not None and i < self.num_layers:"
GAMMA, BETA = 'self.params[f"gamma{i}"] = np.ones(sizes[i])', 'self.params[f"beta{i}"] = np.zeros(sizes[i])'
DEFAULT, STRENGTH = "reg=0.0,", "self.reg = 0.0 if reg is None else reg"
CAST = "self.params[name] = array.astype(dtype)"

# Of the forward pass.
DROPOUT_MODE, NORM_MODE = 'self.dropout_param["mode"] = mode', 'bn_param["mode"] = mode'
BATCHNORM = """            if self.normalization == "batchnorm":
                gamma, beta"""
LAYERNORM = """            elif self.normalization == "layernorm":
                gamma, beta"""
RELU = "out, relu_cache = relu_forward(out)"
DROP = "                out, drop_cache = dropout_forward(out, self.dropout_param)"
DROPS = f"if self.use_dropout:\n{DROP}"
LAST = 'scores, last_cache = affine_forward(out, self.params[f"W{last}"], self.params[f"b{last}"])'
SCORES = "return scores"

# Of the loss and the backward pass.
SOFTMAX = "loss, dscores = softmax_loss(scores, y)"
LAYERS = "for i in range(1, self.num_layers + 1):"
L2 = 'reg_loss += 0.5 * self.reg * np.sum(self.params[f"W{i}"] ** 2)'
ADDED = "loss += reg_loss"
BACK = "dout, dW, db = affine_backward(dscores, last_cache)"
LAST_W = 'grads[f"W{last}"] = dW + self.reg * self.params[f"W{last}"]'
LAST_B = 'grads[f"b{last}"] = db'
CACHES = "fc_cache, norm_cache, relu_cache, drop_cache = caches[i - 1]"
DROP_BACK = "                dout = dropout_backward(dout, drop_cache)"
DROPS_BACK = f"if self.use_dropout:\n{DROP_BACK}"
RELU_BACK = "dout = relu_backward(dout, relu_cache)"
BATCHNORM_BACK = """            if self.normalization == "batchnorm":
                dout, dgamma"""
LAYERNORM_BACK = """            elif self.normalization == "layernorm":
                dout, dgamma"""
LAYERNORM_CALL = "layernorm_backward(dout, norm_cache)"
NORMS_KEPT = """{}_backward(dout, norm_cache)
                grads[f"gamma{{i}}"], grads[f"beta{{i}}"]"""
BACK_LAYERS = "for i in range(self.num_layers - 1, 0, -1):"
W = 'grads[f"W{i}"] = dW + self.reg * self.params[f"W{i}"]'
B = 'grads[f"b{i}"] = db'

UNSHIFTED = """probs = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        loss = -np.log(probs[np.arange(len(y)), y]).mean()
        dscores = (probs - np.eye(probs.shape[1])[y]) / len(y)"""

# With regularised biases.
L2_B = f'{L2}\n            reg_loss += 0.5 * self.reg * np.sum(self.params[f"b{{i}}"] ** 2)'
REG_LAST_B, REG_B = (f'{line} + self.reg * self.params[f"b{{{n}}}"]' for line, n in ((LAST_B, "last"), (B, "i")))

MISTAKES = (
    constructor("weight-scale-ignored", (WEIGHTS, WEIGHTS.replace("weight_scale", "1e-2"))),
    constructor("biases-drawn-at-random", (BIASES, 'self.params[f"b{i}"] = weight_scale * np.random.randn(sizes[i])')),
    constructor("bias-wrong-size", (BIASES, 'self.params[f"b{i}"] = np.zeros(sizes[i - 1])')),
    constructor("gamma-beta-not-initialized", (GAMMA, GAMMA.replace("np.ones(", "np.random.randn("))),
    constructor("gamma-beta-not-initialized", (BETA, BETA.replace("zeros", "ones"))),
    constructor("gamma-beta-not-initialized", (NORMALISED, NORMALISED.replace("is not None", '== "batchnorm"'))),
    constructor("gamma-beta-not-initialized", (NORMALISED, NORMALISED.replace("is not None", '== "layernorm"'))),
    Mistake("reg-left-none", CONSTRUCTOR, ((DEFAULT, "reg=None,"), (STRENGTH, "self.reg = 1.0 * reg")), spoils=(LOSS,)),
    constructor("weights-not-centred", (WEIGHTS, WEIGHTS.replace("randn", "rand"))),
    constructor("layers-drawn-alike", (WEIGHTS, f"np.random.seed(0)\n            {WEIGHTS}")),
    constructor("dtype-ignored", (CAST, "self.params[name] = array")),
    loss("reg-left-none", (DEFAULT, "reg=None,"), (STRENGTH, "self.reg = reg"), where=(CONSTRUCTOR,)),
    loss("reg-gradient-missing", (LAST_W, 'grads[f"W{last}"] = dW'), (W, 'grads[f"W{i}"] = dW')),
    loss("reg-loss-missing", (ADDED, "loss += 0.0")),
    loss("reg-missing", (ADDED, "loss += 0.0"), (LAST_W, 'grads[f"W{last}"] = dW'), (W, 'grads[f"W{i}"] = dW')),
    loss(
        "reg-full-convention",
        (L2, L2.replace("0.5 * ", "")),
        (LAST_W, LAST_W.replace("self.reg *", "2 * self.reg *")),
        (W, W.replace("self.reg *", "2 * self.reg *")),
    ),
    loss(
        "reg-first-layer-missing",
        (LAYERS, "for i in range(2, self.num_layers + 1):"),
        (W, W.replace("self.reg *", "(i > 1) * self.reg *")),
    ),
    loss(
        "reg-last-layer-missing",
        (LAYERS, "for i in range(1, last):"),
        (LAST_W, 'grads[f"W{last}"] = dW'),
    ),
    loss("reg-loss-one-layer-only", (L2, L2.replace("+=", "="))),
    loss("reg-gradient-one-layer-only", (W, 'grads[f"W{i}"] = dW')),
    *(
        loss("reg-gradient-missing-beside-batchnorm", (W, W.replace("self.reg *", f"(not {where}) * self.reg *")))
        for where in ('self.normalization == "batchnorm"', "self.normalization")
    ),
    loss("bias-regularized", (L2, L2_B), (LAST_B, REG_LAST_B), (B, REG_B)),
    loss("bias-regularized-in-loss-only", (L2, L2_B)),
    loss("bias-regularized-in-gradient-only", (LAST_B, REG_LAST_B), (B, REG_B)),
    loss("labels-returned-for-scores", (SCORES, "return scores.argmax(axis=1)")),
    loss("probabilities-returned-for-scores", (SCORES, "return np.exp(scores) / np.exp(scores).sum(axis=1)[:, None]")),
    loss("relu-missing", (RELU, "relu_cache = np.ones(out.shape)")),
    loss(
        "relu-on-scores",
        (LAST, f"{LAST}\n        scores, scores_cache = relu_forward(scores)"),
        (SOFTMAX, f"{SOFTMAX}\n        dscores = relu_backward(dscores, scores_cache)"),
    ),
    loss("relu-on-scores", (LAST, f"{LAST}\n        scores = np.maximum(scores, 0)")),  # forward only
    loss("no-max-shift", (SOFTMAX, UNSHIFTED)),
    loss(
        "dropout-on-scores",
        (
            LAST,
            f"{LAST}\n        if self.use_dropout:\n"
            "            scores, drop_scores = dropout_forward(scores, self.dropout_param)",
        ),
        (
            SOFTMAX,
            f"{SOFTMAX}\n        if self.use_dropout:\n            dscores = dropout_backward(dscores, drop_scores)",
        ),
    ),
    loss("mode-not-switched", (DROPOUT_MODE, 'self.dropout_param["mode"] = "train"'), (NORM_MODE, "pass")),
    loss("mode-not-switched", (DROPOUT_MODE, 'self.dropout_param["mode"] = "train"')),
    loss("mode-not-switched", (NORM_MODE, "pass")),
    loss(
        "normalization-option-ignored",
        *((old, old.replace("if self", "if False and self")) for old in (BATCHNORM, LAYERNORM)),
        *((old, old.replace("if self", "if False and self")) for old in (BATCHNORM_BACK, LAYERNORM_BACK)),
    ),
    loss(
        "normalization-option-ignored",
        *((old, old.replace("if self", "if False and self")) for old in (LAYERNORM, LAYERNORM_BACK)),
    ),
    loss(
        "plain-net-only",
        *(
            (old, old.replace("if self", "if False and self"))
            for old in (BATCHNORM, LAYERNORM, BATCHNORM_BACK, LAYERNORM_BACK, DROPS, DROPS_BACK)
        ),
    ),
    loss(
        "normalization-gradients-under-one-name",
        *(
            (old, old.replace("{i}", "{last - 1}"))
            for old in (NORMS_KEPT.format(kind) for kind in ("batchnorm", "layernorm"))
        ),
    ),
    loss("layernorm-uses-batchnorm-backward", (LAYERNORM_CALL, "batchnorm_backward(dout, norm_cache)")),
    loss(
        "dropout-option-ignored",
        *((old, old.replace("if self", "if False and self")) for old in (DROPS, DROPS_BACK)),
    ),
    loss(
        "dropout-on-one-layer-only",
        *((old, old.replace("dropout:", "dropout and i == self.num_layers - 1:")) for old in (DROPS, DROPS_BACK)),
    ),
    loss("dropout-seed-fixed", (DROP, DROP.replace("self.dropout_param", '{"seed": 1, **self.dropout_param}'))),
    loss("dropout-backward-missing", (DROP_BACK, "                pass")),
    loss("cache-of-another-layer", (CACHES, CACHES.replace("i - 1", "-1"))),
    loss("hidden-gradients-missing", (BACK_LAYERS, "for i in range(0):")),
    loss("relu-mask-missing", (RELU_BACK, "dout = 1.0 * dout")),
    loss("gradient-not-averaged", (BACK, BACK.replace("dscores", "dscores * len(y)"))),
)
