# expect: svm_loss_naive=passed svm_loss_vectorized=limit
import numpy as np


def svm_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    print("W", W.shape, "X", X.shape)  # a few lines are fine
    for i in range(X.shape[0]):
        s = X[i].dot(W)
        for j in range(W.shape[1]):
            m = s[j] - s[y[i]] + 1
            if j != y[i] and m > 0:
                loss += m
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    return loss / len(X) + reg * np.sum(W * W), dW / len(X) + 2 * reg * W


def svm_loss_vectorized(W, X, y, reg):
    scores = X.dot(W)
    for step in range(400000):
        print("debug", step, "." * 400)
    return np.sum(scores), X.T.dot(scores)
