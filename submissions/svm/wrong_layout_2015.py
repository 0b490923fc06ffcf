# expect: svm_loss_naive=failed svm_loss_vectorized=failed
# expect-diagnosis: svm_loss_naive: layout-2015
# expect-diagnosis: svm_loss_vectorized: layout-2015
# points: 17.60
"""2015 edition: X is D x N with one sample a column, W is C x D."""
import numpy as np


def svm_loss_naive(W, X, y, reg):
    dW = np.zeros(W.shape)
    num_classes, num_train = W.shape[0], X.shape[1]
    loss = 0.0
    for i in range(num_train):
        scores = W.dot(X[:, i])
        for j in range(num_classes):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                dW[j, :] += X[:, i]
                dW[y[i], :] -= X[:, i]
    return loss / num_train + reg * np.sum(W * W), dW / num_train + 2 * reg * W


def svm_loss_vectorized(W, X, y, reg):
    columns = np.arange(X.shape[1])
    scores = W.dot(X)
    margins = np.maximum(0, scores - scores[y, columns] + 1)
    margins[y, columns] = 0
    mask = (margins > 0).astype(float)
    mask[y, columns] = -mask.sum(axis=0)
    loss = margins.sum() / X.shape[1] + reg * np.sum(W * W)
    return loss, mask.dot(X.T) / X.shape[1] + 2 * reg * W
