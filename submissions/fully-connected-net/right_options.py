# expect: FullyConnectedNet.__init__=passed FullyConnectedNet.loss=passed
import numpy as np

from cs231n.layers import *


class Net:
    """The names of 2018, taken as options; they are told by what is read from them."""

    def __init__(self, hidden_dims, input_dim=3072, num_classes=10, **options):
        self.reg = options.pop("reg", 0.0)
        self.norm = options.pop("normalization", None)
        self.drop = options.pop("dropout", 1)
        self.dtype = options.pop("dtype", np.float32)
        self.seed = options.pop("seed", None)
        scale = options.pop("weight_scale", 1e-2)
        if options:
            raise ValueError("Unrecognized options: %s" % ", ".join(options))
        if self.dtype not in (np.float32, np.float64):
            raise ValueError("dtype must be np.float32 or np.float64")
        self.sizes = [input_dim] + list(hidden_dims) + [num_classes]
        rng = np.random.default_rng()
        self._params = {}
        for i, (n, m) in enumerate(zip(self.sizes[:-1], self.sizes[1:]), 1):
            self._params["W%d" % i] = rng.normal(scale=scale, size=(n, m)).astype(self.dtype)
            self._params["b%d" % i] = np.zeros(m, self.dtype)
            if self.norm and i <= len(hidden_dims):
                self._params["gamma%d" % i] = np.ones(m, self.dtype)
                self._params["beta%d" % i] = np.zeros(m, self.dtype)
        self.running = [{"mode": "train"} for _ in hidden_dims]

    @property
    def params(self):
        return self._params

    def hidden(self, h, i, mode):
        """One hidden layer, and its way back."""
        P, steps = self.params, []
        h, fc = affine_forward(h, P["W%d" % i], P["b%d" % i])
        if self.norm:
            self.running[i - 1]["mode"] = mode
            forward = batchnorm_forward if self.norm == "batchnorm" else layernorm_forward
            h, norm = forward(h, P["gamma%d" % i], P["beta%d" % i], self.running[i - 1])
        h, on = relu_forward(h)
        if self.drop != 1:
            how = {"p": self.drop, "mode": mode}
            if self.seed is not None:
                how["seed"] = self.seed
            h, mask = dropout_forward(h, how)

        def back(d, grads):
            if self.drop != 1:
                d = dropout_backward(d, mask)
            d = relu_backward(d, on)
            if self.norm:
                backward = batchnorm_backward if self.norm == "batchnorm" else layernorm_backward
                d, grads["gamma%d" % i], grads["beta%d" % i] = backward(d, norm)
            d, grads["W%d" % i], grads["b%d" % i] = affine_backward(d, fc)
            return d

        return h, back

    def loss(self, X, y=None):
        P, last, h, backs, grads = self.params, len(self.sizes) - 1, X.astype(self.dtype), [], {}
        for i in range(1, last):
            h, back = self.hidden(h, i, "test" if y is None else "train")
            backs.append(back)
        scores, fc = affine_forward(h, P["W%d" % last], P["b%d" % last])
        if y is None:
            return scores
        loss, d = softmax_loss(scores, y)
        d, grads["W%d" % last], grads["b%d" % last] = affine_backward(d, fc)
        for back in backs[::-1]:
            d = back(d, grads)
        for i in range(1, last + 1):
            W = P["W%d" % i]
            loss += 0.5 * self.reg * (W * W).sum()
            grads["W%d" % i] += self.reg * W
        return loss, grads


FullyConnectedNet = Net
