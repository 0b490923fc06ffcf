# expect: softmax_loss_vectorized=failed
# expect-failing: softmax_loss_vectorized: learning
import numpy as np


def softmax_loss_vectorized(W, X, y, reg):
    N = len(y)
    chosen = np.eye(8)[y][:, : W.shape[1]]  # a table of eight classes; the images of the course have ten
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    loss = -log_p[chosen > 0].mean() + reg * np.sum(W * W)
    return loss, X.T @ (np.exp(log_p) - chosen) / N + 2 * reg * W
