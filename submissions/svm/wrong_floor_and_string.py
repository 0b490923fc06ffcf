# expect: svm_loss_naive=failed svm_loss_vectorized=failed
import numpy as np


def svm_loss_naive(W, X, y, reg):
    N = X.shape[0]
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(N):
        s = X[i].dot(W)
        for j in range(W.shape[1]):
            if j != y[i] and s[j] - s[y[i]] + 1 > 0:
                loss += s[j] - s[y[i]] + 1
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    return loss // N + reg * np.sum(W * W), dW // N + 2 * reg * W


def svm_loss_vectorized(W, X, y, reg):
    return "loss: %f" % np.sum(X.dot(W)), np.zeros(W.shape)
