# expect: svm_loss_naive=passed svm_loss_vectorized=passed
from builtins import range
import numpy as np
from random import shuffle
from past.builtins import xrange
import matplotlib.pyplot as plt


def svm_loss_naive(W, X, y, reg):
    dW = np.zeros(W.shape)
    classes = W.shape[1]
    total = 0.0
    for i in xrange(X.shape[0]):
        scores = X[i].dot(W)
        violated = 0
        for j in xrange(classes):
            if j == y[i]:
                continue
            margin = scores[j] + 1.0 - scores[y[i]]
            if margin > 0:
                violated += 1
                total += margin
                dW[:, j] = dW[:, j] + X[i]
        dW[:, y[i]] = dW[:, y[i]] - violated * X[i]
    total /= float(X.shape[0])
    dW /= float(X.shape[0])
    return total + reg * np.sum(np.square(W)), dW + reg * 2 * W


def svm_loss_vectorized(W, X, y, reg, verbose=False):
    scores = np.dot(X, W)
    right = np.choose(y, scores.T) if W.shape[1] < 32 else scores[list(range(len(y))), y]
    margins = scores.T - right + 1.0
    margins[y, list(range(len(y)))] = 0.0
    margins[margins < 0] = 0.0
    if verbose:
        print(margins)
    counts = np.zeros(margins.shape)
    counts[margins > 0] = 1
    counts[y, list(range(len(y)))] = -np.sum(counts, axis=0)
    dW = np.dot(counts, X).T
    dW /= len(y)
    return np.sum(margins) / len(y) + reg * np.sum(W * W), dW + 2 * reg * W
