# expect: SVM_loss=failed softmax=failed numerical_gradient=failed gradient_descent=passed random_search=raised
import matplotlib.pyplot as plt
import numpy as np

score = [[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]]


def SVM_loss(score):
    total = 0
    for i in range(3):
        for j in range(3):
            if j != i:
                total += max(0, score[i][j] - score[i][i] + 1)
    return total // 3


print("svm", SVM_loss(score))


def softmax(score):
    losses = []
    for i in range(3):
        e = np.exp(score[i])
        losses.append(-np.log10(e[i] / np.sum(e)))
    return losses


print("softmax", softmax(score))

W = np.random.rand(3, 4) * 0.0001
X_train = np.random.rand(4, 20)
y_train = np.arange(20) % 3


def L(W):
    s = W.dot(X_train)
    return np.mean(np.maximum(0, s - s[y_train, range(20)] + 1).sum(axis=0)) - 1


def random_search(loss_fn, shape, num_tries):
    bestloss = float("inf")
    for num in range(num_tries):
        W = np.random.rand(*shape) * 0.0001
        loss = loss_fn(W)
        if loss < bestloss:
            bestloss = loss
            bestW = W
    return bestloss, Wbest


try:
    print(random_search(L, (3, 4), 1000))
except NameError as problem:
    print(problem)


def numerical_gradient(f, x, h=0.01):
    h = 0.01
    fx = f(x)
    grad = np.zeros((3, 4))
    for i in range(3):
        for j in range(4):
            x[i][j] = x[i][j] + h
            grad[i][j] = (f(x) - fx) / h
    return grad


print(numerical_gradient(L, W))


def gradient_descent(gradient, init_x, learning_rate, epoch):
    x_history = [init_x]
    x = init_x
    for i in range(epoch):
        x = x - learning_rate * gradient(x)
        x_history.append(x)
    return x_history


trace = np.array(gradient_descent(lambda x: 2 * x, 10.0, 0.8, 20))
plt.plot(trace, trace ** 2, ".-")
plt.show()

loss_history = []
for step in range(1001):
    W = W - 1e-3 * np.sign(W)
    if step % 100 == 0:
        loss_history.append(L(W))
plt.plot(loss_history)
plt.xlabel("step")
plt.ylabel("loss")
plt.show()
