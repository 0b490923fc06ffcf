# expect: svm_loss_naive=failed svm_loss_vectorized=passed
# expect-failing: svm_loss_naive: value[base; smallW; reg=0; reg=0.1; reg=3] initial-loss robustness deterministic
import numpy as np

total = 0.0  # made once, when the module is loaded


def svm_loss_naive(W, X, y, reg):
    global total
    dW = np.zeros(W.shape)
    for i in range(len(X)):
        s = X[i].dot(W)
        for j in range(W.shape[1]):
            m = s[j] - s[y[i]] + 1
            if j != y[i] and m > 0:
                total += m
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    return total / len(X) + reg * np.sum(W * W), dW / len(X) + 2 * reg * W


def svm_loss_vectorized(W, X, y, reg):
    s = X.dot(W)
    n = np.arange(len(X))
    m = np.maximum(0, s - s[n, y].reshape(-1, 1) + 1)
    m[n, y] = 0
    c = m.astype(bool).astype(float)
    c[n, y] = -c.sum(1)
    return m.sum() / len(X) + reg * np.sum(W * W), X.T.dot(c) / len(X) + 2 * reg * W
