"""optimizers: six rules that turn weights and a gradient into new weights, `(w, dw, config=None) -> (w, config)`.

`config` holds the settings of a rule and the state that it carries from step to step; the one that a step returns is
given to the next. Four steps are made and every w is compared, so a state that is not carried on shows. All cases go
side by side: step k of all of them is one frame.

Formulas: momentum and Nesterov as in the course's notes (v = mu v - lr dw; w += v, or w += -mu v_before + (1 + mu) v),
AdaGrad (Duchi et al. 2011), RMSProp (Hinton's lecture 6e), Adam (Kingma and Ba 2015) with corrected moments. Of Adam
the form with a corrected rate (end of their section 2) is as right: it differs by where epsilon is added, and not where
epsilon is tiny, or many steps have passed. So is Nesterov as w += mu v - lr dw, which is the same numbers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks import abreast, contract, deterministic, parts, robustness, split, value, wide
from grader.checks.abreast import Step
from grader.checks.arrays import every_second, single
from grader.checks.faults import Unusable
from grader.checks.playing import Player
from grader.core import (
    Assignment,
    Case,
    Function,
    Group,
    Inputs,
    Message,
    Output,
    Outputs,
    Play,
    Program,
    StudentFault,
    Value,
)

Array = NDArray[np.float64]
Config = Mapping[str, Any]
Update = Callable[[Array, Array, Config], tuple[Array, Config]]  # w, dw, settings and state -> w, new state

STEPS = 4
TINY = 1e-8  # where epsilon stands does not show
LARGE = 10.0  # gradients that hide an epsilon of 1e-6 too: some write their own into the rule
SEEN = 1e-2  # where it does, with gradients of this size


# --------------------------------------------------------------------------- the solution


def sgd(w: Array, dw: Array, c: Config) -> tuple[Array, Config]:
    return w - c["learning_rate"] * dw, {}


def momentum(w: Array, dw: Array, c: Config) -> tuple[Array, Config]:
    v = c["momentum"] * c["velocity"] - c["learning_rate"] * dw
    return w + v, {"velocity": v}


def momentum_without_rate(w: Array, dw: Array, c: Config) -> tuple[Array, Config]:
    """The velocity is a sum of gradients, and the rate comes in when w is moved."""
    v = c["momentum"] * c["velocity"] + dw
    return w - c["learning_rate"] * v, {"velocity": v}


def nesterov(w: Array, dw: Array, c: Config) -> tuple[Array, Config]:
    before = c["velocity"]
    v = c["momentum"] * before - c["learning_rate"] * dw
    return w - c["momentum"] * before + (1 + c["momentum"]) * v, {"velocity": v}


def nesterov_without_rate(w: Array, dw: Array, c: Config) -> tuple[Array, Config]:
    v = c["momentum"] * c["velocity"] + dw
    return w - c["learning_rate"] * (dw + c["momentum"] * v), {"velocity": v}


def rmsprop(w: Array, dw: Array, c: Config) -> tuple[Array, Config]:
    cache = c["decay_rate"] * c["cache"] + (1 - c["decay_rate"]) * dw**2
    return w - c["learning_rate"] * dw / (np.sqrt(cache) + c["epsilon"]), {"cache": cache}


def adagrad(w: Array, dw: Array, c: Config) -> tuple[Array, Config]:
    cache = c["cache"] + dw**2
    return w - c["learning_rate"] * dw / (np.sqrt(cache) + c["epsilon"]), {"cache": cache}


def adam(w: Array, dw: Array, c: Config) -> tuple[Array, Config]:
    t = c["t"] + 1
    m = c["beta1"] * c["m"] + (1 - c["beta1"]) * dw
    v = c["beta2"] * c["v"] + (1 - c["beta2"]) * dw**2
    corrected_m, corrected_v = m / (1 - c["beta1"] ** t), v / (1 - c["beta2"] ** t)
    return w - c["learning_rate"] * corrected_m / (np.sqrt(corrected_v) + c["epsilon"]), {"m": m, "v": v, "t": t}


def path(update: Update, defaults: Config, state: Sequence[str]) -> Callable[[Inputs], Outputs]:
    """The weights after each step. What a config does not say are the defaults, and zeros for the arrays in `state`."""

    def reference(inputs: Inputs) -> Outputs:
        w, zeros = wide(inputs["w"]), np.zeros(np.shape(inputs["w"]))
        config = {**defaults, **dict.fromkeys(state, zeros), **(inputs["config"] or {})}
        weights = []
        for dw in inputs["dw"]:
            w, carried = update(w, wide(dw), config)
            config.update(carried)
            weights.append(w)
        return {"w": np.array(weights)}

    return reference


# --------------------------------------------------------------------------- the cases


SIGNS = np.array([-1.0, 1.0])


def signed(rng: np.random.RandomState, shape: tuple[int, ...], size: float) -> Array:
    """Numbers from `size` to twice that, of either sign: none near zero, where a root would show its epsilon."""
    return np.asarray(SIGNS[rng.randint(2, size=shape)] * size * (1 + rng.random_sample(shape)))


@dataclass(frozen=True, slots=True)
class Run:
    """Draws weights, STEPS gradients and a config with `settings`; None as `settings` gives no config at all.

    `signed` and `squared` are the names of the state's arrays, of gradients or of their squares, drawn on the scale
    `state` of the gradients (0: all zeros). `constant`: the same gradient in every step. `shape` comes last.
    """

    settings: Mapping[str, float] | None
    signed: tuple[str, ...] = ()
    squared: tuple[str, ...] = ()
    weights: float = 0.5
    gradients: float = 1.0
    state: float = 1.0
    constant: bool = False
    sizes: tuple[int, ...] = (3, 4)
    shape: Callable[[Array], Array] = np.asarray

    def __call__(self, rng: np.random.RandomState) -> Inputs:
        w = signed(rng, self.sizes, self.weights)
        dw = [signed(rng, self.sizes, self.gradients) for _ in range(1 if self.constant else STEPS)]
        state = {name: self.state * signed(rng, self.sizes, self.gradients) for name in self.signed}
        state |= {name: (self.state * signed(rng, self.sizes, self.gradients)) ** 2 for name in self.squared}
        given = None if self.settings is None else {**self.settings, **_each(self.shape, state)}
        return {"w": self.shape(w), "dw": [self.shape(one) for one in dw] * (STEPS // len(dw)), "config": given}


def _each(shape: Callable[[Array], Array], arrays: Mapping[str, Array]) -> dict[str, Array]:
    return {name: shape(array) for name, array in arrays.items()}


def pool(run: Run, *further: Case, by_default: float) -> tuple[Case, ...]:
    """The cases of a rule; `run` is its base, `by_default` the size of weights that its default rate moves visibly."""
    quiet = replace(run, state=0.0)
    return (
        Case("base", run),
        Case("constant gradient", replace(quiet, constant=True, sizes=(5,))),
        Case("config=None", Run(None, weights=by_default, gradients=run.gradients)),
        *further,
        Case("gradient 0", replace(quiet, gradients=0.0), "robustness"),
        Case("3-D w", replace(run, sizes=(2, 3, 2)), "robustness"),
        Case("one number", replace(run, sizes=(1,)), "robustness"),
        Case("strided", replace(run, shape=every_second), "robustness"),
        Case("float32", replace(run, shape=single), "robustness", tolerance=1e-3),
    )


RATE = {"learning_rate": 0.05}
PUSH = Run({**RATE, "momentum": 0.6}, signed=("velocity",), state=0.1)
MEAN = Run({**RATE, "decay_rate": 0.8, "epsilon": TINY}, squared=("cache",), gradients=LARGE)
SUM = Run({**RATE, "epsilon": TINY}, squared=("cache",))
BOTH = Run({**RATE, "beta1": 0.8, "beta2": 0.95, "epsilon": TINY, "t": 0}, ("m",), ("v",), state=0.0)
LATE = replace(BOTH, settings={**(BOTH.settings or {}), "t": 5}, state=1.0)


def visible(run: Run) -> Case:
    """The same with an epsilon that shows; with Adam after so many steps that its two forms are one."""
    settings = {**(run.settings or {}), "epsilon": SEEN, **({"t": 1000} if run.signed else {})}
    return Case("epsilon=0.01", replace(run, settings=settings, gradients=0.05, state=1.0), "robustness")


def from_rest(run: Run) -> Case:
    return Case("state 0", replace(run, state=0.0))


# --------------------------------------------------------------------------- the play


def steps(name: str, handed: Callable[[Config], Config] = dict) -> Player:
    """As many steps of the function `name` as there are gradients, each from the weights and the config (it stays in
    the box) that the one before returned. `handed` makes the config of a case into that of another handout."""

    def play(program: Program, batch: Sequence[Inputs]) -> list[Play]:
        starts = [(inputs["w"], None if inputs["config"] is None else handed(inputs["config"])) for inputs in batch]
        come: list[list[Step]] = [[start] for start in starts]
        for k in range(max(len(inputs["dw"]) for inputs in batch)):
            going = [at for at, inputs in enumerate(batch) if k < len(inputs["dw"])]
            last, here = [come[at][-1] for at in going], [batch[at] for at in going]
            made = abreast(program, name, last, here, partial(_next, k), hold=(1,))
            for at, step in zip(going, made, strict=True):
                come[at].append(step)
        return [_play(name, case[1:]) for case in come]

    return play


def _next(k: int, came: Value, inputs: Inputs) -> tuple[Value, ...]:
    """The arguments of step k."""
    w, config = _apart(came)
    return w, inputs["dw"][k], config


def _apart(came: Value) -> tuple[Value, ...]:
    """What a step returned. A body that is not written yet may return a config, but no weights."""
    w, config = parts(came, "w", "config")
    if w is None:
        raise Unusable(Message("checks.unusable", {"expected": "w, config", "actual": "None, config"}), empty=True)
    return w, config


def _play(name: str, case: Sequence[Step]) -> Play:
    if isinstance(case[-1], StudentFault):
        return Play({}, {name: case[-1]})
    try:
        weights = [_apart(came)[0] for came in case]
    except Unusable as fault:
        return Play({}, {name: fault})
    alike = all(isinstance(w, np.ndarray) for w in weights) and len({w.shape for w in weights}) == 1
    return Play({"w": np.array(weights) if alike else weights})


# --------------------------------------------------------------------------- what is asked of whom


def rule(
    name: str, points: int, update: Update, *, defaults: Config, state: Sequence[str] = (), cases: tuple[Case, ...]
) -> Group:
    """One optimiser. `defaults` are its settings where none are given, `state` the names of the arrays it carries."""
    shares = {name: split(points, gradient=False, loss=False)}
    return Group(
        name,
        functions=(Function(name, "(w, dw, config=None) -> (w, config)", Fraction(points), mutates=True),),
        outputs=(Output("w", name, "value"),),
        cases=cases,
        play=steps(name),
        reference=path(update, defaults, state),
        checks=(contract(shares), value(shares), robustness(shares), deterministic(shares)),
    )


def with_velocity(group: Group, without_rate: Update) -> Group:
    """A velocity is a step (default), or a sum of gradients: the same path from rest, another from a given velocity."""
    other = replace(
        group, reference=path(without_rate, MOMENTUM, ("velocity",)), ways={"velocity": "velocity-without-rate"}
    )
    return replace(group, ways={"velocity": "velocity-with-rate"}, otherwise=(other,))


def with_count(group: Group) -> Group:
    """Adam's t counts the steps made (default), or, as in older handouts, starts at one: it is then read before it is
    increased, so the same step is told a t one larger; or it is increased first all the same, so only the start by
    default is another one, and the first step has the correction of the second."""
    read_first = replace(group, play=steps(group.name, counted), ways={"adam-t": "adam-t-starts-at-one"})
    by_default = replace(
        group, reference=path(adam, {**ADAM, "t": 1}, ("m", "v")), ways={"adam-t": "adam-t-is-two-at-first"}
    )
    return replace(group, ways={"adam-t": "adam-t-starts-at-zero"}, otherwise=(by_default, read_first))


def counted(config: Config) -> Config:
    return {**config, "t": config["t"] + 1}


def with_state(group: Group, keys: Mapping[str, str]) -> Group:
    """The state may have other names in `config`: a sibling course has v for Adam's first moment, a for squares."""

    def handed(config: Config) -> Config:
        return {keys.get(key, key): value for key, value in config.items()}

    def named(one: Group, option: str) -> Group:
        return replace(one, ways={**one.ways, "state": option})

    other = named(replace(group, play=steps(group.name, handed), otherwise=()), "state-in-v-and-a")
    usual = "state-in-m-v-and-cache"
    return replace(named(group, usual), otherwise=(*(named(one, usual) for one in group.otherwise), other))


SGD = {"learning_rate": 1e-2}
MOMENTUM = {"learning_rate": 1e-2, "momentum": 0.9}
RMSPROP = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8}
ADAGRAD = {"learning_rate": 1e-2, "epsilon": 1e-8}
ADAM = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0}

SGD_CASES = pool(Run(RATE), by_default=0.1)
PUSH_CASES = pool(PUSH, from_rest(PUSH), by_default=0.1)
MEAN_CASES = pool(MEAN, from_rest(MEAN), visible(MEAN), by_default=1.0)
SUM_CASES = pool(SUM, from_rest(SUM), visible(SUM), by_default=0.1)
ADAM_CASES = pool(BOTH, Case("t=5", LATE), visible(BOTH), by_default=0.02)

GROUPS = (
    rule("sgd", 2, sgd, defaults=SGD, cases=SGD_CASES),
    with_velocity(
        rule("sgd_momentum", 5, momentum, defaults=MOMENTUM, state=("velocity",), cases=PUSH_CASES),
        momentum_without_rate,
    ),
    with_velocity(
        rule("sgd_nesterov", 5, nesterov, defaults=MOMENTUM, state=("velocity",), cases=PUSH_CASES),
        nesterov_without_rate,
    ),
    with_state(
        rule("rmsprop", 5, rmsprop, defaults=RMSPROP, state=("cache",), cases=MEAN_CASES),
        {"cache": "a"},
    ),
    with_state(
        rule("adagrad", 4, adagrad, defaults=ADAGRAD, state=("cache",), cases=SUM_CASES),
        {"cache": "a"},
    ),
    with_state(
        with_count(rule("adam", 8, adam, defaults=ADAM, state=("m", "v"), cases=ADAM_CASES)),
        {"m": "v", "v": "a"},
    ),
)

STARTER = '''"""Optimisers: rules that turn weights and a gradient into new weights.

Each takes the weights w, the gradient dw of the same shape, and config, a dict of settings and of the state that is
carried from step to step. It returns the new weights and config, which is handed to the next step. What config does not
have gets the default below. An update may change w in place.
"""

import numpy as np


def sgd(w, dw, config=None):
    """config: learning_rate."""
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    next_w = None
    return next_w, config


def sgd_momentum(w, dw, config=None):
    """config: learning_rate; momentum; velocity, the last step. The new velocity is
    momentum * velocity - learning_rate * dw, and is added to w."""
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    config.setdefault("velocity", np.zeros_like(w))
    next_w = None
    return next_w, config


def sgd_nesterov(w, dw, config=None):
    """Nesterov's momentum, with the settings and the velocity of sgd_momentum:
    w becomes w - momentum * (velocity before) + (1 + momentum) * (velocity after)."""
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    config.setdefault("velocity", np.zeros_like(w))
    next_w = None
    return next_w, config


def rmsprop(w, dw, config=None):
    """config: learning_rate; decay_rate; epsilon, added to the root; cache, a moving average of dw**2."""
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("decay_rate", 0.99)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("cache", np.zeros_like(w))
    next_w = None
    return next_w, config


def adagrad(w, dw, config=None):
    """config: learning_rate; epsilon, added to the root; cache, the sum of dw**2."""
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("cache", np.zeros_like(w))
    next_w = None
    return next_w, config


def adam(w, dw, config=None):
    """config: learning_rate; beta1 and m, the moving average of dw; beta2 and v, that of dw**2; epsilon; t, the number
    of steps made so far: increase it before it is used for the correction of m and v."""
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    next_w = None
    return next_w, config
'''

SOLUTION = """import numpy as np


def sgd(w, dw, config=None):
    config = {"learning_rate": 1e-2, **(config or {})}
    next_w = w - config["learning_rate"] * dw
    return next_w, config


def sgd_momentum(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w), **(config or {})}
    lr, mu, v = config["learning_rate"], config["momentum"], config["velocity"]
    v = mu * v - lr * dw
    next_w = w + v
    config["velocity"] = v
    return next_w, config


def sgd_nesterov(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w), **(config or {})}
    lr, mu, v = config["learning_rate"], config["momentum"], config["velocity"]
    v_prev = v
    v = mu * v - lr * dw
    next_w = w - mu * v_prev + (1 + mu) * v
    config["velocity"] = v
    return next_w, config


def rmsprop(w, dw, config=None):
    config = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8, "cache": np.zeros_like(w), **(config or {})}
    lr, decay, eps, cache = (config[key] for key in ("learning_rate", "decay_rate", "epsilon", "cache"))
    cache = decay * cache + (1 - decay) * dw**2
    next_w = w - lr * dw / (np.sqrt(cache) + eps)
    config["cache"] = cache
    return next_w, config


def adagrad(w, dw, config=None):
    config = {"learning_rate": 1e-2, "epsilon": 1e-8, "cache": np.zeros_like(w), **(config or {})}
    lr, eps, cache = config["learning_rate"], config["epsilon"], config["cache"]
    cache = cache + dw**2
    next_w = w - lr * dw / (np.sqrt(cache) + eps)
    config["cache"] = cache
    return next_w, config


def adam(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0}
    config = {**defaults, "m": np.zeros_like(w), "v": np.zeros_like(w), **(config or {})}
    lr, beta1, beta2, eps = (config[key] for key in ("learning_rate", "beta1", "beta2", "epsilon"))
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    next_w = w - lr * m_hat / (np.sqrt(v_hat) + eps)
    config["m"], config["v"] = m, v
    config["t"] = t
    return next_w, config
"""

ASSIGNMENT = Assignment(
    slug="optimizers",
    groups=GROUPS,
    files=("optim.py",),
    supply=("layers", "layer_utils", "fast_layers", "solver", "data_utils", "gradient_check", "vis_utils"),
    starter={"optim.py": STARTER},
    solution={"optim.py": SOLUTION},
)
