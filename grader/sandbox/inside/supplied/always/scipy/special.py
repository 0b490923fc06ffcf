"""The functions of `scipy.special` that losses are written with."""

import numpy as np


def logsumexp(a, axis=None, b=None, keepdims=False, return_sign=False):
    """log(sum(b * exp(a))) without overflow."""
    a = np.asarray(a)
    top = np.max(a, axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)
    terms = np.exp(a - top) if b is None else b * np.exp(a - top)
    total = np.sum(terms, axis=axis, keepdims=True)
    out = np.log(np.abs(total) if return_sign else total) + top
    out, sign = (value if keepdims else np.squeeze(value, axis=axis) for value in (out, np.sign(total)))
    return (out[()], sign[()]) if return_sign else out[()]


def softmax(x, axis=None):
    """exp(x) over its sum."""
    x = np.asarray(x)
    return np.exp(x - logsumexp(x, axis=axis, keepdims=True))


def log_softmax(x, axis=None):
    """The logarithm of `softmax`."""
    x = np.asarray(x)
    return x - logsumexp(x, axis=axis, keepdims=True)


def expit(x):
    """The logistic sigmoid."""
    return np.exp(-np.logaddexp(0.0, -np.asarray(x)))


def logit(x):
    """What `expit` undoes."""
    return np.log(x) - np.log1p(-np.asarray(x))


def xlogy(x, y):
    """x * log(y), and 0 where x is 0."""
    return np.where(np.asarray(x) == 0, 0.0, x * np.log(np.where(np.asarray(x) == 0, 1.0, y)))
