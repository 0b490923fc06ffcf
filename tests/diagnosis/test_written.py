"""Values as the Python that makes them again."""

import numpy as np
import pytest

from grader.core import Value
from grader.diagnosis.written import Unwritable, written

VALUES = [
    None,
    True,
    3,
    -0.1,
    float("inf"),
    "mode 'train' \\ \N{HANGUL SYLLABLE GA} \u202e\n\x00",
    [1, [2.5, None]],
    (1,),
    (),
    {"mode": "train", "eps": 1e-12, (0.1, 2): [1]},
    np.array([[0.1, 1 / 3], [1e300, -0.0]]),
    np.array([1, 2]),
    np.array([0.1, 2], np.float32),
    np.array([250], np.uint8),
    np.array(0.5),
    np.zeros((0, 3)),
    np.asfortranarray(np.arange(6.0).reshape(2, 3)),
]


@pytest.mark.parametrize("value", VALUES, ids=[f"{type(value).__name__}-{at}" for at, value in enumerate(VALUES)])
def test_what_is_written_makes_the_value_again(value: Value) -> None:
    text = written(value)
    again = eval(text, {"np": np, "float": float})  # noqa: S307  written by us, of our own values
    assert type(again) is type(value)
    assert text.isascii()
    assert text.isprintable()
    if isinstance(value, np.ndarray):
        assert (again.dtype, again.shape) == (value.dtype, value.shape)
        assert again.flags.f_contiguous == value.flags.f_contiguous
        assert again.tobytes() == value.tobytes()
    else:
        assert again == value


class Doubled:
    python = "lambda x: 2 * x"

    def __call__(self, x: float) -> float:
        return 2 * x


def test_a_function_says_how_it_is_written() -> None:
    assert written({"f": Doubled(), "dtype": np.float32}) == "{'f': lambda x: 2 * x, 'dtype': np.float32}"


@pytest.mark.parametrize(
    "value", [print, object(), np.zeros((4, 4))[::2, ::2], np.array([np.nan]), [object()]], ids=type
)
def test_what_has_no_short_python_is_not_written(value: Value) -> None:
    with pytest.raises(Unwritable):
        written(value)
