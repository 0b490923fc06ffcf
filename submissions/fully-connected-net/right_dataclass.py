# expect: FullyConnectedNet.__init__=passed FullyConnectedNet.loss=passed
from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np

from cs231n.layers import *


@dataclass
class FullyConnectedNet:
    """The options are fields of a dataclass, called as in 2018: dropout=1 means none."""

    hidden_dims: list
    input_dim: int = 3 * 32 * 32
    num_classes: int = 10
    dropout: float = 1
    normalization: Optional[str] = None
    reg: float = 0.0
    weight_scale: float = 1e-2
    dtype: Any = np.float32
    seed: Optional[int] = None
    params: dict = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self):
        sizes = [self.input_dim] + list(self.hidden_dims) + [self.num_classes]
        self.depth = len(sizes) - 1
        for i in range(1, self.depth + 1):
            self.params[f"W{i}"] = np.random.normal(0, self.weight_scale, (sizes[i - 1], sizes[i])).astype(self.dtype)
            self.params[f"b{i}"] = np.zeros(sizes[i], dtype=self.dtype)
            if self.normalization and i < self.depth:
                self.params[f"gamma{i}"] = np.ones(sizes[i], dtype=self.dtype)
                self.params[f"beta{i}"] = np.zeros(sizes[i], dtype=self.dtype)
        self.bn_params = [{} for _ in self.hidden_dims]
        self.dropout_param = {"p": self.dropout}
        if self.seed is not None:
            self.dropout_param["seed"] = self.seed

    def loss(self, X, y=None):
        mode = "test" if y is None else "train"
        self.dropout_param["mode"] = mode
        forward = {"batchnorm": batchnorm_forward, "layernorm": layernorm_forward}.get(self.normalization)
        backward = {"batchnorm": batchnorm_backward, "layernorm": layernorm_backward}.get(self.normalization)
        P, h, back, grads = self.params, X.astype(self.dtype), [], {}
        for i in range(1, self.depth):
            h, fc = affine_forward(h, P[f"W{i}"], P[f"b{i}"])
            norm = drop = None
            if forward:
                self.bn_params[i - 1]["mode"] = mode
                h, norm = forward(h, P[f"gamma{i}"], P[f"beta{i}"], self.bn_params[i - 1])
            h, act = relu_forward(h)
            if self.dropout != 1:
                h, drop = dropout_forward(h, self.dropout_param)
            back.append((i, fc, norm, act, drop))
        scores, fc = affine_forward(h, P[f"W{self.depth}"], P[f"b{self.depth}"])
        if mode == "test":
            return scores

        loss, d = softmax_loss(scores, y)
        d, grads[f"W{self.depth}"], grads[f"b{self.depth}"] = affine_backward(d, fc)
        while back:
            i, fc, norm, act, drop = back.pop()
            if drop is not None:
                d = dropout_backward(d, drop)
            d = relu_backward(d, act)
            if norm is not None:
                d, grads[f"gamma{i}"], grads[f"beta{i}"] = backward(d, norm)
            d, grads[f"W{i}"], grads[f"b{i}"] = affine_backward(d, fc)
        for i in range(1, self.depth + 1):
            loss += 0.5 * self.reg * np.sum(P[f"W{i}"] ** 2)
            grads[f"W{i}"] = grads[f"W{i}"] + self.reg * P[f"W{i}"]
        return loss, grads
