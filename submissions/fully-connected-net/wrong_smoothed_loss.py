# expect: FullyConnectedNet.__init__=passed FullyConnectedNet.loss=failed
import numpy as np
from layers import *


class FullyConnectedNet:
    """Shows a loss that is smoothed over all calls, whoever made them, and has the gradient of the last one."""

    shown = []

    def __init__(self, hidden_dims, input_dim=3072, num_classes=10, dropout_keep_ratio=1, normalization=None,
                 reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.layers = len(hidden_dims)
        self.keep, self.seed, self.kind, self.reg, self.dtype = dropout_keep_ratio, seed, normalization, reg, dtype
        self.state = [{"mode": "train"} for _ in range(self.layers)]
        self.params = {}
        sizes = [input_dim] + list(hidden_dims) + [num_classes]
        for k in range(self.layers + 1):
            self.params[f"W{k + 1}"] = (weight_scale * np.random.randn(sizes[k], sizes[k + 1])).astype(dtype)
            self.params[f"b{k + 1}"] = np.zeros(sizes[k + 1], dtype=dtype)
            if normalization and k < self.layers:
                self.params[f"gamma{k + 1}"] = np.ones(sizes[k + 1], dtype=dtype)
                self.params[f"beta{k + 1}"] = np.zeros(sizes[k + 1], dtype=dtype)

    def loss(self, X, y=None):
        p, out, stack = self.params, X.astype(self.dtype), []
        for k in range(1, self.layers + 1):
            out, cache = affine_forward(out, p[f"W{k}"], p[f"b{k}"])
            stack.append((affine_backward, cache, (f"W{k}", f"b{k}")))
            if self.kind:
                self.state[k - 1]["mode"] = "test" if y is None else "train"
                forward, backward = {
                    "batchnorm": (batchnorm_forward, batchnorm_backward),
                    "layernorm": (layernorm_forward, layernorm_backward),
                }[self.kind]
                out, cache = forward(out, p[f"gamma{k}"], p[f"beta{k}"], self.state[k - 1])
                stack.append((backward, cache, (f"gamma{k}", f"beta{k}")))
            out, cache = relu_forward(out)
            stack.append((relu_backward, cache, ()))
            if self.keep != 1 and y is not None:
                out, cache = dropout_forward(out, {"p": self.keep, "mode": "train", "seed": self.seed})
                stack.append((dropout_backward, cache, ()))
        top = self.layers + 1
        scores, cache = affine_forward(out, p[f"W{top}"], p[f"b{top}"])
        stack.append((affine_backward, cache, (f"W{top}", f"b{top}")))
        if y is None:
            return scores
        loss, d = softmax_loss(scores, y)
        grads = {}
        for backward, cache, names in reversed(stack):
            back = backward(d, cache)
            d, *rest = back if names else (back,)
            grads.update(zip(names, rest))
        for name in p:
            if name[0] == "W":
                loss += 0.5 * self.reg * np.sum(p[name] ** 2)
                grads[name] = grads[name] + self.reg * p[name]
        self.shown.append(loss)
        return np.mean(self.shown[-3:]), grads
