"""Layers that often stand together, as one forward and one backward pass each.

They are put together from the layers of the submission where it brings its own, else from ours.
"""

import layers

# --------------------------------------------------------------------------- fully connected


def affine_relu_forward(x, w, b):
    """affine - ReLU: out (N, M) and a cache."""
    between, affine_cache = layers.affine_forward(x, w, b)
    out, relu_cache = layers.relu_forward(between)
    return out, (affine_cache, relu_cache)


def affine_relu_backward(dout, cache):
    """The gradients of x, w and b."""
    affine_cache, relu_cache = cache
    return layers.affine_backward(layers.relu_backward(dout, relu_cache), affine_cache)


def affine_bn_relu_forward(x, w, b, gamma, beta, bn_param):  # noqa: PLR0917  the course's
    """affine - batch normalisation - ReLU."""
    before, affine_cache = layers.affine_forward(x, w, b)
    between, norm_cache = layers.batchnorm_forward(before, gamma, beta, bn_param)
    out, relu_cache = layers.relu_forward(between)
    return out, (affine_cache, norm_cache, relu_cache)


def affine_bn_relu_backward(dout, cache):
    """The gradients of x, w, b, gamma and beta."""
    affine_cache, norm_cache, relu_cache = cache
    dbefore, dgamma, dbeta = layers.batchnorm_backward(layers.relu_backward(dout, relu_cache), norm_cache)
    return (*layers.affine_backward(dbefore, affine_cache), dgamma, dbeta)


# --------------------------------------------------------------------------- convolutional


def conv_relu_forward(x, w, b, conv_param):
    """convolution - ReLU."""
    between, conv_cache = layers.conv_forward_naive(x, w, b, conv_param)
    out, relu_cache = layers.relu_forward(between)
    return out, (conv_cache, relu_cache)


def conv_relu_backward(dout, cache):
    """The gradients of x, w and b."""
    conv_cache, relu_cache = cache
    return layers.conv_backward_naive(layers.relu_backward(dout, relu_cache), conv_cache)


def conv_bn_relu_forward(x, w, b, gamma, beta, conv_param, bn_param):  # noqa: PLR0917  the course's
    """convolution - spatial batch normalisation - ReLU."""
    before, conv_cache = layers.conv_forward_naive(x, w, b, conv_param)
    between, norm_cache = layers.spatial_batchnorm_forward(before, gamma, beta, bn_param)
    out, relu_cache = layers.relu_forward(between)
    return out, (conv_cache, norm_cache, relu_cache)


def conv_bn_relu_backward(dout, cache):
    """The gradients of x, w, b, gamma and beta."""
    conv_cache, norm_cache, relu_cache = cache
    dbefore, dgamma, dbeta = layers.spatial_batchnorm_backward(layers.relu_backward(dout, relu_cache), norm_cache)
    return (*layers.conv_backward_naive(dbefore, conv_cache), dgamma, dbeta)


def conv_relu_pool_forward(x, w, b, conv_param, pool_param):
    """convolution - ReLU - max pooling."""
    between, conv_cache = conv_relu_forward(x, w, b, conv_param)
    out, pool_cache = layers.max_pool_forward_naive(between, pool_param)
    return out, (conv_cache, pool_cache)


def conv_relu_pool_backward(dout, cache):
    """The gradients of x, w and b."""
    conv_cache, pool_cache = cache
    return conv_relu_backward(layers.max_pool_backward_naive(dout, pool_cache), conv_cache)
