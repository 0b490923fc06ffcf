# expect: SVM_loss=passed softmax=failed
# expect-failing: softmax: value[base; lecture; 4x4; 3x5; small] initial-loss robustness
# expect-diagnosis: softmax: log10-for-ln
# points: 8.00
import numpy as np


def SVM_loss(score):
    score = np.array(score)
    own = np.diag(score).reshape(-1, 1)
    hinge = np.clip(score - own + 1, 0, None)
    return (hinge.sum() - len(score)) / len(score)


def softmax(score):
    score = np.array(score)
    p = np.exp(score - score.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    return -np.log10(np.diag(p)).mean()
