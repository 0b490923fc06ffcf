# expect: svm_loss_naive=passed svm_loss_vectorized=raised
import numpy as np


def svm_loss_naive(W, X, y, reg):
    count = X.shape[0]
    loss = reg * np.sum(W * W)
    dW = 2 * reg * W
    for i in range(count):
        s = X[i].dot(W)
        for j in range(s.size):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss += margin / count
                dW[:, j] += X[i] / count
                dW[:, y[i]] -= X[i] / count
    return loss, dW


def svm_loss_vectorized(W, X, y, reg):
    scores = x.dot(W)  # the argument is X
    margins = np.maximum(0, scores - scores[y] + 1)
    return margins.sum() / X.shape[0], X.T.dot(margins > 0)
