# expect: svm_loss_naive=passed svm_loss_vectorized=failed
# expect-failing: svm_loss_vectorized: value[base; smallW; reg=0; reg=0.1; reg=3] gradient[base; smallW; reg=0; reg=0.1; reg=3] initial-loss numeric-gradient robustness
# expect-diagnosis: svm_loss_vectorized: correct-class-counted
# points: 12.80
import numpy as np


def svm_loss_naive(W, X, y, reg):
    dW = np.zeros(W.shape)
    loss = 0.0
    for i in range(len(X)):
        scores = X[i] @ W
        for j in range(W.shape[1]):
            if j != y[i]:
                margin = scores[j] - scores[y[i]] + 1
                if margin > 0:
                    loss += margin
                    dW[:, j] += X[i]
                    dW[:, y[i]] -= X[i]
    return loss / len(X) + reg * np.sum(W * W), dW / len(X) + 2 * reg * W


def svm_loss_vectorized(W, X, y, reg):
    num_train = X.shape[0]
    scores = X @ W
    correct = scores[np.arange(num_train), y].reshape(-1, 1)
    margins = np.maximum(0, scores - correct + 1)
    # margins[np.arange(num_train), y] = 0   what was this line for?
    loss = np.sum(margins) / num_train + reg * np.sum(W * W)
    mask = (margins > 0).astype(float)
    mask[np.arange(num_train), y] = -np.sum(mask, axis=1)
    return loss, X.T @ mask / num_train + 2 * reg * W
