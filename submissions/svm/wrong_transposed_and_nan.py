# expect: svm_loss_naive=failed svm_loss_vectorized=failed
# expect-diagnosis: svm_loss_naive: result-transposed
import numpy as np


def svm_loss_naive(W, X, y, reg):
    N = len(y)
    loss = 0.0
    dW = np.zeros(W.shape)
    for i in range(N):
        s = X[i].dot(W)
        for j in range(W.shape[1]):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss += margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    return loss / N + reg * np.sum(W * W), (dW / N + 2 * reg * W).T


def svm_loss_vectorized(W, X, y, reg):
    s = X.dot(W)
    own = s[np.arange(len(y)), y][:, None]
    m = np.maximum(0, s - own + 1)
    m = m * (m / m)  # 0 / 0 where the margin is kept
    return m.sum() / len(y) + reg * np.sum(W * W), X.T.dot(m) / len(y) + 2 * reg * W
