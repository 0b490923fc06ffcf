"""What the course compiles with Cython, in NumPy."""

import im2col


def im2col_cython(x, field_height, field_width, padding, stride):
    """The columns of images x (N, C, H, W)."""
    return im2col.im2col_indices(x, field_height, field_width, padding, stride)


def col2im_cython(cols, N, C, H, W, field_height, field_width, padding, stride):  # noqa: PLR0917  the course's
    """The images of columns."""
    return im2col.col2im_indices(cols, (N, C, H, W), field_height, field_width, padding, stride)


def col2im_6d_cython(cols, N, C, H, W, HH, WW, pad, stride):  # noqa: PLR0917  the course's
    """The same of columns (C, HH, WW, N, out_height, out_width)."""
    ordered = cols.transpose(0, 1, 2, 4, 5, 3).reshape(C * HH * WW, -1)
    return im2col.col2im_indices(ordered, (N, C, H, W), HH, WW, pad, stride)
