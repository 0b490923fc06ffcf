import numpy as np


def affine_forward(x, w, b):
    return np.einsum("nd,dm->nm", x.reshape(len(x), -1), w) + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    dx = np.einsum("nm,dm->nd", dout, w).reshape(x.shape)
    return dx, np.einsum("nd,nm->dm", x.reshape(len(x), -1), dout), np.einsum("nm->m", dout)


def relu_forward(x):
    return x.clip(min=0), x


def relu_backward(dout, x):
    dout[x <= 0] = 0  # in place
    return dout


def _norm(x, axis):
    centred = x - x.mean(axis, keepdims=True)
    std = np.sqrt((centred**2).mean(axis, keepdims=True) + 1e-5)
    return centred / std, std


def _norm_back(d, z, std, axis):
    n = z.shape[axis]
    return (n * d - d.sum(axis, keepdims=True) - z * (d * z).sum(axis, keepdims=True)) / (n * std)


def batchnorm_forward(x, gamma, beta, bn_param):
    m = bn_param.get("momentum", 0.9)
    if bn_param["mode"] == "test":
        z = (x - bn_param.get("running_mean", 0)) / np.sqrt(bn_param.get("running_var", 0) + 1e-5)
        return z * gamma + beta, None
    bn_param["running_mean"] = m * bn_param.get("running_mean", 0) + (1 - m) * x.mean(0)
    bn_param["running_var"] = m * bn_param.get("running_var", 0) + (1 - m) * x.var(0)
    z, std = _norm(x, 0)
    return z * gamma + beta, (z, std, gamma)


def batchnorm_backward_alt(dout, cache):
    z, std, gamma = cache
    return _norm_back(dout * gamma, z, std, 0), (dout * z).sum(0), dout.sum(0)


def layernorm_forward(x, gamma, beta, ln_param):
    z, std = _norm(x, 1)
    return z * gamma + beta, (z, std, gamma)


def layernorm_backward(dout, cache):
    z, std, gamma = cache
    return _norm_back(dout * gamma, z, std, 1), (dout * z).sum(0), dout.sum(0)


def dropout_forward(x, dropout_param):
    if dropout_param["mode"] == "test":
        return x, None
    rng = np.random.default_rng(dropout_param.get("seed"))
    mask = rng.binomial(1, dropout_param["p"], x.shape) / dropout_param["p"]
    return x * mask, mask


def dropout_backward(dout, mask):
    return dout * mask


def softmax_loss(x, y):
    z = x - x.max(1)[:, None]
    log_p = z - np.log(np.exp(z).sum(1))[:, None]
    onehot = np.eye(x.shape[1])[y]
    return -(log_p * onehot).sum() / len(y), (np.exp(log_p) - onehot) / len(y)
