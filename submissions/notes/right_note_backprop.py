# expect: graph_backward=passed gradient_descent=passed L_i_vectorized=passed
import numpy as np
import matplotlib.pyplot as plt

# forward
x, y, z = -2, 5, -4
q = x + y
f = q * z
# backward
dfdz = q
dfdq = z
dfdx = 1.0 * dfdq
dfdy = 1.0 * dfdq
print("q = %d, f = %d" % (q, f))
print(dfdx, dfdy, dfdz)


class AddGate:
    def forward(self, x, y):
        return x + y

    def backward(self, dz):
        return dz, dz


class MultiplyGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, dz):
        return self.y * dz, self.x * dz


def graph_backward(x, y, z):
    add, multiply = AddGate(), MultiplyGate()
    f = multiply.forward(add.forward(x, y), z)
    dq, dz = multiply.backward(1.0)
    dx, dy = add.backward(dq)
    return f, dx, dy, dz


print(graph_backward(-2, 5, -4))

for name, g in (("sigmoid", lambda t: 1 / (1 + np.exp(-t))), ("tanh", np.tanh), ("relu", lambda t: np.maximum(0, t))):
    t = np.arange(-10, 10, 0.02)
    plt.plot(t, g(t), label=name)
plt.legend()
plt.show()

W = np.random.randn(3, 4) * 0.001
xi = np.random.randn(4)


def L_i_vectorized(x, y, W):
    scores = W.dot(x)
    margins = np.maximum(0, scores - scores[y] + 1)
    margins[y] = 0
    loss_i = np.sum(margins)
    return loss_i


def gradient_descent(gradient, init_x, learning_rate, epoch):
    history = [init_x]
    for i in range(epoch):
        history.append(history[-1] - learning_rate * gradient(history[-1]))
    return history


for step in range(1001):
    s = W.dot(xi)
    ds = ((s - s[1] + 1) > 0).astype(float)
    ds[1] = -(ds.sum() - 1)
    W -= 1e-3 * np.outer(ds, xi)
    if step % 200 == 0:
        print(step, L_i_vectorized(xi, 1, W))
