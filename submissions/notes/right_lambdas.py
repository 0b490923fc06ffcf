# expect: SVM_loss=passed softmax=passed l1_reg=passed l2_reg=passed graph_backward=passed L_i_vectorized=passed
from functools import partial

import numpy as np
from numpy.linalg import norm


def mean_over_rows(one, score):
    return np.mean([one(np.asarray(row, dtype=float), i) for i, row in enumerate(score)])


def hinge(s, label):
    return np.sum(np.maximum(0, np.delete(s, label) - s[label] + 1))


SVM_loss = partial(mean_over_rows, hinge)
softmax = partial(mean_over_rows, lambda s, i: np.log(np.exp(s - s[i]).sum()) if s.max() - s[i] < 500 else s.max() - s[i])
L_i_vectorized = lambda x, y, W: hinge(W @ x, y)
l1_reg = lambda W: norm(np.ravel(W), 1)
l2_reg = lambda W: norm(W) ** 2
graph_backward = lambda x, y, z: ((x + y) * z, z, z, x + y)
