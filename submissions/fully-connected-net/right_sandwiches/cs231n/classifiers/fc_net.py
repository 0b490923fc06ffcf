# expect: FullyConnectedNet.__init__=passed FullyConnectedNet.loss=passed
import numpy as np

from ..layers import *


def affine_norm_relu_drop_forward(x, w, b, norm=None, gamma=None, beta=None, norm_param=None, drop_param=None):
    """One sandwich for all: its cache has None for what was left out."""
    a, fc = affine_forward(x, w, b)
    nc = dc = None
    if norm == "batchnorm":
        a, nc = batchnorm_forward(a, gamma, beta, norm_param)
    if norm == "layernorm":
        a, nc = layernorm_forward(a, gamma, beta, norm_param)
    out, rc = relu_forward(a)
    if drop_param:
        out, dc = dropout_forward(out, drop_param)
    return out, (fc, nc, rc, dc)


def affine_norm_relu_drop_backward(dout, cache, norm=None):
    fc, nc, rc, dc = cache
    dgamma, dbeta = None, None
    if dc is not None:
        dout = dropout_backward(dout, dc)
    da = relu_backward(dout, rc)
    if norm == "batchnorm":
        da, dgamma, dbeta = batchnorm_backward_alt(da, nc)
    if norm == "layernorm":
        da, dgamma, dbeta = layernorm_backward(da, nc)
    return (*affine_backward(da, fc), dgamma, dbeta)


class FullyConnectedNet(object):
    def __init__(
        self,
        hidden_dims: list,
        input_dim: int = (3 * 32 * 32),
        num_classes: int = 10,
        dropout_keep_ratio: float = 1,
        normalization=None,
        reg: float = 0.0,
        weight_scale: float = 1e-2,
        dtype=np.float32,
        seed=None,
    ) -> None:
        self.normalization = normalization
        self.use_dropout = dropout_keep_ratio != 1
        self.reg = reg
        self.num_layers = 1 + len(hidden_dims)
        self.dtype = dtype
        self.params = {}
        dims = np.hstack([input_dim, hidden_dims, num_classes])
        for i, (n, m) in enumerate(zip(dims[:-1], dims[1:]), 1):
            self.params["W%d" % i] = np.random.normal(scale=weight_scale, size=(n, m))
            self.params["b%d" % i] = np.zeros(m)
            if normalization and i != self.num_layers:
                self.params["gamma%d" % i] = np.ones(m)
                self.params["beta%d" % i] = np.zeros(m)
        self.dropout_param = {}
        if self.use_dropout:
            self.dropout_param = {"mode": "train", "p": dropout_keep_ratio}
            if seed is not None:
                self.dropout_param["seed"] = seed
        self.bn_params = [{"mode": "train"} if normalization == "batchnorm" else {} for _ in hidden_dims]
        for k, v in self.params.items():
            self.params[k] = v.astype(dtype)

    def loss(self, X, y=None):
        X = X.astype(self.dtype)
        mode = "test" if y is None else "train"
        if self.use_dropout:
            self.dropout_param["mode"] = mode
        if self.normalization == "batchnorm":
            for bn_param in self.bn_params:
                bn_param["mode"] = mode

        p, caches, out = self.params, [], X
        for i in range(1, self.num_layers):
            norm = (self.normalization, p.get("gamma%d" % i), p.get("beta%d" % i), self.bn_params[i - 1])
            out, cache = affine_norm_relu_drop_forward(out, p["W%d" % i], p["b%d" % i], *norm, self.dropout_param)
            caches.append(cache)
        L = self.num_layers
        scores, last = affine_forward(out, p["W%d" % L], p["b%d" % L])
        if y is None:
            return scores

        loss, dout = softmax_loss(scores, y)
        loss += self.reg / 2 * sum(np.linalg.norm(p["W%d" % i]) ** 2 for i in range(1, L + 1))
        grads = {}
        dout, grads["W%d" % L], grads["b%d" % L] = affine_backward(dout, last)
        for i in reversed(range(1, L)):
            dout, dw, db, dgamma, dbeta = affine_norm_relu_drop_backward(dout, caches[i - 1], self.normalization)
            grads["W%d" % i], grads["b%d" % i] = dw, db
            if self.normalization:
                grads["gamma%d" % i], grads["beta%d" % i] = dgamma, dbeta
        grads = {k: g + self.reg * p[k] if "W" in k else g for k, g in grads.items()}
        return loss, grads
