"""Images side by side in one."""

from math import ceil, sqrt

import numpy as np


def visualize_grid(Xs, ubound=255.0, padding=1):
    """Images Xs (N, H, W, C) in a square grid, each from 0 to `ubound`."""
    return _grid(Xs, padding, lambda image: ubound * _stretched(image))


def vis_grid(Xs):
    """The same from 0 to 1."""
    return _stretched(_grid(Xs, 1, lambda image: image))


def vis_nn(rows):
    """Rows of images in one, a row each."""
    shape = rows[0][0].shape
    grid = np.ones((len(rows) * (shape[0] + 1), max(map(len, rows)) * (shape[1] + 1), shape[2]), rows[0][0].dtype)
    for y, row in enumerate(rows):
        for x, image in enumerate(row):
            _put(grid, image, y, x, 1)
    return _stretched(grid)


def _grid(Xs, padding, drawn):
    N, H, W, C = Xs.shape
    side = ceil(sqrt(N))
    grid = np.zeros((side * (H + padding) - padding, side * (W + padding) - padding, C))
    for number, image in enumerate(Xs):
        _put(grid, drawn(image), number // side, number % side, padding)
    return grid


def _put(grid, image, y, x, padding):
    H, W, _ = image.shape
    grid[y * (H + padding) :][:H, x * (W + padding) :][:, :W] = image


def _stretched(image):
    low, high = np.min(image), np.max(image)
    return (image - low) / (high - low)
