# expect: layernorm_forward=failed layernorm_backward=failed
# expect-diagnosis: layernorm_forward: layernorm-over-batch
import numpy as np


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mu, var = x.mean(axis=0), x.var(axis=0)  # as for batch normalisation
    hat = (x - mu) / np.sqrt(var + eps)
    return gamma * hat + beta, (hat, gamma, np.sqrt(var + eps))


def layernorm_backward(dout, cache):
    hat, gamma, root = cache
    dgamma, dbeta = np.sum(dout * hat, axis=0), np.sum(dout, axis=0)
    return gamma / root * (dout - dbeta / len(dout) - hat * dgamma / len(dout)), dgamma, dbeta
