# expect: SVM_loss=failed softmax=failed
# expect-failing: SVM_loss: value[base; 4x4; 3x5; small] initial-loss robustness
import numpy as np


def SVM_loss(score):
    loss = 0.0
    for i in range(len(score)):
        for j in range(3):  # cat, car, frog
            if j != i:
                loss += max(0, score[i][j] - score[i][i] + 1)
    return loss / len(score)


def softmax(score):
    loss = 0.0
    for i in range(3):
        p = np.exp(np.array(score[i]) - max(score[i]))
        loss += -np.log(p[i] / (p[0] + p[1] + p[2]))
    return loss / 3
