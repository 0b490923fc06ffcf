# expect: SVM_loss=failed softmax=failed
# expect-failing: SVM_loss: contract[base; lecture; 4x4; 3x5; small] value[base; lecture; 4x4; 3x5; small] initial-loss robustness
# expect-diagnosis: SVM_loss: losses-not-reduced
# expect-diagnosis: softmax: losses-not-reduced
# points: 6.00
import numpy as np


def SVM_loss(score):
    losses = []
    for i, row in enumerate(score):
        losses.append(sum(max(0, s - row[i] + 1) for j, s in enumerate(row) if j != i))
    return losses


def softmax(score):
    s = np.asarray(score, dtype=float)
    s = s - s.max(axis=1, keepdims=True)
    return np.log(np.exp(s).sum(axis=1)) - s[np.arange(len(s)), np.arange(len(s))]
