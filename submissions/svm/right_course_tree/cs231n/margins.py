import numpy as np


def table(X, W, y):
    """Hinge terms (N, C), zero at the correct class."""
    scores = X.dot(W)
    margins = np.maximum(0, scores - scores[np.arange(len(y)), y][:, np.newaxis] + 1)
    margins[np.arange(len(y)), y] = 0
    return margins
