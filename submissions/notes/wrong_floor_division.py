# expect: SVM_loss=failed softmax=passed
# expect-failing: SVM_loss: value[base; lecture; 4x4; 3x5; small] initial-loss robustness
# expect-diagnosis: SVM_loss: hard-coded-sample-count+floor-division
import numpy as np


def SVM_loss(score):
    loss = 0
    for i in range(len(score)):
        for j in range(len(score[i])):
            if i != j:
                loss += max(0, score[i][j] - score[i][i] + 1)
    return loss // 3


def softmax(score):
    s = np.array(score) - np.max(score, axis=1)[:, None]
    return np.mean(np.log(np.exp(s).sum(axis=1)) - s[range(len(s)), range(len(s))])
