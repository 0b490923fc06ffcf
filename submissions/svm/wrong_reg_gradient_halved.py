# expect: svm_loss_naive=passed svm_loss_vectorized=failed
# expect-failing: svm_loss_vectorized: gradient[base; reg=0.1; reg=3] numeric-gradient robustness
# expect-diagnosis: svm_loss_vectorized: reg-gradient-halved
# points: 17.72
import numpy as np


def svm_loss_naive(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    dW, loss = np.zeros_like(W, dtype=float), 0.0
    for i in range(N):
        f = X[i].dot(W)
        for j in range(C):
            if j == y[i]:
                continue
            if f[j] - f[y[i]] + 1 > 0:
                loss += f[j] - f[y[i]] + 1
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss /= N
    dW /= N
    loss += reg * np.sum(W**2)
    dW += 2 * reg * W
    return loss, dW


def svm_loss_vectorized(W, X, y, reg):
    N = X.shape[0]
    f = X.dot(W)
    m = f - f[np.arange(N), y][:, None] + 1
    m[np.arange(N), y] = 0
    m = np.maximum(m, 0)
    g = np.zeros(f.shape)
    g[m > 0] = 1
    g[np.arange(N), y] -= g.sum(axis=1)
    loss = m.sum() / N + reg * np.sum(W**2)
    dW = X.T.dot(g) / N + reg * W
    return loss, dW
