# expect: conv_forward_naive=passed conv_backward_naive=passed max_pool_forward_naive=passed max_pool_backward_naive=passed spatial_batchnorm_forward=passed spatial_batchnorm_backward=passed
import itertools

import numpy as np


class Sliding:
    """창을 한 칸씩 옮깁니다."""

    def __init__(self, height, width, stride):
        self.size, self.stride = (height, width), stride

    def over(self, image):
        (h, w), s = self.size, self.stride
        tops, lefts = (range(0, image.shape[a] - k + 1, s) for a, k in ((-2, h), (-1, w)))
        for (i, top), (j, left) in itertools.product(enumerate(tops), enumerate(lefts)):
            yield i, j, (Ellipsis, slice(top, top + h), slice(left, left + w))

    def count(self, image):
        return tuple(1 + (image.shape[a] - k) // self.stride for a, k in zip((-2, -1), self.size))


class Conv:
    def __init__(self, w, b, stride, pad):
        self.w, self.b, self.pad = w, b, pad
        self.windows = Sliding(w.shape[2], w.shape[3], stride)

    def forward(self, x):
        p = self.pad
        self.x = np.pad(x, ((0,), (0,), (p,), (p,)), mode="constant")
        out = np.empty((len(x), len(self.w)) + self.windows.count(self.x))
        for i, j, place in self.windows.over(self.x):
            out[:, :, i, j] = np.einsum("nchw,fchw->nf", self.x[place], self.w) + self.b
        return out

    def backward(self, dout):
        dx, dw = np.zeros(self.x.shape), np.zeros(self.w.shape)
        for i, j, place in self.windows.over(self.x):
            dw += np.einsum("nf,nchw->fchw", dout[:, :, i, j], self.x[place])
            dx[place] += np.einsum("nf,fchw->nchw", dout[:, :, i, j], self.w)
        crop = slice(self.pad, -self.pad or None)
        return dx[:, :, crop, crop], dw, dout.sum(axis=(0, 2, 3))


def conv_forward_naive(x, w, b, conv_param):
    layer = Conv(w, b, **conv_param)
    return layer.forward(x), layer


def conv_backward_naive(dout, cache):
    return cache.backward(dout)


def max_pool_forward_naive(x, pool_param):
    windows = Sliding(pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"])
    out = np.zeros(x.shape[:2] + windows.count(x))
    for i, j, place in windows.over(x):
        out[:, :, i, j] = x[place].max(axis=(-2, -1))
    return out, (x, out, windows)


def max_pool_backward_naive(dout, cache):
    x, out, windows = cache
    dx = np.zeros_like(x)
    for i, j, place in windows.over(x):
        is_max = x[place] == out[:, :, i, j][..., None, None]
        dx[place] += is_max * dout[:, :, i, j][..., None, None]
    return dx


class ChannelNorm:
    def __init__(self, gamma, beta, bn_param):
        self.gamma, self.beta, self.param = gamma, beta, bn_param
        self.eps = bn_param.get("eps", 1e-5)

    def statistics(self, c, pixels):
        if self.param["mode"] == "test":
            return self.param["running_mean"][c], self.param["running_var"][c]
        mean, var = pixels.mean(), pixels.var()
        m = self.param.get("momentum", 0.9)
        self.param["running_mean"][c] = m * self.param["running_mean"][c] + (1 - m) * mean
        self.param["running_var"][c] = m * self.param["running_var"][c] + (1 - m) * var
        return mean, var

    def forward(self, x):
        for key in ("running_mean", "running_var"):
            self.param.setdefault(key, np.zeros(x.shape[1]))
        self.hat, self.std = np.empty(x.shape), np.empty(x.shape[1])
        out = np.empty(x.shape)
        for c in range(x.shape[1]):
            mean, var = self.statistics(c, x[:, c])
            self.std[c] = (var + self.eps) ** 0.5
            self.hat[:, c] = (x[:, c] - mean) / self.std[c]
            out[:, c] = self.gamma[c] * self.hat[:, c] + self.beta[c]
        return out

    def backward(self, dout):
        dx, dgamma, dbeta = np.empty(dout.shape), [], []
        for c in range(dout.shape[1]):
            d, hat = dout[:, c], self.hat[:, c]
            dbeta.append(d.sum())
            dgamma.append((d * hat).sum())
            dx[:, c] = self.gamma[c] / self.std[c] * (d - d.mean() - hat * (d * hat).mean())
        return dx, np.array(dgamma), np.array(dbeta)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    layer = ChannelNorm(gamma, beta, bn_param)
    return layer.forward(x), layer


def spatial_batchnorm_backward(dout, cache):
    return cache.backward(dout)
