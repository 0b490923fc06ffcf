# expect: FullyConnectedNet.__init__=passed FullyConnectedNet.loss=passed
# expect-warning: FullyConnectedNet.loss: graded-with-our-layers
import numpy as np
import layers


class FullyConnectedNet:
    """A right network on layers of which one backward pass is wrong: that is a matter of `layers` alone."""

    def __init__(self, hidden_dims, input_dim=3072, num_classes=10, dropout_keep_ratio=1, normalization=None,
                 reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.normalization, self.reg, self.dtype = normalization, reg, dtype
        self.dropout_param = {"p": dropout_keep_ratio} if seed is None else {"p": dropout_keep_ratio, "seed": seed}
        self.norm_params = [{} for _ in hidden_dims]
        self.depth = len(hidden_dims)
        self.params = {}
        before = input_dim
        for i, after in enumerate(list(hidden_dims) + [num_classes]):
            self.params[f"W{i + 1}"] = np.random.normal(0.0, weight_scale, (before, after)).astype(dtype)
            self.params[f"b{i + 1}"] = np.zeros(after, dtype)
            if normalization and i < self.depth:
                self.params[f"gamma{i + 1}"] = np.ones(after, dtype)
                self.params[f"beta{i + 1}"] = np.zeros(after, dtype)
            before = after

    def loss(self, X, y=None):
        mode = "train" if y is not None else "test"
        P = self.params
        x = X.astype(self.dtype)
        tape = []
        for i in range(1, self.depth + 1):
            x, fc = layers.affine_forward(x, P[f"W{i}"], P[f"b{i}"])
            norm = None
            if self.normalization:
                forward = getattr(layers, self.normalization + "_forward")
                self.norm_params[i - 1]["mode"] = mode
                x, norm = forward(x, P[f"gamma{i}"], P[f"beta{i}"], self.norm_params[i - 1])
            x, act = layers.relu_forward(x)
            drop = None
            if self.dropout_param["p"] < 1:
                x, drop = layers.dropout_forward(x, dict(self.dropout_param, mode=mode))
            tape.append((i, fc, norm, act, drop))
        top = self.depth + 1
        scores, fc = layers.affine_forward(x, P[f"W{top}"], P[f"b{top}"])
        if y is None:
            return scores
        loss, d = layers.softmax_loss(scores, y)
        grads = {}
        d, grads[f"W{top}"], grads[f"b{top}"] = layers.affine_backward(d, fc)
        while tape:
            i, fc, norm, act, drop = tape.pop()
            if drop is not None:
                d = layers.dropout_backward(d, drop)
            d = layers.relu_backward(d, act)
            if norm is not None:
                backward = getattr(layers, self.normalization + "_backward")
                d, grads[f"gamma{i}"], grads[f"beta{i}"] = backward(d, norm)
            d, grads[f"W{i}"], grads[f"b{i}"] = layers.affine_backward(d, fc)
        for name, value in P.items():
            if name.startswith("W"):
                loss += 0.5 * self.reg * (value * value).sum()
                grads[name] += self.reg * value
        return loss, grads
