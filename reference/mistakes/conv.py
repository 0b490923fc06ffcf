"""conv: what is known to go wrong, as edits of the solution."""

from collections.abc import Iterator

from grader.core import Mistake

CONV, CONV_BACKWARD = "conv_forward_naive", "conv_backward_naive"
POOL, POOL_BACKWARD = "max_pool_forward_naive", "max_pool_backward_naive"
SPATIAL, SPATIAL_BACKWARD = "spatial_batchnorm_forward", "spatial_batchnorm_backward"

CORNER = "top, left = i * stride, j * stride"
CONV_SUM = "np.sum(window * w[f]) + b[f]"
X_SHAPE, W_SHAPE = "N, C, H, W = x.shape", "F, _, HH, WW = w.shape"
DX_PAD = "dx_pad[n, :, top : top + HH, left : left + WW] +="
CROPPED = "dx_pad[:, :, pad : pad + H, pad : pad + W]"
BIAS = "np.sum(dout, axis=(0, 2, 3))"
POOL_SIZE = 'pool_param["pool_height"], pool_param["pool_width"]'
MAX = "np.max(window, axis=(2, 3))"
PLACE = "flat // pool_width, flat % pool_width"
ROUTED = "dx[n, c, top + row, left + column] += dout[n, c, i, j]"
WHOLE = "dx[n, c, top : top + pool_height, left : left + pool_width]"
PIXELS, PIXELS_BACK = "x.transpose(0, 2, 3, 1).reshape(-1, C)", "out.reshape(N, H, W, C).transpose(0, 3, 1, 2)"
DOUT_PIXELS, DX_BACK = "dout.transpose(0, 2, 3, 1).reshape(-1, C)", "dx.reshape(N, H, W, C).transpose(0, 3, 1, 2)"
NORMALISED, DENORMALISED = "batchnorm_forward(pixels, gamma, beta, bn_param)", "batchnorm_backward(pixels, cache)"
PER_PIXEL = """batchnorm_backward(
        pixels.reshape(N, -1),
        (cache[0].reshape(N, -1), np.tile(cache[1], H * W), np.tile(cache[2], H * W), cache[3]),
    )
    dgamma, dbeta = dgamma.reshape(-1, C).sum(axis=0), dbeta.reshape(-1, C).sum(axis=0)"""
EACH_CHANNEL = """out, cache = np.zeros(x.shape), []
    for c in range(C):
        part, kept = batchnorm_forward(x[:, c].reshape(N, -1), gamma[c], beta[c], bn_param)
        out[:, c] = part.reshape(N, H, W)
        cache.append(kept)"""
EACH_CHANNEL_BACK = """dx, dgamma, dbeta = np.zeros(dout.shape), np.zeros(C), np.zeros(C)
    for c in range(C):
        part, of_gamma, of_beta = batchnorm_backward(dout[:, c].reshape(N, -1), cache[c])
        dx[:, c] = part.reshape(N, H, W)
        dgamma[c], dbeta[c] = np.sum(of_gamma), np.sum(of_beta)"""
FORGETFUL = '{"mode": bn_param["mode"], "eps": bn_param.get("eps", 1e-5)}'


def conv(id: str, old: str, new: str) -> Mistake:
    return Mistake(id, CONV, ((old, new),), spoils=(CONV_BACKWARD,))


def conv_backward(id: str, old: str, new: str) -> Mistake:
    return Mistake(id, CONV_BACKWARD, ((old, new),))


def pool(id: str, old: str, new: str) -> Mistake:
    return Mistake(id, POOL, ((old, new),), spoils=(POOL_BACKWARD,))


def pool_backward(id: str, old: str, new: str) -> Mistake:
    return Mistake(id, POOL_BACKWARD, ((old, new),))


def each(id: str, old: str, new: str, *functions: str) -> Iterator[Mistake]:
    """The same edit of several functions."""
    backward = {CONV: (CONV_BACKWARD,), POOL: (POOL_BACKWARD,)}
    return (Mistake(id, name, ((old, new),), spoils=backward.get(name, ())) for name in functions)


CONVOLUTION = (
    conv("bias-missing", CONV_SUM, "np.sum(window * w[f])"),
    conv("kernel-flipped", CONV_SUM, "np.sum(window * w[f, :, ::-1, ::-1]) + b[f]"),
    conv("one-channel-only", CONV_SUM, "np.sum(window[0] * w[f, 0]) + b[f]"),
    conv("edge-padding", 'mode="constant"', 'mode="edge"'),
    *each("height-width-swapped", W_SHAPE, "F, _, WW, HH = w.shape", CONV, CONV_BACKWARD),
    *each("height-width-swapped", X_SHAPE, "N, C, W, H = x.shape", CONV, CONV_BACKWARD),
    *each("stride-ignored", CORNER, "top, left = i, j", CONV, CONV_BACKWARD, POOL, POOL_BACKWARD),
    conv_backward("bias-gradient-mean", BIAS, "np.mean(dout, axis=(0, 2, 3))"),
    conv_backward("conv-bias-gradient-per-sample", BIAS, "np.sum(dout, axis=(2, 3))"),
    conv_backward("accumulate-overwritten", DX_PAD, DX_PAD.replace("+=", "=")),
    conv_backward("filter-gradient-overwritten", "dw[f] +=", "dw[f] ="),
    conv_backward(
        "view-rebound",
        DX_PAD,
        f"part = {DX_PAD.removesuffix(' +=')}\n                    part = part +",
    ),
    conv_backward("padding-not-cropped", CROPPED, "dx_pad"),
    conv_backward("padding-wrongly-cropped", CROPPED, "dx_pad[:, :, :H, :W]"),
    conv_backward("padding-wrongly-cropped", CROPPED, "dx_pad[:, :, pad : pad + H, :W]"),
    conv_backward("padding-minus-zero-slice", CROPPED, "dx_pad[:, :, pad:-pad, pad:-pad]"),
)

POOLING = (
    pool("mean-pooling", MAX, "np.mean(window, axis=(2, 3))"),
    pool("max-started-at-zero", MAX, "np.max(window, axis=(2, 3), initial=0)"),
    pool("max-started-at-zero", MAX, "np.max(window, axis=(2, 3), initial=-1)"),
    pool("only-first-row-filled", f"= {MAX}\n", f"= {MAX}\n        return out, (x, pool_param)\n"),
    pool_backward("upstream-gradient-missing", ROUTED, ROUTED.replace("dout[n, c, i, j]", "1")),
    pool_backward("accumulate-overwritten", ROUTED, ROUTED.replace("+=", "=")),
    pool_backward("accumulate-overwritten", ROUTED, f"{WHOLE} = dout[n, c, i, j] * (window == window.max())"),
    pool_backward("view-rebound", ROUTED, f"part = {WHOLE}\n{' ' * 20}part = part + dout[n, c, i, j]"),
    pool_backward("gradient-to-whole-window", ROUTED, f"{WHOLE} += dout[n, c, i, j]"),
    pool_backward("gradient-to-whole-window", ROUTED, f"{WHOLE} += dout[n, c, i, j] / window.size"),
    pool_backward("max-started-at-zero", ROUTED, ROUTED + " * (np.max(window) > 0)"),
    pool_backward("argmax-unraveled-by-height", PLACE, PLACE.replace("width", "height")),
    *each("pool-size-hard-coded", POOL_SIZE, "2, 2", POOL, POOL_BACKWARD),
)

CHANNELS = (
    Mistake(
        "spatial-reshape-without-transpose",
        SPATIAL,
        ((PIXELS, "x.reshape(-1, C)"), (PIXELS_BACK, "out.reshape(N, C, H, W)")),
        spoils=(SPATIAL_BACKWARD,),
    ),
    Mistake(
        "spatial-reshape-without-transpose",
        SPATIAL_BACKWARD,
        ((DOUT_PIXELS, "dout.reshape(-1, C)"), (DX_BACK, "dx.reshape(N, C, H, W)")),
    ),
    Mistake(
        "spatial-reshape-without-transpose",
        SPATIAL,
        ((PIXELS_BACK, "out.reshape(N, C, H, W)"),),
        spoils=(SPATIAL_BACKWARD,),
    ),
    Mistake("spatial-reshape-without-transpose", SPATIAL_BACKWARD, ((DX_BACK, "dx.reshape(N, C, H, W)"),)),
    Mistake(
        "spatial-statistics-per-pixel",
        SPATIAL,
        (
            (PIXELS, "x.reshape(N, -1)"),
            (NORMALISED, f"batchnorm_forward(pixels, np.repeat(gamma, H * W), np.repeat(beta, H * W), {FORGETFUL})"),
            (PIXELS_BACK, "out.reshape(x.shape)"),
        ),
        spoils=(SPATIAL_BACKWARD,),
    ),
    Mistake("spatial-statistics-per-pixel", SPATIAL_BACKWARD, ((DENORMALISED, PER_PIXEL),)),
    Mistake(  # the running statistics are of one channel's pixels as well, and fit no further channel
        "spatial-statistics-per-pixel",
        SPATIAL,
        (
            (f"out, cache = {NORMALISED}", EACH_CHANNEL),
            (f"    out = {PIXELS_BACK}\n", ""),
            (f"dx, dgamma, dbeta = {DENORMALISED}", EACH_CHANNEL_BACK),
            (f"    dx = {DX_BACK}\n", ""),
        ),
        where=(SPATIAL, SPATIAL_BACKWARD),
        spoils=(SPATIAL_BACKWARD,),
    ),
)

MISTAKES = (*CONVOLUTION, *POOLING, *CHANNELS)
