"""normalization: batch normalisation with two forms of its backward pass, and layer normalisation.

`forward(x, gamma, beta, param) -> (out, cache)` for x (N, D), gamma and beta (D,), and `backward(dout, cache) -> dx,
dgamma, dbeta`. Batch normalisation takes mean and variance over the samples and keeps running ones in `bn_param` for
test mode (Ioffe and Szegedy 2015, arXiv:1502.03167), layer normalisation takes them over the features of each sample
(Ba, Kiros and Hinton 2016, arXiv:1607.06450). The variance has the divisor N, and eps stands under the root.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.checks import wide
from grader.checks.arrays import single
from grader.checks.batch_norm import NO_EPS, Batch, batch_norm_layer, normalised
from grader.checks.layer import layer
from grader.core import Assignment, Case, Inputs, Outputs

Array = NDArray[np.float64]

# --------------------------------------------------------------------------- the solution


def layer_norm(inputs: Inputs) -> Outputs:
    """Batch normalisation of the transposed x without scale and shift, which belong to the features."""
    x, gamma, beta, dout = (wide(inputs[name]) for name in ("x", "gamma", "beta", "dout"))
    eps = inputs["ln_param"].get("eps", 1e-5)
    found = normalised(x.T, np.ones(1), np.zeros(1), (dout * gamma).T, eps)
    hat = found["out"].T
    return {
        "out": gamma * hat + beta,
        "dx": found["dx"].T,
        "dgamma": np.sum(dout * hat, axis=0),
        "dbeta": dout.sum(axis=0),
    }


# --------------------------------------------------------------------------- the cases


@dataclass(frozen=True, slots=True)
class Samples:
    """Draws x (n, d), gamma, beta and dout for layer normalisation; every sample has a mean and a spread of its own.

    `eps` None leaves it out of ln_param; `constant` makes all numbers of the first sample the same; `shape` comes last.
    """

    n: int
    d: int
    eps: float | None = NO_EPS
    spread: float = 1.0
    constant: bool = False
    shape: Callable[[Array], NDArray[np.floating]] = np.asarray

    def __call__(self, rng: np.random.RandomState) -> Inputs:
        x = rng.uniform(0.5, 2, (self.n, 1)) * rng.standard_normal((self.n, self.d))
        x = 2 * rng.standard_normal((self.n, 1)) + self.spread * x
        if self.constant:
            x[0] = x[0, 0]
        gamma = rng.choice([-1, 1], self.d) * rng.uniform(0.5, 2, self.d)
        drawn = {"x": x, "gamma": gamma, "beta": rng.standard_normal(self.d), "dout": rng.standard_normal(x.shape)}
        param = {} if self.eps is None else {"eps": self.eps}
        return {**{name: self.shape(array) for name, array in drawn.items()}, "ln_param": param}


BATCH_CASES = (
    Case("base", Batch((7, 5))),
    Case("momentum=0.3", Batch((6, 4), momentum=0.3)),
    Case("eps=0.5", Batch((6, 5), eps=0.5), "robustness"),
    Case("N=2", Batch((2, 5), eps=0.1), "robustness"),
    Case("D=1", Batch((6, 1)), "robustness"),
    Case("std 1e-2", Batch((8, 5), spread=1e-2), "robustness"),
    Case("constant feature", Batch((6, 4), eps=1e-5, constant=True), "robustness"),
    Case("mode only", Batch((5, 4), first=True), "robustness"),
    Case("F-order", Batch((6, 4), fortran=True), "robustness"),
    Case("float32", Batch((7, 5), dtype=np.float32, spread=4.0), "robustness", tolerance=1e-3),
)
BATCH_TEST_CASES = (
    Case("test mode", Batch((5, 6), mode="test")),
    Case("test mode, eps=0.5", Batch((5, 3), mode="test", eps=0.5), "robustness"),
    Case("test mode, N=1", Batch((1, 4), mode="test"), "robustness"),
)

LAYER_CASES = (
    Case("base", Samples(6, 5)),
    Case("N<D", Samples(4, 9)),
    Case("eps=0.5", Samples(6, 5, eps=0.5), "robustness"),
    Case("N=1", Samples(1, 6), "robustness"),
    Case("N=D", Samples(5, 5), "robustness"),
    Case("std 1e-2", Samples(5, 8, spread=1e-2), "robustness"),
    Case("constant row", Samples(5, 4, eps=1e-5, constant=True), "robustness"),
    Case("no eps", Samples(5, 4, eps=None), "robustness"),
    Case("F-order", Samples(6, 4, shape=np.asfortranarray), "robustness"),
    Case("float32", Samples(6, 5, shape=single, spread=4.0), "robustness", tolerance=1e-3),
)

# --------------------------------------------------------------------------- the handout

STARTER = '''"""Normalisation layers.

A forward pass returns its result and a cache, which is whatever the backward pass needs. A backward pass takes the
upstream gradient dout, which has the shape of the result, and the cache, and returns the gradients of the inputs.
"""

import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    """Batch normalisation of x (N, D), scaled by gamma (D,) and shifted by beta (D,).

    In mode "train" the mean and variance are those of the batch, feature by feature (divisor N), and
        running_mean = momentum * running_mean + (1 - momentum) * mean
    and the same for running_var are stored in bn_param. In mode "test" the running ones are used.
    """
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    N, D = x.shape
    running_mean = bn_param.get("running_mean", np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(D, dtype=x.dtype))

    out, cache = None, None
    if mode == "train":
        pass
    elif mode == "test":
        pass
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)

    bn_param["running_mean"] = running_mean
    bn_param["running_var"] = running_var
    return out, cache


def batchnorm_backward(dout, cache):
    """dout (N, D) -> dx (N, D), dgamma (D,), dbeta (D,), step by step through mean and variance."""
    dx, dgamma, dbeta = None, None, None
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    """The same gradients from one simplified formula. Takes the cache of batchnorm_forward too."""
    dx, dgamma, dbeta = None, None, None
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    """Layer normalisation: mean and variance are taken over the D features of every sample of x (N, D)."""
    eps = ln_param.get("eps", 1e-5)
    out, cache = None, None
    return out, cache


def layernorm_backward(dout, cache):
    """dout (N, D) -> dx (N, D), dgamma (D,), dbeta (D,)."""
    dx, dgamma, dbeta = None, None, None
    return dx, dgamma, dbeta
'''

SOLUTION = """import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    N, D = x.shape
    running_mean = bn_param.get("running_mean", np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(D, dtype=x.dtype))

    if mode == "train":
        mean = np.mean(x, axis=0)
        var = np.var(x, axis=0)
        x_hat = (x - mean) / np.sqrt(var + eps)
        out = gamma * x_hat + beta
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var
        cache = (x, x_hat, mean, var, gamma, eps)
    elif mode == "test":
        normalized = (x - running_mean) / np.sqrt(running_var + eps)
        out = gamma * normalized + beta
        cache = None
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)

    bn_param["running_mean"] = running_mean
    bn_param["running_var"] = running_var
    return out, cache


def batchnorm_backward(dout, cache):
    x, x_hat, mean, var, gamma, eps = cache
    N = x.shape[0]

    dgamma = np.sum(dout * x_hat, axis=0)
    dbeta = np.sum(dout, axis=0)

    dx_hat = dout * gamma
    dvar = np.sum(dx_hat * (x - mean), axis=0) * -0.5 * (var + eps) ** -1.5
    dmean = -np.sum(dx_hat, axis=0) / np.sqrt(var + eps)
    dx = dx_hat / np.sqrt(var + eps) + dvar * 2 * (x - mean) / N + dmean / N
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    x, x_hat, mean, var, gamma, eps = cache

    dgamma = np.sum(dout * x_hat, axis=0)
    dbeta = np.sum(dout, axis=0)

    dx_hat = dout * gamma
    mean_path = np.mean(dx_hat, axis=0)
    var_path = x_hat * np.mean(dx_hat * x_hat, axis=0)
    dx = (dx_hat - mean_path - var_path) / np.sqrt(var + eps)
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mean = np.mean(x, axis=1, keepdims=True)
    var = np.var(x, axis=1, keepdims=True)
    x_hat = (x - mean) / np.sqrt(var + eps)
    out = gamma * x_hat + beta
    cache = (x, x_hat, mean, var, gamma, eps)
    return out, cache


def layernorm_backward(dout, cache):
    x, x_hat, mean, var, gamma, eps = cache
    N, D = x.shape

    dgamma = np.sum(dout * x_hat, axis=0)
    dbeta = np.sum(dout, axis=0)

    dx_hat = dout * gamma
    dvar = np.sum(dx_hat * (x - mean), axis=1, keepdims=True) * -0.5 * (var + eps) ** -1.5
    dmean = -np.sum(dx_hat, axis=1, keepdims=True) / np.sqrt(var + eps)
    dx = dx_hat / np.sqrt(var + eps) + dvar * 2 * (x - mean) / D + dmean / D
    return dx, dgamma, dbeta
"""

ASSIGNMENT = Assignment(
    slug="normalization",
    groups=(
        batch_norm_layer(
            "batchnorm",
            {"batchnorm_forward": 12, "batchnorm_backward": 8, "batchnorm_backward_alt": 4},
            trained=BATCH_CASES,
            tested=BATCH_TEST_CASES,
        ),
        layer(
            "layernorm",
            {"layernorm_forward": 5, "layernorm_backward": 5},
            arguments=("x", "gamma", "beta", "ln_param"),
            of=("x", "gamma", "beta"),
            cases=LAYER_CASES,
            reference=layer_norm,
        ),
    ),
    files=("layers.py",),
    supply=("layer_utils", "fast_layers", "optim", "solver", "data_utils", "gradient_check", "vis_utils"),
    starter={"layers.py": STARTER},
    solution={"layers.py": SOLUTION},
)
