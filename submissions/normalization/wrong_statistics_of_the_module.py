# expect: batchnorm_forward=failed batchnorm_backward=failed
"""The running statistics are kept beside bn_param, and dgamma is a list."""
import numpy as np

running = {}


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    if bn_param["mode"] == "test":
        running_mean, running_var = running.get(x.shape[1], (0, 1))
        return gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta, None
    mu, var = x.mean(axis=0), x.var(axis=0)
    running_mean, running_var = running.get(x.shape[1], (0 * mu, 0 * var))
    running_mean = bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mu
    running_var = bn_param["running_var"] = momentum * running_var + (1 - momentum) * var
    running[x.shape[1]] = running_mean, running_var
    hat = (x - mu) / np.sqrt(var + eps)
    return gamma * hat + beta, (hat, gamma, np.sqrt(var + eps))


def batchnorm_backward(dout, cache):
    hat, gamma, root = cache
    dgamma, dbeta = np.sum(dout * hat, axis=0), np.sum(dout, axis=0)
    return gamma / root * (dout - dbeta / len(dout) - hat * dgamma / len(dout)), list(dgamma), list(dbeta)
