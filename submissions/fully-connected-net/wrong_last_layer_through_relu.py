# expect: FullyConnectedNet.__init__=passed FullyConnectedNet.loss=failed
# expect-diagnosis: FullyConnectedNet.loss: relu-on-scores
from builtins import range
from builtins import object
import numpy as np

from cs231n.layers import *
from cs231n.layer_utils import *


class FullyConnectedNet(object):
    def __init__(self, hidden_dims, input_dim=3*32*32, num_classes=10,
                 dropout=1, normalization=None, reg=0.0,
                 weight_scale=1e-2, dtype=np.float32, seed=None):
        self.normalization = normalization
        self.use_dropout = dropout != 1
        self.reg = reg
        self.num_layers = 1 + len(hidden_dims)
        self.dtype = dtype
        self.params = {}
        dims = [input_dim] + hidden_dims + [num_classes]
        for i in range(self.num_layers):
            self.params['W' + str(i + 1)] = np.random.randn(dims[i], dims[i + 1]) * weight_scale
            self.params['b' + str(i + 1)] = np.zeros(dims[i + 1])
        if self.normalization in ('batchnorm', 'layernorm'):
            for i in range(self.num_layers - 1):
                self.params['gamma' + str(i + 1)] = np.ones(dims[i + 1])
                self.params['beta' + str(i + 1)] = np.zeros(dims[i + 1])
        self.dropout_param = {}
        if self.use_dropout:
            self.dropout_param = {'mode': 'train', 'p': dropout}
            if seed is not None:
                self.dropout_param['seed'] = seed
        self.bn_params = []
        if self.normalization == 'batchnorm':
            self.bn_params = [{'mode': 'train'} for i in range(self.num_layers - 1)]
        if self.normalization == 'layernorm':
            self.bn_params = [{} for i in range(self.num_layers - 1)]
        for k, v in self.params.items():
            self.params[k] = v.astype(dtype)

    def loss(self, X, y=None):
        X = X.astype(self.dtype)
        mode = 'test' if y is None else 'train'
        if self.use_dropout:
            self.dropout_param['mode'] = mode
        if self.normalization == 'batchnorm':
            for bn_param in self.bn_params:
                bn_param['mode'] = mode

        cache = {}
        a = X
        for i in range(1, self.num_layers):
            n = str(i)
            a, cache['fc' + n] = affine_forward(a, self.params['W' + n], self.params['b' + n])
            if self.normalization == 'batchnorm':
                a, cache['norm' + n] = batchnorm_forward(a, self.params['gamma' + n], self.params['beta' + n], self.bn_params[i - 1])
            if self.normalization == 'layernorm':
                a, cache['norm' + n] = layernorm_forward(a, self.params['gamma' + n], self.params['beta' + n], self.bn_params[i - 1])
            a, cache['relu' + n] = relu_forward(a)
            if self.use_dropout:
                a, cache['drop' + n] = dropout_forward(a, self.dropout_param)
        n = str(self.num_layers)
        scores, cache['fc' + n] = affine_relu_forward(a, self.params['W' + n], self.params['b' + n])
        if mode == 'test':
            return scores

        grads = {}
        loss, dout = softmax_loss(scores, y)
        loss += 0.5 * self.reg * sum(np.sum(v ** 2) for k, v in self.params.items() if k.startswith('W'))
        dout, grads['W' + n], grads['b' + n] = affine_relu_backward(dout, cache['fc' + n])
        for i in range(self.num_layers - 1, 0, -1):
            n = str(i)
            if self.use_dropout:
                dout = dropout_backward(dout, cache['drop' + n])
            dout = relu_backward(dout, cache['relu' + n])
            if self.normalization == 'batchnorm':
                dout, grads['gamma' + n], grads['beta' + n] = batchnorm_backward(dout, cache['norm' + n])
            if self.normalization == 'layernorm':
                dout, grads['gamma' + n], grads['beta' + n] = layernorm_backward(dout, cache['norm' + n])
            dout, grads['W' + n], grads['b' + n] = affine_backward(dout, cache['fc' + n])
        for k in grads:
            if k[0] == 'W':
                grads[k] = grads[k] + self.reg * self.params[k]
        return loss, grads
