# expect: svm_loss_naive=passed svm_loss_vectorized=missing
import numpy as np


def svm_loss_naive(W, X, y, reg):
    loss = 0
    dW = np.zeros(W.shape)
    for i in range(X.shape[0]):
        s = X[i, :] @ W
        for j in set(range(W.shape[1])) - {int(y[i])}:
            if s[j] + 1 > s[y[i]]:
                loss = loss + s[j] + 1 - s[y[i]]
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    return loss / X.shape[0] + reg * np.sum(W * W), dW / X.shape[0] + 2 * reg * W


def svm_loss_vectorised(W, X, y, reg):
    S = X @ W
    S = np.maximum(S - S[np.arange(len(y)), y][:, None] + 1, 0)
    S[np.arange(len(y)), y] = 0
    T = (S > 0) * 1.0
    T[np.arange(len(y)), y] = -T.sum(1)
    return S.sum() / len(y) + reg * np.sum(W * W), X.T @ T / len(y) + 2 * reg * W
