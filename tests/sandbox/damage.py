"""Frames that are damaged on purpose: what a codec must refuse, or read as plain data."""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np

from grader.sandbox.inside import wire

PREFIX = 12
CAPS = wire.Caps()
TOKENS = (b"", b"[", b"]}", b"{", b'"', b"9", b"-1", b"1e9", b"1e999", b"NaN", b"null", b"\xff", b"\\ud800", b",", b":")
# What stands where another part was expected; most of it is refused, some of it is well formed.
PARTS: tuple[Any, ...] = (
    None, True, -1, 0, 1, 1 << 40, 1 << 64, 10**79, 0.5, float("nan"), float("inf"), "", "x" * 300, "<f8", "|O", "|b1",
    [], {}, [[]], [-1], [1 << 41], [1 << 21, 1 << 21], [0, 1 << 40], [1] * 40, {"": 0}, {"a": 1, "s": 2},
    {"a": ["<f8", [2]]}, {"a": ["|b1", [8]]}, {"a": ["<c16", []]}, {"a": ["<f8", [0, 1 << 40]]}, {"s": "<f4"},
    {"o": [{"a": ["<f8", [0, 1 << 39]]}, "S"]}, {"o": [{"a": ["<i2", [2, 2]]}, "F"]}, {"o": [{"s": "<f8"}, "S"]},
    {"r": ["l", "f", 8]}, {"r": ["t", "|b1", 1 << 17]}, {"r": ["l", "i", -1]}, {"r": ["x", "f", 1]}, {"u": 8},
    {"u": -1}, {"f": "7ff8000000000001"}, {"f": "7ff80000000000 1"}, {"h": [1, "cache"]}, {"h": [1 << 60, ""]},
    {"t": []}, {"t": {}}, {"c": [1, "f"]}, {"d": [[{"t": [[]]}, 1]]}, {"d": [[{"f": "7ff8000000000000"}, 1]] * 2},
    {"d": [[{"h": [1, ""]}, 1]]},
)  # fmt: skip


def assembled(fields: Any, payload: bytes) -> bytes:
    """A frame of these header fields, whatever they are."""
    header = json.dumps(fields, separators=(",", ":")).encode()
    return struct.pack("<IQ", len(header), len(payload)) + header + payload


def taken_apart(data: bytes) -> tuple[Any, bytes]:
    """Header fields and payload of a whole frame."""
    size = struct.unpack_from("<I", data)[0]
    return json.loads(data[PREFIX : PREFIX + size]), data[PREFIX + size :]


def _places(node: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Every (container, key) below a node."""
    if isinstance(node, list | dict):
        for key in range(len(node)) if isinstance(node, list) else list(node):
            found.append((node, key))
            _places(node[key], found)
    return found


def _parts(rng: random.Random, data: bytes) -> bytes:
    """Parts of the header replaced, doubled, nested or taken away."""
    fields, payload = taken_apart(data)
    for _ in range(rng.randint(1, 3)):
        places = _places(fields, [])
        if not places:
            break
        owner, key = rng.choice(places)
        choice = rng.randrange(400)
        if choice < 240:
            owner[key] = deepcopy(rng.choice(PARTS))
        elif choice < 300:
            owner[key] = [owner[key], deepcopy(owner[key])]
        elif choice < 340:
            other, where = rng.choice(places)
            owner[key] = deepcopy(other[where])
        elif choice < 342:  # seldom: it takes as long as a hundred others
            owner[key] = [[]] * rng.choice((5000, 20_000))
            break
        else:
            del owner[key]
    return assembled(fields, payload)


def _bytes(rng: random.Random, data: bytes) -> bytes:
    """Bytes of header and payload changed, put in or taken away; the lengths follow."""
    size = struct.unpack_from("<I", data)[0]
    header, payload = bytearray(data[PREFIX : PREFIX + size]), bytearray(data[PREFIX + size :])
    for _ in range(rng.randint(1, 4)):
        part = header if rng.random() < 0.8 or not payload else payload
        place = rng.randrange(len(part)) if part else 0
        if rng.random() < 0.5:
            part[place : place + 1] = bytes([rng.randrange(256)])
        else:
            part[place : place + rng.randrange(4)] = rng.choice(TOKENS)
    return struct.pack("<IQ", len(header), len(payload)) + bytes(header + payload)


def _lengths(rng: random.Random, data: bytes) -> bytes:
    """Lengths that are not those of what follows."""
    header, payload = struct.unpack_from("<IQ", data)
    header = rng.choice((header, 0, 1, header - 1, header + 1, 1 << 16, (1 << 16) + 1, (1 << 32) - 1))
    payload = rng.choice((payload, payload + 8, max(0, payload - 8), 1 << 26, (1 << 26) + 1, (1 << 64) - 1))
    return struct.pack("<IQ", header, payload) + data[PREFIX:]


def _end(rng: random.Random, data: bytes) -> bytes:
    """A payload that is shorter or longer."""
    fields, payload = taken_apart(data)
    return assembled(fields, payload[: rng.randrange(len(payload) + 1)] + bytes(rng.randrange(20)))


_WAYS: tuple[Callable[[random.Random, bytes], bytes], ...] = (_parts, _parts, _bytes, _bytes, _lengths, _end)


def damaged(rng: random.Random, data: bytes) -> bytes:
    """A whole frame after one kind of damage."""
    return rng.choice(_WAYS)(rng, data)


def split(data: bytes) -> tuple[bytes, bytearray]:
    """Header and payload, as a reader of the channel takes them. Raises `WireError` where the lengths are beyond the
    caps. What does not come is zero here; a reader would wait for it."""
    header, payload = wire.lengths(data[:PREFIX], CAPS)
    rest = data[PREFIX:]
    if header > len(rest):
        return rest.ljust(header, b" "), bytearray(min(payload, 1 << 20))
    return rest[:header], bytearray(rest[header : header + payload])


def plain(value: Any) -> bool:
    """Whether a value is nothing but data: base arrays of an allowed dtype, Python's own types, and opaque marks."""
    if type(value) in (list, tuple):
        return all(map(plain, value))
    if type(value) is dict:
        return all(plain(key) and plain(item) for key, item in value.items())
    if isinstance(value, np.ndarray | np.generic):
        exact = type(value) is np.ndarray or type(value) in wire.SCALARS
        return exact and value.dtype.str in wire.DTYPES
    return value is None or type(value) in (bool, int, float, str, wire.Opaque)
