# expect: svm_loss_naive=passed svm_loss_vectorized=passed
import numpy as np


def svm_loss_naive(W, X, y, reg):  # first try, wrong: no regularisation
    return 0.0, np.zeros(W.shape)


def svm_loss_vectorized(W, X, y, reg):
    scores = X @ W
    picked = scores[range(len(y)), y]
    margins = np.maximum(0, 1 + (scores.T - picked).T)
    loss = (margins.sum() - len(y)) / len(y)  # the own class adds exactly 1 a sample
    coefficient = (margins > 0).astype(float)
    coefficient[range(len(y)), y] -= coefficient.sum(axis=1)
    return loss + reg * np.linalg.norm(W) ** 2, X.T @ coefficient / len(y) + 2 * reg * W


def svm_loss_naive(W, X, y, reg):  # second try
    N = X.shape[0]
    loss = reg * sum(w * w for w in W.ravel())
    dW = 2 * reg * W
    for i in range(N):
        scores = X[i].dot(W)
        for j in range(W.shape[1]):
            if j != y[i] and scores[j] - scores[y[i]] + 1 > 0:
                loss += (scores[j] - scores[y[i]] + 1) / N
                dW[:, j] += X[i] / N
                dW[:, y[i]] -= X[i] / N
    return loss, dW
