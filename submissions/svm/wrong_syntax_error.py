# expect: rejected
import numpy as np

def svm_loss_naive(W, X, y, reg:
    loss = 0.0
    return loss, np.zeros(W.shape)
