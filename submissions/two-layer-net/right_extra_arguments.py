# expect: TwoLayerNet.loss=passed TwoLayerNet.train=passed TwoLayerNet.predict=passed
# -*- coding: utf-8 -*-
from __future__ import print_function

import numpy as np
import matplotlib.pyplot as plt


class TwoLayerNet(object):
    """Arguments of its own everywhere, updates in place, an epoch by permutation."""

    def __init__(self, input_size, hidden_size, output_size, std=1e-4, seed=None, debug=False):
        rng = np.random if seed is None else np.random.RandomState(seed)
        self.debug = debug
        self.params = dict(
            W1=std * rng.randn(input_size, hidden_size), b1=np.zeros((1, hidden_size)),
            W2=std * rng.randn(hidden_size, output_size), b2=np.zeros((1, output_size)))

    def forward(self, X):
        a = X @ self.params["W1"] + self.params["b1"]
        h = a * (a > 0)
        return a, h, h @ self.params["W2"] + self.params["b2"]

    def loss(self, X, y=None, reg=0.0, verbose=False, debug=None):
        a, h, s = self.forward(X)
        if y is None:
            return s
        m = s.max(axis=1, keepdims=True)
        log_z = m + np.log(np.sum(np.exp(s - m), axis=1, keepdims=True))
        log_p = s - log_z
        n = float(len(X))
        loss = -log_p[range(len(X)), y].sum() / n
        grads = {}
        d = np.exp(log_p)
        d[range(len(X)), y] -= 1.0
        d = d / n
        grads["W2"] = np.einsum("nh,nc->hc", h, d)
        grads["b2"] = d.sum(axis=0, keepdims=True)
        d = np.where(a > 0, np.einsum("nc,hc->nh", d, self.params["W2"]), 0)
        grads["W1"] = np.einsum("nd,nh->dh", X, d)
        grads["b1"] = d.sum(axis=0, keepdims=True)
        for name in ("W1", "W2"):
            loss = loss + reg * np.square(self.params[name]).sum()
            grads[name] = grads[name] + reg * 2.0 * self.params[name]
        if verbose:
            print("loss", loss)
        return loss, grads, log_p

    def train(self, X, y, X_val, y_val, learning_rate=1e-3, learning_rate_decay=0.95, reg=5e-6, num_iters=100,
              batch_size=200, verbose=False, plot=False):
        num_train = X.shape[0]
        iterations_per_epoch = max(num_train // batch_size, 1)
        history = {"loss_history": [], "train_acc_history": [], "val_acc_history": [], "rates": []}
        order = []
        for it in range(num_iters):
            if len(order) < batch_size:
                order = list(np.random.permutation(num_train))
            rows, order = order[:batch_size], order[batch_size:]
            found = self.loss(X[rows], y=y[rows], reg=reg, verbose=False, debug=self.debug)
            loss, grads = found[0], found[1]
            history["loss_history"].append(loss)
            for name, value in self.params.items():
                value -= learning_rate * np.reshape(grads[name], value.shape)
            if it % iterations_per_epoch == 0:
                history["train_acc_history"].append(np.mean(self.predict(X[rows], verbose=verbose) == y[rows]))
                history["val_acc_history"].append(np.mean(self.predict(X_val, verbose=verbose) == y_val))
                history["rates"].append(learning_rate)
                learning_rate *= learning_rate_decay
        if plot:
            plt.plot(history["loss_history"])
            plt.show()
        return history

    def predict(self, X, verbose=False):
        labels = np.argmax(self.loss(X), axis=1)
        if verbose:
            print(labels)
        return labels
