# expect: svm_loss_naive=failed svm_loss_vectorized=passed
# expect-failing: svm_loss_naive: contract[base; smallW; reg=0; reg=0.1; reg=3]
# points: 19.80
import numpy as np


def svm_loss_naive(W, X, y, reg):
    D, C = W.shape
    N = len(X)
    dW = [[2 * reg * W[d][c] for c in range(C)] for d in range(D)]
    loss = reg * sum(W[d][c] ** 2 for d in range(D) for c in range(C))
    for i in range(N):
        s = [sum(X[i][d] * W[d][c] for d in range(D)) for c in range(C)]
        for j in range(C):
            if j != y[i] and s[j] - s[y[i]] + 1 > 0:
                loss += (s[j] - s[y[i]] + 1) / N
                for d in range(D):
                    dW[d][j] += X[i][d] / N
                    dW[d][y[i]] -= X[i][d] / N
    return loss, dW  # a list of lists


def svm_loss_vectorized(W, X, y, reg):
    N = len(X)
    s = X @ W
    h = np.maximum(0, s - s[np.arange(N), y][:, None] + 1)
    h[np.arange(N), y] = 0
    k = np.heaviside(h, 0)
    k[np.arange(N), y] = -k.sum(1)
    return h.sum() / N + reg * (W * W).sum(), X.T @ k / N + 2 * reg * W
