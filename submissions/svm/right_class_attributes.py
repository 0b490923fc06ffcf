# expect: svm_loss_naive=passed svm_loss_vectorized=passed
import numpy as np


class Hinge:
    delta = 1.0

    @staticmethod
    def naive(W, X, y, reg):
        loss, dW = 0.0, np.zeros(W.shape, float)
        for i, label in enumerate(y):
            s = X[i] @ W
            others = [j for j in range(len(s)) if j != label and s[j] + Hinge.delta > s[label]]
            loss += sum(s[j] - s[label] + Hinge.delta for j in others)
            for j in others:
                dW[:, j] += X[i]
            dW[:, label] -= len(others) * X[i]
        return loss / len(y) + reg * (W**2).sum(), dW / len(y) + 2 * reg * W

    @classmethod
    def matrix(cls, W, X, y, reg):
        s = X @ W
        own = np.take_along_axis(s, y[:, None], axis=1)
        hinge = np.maximum(s - own + cls.delta, 0)
        np.put_along_axis(hinge, y[:, None], 0, axis=1)
        sign = np.sign(hinge)
        np.put_along_axis(sign, y[:, None], -sign.sum(1)[:, None], axis=1)
        return hinge.sum() / len(y) + reg * (W**2).sum(), X.T @ sign / len(y) + 2 * reg * W


svm_loss_naive = Hinge.naive
svm_loss_vectorized = Hinge.matrix
