"""Images as columns: each column of (C * field_height * field_width, out_height * out_width * N) is one window.

Rows go through channels, then rows, then columns of a window; columns through the windows' rows, columns, and then the
images.
"""

import numpy as np


def get_im2col_indices(x_shape, field_height, field_width, padding=1, stride=1):
    """Channel, row and column of each entry, in padded images."""
    _, C, H, W = x_shape
    across, down = (
        np.arange(0, size + 2 * padding - field + 1, stride) for size, field in ((W, field_width), (H, field_height))
    )
    k, i, j = (one.reshape(-1, 1) for one in np.mgrid[:C, :field_height, :field_width])
    top, left = (one.reshape(1, -1) for one in np.meshgrid(down, across, indexing="ij"))
    return k, i + top, j + left


def im2col_indices(x, field_height, field_width, padding=1, stride=1):
    """The columns of images x (N, C, H, W)."""
    around = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, around), (field_height, field_width), axis=(2, 3))
    rows = x.shape[1] * field_height * field_width
    return windows[:, :, ::stride, ::stride].transpose(1, 4, 5, 2, 3, 0).reshape(rows, -1)


def col2im_indices(cols, x_shape, field_height=3, field_width=3, padding=1, stride=1):  # noqa: PLR0917  the course's
    """Images (N, C, H, W) in which each pixel is the sum of the entries that stand for it."""
    N, C, H, W = x_shape
    height, width = (
        (size + 2 * padding - field) // stride + 1 for size, field in ((H, field_height), (W, field_width))
    )
    entries = cols.reshape(C, field_height, field_width, height, width, N)
    x = np.zeros((N, C, H + 2 * padding, W + 2 * padding), dtype=cols.dtype)
    for i, j in np.ndindex(field_height, field_width):
        part = entries[:, i, j].transpose(3, 0, 1, 2)
        x[:, :, i : i + stride * height : stride, j : j + stride * width : stride] += part
    return x[:, :, padding : padding + H, padding : padding + W]
