# expect: dropout_forward=passed dropout_backward=passed
# expect-warning: dropout_forward: input-mutated
# expect-warning: dropout_backward: input-mutated
import numpy as np


def dropout_forward(x, dropout_param):
    p = dropout_param['p']
    if 'seed' in dropout_param:
        np.random.seed(dropout_param['seed'])
    u = None
    if dropout_param['mode'] == 'train':
        u = np.random.uniform(size=x.shape)
        # 확률 p로 남기고, 남은 유닛은 p로 나눕니다.
        x[u >= p] = 0
        x /= p
    return x, (u, p)


def dropout_backward(dout, cache):
    u, p = cache
    if u is None:
        return dout
    dout[u >= p] = 0
    dout /= p
    return dout
