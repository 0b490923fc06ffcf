# expect: svm_loss_naive=passed svm_loss_vectorized=passed
import numpy as np


def _hinge(scores, correct):
    return np.clip(scores - correct + 1.0, 0.0, None)


def svm_loss_naive(W, X, y, reg):
    losses = []
    grad = np.zeros_like(W, dtype=np.float64)
    for x, label in zip(X, y):
        scores = np.einsum("d,dc->c", x, W)
        hinge = _hinge(scores, scores[label])
        hinge[label] = 0.0
        losses.append(hinge.sum())
        active = np.where(hinge > 0, 1.0, 0.0)
        active[label] = -active.sum()
        grad += np.einsum("d,c->dc", x, active)
    penalty = reg * np.einsum("dc,dc->", W, W)
    return sum(losses) / len(losses) + penalty, grad / len(losses) + 2 * reg * W


def svm_loss_vectorized(W, X, y, reg):
    N, C = len(X), W.shape[1]
    onehot = np.eye(C)[y]
    scores = np.einsum("nd,dc->nc", X, W)
    correct = np.einsum("nc,nc->n", scores, onehot)
    hinge = _hinge(scores, correct[:, np.newaxis]) * (1.0 - onehot)
    active = (hinge > 0) * 1.0
    active = active - onehot * active.sum(1, keepdims=True)
    loss = np.einsum("nc->", hinge) / N + reg * np.einsum("dc,dc->", W, W)
    return loss, np.einsum("nd,nc->dc", X, active) / N + 2.0 * reg * W
