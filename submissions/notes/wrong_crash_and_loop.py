# expect: SVM_loss=raised softmax=passed gradient_descent=limit l1_reg=passed
import numpy as np


def SVM_loss(score):
    return sum(max(0, score[i][j] - score[i][y[i]] + 1) for i in range(len(score)) for j in range(len(score[0])))


def softmax(score):
    shifted = np.array([np.array(row) - max(row) for row in score])
    return np.mean([np.log(np.sum(np.exp(row))) - row[i] for i, row in enumerate(shifted)])


def gradient_descent(gradient, init_x, learning_rate, epoch):
    history = [init_x]
    while len(history) != epoch:  # is already one past it for epoch 0
        history[-1] = history[-1] - learning_rate * gradient(history[-1])
    return history


def l1_reg(W):
    return np.abs(W).sum()
