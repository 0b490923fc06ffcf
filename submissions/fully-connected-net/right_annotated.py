# expect: FullyConnectedNet.__init__=passed FullyConnectedNet.loss=passed
"""The net is another class; the one that is asked for adds its options to it."""
import numpy as np

import cs231n.layers as L

NORMALISE = {
    "batchnorm": (L.batchnorm_forward, L.batchnorm_backward),
    "layernorm": (L.layernorm_forward, L.layernorm_backward),
}


class Layered:
    def __init__(
        self,
        hidden_dims: list,
        input_dim: int = 3 * 32 * 32,  # not use_batchnorm: normalization says which
        num_classes: int = 10,
        dropout_keep_ratio: float = 1,  # dropout: the probability of keeping, 1 for none
        normalization=None,
        reg: float = 0.0,
        weight_scale: float = 1e-2,
        dtype: type = np.float32,
        seed=None,
    ) -> None:
        self.keep, self.norm, self.reg, self.dtype = dropout_keep_ratio, normalization, reg, dtype
        self.drop = {"p": self.keep} if seed is None else {"p": self.keep, "seed": seed}
        sizes = (input_dim, *hidden_dims, num_classes)
        self.L, self.params, self.moments = len(sizes) - 1, {}, [{} for _ in sizes]
        for i in range(self.L):
            self.params[f"W{i + 1}"] = weight_scale * np.random.randn(sizes[i], sizes[i + 1])
            self.params[f"b{i + 1}"] = np.zeros(sizes[i + 1])
            if self.norm and i + 1 < self.L:
                self.params[f"gamma{i + 1}"], self.params[f"beta{i + 1}"] = np.ones(sizes[i + 1]), np.zeros(sizes[i + 1])
        self.params = {k: v.astype(self.dtype) for k, v in self.params.items()}

    def forward(self, x, mode):
        caches = []
        for i in range(1, self.L):
            x, fc = L.affine_forward(x, self.params[f"W{i}"], self.params[f"b{i}"])
            norm = drop = None
            if self.norm:
                self.moments[i]["mode"] = mode
                gamma, beta = self.params[f"gamma{i}"], self.params[f"beta{i}"]
                x, norm = NORMALISE[self.norm][0](x, gamma, beta, self.moments[i])
            x, on = L.relu_forward(x)
            if self.keep != 1:
                x, drop = L.dropout_forward(x, {**self.drop, "mode": mode})
            caches.append((fc, norm, on, drop))
        x, fc = L.affine_forward(x, self.params[f"W{self.L}"], self.params[f"b{self.L}"])
        return x, [*caches, fc]


class FullyConnectedNet(Layered):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.weights = [name for name in self.params if name.startswith("W")]

    def loss(self, X, y=None):
        scores, caches = self.forward(X.astype(self.dtype), "test" if y is None else "train")
        if y is None:
            return scores
        loss, d = L.softmax_loss(scores, y)
        loss += 0.5 * self.reg * sum(np.sum(self.params[name] ** 2) for name in self.weights)
        grads = {}
        d, grads[f"W{self.L}"], grads[f"b{self.L}"] = L.affine_backward(d, caches.pop())
        for i in range(self.L - 1, 0, -1):
            fc, norm, on, drop = caches.pop()
            d = L.relu_backward(d if drop is None else L.dropout_backward(d, drop), on)
            if norm is not None:
                d, grads[f"gamma{i}"], grads[f"beta{i}"] = NORMALISE[self.norm][1](d, norm)
            d, grads[f"W{i}"], grads[f"b{i}"] = L.affine_backward(d, fc)
        for name in self.weights:
            grads[name] += self.reg * self.params[name]
        return loss, grads
