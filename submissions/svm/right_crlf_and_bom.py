# expect: svm_loss_naive=passed svm_loss_vectorized=passed
import numpy as np

delta = 1.0

def svm_loss_vectorized(W, X, y, reg):
    N = X.shape[0]
    scores = X.dot(W)
    margins = scores - scores[np.arange(N), y].reshape((N, 1)) + delta
    margins *= margins > 0
    margins[np.arange(N), y] = 0
    loss = np.mean(np.sum(margins, axis=1))
    loss += reg * np.sum(W * W)
    binary = margins
    binary[margins > 0] = 1
    binary[np.arange(N), y] = -np.sum(binary, axis=1).T
    dW = np.dot(X.T, binary)
    dW /= N
    dW += 2 * reg * W
    return loss, dW

def svm_loss_naive(W, X, y, reg):
    total = 0
    dW = np.zeros(W.shape)
    i = 0
    while i < len(y):
        s = W.T.dot(X[i])
        j = 0
        while j < len(s):
            margin = s[j] - s[y[i]] + delta
            if j != y[i] and margin > 0:
                total = total + margin
                dW[:, j] += X[i, :]
                dW[:, y[i]] -= X[i, :]
            j += 1
        i += 1
    return total / len(y) + reg * np.sum(W * W), dW / len(y) + 2 * reg * W
