# expect: TwoLayerNet.loss=passed TwoLayerNet.train=passed TwoLayerNet.predict=passed
import numpy as np
import matplotlib.pyplot as plt

# a net of two layers in a few lines
N, D_in, H, D_out = 16, 20, 10, 4
x, y = np.random.randn(N, D_in), np.random.randn(N, D_out)
w1, w2 = np.random.randn(D_in, H), np.random.randn(H, D_out)
for t in range(1001):
    h = 1 / (1 + np.exp(-x.dot(w1)))
    y_pred = h.dot(w2)
    loss = np.square(y_pred - y).sum()
    if t % 100 == 0:
        print(t, loss)
    grad_y_pred = 2.0 * (y_pred - y)
    grad_w2 = h.T.dot(grad_y_pred)
    grad_h = grad_y_pred.dot(w2.T)
    grad_w1 = x.T.dot(grad_h * h * (1 - h))
    w1 -= 1e-4 * grad_w1
    w2 -= 1e-4 * grad_w2


class TwoLayerNet(object):
    def __init__(self, input_size, hidden_size, output_size, std=1e-4):
        self.params = {}
        self.params['W1'] = std * np.random.randn(input_size, hidden_size)
        self.params['b1'] = np.zeros(hidden_size)
        self.params['W2'] = std * np.random.randn(hidden_size, output_size)
        self.params['b2'] = np.zeros(output_size)

    def loss(self, X, y=None, reg=0.0):
        W1, b1, W2, b2 = [self.params[name] for name in ('W1', 'b1', 'W2', 'b2')]
        num = X.shape[0]
        hidden = X.dot(W1) + b1
        hidden[hidden < 0] = 0
        scores = hidden.dot(W2) + b2
        if y is None:
            return scores
        exp_scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        probs = exp_scores / exp_scores.sum(axis=1, keepdims=True)
        loss = np.sum(-np.log(probs[range(num), y])) / num + reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
        dscores = probs
        dscores[range(num), y] -= 1
        dscores /= num
        dhidden = dscores.dot(W2.T)
        dhidden[hidden <= 0] = 0
        grads = {'W2': hidden.T.dot(dscores) + 2 * reg * W2, 'b2': dscores.sum(axis=0),
                 'W1': X.T.dot(dhidden) + 2 * reg * W1, 'b1': dhidden.sum(axis=0)}
        return loss, grads

    def train(self, X, y, X_val, y_val, learning_rate=1e-3, learning_rate_decay=0.95, reg=5e-6, num_iters=100,
              batch_size=200, verbose=False):
        num_train = X.shape[0]
        iterations_per_epoch = max(num_train / batch_size, 1)
        loss_history, train_acc_history, val_acc_history = [], [], []
        for it in range(num_iters):
            chosen = np.random.choice(num_train, batch_size)
            X_batch, y_batch = X[chosen], y[chosen]
            loss, grads = self.loss(X_batch, y=y_batch, reg=reg)
            loss_history.append(loss)
            for name in self.params:
                self.params[name] -= learning_rate * grads[name]
            if verbose and it % 100 == 0:
                print('iteration %d / %d: loss %f' % (it, num_iters, loss))
            if it % iterations_per_epoch == 0:
                train_acc_history.append((self.predict(X_batch) == y_batch).mean())
                val_acc_history.append((self.predict(X_val) == y_val).mean())
                learning_rate *= learning_rate_decay
        return {'loss_history': loss_history, 'train_acc_history': train_acc_history,
                'val_acc_history': val_acc_history}

    def predict(self, X):
        return np.argmax(self.loss(X), axis=1)


net = TwoLayerNet(12, 8, 3, 1e-1)
X_train, y_train = np.random.randn(40, 12), np.random.randint(3, size=40)
best_val, best_stats = -1, None
for lr in [1e-3, 1e-2]:
    for strength in [0.0, 0.1]:
        stats = net.train(X_train, y_train, X_train[:20], y_train[:20], learning_rate=lr, reg=strength, batch_size=20)
        if stats['val_acc_history'][-1] > best_val:
            best_val, best_stats = stats['val_acc_history'][-1], stats
plt.subplot(2, 1, 1)
plt.plot(best_stats['loss_history'])
plt.subplot(2, 1, 2)
plt.plot(best_stats['val_acc_history'])
plt.show()
