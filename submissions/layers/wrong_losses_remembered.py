# expect: softmax_loss=failed svm_loss=passed
import numpy as np


def softmax_loss(x, y, losses=[]):
    s = x - x.max(axis=1, keepdims=True)
    z = np.exp(s).sum(axis=1, keepdims=True)
    for i in range(len(y)):
        losses.append(np.log(z[i, 0]) - s[i, y[i]])
    dx = np.exp(s) / z
    dx[np.arange(len(y)), y] -= 1
    return np.mean(losses), dx / len(y)  # the mean over all calls so far


def svm_loss(x, y):
    correct = x[np.arange(len(y)), y]
    margins = np.maximum(0, (x.T - correct + 1).T)
    margins[np.arange(len(y)), y] = 0
    dx = np.sign(margins)
    dx[np.arange(len(y)), y] -= dx.sum(axis=1)
    return margins.sum() / len(y), dx / len(y)
