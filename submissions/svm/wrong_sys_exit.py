# expect: svm_loss_naive=raised svm_loss_vectorized=passed
import sys

import numpy as np


def svm_loss_naive(W, X, y, reg):
    if W.shape[0] != 3073:
        print("expected CIFAR-10 with a bias row")
        sys.exit(1)
    return 0.0, np.zeros(W.shape)


def svm_loss_vectorized(W, X, y, reg):
    row = np.arange(y.shape[0])
    margins = X.dot(W)
    margins = np.clip(margins - margins[row, y][:, None] + 1, 0, None)
    margins[row, y] = 0
    side = np.where(margins > 0, 1.0, 0.0)
    side[row, y] = -np.count_nonzero(margins, axis=1)
    return margins.sum() / y.size + reg * np.square(W).sum(), X.T.dot(side) / y.size + 2 * reg * W
