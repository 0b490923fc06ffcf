"""Small sets of images to learn on: handwritten digits that are shipped, and coloured classes that are made.

Both are tables: a row an image, its pixels of about unit size together, and a 1 for the bias at the end.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIGITS = Path(__file__).parent / "data" / "digits.zlib"
CLASSES = 10
EACH = 2  # images of a class to learn by heart
HELD_OUT = 20  # further ones of a class
SIDE, COARSE, COLOURS = 32, 4, 3
CONTRAST = 0.6  # of what a class has in common to what its images have each
LENGTH = 4.0  # of a row of pixels, about that of a digit's


@dataclass(frozen=True, slots=True)
class Images:
    """`X` (N, D) and labels `y` (N,) to learn; `others`, of the labels `truth`, are never shown to who learns."""

    X: NDArray[np.float64]
    y: NDArray[np.int64]
    others: NDArray[np.float64]
    truth: NDArray[np.int64]


Drawn = Callable[[np.random.RandomState], Images]


def digits(rng: np.random.RandomState) -> Images:
    """Some of the shipped digits, drawn anew, as many of each class."""
    pixels, labels = _shipped()
    places = [rng.permutation(np.flatnonzero(labels == label)) for label in range(CLASSES)]
    seen = np.concatenate([place[:EACH] for place in places])
    others = np.concatenate([place[EACH : EACH + HELD_OUT] for place in places])
    return Images(pixels[seen], labels[seen], pixels[others], labels[others])


@cache
def _shipped() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    table = np.frombuffer(zlib.decompress(DIGITS.read_bytes()), np.uint8).reshape(-1, 65)
    return _with_ones(table[:, :64] / 16.0), table[:, 64].astype(np.int64)


def coloured(rng: np.random.RandomState) -> Images:
    """Images of 32x32x3 in ten classes: what a class has in common is a coarse pattern, the rest is noise."""
    patterns = rng.standard_normal((CLASSES, COARSE, COARSE, COLOURS))
    large = patterns.repeat(SIDE // COARSE, axis=1).repeat(SIDE // COARSE, axis=2).reshape(CLASSES, -1)

    def some(count: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        labels = np.arange(CLASSES).repeat(count)
        pixels = CONTRAST * large[labels] + rng.standard_normal((len(labels), large.shape[1]))
        return _with_ones(pixels * LENGTH / np.sqrt(large.shape[1])), labels

    return Images(*some(EACH), *some(HELD_OUT))


def _with_ones(pixels: NDArray[Any]) -> NDArray[np.float64]:
    return np.hstack([pixels, np.ones((len(pixels), 1))])
