# expect: SVM_loss=passed softmax=passed numerical_gradient=passed gradient_descent=passed L_i_vectorized=passed graph_backward=passed
import matplotlib.pyplot as plt
import numpy as np

plt.rcParams["figure.figsize"] = (10, 8)

# ---- 1. loss -------------------------------------------------------------
scores = np.array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])


def SVM_loss(score):
    loss = 0
    for i in range(len(score)):
        for j in range(len(score[i])):
            if i == j:
                continue
            loss += max(0, score[i][j] - score[i][i] + 1)
    return loss / len(score)


print(SVM_loss(scores))


def softmax(score):
    losses = []
    for i in range(len(score)):
        s = np.array(score[i], dtype=float)
        e = np.exp(s - np.max(s))
        losses.append(-np.log(e[i] / np.sum(e)))
    return np.mean(losses)


print(softmax(scores))


def L_i_vectorized(x, y, W):
    scores = W.dot(x)
    margins = np.maximum(0, scores - scores[y] + 1)
    margins[y] = 0
    return np.sum(margins)


# ---- 2. descent ------------------------------------------------------------
def gradient(x):
    return 2 * x


def gradient_descent(gradient, init_x, learning_rate, epoch):
    x = init_x
    history = [x]
    for i in range(epoch):
        x = x - learning_rate * gradient(x)
        history.append(x)
    return history


for lr in (0.01, 0.8):
    trail = np.array(gradient_descent(gradient, 5.0, lr, 50))
    t = np.linspace(-5, 5, 100)
    plt.figure()
    plt.plot(t, t ** 2)
    plt.plot(trail, trail ** 2, "o-")
    plt.title("learning rate %.2f" % lr)
    plt.show()


# ---- 3. a line, fitted -------------------------------------------------------
xs = np.linspace(0, 1, 20)
ys = 3 * xs + 2
a, b = 0.0, 0.0
for step in range(1001):
    error = a * xs + b - ys
    a -= 0.1 * 2 * np.mean(error * xs)
    b -= 0.1 * 2 * np.mean(error)
    if step % 100 == 0:
        print("step", step, "loss", np.mean(error ** 2))
plt.scatter(xs, ys)
plt.plot(xs, a * xs + b, color="r")
plt.show()


# ---- 4. gradients ---------------------------------------------------------------
def numerical_gradient(f, x, h=0.01):
    return None


def numerical_gradient(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    it = np.nditer(x, flags=["multi_index"], op_flags=["readonly"])
    for _ in it:
        ix = it.multi_index
        plus, minus = x.astype(float), x.astype(float)
        plus[ix] += h
        minus[ix] -= h
        grad[ix] = (f(plus) - f(minus)) / (2 * h)
    return grad


print(numerical_gradient(lambda w: np.sum(w ** 2), np.ones((3, 4))))


def graph_backward(x, y, z):
    q = x + y
    f = q * z
    dfdz = q
    dfdq = z
    dfdx = 1.0 * dfdq
    dfdy = 1.0 * dfdq
    return f, dfdx, dfdy, dfdz


print(graph_backward(-2, 5, -4))
