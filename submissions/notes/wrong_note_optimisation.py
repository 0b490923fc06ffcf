# expect: random_search=raised numerical_gradient=raised gradient_descent=passed
import numpy as np
import matplotlib.pyplot as plt

X_train = np.random.rand(4, 20)
Y_train = np.arange(20) % 3
b = 0.0001


def L(X, Y, W):
    s = W.dot(X)
    return np.mean(np.sum(np.maximum(0, s - s[Y, range(20)] + 1), axis=0)) - 1


def random_search(loss_fn, shape, num_tries):
    bestloss = float("inf")
    for num in xrange(num_tries):
        W = np.random.rand(*shape) * 0.0001
        loss = loss_fn(W)
        if loss < bestloss:
            bestloss = loss
            bestW = W
        print 'in attempt %d the loss was %f, best $f' % (num, loss, bestloss)
    return bestloss, bestW


def numerical_gradient(f, x, h=0.01):
    fx = f(x)
    grad = np.zeros((3, 4))
    for i in range(3):
        for j in range(4):
            x[i][j] = x[i][j] + h
            grad[i][j] = (f(x) - fx) / h
    return grad + c


def gradient_descent(gradient, init_x, learning_rate, epoch):
    x = init_x
    x_history = [init_x]
    for i in range(epoch):
        x = x - learning_rate * gradient(x)
        x_history.append(x)
    return x_history


def gradient(x):
    return 2 * x


for lr in [0.01, 0.8]:
    x_history = np.array(gradient_descent(gradient, 10.0, lr, 20))
    plt.plot(x_history, x_history ** 2, 'o-')
    plt.title('lr = %f' % lr)
    plt.show()
c = None
