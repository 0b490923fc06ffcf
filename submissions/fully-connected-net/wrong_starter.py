# expect: FullyConnectedNet.__init__=not-implemented FullyConnectedNet.loss=not-implemented
# points: 0.00
"""A fully connected network of any depth.

{affine - [batch or layer norm] - ReLU - [dropout]} x L - affine - softmax, by the layers of layers.py:
affine_forward, relu_forward, batchnorm_forward, dropout_forward, softmax_loss, ...
"""

import numpy as np

from layers import *


class FullyConnectedNet:
    def __init__(
        self,
        hidden_dims,
        input_dim=3 * 32 * 32,
        num_classes=10,
        dropout_keep_ratio=1,
        normalization=None,
        reg=0.0,
        weight_scale=1e-2,
        dtype=np.float32,
        seed=None,
    ):
        """hidden_dims: sizes of the hidden layers; dropout_keep_ratio: probability of keeping a unit, 1 for no dropout;
        normalization: "batchnorm", "layernorm" or None; seed makes the masks of dropout the same in every call.

        self.params gets W1, b1, W2, ... (weights normal with standard deviation weight_scale, biases zero) and, where
        the net normalises, gamma1, beta1, ... of the hidden layers (ones and zeros).
        """
        self.normalization = normalization
        self.use_dropout = dropout_keep_ratio != 1
        self.reg = reg
        self.num_layers = 1 + len(hidden_dims)
        self.dtype = dtype
        self.params = {}
        # your code

        self.dropout_param = {}
        if self.use_dropout:
            self.dropout_param = {"mode": "train", "p": dropout_keep_ratio}
            if seed is not None:
                self.dropout_param["seed"] = seed
        self.bn_params = []
        if self.normalization == "batchnorm":
            self.bn_params = [{"mode": "train"} for _ in range(self.num_layers - 1)]
        if self.normalization == "layernorm":
            self.bn_params = [{} for _ in range(self.num_layers - 1)]
        for name, array in self.params.items():
            self.params[name] = array.astype(dtype)

    def loss(self, X, y=None):
        """Without y the scores (N, C) in test mode. With y (N,) the loss and the gradients, a dict with the keys of
        self.params, in training mode.

        The loss is the mean softmax loss plus 0.5 * reg * the sum of W^2 over all weights; biases, gamma and beta are
        not regularised.
        """
        X = X.astype(self.dtype)
        mode = "test" if y is None else "train"
        if self.use_dropout:
            self.dropout_param["mode"] = mode
        if self.normalization == "batchnorm":
            for bn_param in self.bn_params:
                bn_param["mode"] = mode
        scores = None
        if mode == "test":
            return scores
        loss, grads = 0.0, {}
        return loss, grads
