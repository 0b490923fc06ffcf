"""The codec under damage: bytes that hostile code wrote are plain data or a `WireError`, in bounded memory.

`GRADER_FUZZ_SECONDS=60` lets the damage go on for so long; without it a fixed number of frames is tried.
"""

import gc
import json
import os
import random
import struct
import time
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import numpy as np
import pytest

from grader.sandbox.inside import wire
from tests.sandbox.damage import CAPS, damaged, plain, split
from tests.sandbox.test_wire import forged, packed, read, round_trip, same

FRAMES = 60_000
SECONDS = float(os.environ.get("GRADER_FUZZ_SECONDS", "0"))
SPARE_MIB = 40  # what a small frame may become: a quarter of a million Python objects
PER_BYTE = 4.1  # what each byte of a payload may become besides: a text of four bytes a character

# Every kind of number that arithmetic treats as special, by its bits; the first bytes serve every dtype.
BITS = b"".join(
    struct.pack("<Q", bits)
    for bits in (
        0x7FF8000000000000, 0x7FF8DEADBEEF0001, 0xFFF8000000000000, 0x7FF0000000000001,  # quiet, payload, -, signalling
        0x8000000000000000, 0x0000000000000001, 0x800FFFFFFFFFFFFF, 0x7FF0000000000000, 0xFFF0000000000000,
        0x7FC0000180000000, 0x7E017C0080000001, 0xFFFFFFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0x0102030405060708,
        0x3FF0000000000000, 0x0000000000000000,
    )
)  # fmt: skip


def special(dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """The bits as an array of 4 x n entries, with the byte order that the dtype names."""
    raw = bytes(byte & 1 for byte in BITS) if dtype.kind == "b" else BITS
    return np.frombuffer(raw, dtype).reshape(4, -1)


LAYOUTS: dict[str, Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]] = {
    "C": lambda a: a,
    "F": np.asfortranarray,
    "transposed": lambda a: a.T,
    "every other": lambda a: a[::2, ::2],
    "backwards": lambda a: a[::-1, ::-1],
    "no dimensions": lambda a: a[0, 0, ...],
    "empty": lambda a: a[:0],
    "empty, three dimensions": lambda a: a.reshape(4, -1, 1)[:, :0],
    "repeated by strides of zero": lambda a: np.broadcast_to(a[0], (3, a.shape[1])),
    "read-only": lambda a: np.frombuffer(a.tobytes(), a.dtype),
    "unaligned": lambda a: np.frombuffer(b"x" + a.tobytes(), a.dtype, offset=1),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("dtype", sorted(wire.DTYPES))
def test_every_bit_of_an_array_arrives_in_every_dtype_byte_order_and_layout(
    dtype: str, order: str, layout: str
) -> None:
    array = LAYOUTS[layout](special(np.dtype(dtype).newbyteorder(order)))
    for scalars in (False, True):
        out = read(packed(array), scalars=scalars)
        assert same(array, out)
        assert out.flags.writeable
        assert not np.shares_memory(array, out)


@pytest.mark.parametrize("bits", struct.unpack(f"<{len(BITS) // 8}Q", BITS))
def test_every_bit_of_a_python_float_arrives(bits: int) -> None:
    value = struct.unpack("<d", struct.pack("<Q", bits))[0]
    for out in (round_trip(value), round_trip([value] * 9)[4], round_trip({"k": (value,)})["k"][0]):
        assert type(out) is float
        assert struct.unpack("<Q", struct.pack("<d", out))[0] == bits


def test_lists_beyond_what_one_frame_may_hold_are_refused_by_both_ends() -> None:
    history = [0.5] * wire.MAX_RUN
    assert round_trip((history, history)) == (history, history)
    with pytest.raises(wire.Unsendable):
        packed((history, history, history))
    run = {"r": ["l", "f", wire.MAX_RUN]}
    with pytest.raises(wire.WireError):
        read(forged(json.dumps([run] * 3), bytes(24 * wire.MAX_RUN)))


# --------------------------------------------------------------------------- damage


def whole_frames() -> list[bytes]:
    """Frames in which every kind of node stands."""
    net = {"W1": np.arange(6.0).reshape(2, 3), "b1": np.zeros(3, np.float32), "name": "net"}
    return [
        packed(value)
        for value in (
            (np.arange(6.0).reshape(2, 3), {"a": [1, 2.5, None, True], "b": "x" * 300}),
            [float("nan"), [0.5] * 12, (np.float32(1), object()), {(1.0, "k"): np.zeros((0, 3), np.int8)}],
            ((0.5, net, -(1 << 200)), ["0", "1"], True),
            (np.asfortranarray(np.ones((2, 3), np.int16)), np.arange(8)[::2], np.array(True), "\ud800 " * 99),
            {"found": [("f", "work.py", 1, "function", [])], "errors": [], "absent": [("torch", "work.py")]},
            tuple([np.float64(value) for value in range(9)]),
        )
    ]


def damage(seed: int) -> Iterator[bytes]:
    rng, whole = random.Random(seed), whole_frames()
    while True:
        yield damaged(rng, rng.choice(whole))


def opened(data: bytes, scalars: bool) -> wire.Frame | None:
    """The frame, or None for a `WireError`: anything else flies."""
    try:
        header, payload = split(data)
        return wire.unpack(header, payload, lambda opaque: opaque, scalars=scalars)
    except wire.WireError:
        return None


def test_damaged_frames_are_plain_data_or_a_wire_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing else flies, at either end of the channel (they differ in `scalars`)."""
    frames = damage(7)
    seen = read_ = 0
    slowest = spent = 0.0
    stop = time.monotonic() + SECONDS
    while time.monotonic() < stop if SECONDS else seen < FRAMES:
        data = next(frames)
        start = time.thread_time()
        frame = opened(data, scalars=seen % 2 == 0)
        took = time.thread_time() - start
        slowest, spent, seen = max(slowest, took), spent + took, seen + 1
        if frame is not None:
            read_ += 1
            assert plain(frame.body)
    with capsys.disabled():
        if SECONDS:
            print(
                f"\n{seen} damaged frames, {seen / spent:.0f}/s decoded, slowest {1000 * slowest:.1f} ms, {read_} read"
            )
    assert seen >= FRAMES or SECONDS
    assert 0 < read_ < seen


def run(dtype: str, elements: int, size: int) -> bytes:
    return forged(json.dumps([{"r": ["t", dtype, elements]}] * 2), bytes(2 * elements * size))


BOMBS = {
    "lists": lambda: forged("[" + "[]," * 21_000 + "[]]"),
    "objects": lambda: forged("[" + "{}," * 21_000 + "{}]"),
    "keys": lambda: forged("{" + ",".join(f'"{key:x}":0' for key in range(7000)) + "}"),
    "integers": lambda: forged("[" + ",".join(["9" * 79] * 800) + "]"),
    "a long integer": lambda: forged("9" * 65_000),
    "a long float": lambda: forged("0." + "9" * 65_000),
    "depth": lambda: forged("[" * 32_000 + "]" * 32_000),
    "truth values as arrays": lambda: run("|b1", wire.MAX_RUN, 1),
    "floats": lambda: run("f", wire.MAX_RUN, 8),
    "text that widens": lambda: forged('{"u":8388608}', ("a" * ((8 << 20) - 4) + "\U0001f600").encode()),
    "every other entry": lambda: forged('{"o":[{"a":["|b1",[1048576,8]]},"S"]}', bytes(8 << 20)),
    "column by column": lambda: forged('{"o":[{"a":["<f8",[1024,1024]]},"F"]}', bytes(8 << 20)),
    "empty arrays": lambda: forged(json.dumps([{"a": ["<c16", [0] * 32]}] * 500)),
    "an empty array of a trillion columns": lambda: forged('{"o":[{"a":["<c16",[0,1099511627776]]},"S"]}'),
}


def peak_mib(action: Callable[[], Any]) -> float:
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1] / (1 << 20)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", BOMBS)
def test_a_frame_costs_memory_in_proportion_to_its_bytes(name: str) -> None:
    header, payload = split(BOMBS[name]())
    assert peak_mib(lambda: _tried(header, payload)) < SPARE_MIB + PER_BYTE * len(payload) / (1 << 20)


def _tried(header: bytes, payload: bytearray) -> object:
    try:
        return wire.unpack(header, payload, lambda opaque: opaque)
    except wire.WireError as error:
        return str(error)


def test_damaged_frames_never_cost_more_memory_than_small_ones_may() -> None:
    frames = list(islice(damage(11), 1500))
    assert peak_mib(lambda: [opened(data, scalars=False) is None for data in frames]) < SPARE_MIB


def test_what_a_prefix_claims_is_refused_before_it_is_allocated() -> None:
    claims = [(header, payload) for header in (0, 65537, (1 << 32) - 1) for payload in (0, 1 << 26, (1 << 64) - 1)]
    claims += [(10, (1 << 26) + 1), (10, 1 << 63)]
    for claim in claims:
        with pytest.raises(wire.WireError):
            wire.lengths(struct.pack("<IQ", *claim), CAPS)


def test_the_bytes_of_a_frame_are_freed_at_once_without_the_garbage_collector() -> None:
    """No cycle may hold a payload: a batch of large calls would fill the memory until the collector runs."""
    large = np.zeros(1 << 20)
    gc.collect()
    gc.disable()
    try:
        tracemalloc.start()
        for _ in range(5):
            value = [{"k": (large, {"t": [large.T, "x" * 500, [0.5] * 20]})}]
            body = read(packed(value))
            held = weakref.ref(body[0]["k"][0])
            assert body[0]["k"][1]["t"][0].nbytes == large.nbytes
            del body, value
            assert held() is None
        left = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
        gc.enable()
    assert left < large.nbytes / 8
