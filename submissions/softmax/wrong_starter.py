# expect: softmax_loss_naive=not-implemented softmax_loss_vectorized=not-implemented
import numpy as np


def softmax_loss_naive(W, X, y, reg):
    """Softmax loss with loops: (loss, dW)."""
    loss = 0.0
    dW = np.zeros_like(W)
    # *** your code ***
    return loss, dW


def softmax_loss_vectorized(W, X, y, reg):
    """Softmax loss without loops: (loss, dW)."""
    pass
