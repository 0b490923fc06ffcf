# expect: softmax_loss_naive=passed softmax_loss_vectorized=passed
import numpy as np


def log_softmax(s):
    """Row-wise log of the softmax, (N, C)."""
    top = np.max(s, axis=-1, keepdims=True)
    return s - top - np.log(np.exp(s - top).sum(axis=-1, keepdims=True))


def softmax_loss_naive(W, X, y, reg):
    eye = np.eye(W.shape[1])
    losses, grads = [], []
    for x, label in zip(X, y):
        lp = log_softmax(x @ W)
        losses.append(-lp[label])
        grads.append(np.outer(x, np.exp(lp) - eye[label]))
    return np.mean(losses) + reg * np.sum(W**2), np.mean(grads, axis=0) + 2 * reg * W


def softmax_loss_vectorized(W, X, y, reg):
    onehot = np.eye(W.shape[1])[y]
    lp = log_softmax(X @ W)
    loss = -np.where(onehot == 1, lp, 0.0).sum() / len(y)
    dW = X.T @ (np.exp(lp) - onehot) / len(y)
    return loss + reg * np.sum(W**2), dW + 2 * reg * W
