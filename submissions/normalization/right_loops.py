# expect: batchnorm_forward=passed batchnorm_backward=passed batchnorm_backward_alt=passed layernorm_forward=passed layernorm_backward=passed
# expect-warning: batchnorm_backward_alt: extra-axis
"""특징마다, 표본마다 하나씩 계산합니다."""
import math

import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    m = bn_param.get("momentum", 0.9)
    N, D = x.shape
    r_mean = bn_param.get("running_mean", np.zeros(D)).copy()
    r_var = bn_param.get("running_var", np.zeros(D)).copy()
    out = np.empty((N, D))
    norm = np.empty((N, D))
    stds = []
    for d in range(D):
        if mode == "train":
            mean = 0.0
            for n in range(N):
                mean += x[n, d] / N
            var = 0.0
            for n in range(N):
                var += (x[n, d] - mean) ** 2 / N
            # 이동 평균
            r_mean[d] = m * r_mean[d] + (1 - m) * mean
            r_var[d] = m * r_var[d] + (1 - m) * var
        else:
            mean, var = r_mean[d], r_var[d]
        std = math.sqrt(var + eps)
        stds.append(std)
        for n in range(N):
            norm[n, d] = (x[n, d] - mean) / std
            out[n, d] = gamma[d] * norm[n, d] + beta[d]
    bn_param["running_mean"] = r_mean
    bn_param["running_var"] = r_var
    return out, (norm, stds, gamma)


def batchnorm_backward(dout, cache):
    norm, stds, gamma = cache
    N, D = dout.shape
    dx = np.zeros((N, D))
    dgamma = np.zeros(D)
    dbeta = np.zeros(D)
    for d in range(D):
        total = dots = 0.0
        for n in range(N):
            dbeta[d] += dout[n, d]
            dgamma[d] += dout[n, d] * norm[n, d]
            total += gamma[d] * dout[n, d]
            dots += gamma[d] * dout[n, d] * norm[n, d]
        for n in range(N):
            dx[n, d] = (gamma[d] * dout[n, d] - total / N - norm[n, d] * dots / N) / stds[d]
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    norm, stds, gamma = cache
    N = len(dout)
    # 야코비 행렬을 특징마다 만들어 곱합니다.
    columns = []
    for d in range(dout.shape[1]):
        h = norm[:, [d]]
        J = (np.eye(N) - 1.0 / N - h.dot(h.T) / N) / stds[d]
        columns.append(J.dot(gamma[d] * dout[:, d]))
    dgamma = np.sum(dout * norm, axis=0, keepdims=True)
    dbeta = np.sum(dout, axis=0, keepdims=True)
    return np.array(columns).T, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    rows, normed, stds = [], [], []
    for row in x:
        std = math.sqrt(row.var() + eps)
        h = (row - row.mean()) / std
        normed.append(h)
        stds.append(std)
        rows.append(gamma * h + beta)
    return np.array(rows), (np.array(normed), stds, gamma)


def layernorm_backward(dout, cache):
    normed, stds, gamma = cache
    dx = np.zeros_like(normed)
    for i in range(len(dout)):
        g, h = gamma * dout[i], normed[i]
        dx[i] = (g - np.mean(g) - h * np.mean(g * h)) / stds[i]
    dgamma = sum(dout[i] * normed[i] for i in range(len(dout)))
    dbeta = sum(dout)
    return dx, dgamma, dbeta
