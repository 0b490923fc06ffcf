# expect: svm_loss_naive=not-implemented svm_loss_vectorized=not-implemented
import numpy as np


def svm_loss_naive(W, X, y, reg):
    """
    Structured SVM loss, with loops.

    Returns the loss and the gradient with respect to W.
    """
    dW = np.zeros(W.shape)
    loss = 0.0
    # Write your code here.
    return loss, dW


def svm_loss_vectorized(W, X, y, reg):
    """Structured SVM loss, without loops over the samples."""
    # Write your code here.
    raise NotImplementedError
