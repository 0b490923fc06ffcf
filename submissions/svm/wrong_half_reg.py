# expect: svm_loss_naive=failed svm_loss_vectorized=failed
# expect-failing: svm_loss_vectorized: value[base; reg=0.1; reg=3] gradient[base; reg=0.1; reg=3] initial-loss robustness
# expect-diagnosis: svm_loss_naive: reg-half-convention
# expect-diagnosis: svm_loss_vectorized: reg-half-convention
import numpy as np


def svm_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for x, c in zip(X, y):
        m = x.dot(W)
        m = m - m[c] + 1
        m[c] = 0
        loss += m[m > 0].sum()
        dW[:, m > 0] += x[:, None]
        dW[:, c] -= np.sum(m > 0) * x
    return loss / len(y) + 0.5 * reg * np.sum(W * W), dW / len(y) + reg * W


def svm_loss_vectorized(W, X, y, reg):
    n = np.arange(len(y))
    m = X.dot(W)
    m = np.maximum(m - m[n, y][:, None] + 1, 0)
    m[n, y] = 0
    g = (m > 0) * 1.0
    g[n, y] = -g.sum(1)
    return m.sum() / len(y) + 0.5 * reg * np.sum(W * W), X.T.dot(g) / len(y) + reg * W
