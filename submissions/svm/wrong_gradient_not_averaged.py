# expect: svm_loss_naive=failed svm_loss_vectorized=failed
# expect-failing: svm_loss_naive: gradient[base; smallW; reg=0; reg=0.1; reg=3] numeric-gradient robustness
# expect-diagnosis: svm_loss_naive: gradient-not-averaged
# expect-diagnosis: svm_loss_vectorized: gradient-not-averaged
import numpy as np


def svm_loss_naive(W, X, y, reg):
    dW = np.zeros(W.shape)
    num_train = X.shape[0]
    loss = 0.0
    for i in range(num_train):
        scores = X[i].dot(W)
        correct_class_score = scores[y[i]]
        for j in range(W.shape[1]):
            if j == y[i]:
                continue
            margin = scores[j] - correct_class_score + 1
            if margin > 0:
                loss += margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss /= num_train
    loss += reg * np.sum(W * W)
    dW += 2 * reg * W
    return loss, dW


def svm_loss_vectorized(W, X, y, reg):
    num_train = X.shape[0]
    scores = X.dot(W)
    margins = np.maximum(0, scores - scores[np.arange(num_train), y][:, None] + 1)
    margins[np.arange(num_train), y] = 0
    loss = margins.sum() / num_train + reg * np.sum(W * W)
    binary = np.where(margins > 0, 1, 0)
    binary[np.arange(num_train), y] = -binary.sum(axis=1)
    return loss, X.T.dot(binary) + 2 * reg * W
