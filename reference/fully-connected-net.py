"""fully-connected-net: {affine - [batch or layer norm] - ReLU - [dropout]} x L - affine - softmax, class
`FullyConnectedNet`.

The editions of the course differ in what the constructor calls its options: `use_batchnorm` and `dropout` (2016, 2017),
`normalization` and `dropout` (2018 to 2020), `normalization` and `dropout_keep_ratio` (from 2021). Which it is, the
constructor's arguments say; where it turns a name down, those of the next edition follow. Options that are off are not
passed, so that nobody asks whether 0 or 1 means no dropout.
L2 term 0.5 * reg * sum(W^2), biases, gamma and beta never.

The object stays in the box and its parameters are overwritten. Dropout is judged by what holds whatever the mask: the
gradient is the derivative of the own loss under one seed, kept units are scaled by 1/p once for each hidden layer, the
scores of the last layer are left alone, and testing drops nothing. p may keep or drop: both stand in handouts.
"""

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, partial
from itertools import pairwise

import numpy as np

from grader.checks import (
    Sanity,
    contract,
    deterministic,
    each,
    gradient,
    initial_loss,
    learning,
    numeric_gradient,
    part,
    robustness,
    split,
    value,
    wide,
)
from grader.checks.arrays import every_second, single
from grader.checks.constructor import constructor_of
from grader.checks.derivative import Array
from grader.checks.deterministic import same_bits
from grader.checks.drawn import one_by_one
from grader.checks.form import real_numbers, single_number
from grader.checks.learning import Learned
from grader.checks.linear_loss import close_to_the_start
from grader.checks.network import Arguments, Attempts, NetPlay, Nets, Network, bias_of, by_heart, made
from grader.checks.trial import Trial
from grader.core import (
    Assignment,
    Case,
    CaseKind,
    Check,
    Finding,
    Function,
    Group,
    Handle,
    Inputs,
    Output,
    Outputs,
    Program,
    StudentFault,
    Submission,
    Value,
)

LOSS, CONSTRUCTOR = "FullyConnectedNet.loss", "FullyConnectedNet.__init__"
LAYERS = (
    *(
        f"{layer}_{way}"
        for layer in ("affine", "relu", "batchnorm", "layernorm", "dropout")
        for way in ("forward", "backward")
    ),
    "batchnorm_backward_alt",
    "softmax_loss",
)
AXIS, HALF, FULL = "l2-modular", "reg-half-convention", "reg-full-convention"
MOST_LAYERS, MOST_NORMALISED = 5, 2  # affine layers of any case, and hidden layers of one with normalisation
EPS, MOMENTUM = 1e-5, 0.9  # of the course's normalisation layers, where nothing else is asked for
AWAY = 1e-2  # least distance of a pre-activation from the kink of ReLU, on the scale of its layer
STEP = 1e-5  # of a centred difference
KEPT = 1e-9  # a unit of which more is left than this was kept
ANOTHER = 2  # seed of a call whose masks are others
TINY = 1e-300

# --------------------------------------------------------------------------- the solution


@dataclass(frozen=True, slots=True)
class Hidden:
    """One hidden layer on its way forward: what came in, and what it was before and after its nonlinearity."""

    came: Array
    normal: Array  # standardised, as it was without gamma and beta
    root: Array | float  # of the variance that it was divided by
    before: Array  # what ReLU is given
    moments: tuple[Array, Array] | None


def depth_of(inputs: Inputs) -> int:
    """The number of affine layers."""
    return next(i for i in range(1, MOST_LAYERS + 1) if f"W{i + 1}" not in inputs)


def standardised(x: Array, axis: int) -> tuple[Array, Array, tuple[Array, Array]]:
    """x with mean 0 and variance 1 along `axis`, the root it was divided by, and its moments along axis 0."""
    mean = x.mean(axis=axis, keepdims=True)
    var = ((x - mean) ** 2).mean(axis=axis, keepdims=True)
    root = np.sqrt(var + EPS)
    return (x - mean) / root, root, (mean[0], var[0])


def hidden_layers(inputs: Inputs, X: Array) -> list[Hidden]:
    """The hidden layers of a training pass without dropout; X (N, ...) is flattened."""
    layers: list[Hidden] = []
    out = wide(X).reshape(len(X), -1)
    for i in range(1, depth_of(inputs)):
        affine = out @ wide(inputs[f"W{i}"]) + wide(inputs[f"b{i}"])
        if inputs["normalization"] is None:
            layers.append(Hidden(out, affine, 1.0, affine, None))
        else:
            normal, root, moments = standardised(affine, 0 if inputs["normalization"] == "batchnorm" else 1)
            before = wide(inputs[f"gamma{i}"]) * normal + wide(inputs[f"beta{i}"])
            layers.append(Hidden(out, normal, root, before, moments))
        out = relu(layers[-1].before)
    return layers


def relu(x: Array) -> Array:
    return np.where(x.real > 0, x, 0.0)


def scores_of(inputs: Inputs, X: Array) -> Array:
    """The scores of a pass without dropout that normalises by its own batch."""
    last = depth_of(inputs)
    layers = hidden_layers(inputs, X)
    out = relu(layers[-1].before)
    return np.asarray(out @ wide(inputs[f"W{last}"]) + wide(inputs[f"b{last}"]))


def tested_scores(inputs: Inputs) -> Array:
    """The scores of `X_test` in test mode, after one training pass: batch normalisation goes by running moments."""
    running = [layer.moments for layer in hidden_layers(inputs, inputs["X"])]
    out, last = wide(inputs["X_test"]), depth_of(inputs)
    for i, moments in enumerate(running, start=1):
        out = out @ wide(inputs[f"W{i}"]) + wide(inputs[f"b{i}"])
        if moments is not None:
            mean, var = ((1 - MOMENTUM) * moment for moment in moments)
            out = inputs[f"gamma{i}"] * (out - mean) / np.sqrt(var + EPS) + inputs[f"beta{i}"]
        out = relu(out)
    return np.asarray(out @ inputs[f"W{last}"] + inputs[f"b{last}"])


def softmax_loss(scores: Array, y: Array) -> tuple[Array, Array]:
    """The mean of -log softmax(scores)[y], and its gradient."""
    shifted = scores - scores.real.max(axis=1, keepdims=True)
    total = np.exp(shifted).sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    dscores = np.exp(shifted) / total
    dscores[rows, y] -= 1
    return np.mean(np.log(total[:, 0]) - shifted[rows, y]), dscores / len(y)


def l2_of(inputs: Inputs, half: float) -> float:
    """half * reg * the sum over all W of W^2."""
    weights = (wide(inputs[f"W{i}"]) for i in range(1, depth_of(inputs) + 1))
    return half * (inputs["reg"] or 0.0) * sum(np.sum(W * W) for W in weights)


def net(half: float, inputs: Inputs) -> Outputs:
    """Scores, loss and every gradient of a pass without dropout; the L2 term is half * reg * sum(W^2)."""
    strength, last = 2 * half * (inputs["reg"] or 0.0), depth_of(inputs)
    layers, scores = hidden_layers(inputs, inputs["X"]), scores_of(inputs, inputs["X"])
    loss, upstream = softmax_loss(scores, inputs["y"])
    grads: dict[str, Array] = {}
    for i in range(last, 0, -1):
        if i < last:
            upstream = np.where(layers[i - 1].before.real > 0, upstream, 0.0)
            upstream = through_normalisation(inputs, i, layers[i - 1], upstream, grads)
        came = layers[i - 1].came if i < last else relu(layers[-1].before)
        W = wide(inputs[f"W{i}"])
        grads |= {f"dW{i}": came.T @ upstream + strength * W, f"db{i}": upstream.sum(axis=0)}
        upstream = upstream @ W.T
    return {"scores": scores, "loss": loss + l2_of(inputs, half), **grads}


def through_normalisation(inputs: Inputs, i: int, layer: Hidden, dout: Array, grads: dict[str, Array]) -> Array:
    """The gradient in front of the normalisation of hidden layer i; those of its gamma and beta go to `grads`."""
    if inputs["normalization"] is None:
        return dout
    axis = 0 if inputs["normalization"] == "batchnorm" else 1
    grads |= {f"dgamma{i}": (dout * layer.normal).sum(axis=0), f"dbeta{i}": dout.sum(axis=0)}
    dnormal = dout * wide(inputs[f"gamma{i}"])
    along = layer.normal * (dnormal * layer.normal).mean(axis=axis, keepdims=True)
    return np.asarray((dnormal - dnormal.mean(axis=axis, keepdims=True) - along) / layer.root)


def reference(half: float, inputs: Inputs) -> Outputs:
    """Whatever a case may ask for."""
    asked = inputs["asked"]
    if asked == "test":
        return {"scores": tested_scores(inputs)}
    if asked == "slopes":
        return {"equal_again": 1, **{slope_of(name): 1.0 for name in sloped(inputs)}}
    if asked == "unseeded":
        return {"masks_differ": 1}
    return {**net(half, inputs), "kept_scale": 1.0}


# --------------------------------------------------------------------------- the cases


@dataclass(frozen=True, slots=True)
class Sizes:
    """N samples of D numbers, the sizes of the hidden layers, C classes."""

    n: int
    d: int
    hidden: tuple[int, ...]
    c: int

    def params(self, rng: np.random.RandomState, scale: float = 1.0, bias: float = 0.5) -> dict[str, Array]:
        """Weights and biases that are not zero, W1, b1, W2, ...; scores of a few units at most, so that a logarithm
        which is kept from 0 by a tiny summand is still right."""
        sizes, params = (self.d, *self.hidden, self.c), dict[str, Array]()
        for i, (before, after) in enumerate(pairwise(sizes), start=1):
            size = scale * (1.5 if i <= len(self.hidden) else 0.6)
            params[f"W{i}"] = size * rng.standard_normal((before, after)) / np.sqrt(before)
            params[f"b{i}"] = bias * rng.standard_normal(after)
        return params

    def normalising(self, rng: np.random.RandomState) -> dict[str, Array]:
        """gamma and beta of every hidden layer."""
        drawn = dict[str, Array]()
        for i, size in enumerate(self.hidden, start=1):
            drawn |= {f"gamma{i}": 0.5 + rng.random_sample(size), f"beta{i}": 0.5 * rng.standard_normal(size)}
        return drawn


@dataclass(frozen=True, slots=True)
class Situation:
    """Draws parameters, samples and labels; no pre-activation is near 0.

    `scale` and `bias` are the sizes of weights and biases, `last` is added to all biases of the last layer; `start`:
    the loss is still close to log C. `asked` says what is asked: "scores" and loss, "loss" alone, or scores in "test"
    mode after a training pass. `dropout` is p, None for off. `shape` reshapes every float array.
    """

    sizes: Sizes
    reg: float | None
    scale: float = 1.0
    bias: float = 0.5
    last: float = 0.0
    start: bool = False
    normalization: str | None = None
    dropout: float | None = None
    asked: str = "scores"
    shape: Callable[[Array], Array] = np.asarray
    image: tuple[int, ...] = ()

    def __call__(self, rng: np.random.RandomState) -> Inputs:
        while not self._smooth(inputs := self._drawn(rng)):
            pass
        last = f"b{len(self.sizes.hidden) + 1}"
        inputs[last] = inputs[last] + self.last
        if self.image:
            inputs["X"] = inputs["X"].reshape(self.sizes.n, *self.image)
        return {name: self.shape(x) if name[0] != "y" and np.ndim(x) else x for name, x in inputs.items()}

    def _drawn(self, rng: np.random.RandomState) -> dict[str, Value]:
        sizes = self.sizes
        samples = {"X": rng.standard_normal((sizes.n, sizes.d)), "y": rng.randint(sizes.c, size=sizes.n)}
        if self.asked == "test":
            samples["X_test"] = rng.standard_normal((sizes.n + 1, sizes.d))
        return {
            **sizes.params(rng, self.scale, self.bias),
            **(sizes.normalising(rng) if self.normalization else {}),
            **samples,
            **options(self.reg, self.normalization, self.dropout, self.asked, rng),
        }

    def _smooth(self, inputs: Inputs) -> bool:
        layers = hidden_layers(inputs, inputs["X"])
        away = all(np.abs(layer.before).min() > AWAY * np.abs(layer.before).mean() for layer in layers)
        return away and (not self.start or close_to_the_start(scores_of(inputs, inputs["X"]), inputs["y"]))


def options(
    reg: float | None, normalization: str | None, dropout: float | None, asked: str, rng: np.random.RandomState
) -> dict[str, Value]:
    """What a case says besides its arrays."""
    seed = int(rng.randint(2**31))
    return {"reg": reg, "normalization": normalization, "dropout": dropout, "asked": asked, "seed": seed}


@dataclass(frozen=True, slots=True)
class Masked:
    """Draws a net with dropout whose masks can be told from its gradients.

    All hidden units are on for the one sample, the second hidden layer copies the first, and the last weights are 0:
    so the scores are the last biases, and the last weight gradient is an outer product with the units that were kept.
    Without a `seed` two passes keep the same units but for a chance of (p^4 + (1 - p^2)^2)^units.
    """

    p: float
    units: int = 40
    seeded: bool = True

    def __call__(self, rng: np.random.RandomState) -> Inputs:
        params = Sizes(1, 5, (self.units, self.units), 3).params(rng)
        X = rng.standard_normal((1, 5))
        params["b1"] = 0.5 + np.abs(params["b1"]) - X[0] @ params["W1"] + rng.random_sample(self.units)
        params |= {"W2": np.eye(self.units), "b2": np.zeros(self.units), "W3": np.zeros((self.units, 3))}
        drawn = {"X": X, "y": rng.randint(3, size=1)}
        asked = options(0.0, None, self.p, "kept" if self.seeded else "unseeded", rng)
        return {**params, **drawn, **(asked if self.seeded else {**asked, "seed": None})}


@dataclass(frozen=True, slots=True)
class Sloped:
    """Draws a net with dropout whose loss is smooth whatever the masks are, and directions to go along.

    The first hidden layer is drawn away from its kinks, and no mask reaches it. Behind it each unit is far on one side
    for every mask: its bias is larger than all that may come in.
    """

    sizes: Sizes
    p: float
    normalization: str | None = None

    def __call__(self, rng: np.random.RandomState) -> Inputs:
        drawn = dict(Situation(self.sizes, 0.0, normalization=self.normalization, dropout=self.p, asked="slopes")(rng))
        if len(self.sizes.hidden) > 1:
            sign = np.where(np.arange(self.sizes.hidden[1]) % 3 == 0, -1.0, 1.0)
            came = relu(hidden_layers(drawn, drawn["X"])[0].before) @ np.abs(drawn["W2"])
            drawn["b2"] = sign * (came.max(axis=0) / min(self.p, 1 - self.p) + 1)
            drawn["W3"] = 0.2 * drawn["W3"]
        return {**drawn, **{f"along {name}": unit(rng, drawn[name].shape) for name in sloped(drawn)}}


def unit(rng: np.random.RandomState, shape: tuple[int, ...]) -> Array:
    """Normal numbers with a norm of about 1."""
    return np.asarray(rng.standard_normal(shape) / np.sqrt(np.prod(shape)))


def sloped(inputs: Inputs) -> list[str]:
    """The parameters along which the own loss is measured: not biases in front of batch normalisation, which change
    nothing."""
    normalised = depth_of(inputs) - 1 if inputs["normalization"] == "batchnorm" else 0
    idle = {f"b{i}" for i in range(1, normalised + 1)}
    return [name for name in params_of(inputs) if name not in idle]


def slope_of(name: str) -> str:
    """The output for the slope of the own loss over the slope that the gradient of the parameter `name` promises."""
    return f"slope/{name}"


NAMES = tuple(f"{kind}{i}" for i in range(1, MOST_LAYERS + 1) for kind in ("W", "b", "gamma", "beta"))
BASE = Sizes(6, 5, (7, 4), 3)


def params_of(inputs: Inputs) -> dict[str, Array]:
    """The parameters of the net."""
    return {name: inputs[name] for name in NAMES if name in inputs}


def graded_of(sizes: Sizes, *further: str) -> tuple[str, ...]:
    """The gradients of a net of these sizes, and further outputs."""
    layers = range(1, len(sizes.hidden) + 2)
    return (*further, *(f"d{kind}{i}" for i in layers for kind in "Wb"))


def plain(name: str, situation: Situation, check: CaseKind = "ordinary", tolerance: float = 1e-6) -> Case:
    """A case without normalisation and dropout."""
    return Case(name, situation, check, graded_of(situation.sizes, "scores", "loss"), tolerance)


def normalised(kind: str, *further: str) -> Case:
    sizes = Sizes(7, 5, (6, 4), 3)
    asked = "scores" if "scores" in further else "loss"
    own = [f"d{which}{i}" for i in (1, 2) for which in ("gamma", "beta")]
    situation = Situation(sizes, 0.5, normalization=kind, asked=asked)
    return Case(kind, situation, "normalization", graded_of(sizes, "loss", *own, *further))


def sloping(name: str, sizes: Sizes, normalization: str | None = None) -> Case:
    draw = Sloped(sizes, 0.6, normalization)
    names = sloped(draw(np.random.RandomState(0)))
    return Case(name, draw, "dropout", ("equal_again", *map(slope_of, names)), tolerance=1e-3)


SMALL = plain("2 samples", Situation(Sizes(2, 3, (2, 2), 2), 0.5))  # for showing
PLAIN = (
    plain("base", Situation(BASE, 0.5)),
    plain("1 hidden layer", Situation(Sizes(5, 6, (4,), 7), 0.1)),
    plain("4 hidden layers", Situation(Sizes(5, 4, (6, 7, 8, 3), 9), 2.0)),
    plain("small W", Situation(Sizes(8, 5, (6, 7), 4), 0.0, scale=0.3, bias=0.0, start=True)),
    plain("reg=0", Situation(Sizes(4, 3, (5, 6), 7), 0.0)),
    plain("N=1", Situation(Sizes(1, 4, (6, 5), 3), 0.5), "robustness"),
    plain("C=2", Situation(Sizes(6, 4, (5, 7), 2), 0.5), "robustness"),
    plain("X of images", Situation(Sizes(4, 12, (5, 6), 3), 0.5, image=(2, 3, 2)), "robustness"),
    plain("strided", Situation(BASE, 0.5, shape=every_second), "robustness"),
    plain("float32", Situation(BASE, 0.5, shape=single), "robustness", 1e-3),
    plain("last b+1000", Situation(BASE, 0.5, last=1000.0), "stability"),
    Case("reg left out", Situation(BASE, None), "robustness", ("scores", "db1", "db2", "db3")),
)
BATCHNORM, LAYERNORM = normalised("batchnorm"), normalised("layernorm", "scores")
DROPOUT = (
    Case("dropout", Masked(0.6), "dropout", ("loss", "db3", "kept_scale")),
    Case("dropout, no seed", Masked(0.5, units=60, seeded=False), "dropout", ("masks_differ",)),  # 6e-13
    sloping("own slopes", Sizes(5, 4, (6, 5), 3)),
    sloping("own slopes, batchnorm", Sizes(6, 4, (5,), 3), "batchnorm"),
)
TEST_DROPOUT = Case("dropout, test", Situation(BASE, 0.5, dropout=0.6, asked="test"), "test-mode", ("scores",))
TEST_BATCHNORM = Case(
    "batchnorm, test", Situation(BASE, 0.5, normalization="batchnorm", asked="test"), "test-mode", ("scores",)
)


# --------------------------------------------------------------------------- the object in the box


@dataclass(frozen=True, slots=True)
class Edition:
    """What a constructor calls its options: those for normalisation and dropout, and which of the others it takes.

    `stuck`: the handout's own line leaves batch normalisation in training mode (`bn_param[mode] = mode`, 2016).
    """

    normalization: str = "normalization"
    dropout: str = "dropout_keep_ratio"
    taken: tuple[str, ...] = ("reg", "weight_scale", "dtype", "seed")
    stuck: bool = False

    def arguments(self, inputs: Inputs) -> Attempts:
        """Those of the constructor, for a net of the sizes of the parameters."""
        last, hidden = depth_of(inputs), [len(inputs[f"b{i}"]) for i in range(1, depth_of(inputs))]
        sizes = {"input_dim": len(inputs["W1"]), "num_classes": len(inputs[f"b{last}"])}
        given = {"dtype": inputs["W1"].dtype.type, "weight_scale": 1e-2, **self._options(inputs)}
        return self.attempts(hidden, {**sizes, **given})

    def attempts(self, hidden: Sequence[int], options: Mapping[str, Value]) -> Attempts:
        """By the names of this edition, and after it by those of the others."""
        editions = (self, *(replace(self, normalization=kind, dropout=dropout) for kind, dropout in NAMED))
        named: list[Arguments] = []
        for edition in editions:
            arguments = ((list(hidden),), edition.named(options))
            if arguments not in named and edition.knows(options.get("normalization")):
                named.append(arguments)
        return named

    def knows(self, normalization: Value) -> bool:
        """Does this edition have such a normalisation?"""
        return self.normalization != "use_batchnorm" or normalization != "layernorm"

    def named(self, options: Mapping[str, Value]) -> dict[str, Value]:
        """`options` by this edition's names, as far as it takes them."""
        named = {name: option for name, option in options.items() if name not in OPTIONAL or name in self.taken}
        kind, p = named.pop("normalization", None), named.pop("dropout", None)
        if kind is not None:
            named[self.normalization] = True if self.normalization == "use_batchnorm" else kind
        return named if p is None else {**named, self.dropout: p}

    def _options(self, inputs: Inputs) -> dict[str, Value]:
        return {name: inputs[name] for name in ("reg", "normalization", "dropout", "seed") if inputs[name] is not None}

    def cases(self) -> tuple[Case, ...]:
        """What nets of this edition can be asked."""
        layernorm = (LAYERNORM,) if self.knows("layernorm") else ()
        stays = () if self.stuck else (TEST_BATCHNORM,)
        return (*PLAIN, BATCHNORM, *layernorm, *DROPOUT, TEST_DROPOUT, *stays)


FILES = ("fc_net.py",)
OPTIONAL = ("reg", "weight_scale", "dtype", "seed")
NAMED = (("normalization", "dropout_keep_ratio"), ("normalization", "dropout"), ("use_batchnorm", "dropout"))


def edition_of(submission: Submission) -> Edition:
    """The edition of the constructor that was handed in; the newest where that cannot be told."""
    constructor = constructor_of(submission, "FullyConnectedNet", FILES)
    kinds, dropouts = ([one for one in names if one in constructor.names] for names in zip(*NAMED, strict=True))
    return Edition(
        (*kinds, "normalization")[0],
        (*dropouts, "dropout_keep_ratio")[0],
        tuple(filter(constructor.takes, OPTIONAL)),
        any(leaves_the_mode(node) for owner in constructor.owners for node in ast.walk(owner)),
    )


def leaves_the_mode(node: ast.AST) -> bool:
    """Is that `...[mode] = mode`?"""
    match node:
        case ast.Assign([ast.Subscript(slice=ast.Name("mode"))], ast.Name("mode")):
            return True
    return False


def ask(network: Network, nets: Nets) -> None:
    """Scores where they are asked for, a training pass of everybody, and what follows from it."""
    nets.ask(lambda inputs: (inputs["X"],) if inputs["asked"] == "scores" else None, nets.under("scores"))
    network.loss_and_gradients(nets)
    for _ in range(2):  # the second time, so that what testing leaves behind shows
        nets.ask(lambda inputs: (inputs["X_test"],) if inputs["asked"] == "test" else None, nets.under("scores"))
    before = [dict(outputs) for outputs in nets.outputs]
    network.loss_and_gradients(nets, lambda inputs: inputs["asked"] == "slopes")
    network.loss_and_gradients(nets, lambda inputs: inputs["asked"] == "unseeded", seed=ANOTHER)
    for inputs, first, outputs in zip(nets.batch, before, nets.outputs, strict=True):
        if inputs["asked"] == "kept":
            outputs["kept_scale"] = kept_scale(inputs, outputs.get("dW3"))
        if inputs["asked"] == "unseeded":
            outputs["masks_differ"] = masks_differ(first.get("dW3"), outputs.get("dW3"))
        if inputs["asked"] == "slopes" and "loss" in outputs:
            outputs["equal_again"] = int(all(same_bits(first[name], outputs[name]) for name in first))
            outputs.update(slopes(network, nets.program, inputs, outputs))


def kept_scale(inputs: Inputs, dW3: Value) -> float | None:
    """By what the units that were kept are scaled, over 1/p for each of the two hidden layers (p keeps or drops,
    whichever is nearer); of all units the one that is furthest off. None where there is no gradient to tell it."""
    gradient = real_numbers(dW3)
    if gradient is None or gradient.shape != inputs["W3"].shape:
        return None
    _, dscores = softmax_loss(inputs["b3"][None], inputs["y"])
    units = (gradient @ dscores[0]) / np.sum(dscores**2) / hidden_layers(inputs, inputs["X"])[0].before[0]
    kept = units[np.abs(units) > KEPT]
    ratios = np.stack([kept * keep**2 for keep in (inputs["dropout"], 1 - inputs["dropout"])])
    nearest = [min(pair, key=lambda ratio: abs(ratio - 1)) for pair in ratios.T.tolist()]
    return float(max(nearest, key=lambda ratio: abs(ratio - 1), default=0.0))


def masks_differ(one: Value, other: Value) -> int | None:
    """Were other units kept in the second pass? None where there are no gradients to tell it."""
    gradients = [real_numbers(dW3) for dW3 in (one, other)]
    kept = [np.any(dW3 != 0, axis=-1) for dW3 in gradients if dW3 is not None and dW3.ndim == 2]
    return None if len(kept) < 2 else int(not np.array_equal(*kept))


def slopes(network: Network, program: Program, inputs: Inputs, outputs: Mapping[str, Value]) -> dict[str, Value]:
    """For each parameter the slope of the own loss along a direction, over what the gradient promises there; 1 where
    both are 0, since the masks may let nothing of a parameter through.

    The direction is that of the gradient and a random one, so that the promise is never nearly 0.
    """
    promised, moved = dict[str, float](), list[Inputs]()
    for name in sloped(inputs):
        gradient = real_numbers(outputs.get(f"d{name}"))
        if gradient is None or gradient.size != inputs[name].size:
            continue
        gradient = gradient.reshape(inputs[name].shape)
        along = inputs[f"along {name}"] + gradient / max(float(np.linalg.norm(gradient)), TINY)
        promised[name] = float(np.sum(gradient * along))
        moved += [{**inputs, name: inputs[name] + sign * STEP * along} for sign in (1, -1)]
    losses = [single_number(loss) for loss in network.losses(program, moved)]
    found = dict[str, Value]()
    for name, up, down in zip(promised, losses[::2], losses[1::2], strict=True):
        slope = None if up is None or down is None else (up - down) / (2 * STEP)
        found[slope_of(name)] = None if slope is None else over(slope, promised[name])
    return found


def over(slope: float, promised: float) -> float:
    """slope / promised, 1 where they are equal."""
    return 1.0 if slope == promised else slope / (promised or TINY)


def learns(network: Network) -> Callable[[Program, np.random.RandomState], Learned]:
    """Eight samples by heart, with two hidden layers."""

    def train(program: Program, rng: np.random.RandomState) -> Learned:
        sizes = Sizes(8, 8, (60, 40), 3)
        X, y = 2 * np.eye(8) + 0.3 * rng.standard_normal((8, 8)), np.arange(8) % 3
        inputs = {**sizes.params(rng), "X": X, "y": y, **options(0.0, None, None, "loss", rng)}
        return by_heart(network, inputs, lambda params: scores_of({**inputs, **params}, X), rate=0.4, steps=16)(program)

    return train


# --------------------------------------------------------------------------- what is asked of whom

SHARES = {
    LOSS: {
        **split(10),
        "value": split(10)["value"] + 4,  # loss and scores weigh the same
        "normalization": Fraction(6),
        "dropout": Fraction(4),
        "test-mode": Fraction(2),
    }
}


def outputs() -> tuple[Output, ...]:
    """Everything that a case may grade. A bias in front of batch normalisation has the gradient 0 by an identity."""
    found = [Output("scores", LOSS, "value"), Output("loss", LOSS, "value")]
    for i in range(1, MOST_LAYERS + 1):
        found.append(Output(f"dW{i}", LOSS, "gradient", of=f"W{i}"))
        found.append(Output(f"db{i}", LOSS, "gradient", of=f"b{i}", zero_beside=(f"dW{i}",)))
    for i in range(1, MOST_NORMALISED + 1):
        found += [Output(f"d{name}{i}", LOSS, "gradient", of=f"{name}{i}") for name in ("gamma", "beta")]
    found.append(Output("kept_scale", LOSS, "value"))
    found += [Output(name, LOSS, "value", integer=True) for name in ("equal_again", "masks_differ")]
    names = dict.fromkeys(slope for case in DROPOUT for slope in case.graded or () if slope.startswith("slope/"))
    return (*found, *(Output(name, LOSS, "gradient") for name in names))


OUTPUTS = outputs()


def if_units_are_dropped(check: Check) -> Check:
    """`check`, worth nothing where units are not dropped as they should be: of a net without dropout the rest holds."""

    def ask(trial: Trial, function: str) -> Finding:
        finding = check.ask(trial, function)
        kept = next(output for output in OUTPUTS if output.name == "kept_scale")
        return finding if trial.verdict(DROPOUT[0], kept).right else replace(finding, earned=Fraction(0))

    return replace(check, ask=ask)


def loss_group(edition: Edition, network: Network, play: NetPlay, half: float) -> Group:
    """`FullyConnectedNet.loss` with the L2 term half * reg * sum(W^2)."""
    sanity = Sanity(
        formula="log C",
        expected=lambda inputs: float(np.log(len(inputs[f"b{depth_of(inputs)}"]))),
        case="small W",
        unregularised={"reg": 0.0},
        l2=lambda inputs: float(l2_of(inputs, half)),
        samples=("X", "y"),
    )
    return Group(
        LOSS,
        functions=(Function(LOSS, "(X, y=None) -> scores, or (loss, grads)", Fraction(26), draws=True),),
        outputs=OUTPUTS,
        cases=edition.cases(),
        play=play,
        reference=partial(reference, half),
        checks=(
            contract(SHARES),
            value(SHARES),
            gradient(SHARES),
            initial_loss(SHARES, sanity),
            numeric_gradient(LOSS),
            part("normalization", SHARES),
            if_units_are_dropped(part("dropout", SHARES)),
            part("test-mode", SHARES),
            robustness(SHARES),
            deterministic(SHARES),
            learning(SHARES, learns(network)),
        ),
        ways={AXIS: HALF if half == 0.5 else FULL},
        rests_on=LAYERS,
        shown=(SMALL, *edition.cases()),
    )


# --------------------------------------------------------------------------- the constructor


@dataclass(frozen=True, slots=True)
class Making:
    """Draws what a constructor is asked for."""

    input_dim: int
    hidden_dims: tuple[int, ...]
    num_classes: int
    weight_scale: float
    normalization: str | None = None
    dtype: str = "float64"

    def __call__(self, rng: np.random.RandomState) -> Inputs:
        sizes = (self.input_dim, *self.hidden_dims, self.num_classes)
        return {
            "sizes": sizes,
            "weight_scale": self.weight_scale,
            "normalization": self.normalization,
            "dtype": self.dtype,
            "seed": int(rng.randint(2**31)),
        }


def play_constructor(edition: Edition) -> Callable[[Program, Inputs], Iterable[tuple[str, Value]]]:
    """Spread and mean of the weights are over the scale that was asked for, so 1 and 0 but for chance; two matrices
    that are alike have an overlap of 1."""

    def steps(program: Program, inputs: Inputs) -> Iterable[tuple[str, Value]]:
        input_dim, *hidden, num_classes = inputs["sizes"]
        sizes, dtype = {"input_dim": input_dim, "num_classes": num_classes}, np.dtype(inputs["dtype"]).type
        given = {name: inputs[name] for name in ("weight_scale", "normalization", "seed")}
        attempts = edition.attempts(hidden, {**sizes, **given, "dtype": dtype})
        (built,) = made(program, "FullyConnectedNet", [attempts])
        if isinstance(built, StudentFault):
            raise built
        params = program.get(built.value, "params") if isinstance(built.value, Handle) else None
        known = params if isinstance(params, dict) else {}
        weights: dict[str, Array] = {name: known[name] for name in WEIGHTS if drawn_numbers(known.get(name))}
        for name, W in weights.items():
            yield f"{name}_shape", np.array(W.shape)
            yield f"{name}_spread", float(np.sqrt(np.mean(np.square(W, dtype=np.float64)))) / inputs["weight_scale"]
            yield f"{name}_mean", float(np.mean(W, dtype=np.float64)) / inputs["weight_scale"]
            yield f"{name}_drawn_one_by_one", int(W.ndim == 2 and one_by_one(W))
            yield "float_bits", 8 * W.dtype.itemsize
        if {"W1", "W2"} <= weights.keys():
            yield "overlap", overlap(weights["W1"], weights["W2"]) / inputs["weight_scale"] ** 2
        yield from ((f"b{i}", bias_of(known.get(f"b{i}"), size)) for i, size in enumerate(inputs["sizes"][1:], start=1))
        yield from ((name, known.get(name)) for name in SCALES)

    return steps


def drawn_numbers(W: Value) -> bool:
    return isinstance(W, np.ndarray) and W.dtype.kind == "f" and W.size > 0


def overlap(one: Array, other: Array) -> float:
    """The mean product of the numbers of two arrays, in their order as far as both go."""
    count = min(one.size, other.size)
    return float(np.mean(one.ravel()[:count].astype(np.float64) * other.ravel()[:count]))


def constructed(inputs: Inputs) -> Outputs:
    sizes = inputs["sizes"]
    found: dict[str, Value] = {"float_bits": 32 if inputs["dtype"] == "float32" else 64, "overlap": 0.0}
    for i, (before, after) in enumerate(pairwise(sizes), start=1):
        found |= {
            f"W{i}_shape": np.array([before, after]),
            f"W{i}_spread": 1.0,
            f"W{i}_mean": 0.0,
            f"W{i}_drawn_one_by_one": 1,
        }
        found |= {f"b{i}": np.zeros(after), f"gamma{i}": np.ones(after), f"beta{i}": np.zeros(after)}
    return found


WEIGHTS = tuple(f"W{i}" for i in range(1, MOST_LAYERS + 1))
SCALES = tuple(f"{name}{i}" for i in range(1, MOST_LAYERS) for name in ("gamma", "beta"))
SIX_SIGMA = 0.14  # of means over at least 2000 normal numbers: 6 / sqrt(2000) is 0.134; of their spread it is less


def making(name: str, draw: Making, *further: str, check: CaseKind = "ordinary") -> Case:
    """A case of the constructor; where nothing normalises, no gamma and beta are asked for."""
    layers = range(1, len(draw.hidden_dims) + 2)
    graded = [f"{which}{i}" for i in layers[:-1] for which in ("gamma", "beta") if draw.normalization]
    graded += [one for i in layers for one in (f"W{i}_shape", f"b{i}")]
    return Case(name, draw, check, (*graded, *further), SIX_SIGMA)


DRAWN = (*(f"W{i}_{what}" for i in (1, 2, 3) for what in ("spread", "mean", "drawn_one_by_one")), "overlap")
MAKING = (
    making("base", Making(60, (50, 45), 46, 1e-2, "batchnorm"), *DRAWN),
    making("weight_scale=1", Making(48, (45, 50), 42, 1.0), *DRAWN),
    making("4 hidden layers", Making(4, (6, 7, 8, 3), 9, 0.1)),
    making("float32", Making(5, (6, 4), 3, 0.1, dtype="float32"), "float_bits", check="robustness"),
)
MAKING_LAYERNORM = making("layernorm", Making(5, (7, 6), 4, 0.1, "layernorm"))


def constructor_group(edition: Edition) -> Group:
    """`FullyConnectedNet.__init__`."""
    robust = "dtype" in edition.taken
    shares = {CONSTRUCTOR: split(4, gradient=False, loss=False, robustness=robust)}
    found = [Output("overlap", CONSTRUCTOR, "value", zero_beside=("W1_spread",))]
    for i in range(1, MOST_LAYERS + 1):
        found.append(Output(f"W{i}_shape", CONSTRUCTOR, "value", integer=True))
        found += [Output(f"{name}{i}", CONSTRUCTOR, "value") for name in ("b", "gamma", "beta")]
    for i in (1, 2, 3):
        found.append(Output(f"W{i}_spread", CONSTRUCTOR, "value"))
        found.append(Output(f"W{i}_drawn_one_by_one", CONSTRUCTOR, "value", integer=True))
        found.append(Output(f"W{i}_mean", CONSTRUCTOR, "value", zero_beside=("W1_spread",)))
    found.append(Output("float_bits", CONSTRUCTOR, "value", integer=True))
    signature = (
        "(hidden_dims, input_dim, num_classes, dropout_keep_ratio, normalization, reg, weight_scale, dtype, seed)"
    )
    return Group(
        CONSTRUCTOR,
        functions=(Function(CONSTRUCTOR, signature, Fraction(4), draws=True),),
        outputs=tuple(found),
        cases=tuple(
            case
            for case in (*MAKING, MAKING_LAYERNORM)
            if (case is not MAKING_LAYERNORM or edition.normalization == "normalization")
            and (case.name != "float32" or robust)
        ),
        play=each(play_constructor(edition)),
        reference=constructed,
        checks=(
            contract(shares),
            value(shares),
            *([robustness(shares)] if robust else []),
            deterministic(shares, drawn=DRAWN),
        ),
    )


@cache
def groups_of(edition: Edition) -> tuple[Group, ...]:
    """The groups of an edition; each way of the L2 term judges the same plays."""
    network = Network("FullyConnectedNet", edition.arguments, params_of, lambda inputs: (inputs["X"], inputs["y"]))
    params = tuple(f"{name}{i}" for i in range(1, len(BASE.hidden) + 2) for name in "Wb")
    play = NetPlay(network, partial(ask, network), params)
    half, full = (loss_group(edition, network, play, factor) for factor in (0.5, 1.0))
    return constructor_group(edition), replace(half, otherwise=(full,))


# --------------------------------------------------------------------------- what students get, and a right answer

STARTER = '''"""A fully connected network of any depth.

{affine - [batch or layer norm] - ReLU - [dropout]} x L - affine - softmax, by the layers of layers.py:
affine_forward, relu_forward, batchnorm_forward, dropout_forward, softmax_loss, ...
"""

import numpy as np

from layers import *


class FullyConnectedNet:
    def __init__(
        self,
        hidden_dims,
        input_dim=3 * 32 * 32,
        num_classes=10,
        dropout_keep_ratio=1,
        normalization=None,
        reg=0.0,
        weight_scale=1e-2,
        dtype=np.float32,
        seed=None,
    ):
        """hidden_dims: sizes of the hidden layers; dropout_keep_ratio: probability of keeping a unit, 1 for no dropout;
        normalization: "batchnorm", "layernorm" or None; seed makes the masks of dropout the same in every call.

        self.params gets W1, b1, W2, ... (weights normal with standard deviation weight_scale, biases zero) and, where
        the net normalises, gamma1, beta1, ... of the hidden layers (ones and zeros).
        """
        self.normalization = normalization
        self.use_dropout = dropout_keep_ratio != 1
        self.reg = reg
        self.num_layers = 1 + len(hidden_dims)
        self.dtype = dtype
        self.params = {}
        # your code

        self.dropout_param = {}
        if self.use_dropout:
            self.dropout_param = {"mode": "train", "p": dropout_keep_ratio}
            if seed is not None:
                self.dropout_param["seed"] = seed
        self.bn_params = []
        if self.normalization == "batchnorm":
            self.bn_params = [{"mode": "train"} for _ in range(self.num_layers - 1)]
        if self.normalization == "layernorm":
            self.bn_params = [{} for _ in range(self.num_layers - 1)]
        for name, array in self.params.items():
            self.params[name] = array.astype(dtype)

    def loss(self, X, y=None):
        """Without y the scores (N, C) in test mode. With y (N,) the loss and the gradients, a dict with the keys of
        self.params, in training mode.

        The loss is the mean softmax loss plus 0.5 * reg * the sum of W^2 over all weights; biases, gamma and beta are
        not regularised.
        """
        X = X.astype(self.dtype)
        mode = "test" if y is None else "train"
        if self.use_dropout:
            self.dropout_param["mode"] = mode
        if self.normalization == "batchnorm":
            for bn_param in self.bn_params:
                bn_param["mode"] = mode
        scores = None
        if mode == "test":
            return scores
        loss, grads = 0.0, {}
        return loss, grads
'''

SOLUTION = """import numpy as np


def affine_forward(x, w, b):
    return x.reshape(len(x), -1) @ w + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(len(x), -1).T @ dout, dout.sum(axis=0)


def relu_forward(x):
    return np.maximum(0, x), x


def relu_backward(dout, x):
    return dout * (x > 0)


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    mean = bn_param.get("running_mean", np.zeros(x.shape[1]))
    var = bn_param.get("running_var", np.zeros(x.shape[1]))
    if bn_param["mode"] == "train":
        bn_param["running_mean"] = momentum * mean + (1 - momentum) * x.mean(axis=0)
        bn_param["running_var"] = momentum * var + (1 - momentum) * x.var(axis=0)
        mean, var = x.mean(axis=0), x.var(axis=0)
    std = np.sqrt(var + eps)
    normal = (x - mean) / std
    return gamma * normal + beta, (normal, std, gamma)


def batchnorm_backward(dout, cache):
    normal, std, gamma = cache
    dnormal = dout * gamma
    dx = (dnormal - dnormal.mean(axis=0) - normal * (dnormal * normal).mean(axis=0)) / std
    return dx, (dout * normal).sum(axis=0), dout.sum(axis=0)


def layernorm_forward(x, gamma, beta, ln_param):
    std = np.sqrt(x.var(axis=1, keepdims=True) + ln_param.get("eps", 1e-5))
    normal = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma * normal + beta, (normal, std, gamma)


def layernorm_backward(dout, cache):
    normal, std, gamma = cache
    dnormal = dout * gamma
    along = normal * (dnormal * normal).mean(axis=1, keepdims=True)
    dx = (dnormal - dnormal.mean(axis=1, keepdims=True) - along) / std
    return dx, (dout * normal).sum(axis=0), dout.sum(axis=0)


def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    mask = (np.random.rand(*x.shape) < p) / p if mode == "train" else np.ones(x.shape)
    return x * mask, mask


def dropout_backward(dout, mask):
    return dout * mask


def softmax_loss(x, y):
    rows = np.arange(len(y))
    shifted = x - x.max(axis=1, keepdims=True)
    probs = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    loss = np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[rows, y])
    dx = probs.copy()
    dx[rows, y] -= 1
    return loss, dx / len(y)


class FullyConnectedNet:
    def __init__(
        self,
        hidden_dims,
        input_dim=3 * 32 * 32,
        num_classes=10,
        dropout_keep_ratio=1,
        normalization=None,
        reg=0.0,
        weight_scale=1e-2,
        dtype=np.float32,
        seed=None,
    ):
        self.normalization = normalization
        self.use_dropout = dropout_keep_ratio != 1
        self.reg = 0.0 if reg is None else reg
        self.num_layers = 1 + len(hidden_dims)
        self.dtype = dtype
        self.params = {}
        sizes = [input_dim, *hidden_dims, num_classes]
        for i in range(1, self.num_layers + 1):
            self.params[f"W{i}"] = weight_scale * np.random.randn(sizes[i - 1], sizes[i])
            self.params[f"b{i}"] = np.zeros(sizes[i])
            if normalization is not None and i < self.num_layers:
                self.params[f"gamma{i}"] = np.ones(sizes[i])
                self.params[f"beta{i}"] = np.zeros(sizes[i])
        self.dropout_param = {"mode": "train", "p": dropout_keep_ratio}
        if seed is not None:
            self.dropout_param["seed"] = seed
        self.bn_params = [{"mode": "train"} for _ in range(self.num_layers - 1)]
        for name, array in self.params.items():
            self.params[name] = array.astype(dtype)

    def loss(self, X, y=None):
        X = X.astype(self.dtype)
        mode = "test" if y is None else "train"
        self.dropout_param["mode"] = mode
        for bn_param in self.bn_params:
            bn_param["mode"] = mode

        out, caches = X, []
        for i in range(1, self.num_layers):
            out, fc_cache = affine_forward(out, self.params[f"W{i}"], self.params[f"b{i}"])
            norm_cache = drop_cache = None
            if self.normalization == "batchnorm":
                gamma, beta = self.params[f"gamma{i}"], self.params[f"beta{i}"]
                out, norm_cache = batchnorm_forward(out, gamma, beta, self.bn_params[i - 1])
            elif self.normalization == "layernorm":
                gamma, beta = self.params[f"gamma{i}"], self.params[f"beta{i}"]
                out, norm_cache = layernorm_forward(out, gamma, beta, self.bn_params[i - 1])
            out, relu_cache = relu_forward(out)
            if self.use_dropout:
                out, drop_cache = dropout_forward(out, self.dropout_param)
            caches.append((fc_cache, norm_cache, relu_cache, drop_cache))
        last = self.num_layers
        scores, last_cache = affine_forward(out, self.params[f"W{last}"], self.params[f"b{last}"])
        if y is None:
            return scores

        loss, dscores = softmax_loss(scores, y)
        grads = {}
        reg_loss = 0.0
        for i in range(1, self.num_layers + 1):
            reg_loss += 0.5 * self.reg * np.sum(self.params[f"W{i}"] ** 2)
        loss += reg_loss
        dout, dW, db = affine_backward(dscores, last_cache)
        grads[f"W{last}"] = dW + self.reg * self.params[f"W{last}"]
        grads[f"b{last}"] = db
        for i in range(self.num_layers - 1, 0, -1):
            fc_cache, norm_cache, relu_cache, drop_cache = caches[i - 1]
            if self.use_dropout:
                dout = dropout_backward(dout, drop_cache)
            dout = relu_backward(dout, relu_cache)
            if self.normalization == "batchnorm":
                dout, dgamma, dbeta = batchnorm_backward(dout, norm_cache)
                grads[f"gamma{i}"], grads[f"beta{i}"] = dgamma, dbeta
            elif self.normalization == "layernorm":
                dout, dgamma, dbeta = layernorm_backward(dout, norm_cache)
                grads[f"gamma{i}"], grads[f"beta{i}"] = dgamma, dbeta
            dout, dW, db = affine_backward(dout, fc_cache)
            grads[f"W{i}"] = dW + self.reg * self.params[f"W{i}"]
            grads[f"b{i}"] = db
        return loss, grads
"""

ASSIGNMENT = Assignment(
    slug="fully-connected-net",
    groups=groups_of(Edition()),
    files=FILES,
    supply=("layers", "layer_utils", "fast_layers", "optim", "solver", "data_utils", "gradient_check", "vis_utils"),
    starter={"fc_net.py": STARTER},
    editions=lambda submission: groups_of(edition_of(submission)),
    solution={"fc_net.py": SOLUTION},
)
