# expect: rejected
import numpy as np

DATA = np.loadtxt("data/cifar10/weights.txt")  # only on the author's machine


def softmax_loss_naive(W, X, y, reg):
    return 0.0, W


def softmax_loss_vectorized(W, X, y, reg):
    return 0.0, W
