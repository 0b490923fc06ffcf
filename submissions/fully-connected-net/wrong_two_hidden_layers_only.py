# expect: FullyConnectedNet.__init__=failed FullyConnectedNet.loss=failed
# expect-failing: FullyConnectedNet.__init__: contract[4 hidden layers] value[4 hidden layers]
import numpy as np
from layers import *


class FullyConnectedNet:
    """Written out for two hidden layers, so that another depth stops it or goes wrong."""

    def __init__(self, hidden_dims, input_dim=3072, num_classes=10, dropout_keep_ratio=1, normalization=None,
                 reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        H1, H2 = hidden_dims[0], hidden_dims[-1]
        self.reg, self.dtype, self.normalization = reg, dtype, normalization
        self.params = {
            "W1": weight_scale * np.random.randn(input_dim, H1), "b1": np.zeros(H1),
            "W2": weight_scale * np.random.randn(H1, H2), "b2": np.zeros(H2),
            "W3": weight_scale * np.random.randn(H2, num_classes), "b3": np.zeros(num_classes),
        }
        if normalization:
            self.params.update(gamma1=np.ones(H1), beta1=np.zeros(H1), gamma2=np.ones(H2), beta2=np.zeros(H2))
        self.params = {name: value.astype(dtype) for name, value in self.params.items()}
        self.norm1, self.norm2 = {}, {}

    def loss(self, X, y=None):
        p, mode = self.params, "test" if y is None else "train"
        self.norm1["mode"] = self.norm2["mode"] = mode
        a1, fc1 = affine_forward(X.astype(self.dtype), p["W1"], p["b1"])
        if self.normalization == "batchnorm":
            a1, n1 = batchnorm_forward(a1, p["gamma1"], p["beta1"], self.norm1)
        if self.normalization == "layernorm":
            a1, n1 = layernorm_forward(a1, p["gamma1"], p["beta1"], self.norm1)
        h1, r1 = relu_forward(a1)
        a2, fc2 = affine_forward(h1, p["W2"], p["b2"])
        if self.normalization == "batchnorm":
            a2, n2 = batchnorm_forward(a2, p["gamma2"], p["beta2"], self.norm2)
        if self.normalization == "layernorm":
            a2, n2 = layernorm_forward(a2, p["gamma2"], p["beta2"], self.norm2)
        h2, r2 = relu_forward(a2)
        scores, fc3 = affine_forward(h2, p["W3"], p["b3"])
        if y is None:
            return scores
        loss, d = softmax_loss(scores, y)
        g = {}
        d, g["W3"], g["b3"] = affine_backward(d, fc3)
        d = relu_backward(d, r2)
        if self.normalization == "batchnorm":
            d, g["gamma2"], g["beta2"] = batchnorm_backward(d, n2)
        if self.normalization == "layernorm":
            d, g["gamma2"], g["beta2"] = layernorm_backward(d, n2)
        d, g["W2"], g["b2"] = affine_backward(d, fc2)
        d = relu_backward(d, r1)
        if self.normalization == "batchnorm":
            d, g["gamma1"], g["beta1"] = batchnorm_backward(d, n1)
        if self.normalization == "layernorm":
            d, g["gamma1"], g["beta1"] = layernorm_backward(d, n1)
        d, g["W1"], g["b1"] = affine_backward(d, fc1)
        for name in ("W1", "W2", "W3"):
            loss += 0.5 * self.reg * np.sum(p[name] ** 2)
            g[name] += self.reg * p[name]
        return loss, g
