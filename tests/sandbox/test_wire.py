"""The codec: what is data comes out bit for bit, and bytes that are not a frame are a `WireError` and nothing else."""

import json
import math
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.sandbox.inside import wire

CAPS = wire.Caps()


def handle(value: object) -> wire.Opaque:
    return wire.Opaque("h", 7, type(value).__name__)


def packed(value: Any) -> bytes:
    return b"".join(bytes(piece) for piece in wire.pack(1, "op", value, handle, CAPS))


def read(data: bytes, **how: bool) -> Any:
    header, payload = wire.lengths(data[:12], CAPS)
    assert len(data) == 12 + header + payload
    return wire.unpack(data[12 : 12 + header], bytearray(data[12 + header :]), lambda opaque: opaque, **how).body


def round_trip(value: Any) -> Any:
    return read(packed(value), scalars=True)


def same(one: Any, other: Any) -> bool:
    """Equal in type and, for numbers and arrays, in every bit."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray | np.generic):
        little = one.dtype.newbyteorder("<")
        return one.shape == other.shape and other.dtype == little and one.astype(little).tobytes() == other.tobytes()
    if isinstance(one, float):
        return struct.pack("<d", one) == struct.pack("<d", other)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict):
        return len(one) == len(other) and all(
            same(a, b) for pair in zip(one.items(), other.items(), strict=True) for a, b in zip(*pair, strict=True)
        )
    return bool(one == other)


dtypes = st.sampled_from(sorted(wire.DTYPES)).map(np.dtype).flatmap(lambda d: st.sampled_from([d, d.newbyteorder(">")]))
shapes = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)


@st.composite
def arrays(draw: st.DrawFn) -> np.ndarray[Any, Any]:
    """Any bits at all (NaN payloads, denormals, -0.0), any allowed dtype, byte order, shape and memory layout."""
    dtype, shape = draw(dtypes), draw(shapes)
    size = math.prod(shape) * dtype.itemsize
    raw = draw(st.binary(min_size=size, max_size=size))
    if dtype.kind == "b":
        raw = bytes(byte & 1 for byte in raw)
    array = np.frombuffer(raw, dtype).reshape(shape)
    layout = draw(st.sampled_from(["C", "F", "transposed", "strided"]))
    if layout == "transposed":
        return array.T
    if layout == "strided" and array.ndim:
        return np.repeat(array, 2, axis=0)[::2]
    return np.asfortranarray(array) if layout == "F" and array.ndim else array


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=300)
    | arrays().map(lambda a: a.reshape(-1)[:1])
)
keys = (
    st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=9)
    | st.tuples(st.floats(), st.integers())
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=9)
        | st.lists(inner, max_size=9).map(tuple)
        | st.dictionaries(keys, inner, max_size=4)
        | st.lists(st.floats(), min_size=8, max_size=20)
        | st.lists(st.integers(), min_size=8, max_size=20).map(tuple)
    ),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(arrays())
def test_arrays_come_out_bit_for_bit(array: np.ndarray[Any, Any]) -> None:
    out = round_trip(array)
    assert same(array, out)
    assert type(out) is np.ndarray
    assert out.flags.c_contiguous == array.flags.c_contiguous
    assert out.flags.writeable


@settings(max_examples=150, deadline=None)
@given(values)
def test_values_keep_type_and_bits(value: Any) -> None:
    assert same(value, round_trip(value))


@pytest.mark.parametrize("code", "?bhilqBHILQefdFD")
def test_a_numpy_scalar_stays_one_and_is_an_array_without_dimensions_on_the_trusted_side(code: str) -> None:
    scalar = np.dtype(code).type(1)
    data = packed((scalar, [scalar] * 20))
    inside, history = read(data, scalars=True)
    assert type(inside) is type(history[3]) is np.dtype(np.dtype(code).str).type
    outside, history = read(data)
    for value in (outside, history[3]):
        assert type(value) is np.ndarray
        assert value.shape == ()
        assert value.dtype == scalar.dtype


def test_a_python_number_is_not_a_numpy_scalar() -> None:
    assert [type(value) for value in round_trip([1.0, 2, True, np.float64(1)])] == [float, int, bool, np.float64]


def test_a_loss_history_of_thousands_is_one_node() -> None:
    history = [float(value) for value in range(100_000)]
    assert round_trip(history) == history


class LyingArray(np.ndarray):  # type: ignore[type-arg]
    """Equal to everything."""

    def __eq__(self, other: object) -> Any:
        return True

    __hash__ = None  # type: ignore[assignment]


class LyingFloat(float):
    """Equal to everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = float.__hash__


def test_a_named_tuple_is_its_elements_and_more_digits_than_double_are_left_out() -> None:
    assert round_trip(type("Named", (tuple,), {"__len__": lambda self: 0})((1, "a"))) == (1, "a")
    array = round_trip(np.full(2, 0.25, np.longdouble))
    assert (array.dtype, array.tolist()) == (np.float64, [0.25, 0.25])


@pytest.mark.parametrize(
    "value",
    [
        np.zeros(3).view(LyingArray),
        LyingFloat(1),
        np.zeros((1, 1)).view(type("Matrix", (np.matrix,), {})),
        np.ma.masked_array([1.0]),
        np.array([object()]),
        np.zeros(2, [("a", "f8")]),
        np.array(["text"]),
        np.array(["2020-01-01"], "M8[D]"),
        np.zeros(1, np.clongdouble),
        type("Listed", (list,), {})((1,)),
        range(3),
        10**100,
        lambda: None,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_may_lie_about_itself_stays_behind_a_handle(value: Any) -> None:
    assert round_trip(value) == wire.Opaque("h", 7, type(value).__name__)


def test_a_matrix_of_numpys_arrives_as_the_array_it_is() -> None:
    """Old expansions of the distance end in one; it has the right numbers in the right shape."""
    received = round_trip(np.array([[1.0, 2.0], [3.0, 4.0]]).T.view(np.matrix))
    assert type(received) is np.ndarray
    assert received.tolist() == [[1.0, 3.0], [2.0, 4.0]]


def test_numpy_scalars_as_keys_become_python_numbers() -> None:
    assert round_trip({(np.float64(0.5), np.int64(3)): 1}) == {(0.5, 3): 1}


def nested(depth: int) -> Any:
    return [nested(depth - 1)] if depth else 0


@pytest.mark.parametrize(
    "value",
    [nested(20), [[0, "a"]] * 3000, {(1, b""): 0}, np.zeros(9 << 20)],
    ids=["deep", "many", "key", "large"],
)
def test_a_value_that_does_not_fit_is_refused_before_it_is_sent(value: Any) -> None:
    with pytest.raises(wire.Unsendable):
        packed(value)


def test_a_list_that_contains_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(wire.Unsendable):
        packed(endless)


def forged(body: str, payload: bytes = b"", fields: str = '{"seq":1,"op":"x","body":%s}') -> bytes:
    header = (fields % body).encode()
    return struct.pack("<IQ", len(header), len(payload)) + header + payload


@pytest.mark.parametrize(
    "data",
    [
        forged("NaN"),
        forged("Infinity"),
        forged("1e999"),
        forged("9" * 90),
        forged("[" * 5000 + "]" * 5000),
        forged("[" * 20 + "]" * 20),
        forged(json.dumps([0] * 5000)),
        forged('{"a":["<f8",[2]]}', bytes(8)),
        forged('{"a":["<f8",[1]]}', bytes(16)),
        forged('{"a":["<f8",[1]]}', bytes(15)),
        forged('{"a":["<f8",[-1]]}'),
        forged('{"a":["<f8",[1.0]]}', bytes(8)),
        forged('{"a":["<f8",[true]]}', bytes(8)),
        forged('{"a":["<f8",[4294967296,4294967296]]}'),
        forged('{"a":["<f8",[0,99999999999999999999]]}'),
        forged('{"a":["|O",[1]]}', bytes(8)),
        forged('{"a":["<M8",[1]]}', bytes(8)),
        forged('{"a":[["<f8"],[1]]}', bytes(8)),
        forged('{"a":["<f8",[' + "1," * 39 + "1]]}", bytes(8)),
        forged('{"s":"<U1"}', bytes(8)),
        forged('{"r":["l","<f8",1000000000]}', bytes(8)),
        forged('{"r":["x","f",1]}', bytes(8)),
        forged('{"f":"zz"}'),
        forged('{"f":"7ff"}'),
        forged('{"u":9}', b"12345678"),
        forged('{"u":1}', b"\xff" + bytes(7)),
        forged('{"d":[[[1],2]]}'),
        forged('{"d":[[1]]}'),
        forged('{"t":3}'),
        forged('{"t":[],"d":[]}'),
        forged('{"z":1}'),
        forged("{}"),
        forged('{"h":[-1,"x"]}'),
        forged('{"h":[1,2]}'),
        forged("", fields='[1,"x",2]%s'),
        forged("", fields='{"seq":"1","op":"x","body":1}%s'),
        forged("", fields='{"seq":1,"op":"x"}%s'),
        forged('"\xe9"'),
        struct.pack("<IQ", 1 << 20, 0),
        struct.pack("<IQ", 10, 1 << 40),
        struct.pack("<IQ", 0, 0),
    ],
)
def test_bytes_that_are_not_a_frame_are_a_wire_error(data: bytes) -> None:
    with pytest.raises(wire.WireError):
        read(data)


def test_a_truth_value_is_zero_or_one_whatever_the_byte_says() -> None:
    out = read(forged('{"a":["|b1",[3]]}', bytes([0, 2, 255, 0, 0, 0, 0, 0])))
    assert out.view(np.uint8).tolist() == [0, 1, 1]
