# expect: SVM_loss=failed softmax=failed
# expect-failing: SVM_loss: value[base; 3x5; small] initial-loss robustness
# expect-diagnosis: SVM_loss: class-count-from-rows
# expect-diagnosis: softmax: no-max-shift+log-loss-summed-over-classes
import numpy as np


def SVM_loss(score):
    n = len(score)  # as many classes as pictures
    loss = 0.0
    for i in range(n):
        for j in range(n):
            if i != j:
                loss += max(0.0, score[i][j] - score[i][i] + 1.0)
    return loss / n


def softmax(score):
    score = np.asarray(score, float)
    p = np.exp(score) / np.exp(score).sum(axis=1, keepdims=True)
    return np.sum(-np.log(p)) / len(score)
