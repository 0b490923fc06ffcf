# expect: batchnorm_forward=failed batchnorm_backward=passed
# expect-diagnosis: batchnorm_forward: momentum-swapped+std-stored-as-variance
import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps, momentum = bn_param["mode"], bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    mean = bn_param.get("running_mean", np.zeros(x.shape[1]))
    std = bn_param.get("running_var", np.zeros(x.shape[1]))
    if mode == "test":
        return gamma * (x - mean) / np.sqrt(std + eps) + beta, None
    mu, var = x.mean(axis=0), x.var(axis=0)
    xhat = (x - mu) / np.sqrt(var + eps)
    mean = (1 - momentum) * mean + momentum * mu  # the wrong way round
    std = momentum * std + (1 - momentum) * np.sqrt(var)
    bn_param["running_mean"], bn_param["running_var"] = mean, std
    return gamma * xhat + beta, (xhat, gamma, np.sqrt(var + eps))


def batchnorm_backward(dout, cache):
    xhat, gamma, root = cache
    dgamma, dbeta = np.sum(dout * xhat, axis=0), np.sum(dout, axis=0)
    dx = gamma / root * (dout - dbeta / len(dout) - xhat * dgamma / len(dout))
    return dx, dgamma, dbeta
