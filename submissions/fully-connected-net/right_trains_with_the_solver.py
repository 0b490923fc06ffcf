# expect: FullyConnectedNet.__init__=passed FullyConnectedNet.loss=passed
"""Trains with the course's solver, which is not handed in: reg left at its default, and reg=None for none."""
import numpy as np

from cs231n.layers import *
from cs231n.solver import Solver


class FullyConnectedNet(object):
    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout_keep_ratio=1,
                 normalization=None, reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.normalization = normalization
        self.use_dropout = dropout_keep_ratio < 1
        self.reg = reg if reg is not None else 0.0
        self.num_layers = len(hidden_dims) + 1
        self.dtype = dtype
        self.dropout_param = {'mode': 'train', 'p': dropout_keep_ratio}
        if seed is not None:
            self.dropout_param['seed'] = seed
        self.bn_params = [{'mode': 'train'} for _ in range(self.num_layers - 1)]
        self.params = {}
        size = input_dim
        for i, width in enumerate(hidden_dims + [num_classes], 1):
            self.params['W%d' % i] = np.random.randn(size, width).astype(dtype) * np.array(weight_scale, dtype)
            self.params['b%d' % i] = np.zeros(width, dtype)
            size = width
        if normalization is not None:
            for i, width in enumerate(hidden_dims, 1):
                self.params['gamma%d' % i] = np.ones(width, dtype)
                self.params['beta%d' % i] = np.zeros(width, dtype)

    def loss(self, X, y=None):
        self.dropout_param['mode'] = mode = 'train' if y is not None else 'test'
        caches = {}
        out = X.astype(self.dtype)
        for i in range(1, self.num_layers):
            out, fc = affine_forward(out, self.params['W%d' % i], self.params['b%d' % i])
            bn = drop = None
            if self.normalization is not None:
                self.bn_params[i - 1]['mode'] = mode
                norm = batchnorm_forward if self.normalization == 'batchnorm' else layernorm_forward
                out, bn = norm(out, self.params['gamma%d' % i], self.params['beta%d' % i], self.bn_params[i - 1])
            out, relu = relu_forward(out)
            if self.use_dropout:
                out, drop = dropout_forward(out, self.dropout_param)
            caches[i] = fc, bn, relu, drop
        i = self.num_layers
        out, fc = affine_forward(out, self.params['W%d' % i], self.params['b%d' % i])
        if y is None:
            return out

        loss, dout = softmax_loss(out, y)
        grads = {}
        dout, grads['W%d' % i], grads['b%d' % i] = affine_backward(dout, fc)
        for i in range(self.num_layers - 1, 0, -1):
            fc, bn, relu, drop = caches[i]
            if self.use_dropout:
                dout = dropout_backward(dout, drop)
            dout = relu_backward(dout, relu)
            if self.normalization is not None:
                back = batchnorm_backward if self.normalization == 'batchnorm' else layernorm_backward
                dout, grads['gamma%d' % i], grads['beta%d' % i] = back(dout, bn)
            dout, grads['W%d' % i], grads['b%d' % i] = affine_backward(dout, fc)
        for i in range(1, self.num_layers + 1):
            W = self.params['W%d' % i]
            loss += 0.5 * self.reg * np.sum(W ** 2)
            grads['W%d' % i] += self.reg * W
        return loss, grads


def by_heart(**settings):
    X = np.random.randn(50, 4, 3)
    y = np.random.randint(3, size=50)
    model = FullyConnectedNet([50, 40], input_dim=12, num_classes=3, weight_scale=0.2, **settings)
    solver = Solver(model, {'X_train': X, 'y_train': y, 'X_val': X, 'y_val': y}, update_rule='adam',
                    optim_config={'learning_rate': 1e-2}, num_epochs=40, batch_size=25, print_every=1000, verbose=False)
    solver.train()
    print('loss %.3f -> %.3f, accuracy %.2f' % (solver.loss_history[0], solver.loss_history[-1], solver.best_val_acc))
    assert solver.best_val_acc == 1.0


by_heart()
by_heart(reg=None, dtype=np.float64)
by_heart(normalization='batchnorm', dropout_keep_ratio=0.9)
