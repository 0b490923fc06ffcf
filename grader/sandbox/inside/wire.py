"""What crosses the channel between the trusted side and the box: one codec, used at both ends.

A frame is `<u32 header length><u64 payload length>`, a JSON header `{"seq", "op", "body"}`, and the raw
little-endian C-order bytes of its arrays and long texts, one after another, each at a multiple of 8 bytes.
Nothing is ever unpickled, evaluated or guessed: `unpack` is given bytes that hostile code may have written,
raises `WireError` for everything that is not exactly a frame, and checks sizes before it allocates.

Nodes of the body (depth <= 16, at most 4096 of them):

    null true false 17 0.5 "text"     themselves (floats are finite, integers have at most 80 digits)
    [..]  {"t": [..]}  {"d": [[k, v], ..]}    list, tuple, dict
    {"a": [dtype, shape]}             array, its bytes in the payload; dtype is one of 14
    {"o": [array node, layout]}       array that does not lie row by row in memory: "F" column by column, "S" as every
                                      second entry of a wider one; it arrives laid out so, since code may trip over it
    {"s": dtype}                      NumPy scalar, likewise
    {"r": [kind, element, count]}     list or tuple ("l", "t") of equal elements: "f" floats, "i" integers, or the
                                      dtype of NumPy scalars; their bytes in the payload
    {"f": "7ff8000000000000"}         a float that JSON lacks, by its bits
    {"u": length}                     long text, UTF-8 in the payload
    {"h": [number, type]}             an object that stays in the box
    {"c": [number, name]}             a callable that stays with the trusted side

Only exact types are data: a subclass of ndarray, float, list or dict may lie about itself, so it stays where it
is, behind a handle; NumPy's own `matrix` travels as the array that it is. This file enters the box: it imports the
standard library and NumPy only.
"""

from __future__ import annotations

import json
import math
import struct
import sys
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Value = Any
Array = np.ndarray[Any, Any]
PREFIX = struct.Struct("<IQ")
ONE_PIECE = 1 << 16  # bytes of payload; below it joining costs less than writing piece by piece
LITTLE = sys.byteorder == "little"
COPIED = 1 << 12  # bytes of an array up to which they are copied
MAX_DEPTH = 16
MAX_NODES = 4096
MAX_BITS, MAX_READ_BITS = 256, 266  # of an integer that is written, and of one that is read: 80 digits
MAX_NAME = 100  # characters of a type's or function's name
NODE_CHARACTERS = 28  # of the header, at most, but for texts, names, shapes and long integers
MAX_RUN = 1 << 17  # elements of one packed list; what Python objects it becomes takes about 100 bytes each
MAX_RUNS = 2 * MAX_RUN  # elements of all packed lists of a frame
MAX_DIMS = 32
MAX_ITEMS = 1 << 40  # of an array without its empty dimensions
LONG_TEXT = 200  # characters; longer texts travel in the payload, since the header is small
SHORT_RUN = 8  # lists shorter than this are written out
DTYPES = {
    dtype.str: dtype
    for dtype in map(
        np.dtype, ["?", "i1", "<i2", "<i4", "<i8", "u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16"]
    )
}
_CODES = {kind: dtype.str for dtype in DTYPES.values() for kind in (dtype, dtype.newbyteorder(">"))}
LONG = np.dtype(np.longdouble)
SCALARS = frozenset(np.dtype(code).type for code in "?bhilqBHILQefdFD")
PLAIN = frozenset((type(None), bool, str))
KEYS = frozenset((type(None), bool, int, float, str))


class WireError(Exception):
    """These bytes are not a frame. Said of what came from the box, it is the student's `protocol` fault."""


class Unsendable(Exception):
    """This value does not fit into a frame: too deep, too many nodes, or too large."""


class Caps(NamedTuple):
    """Largest frame, in bytes."""

    header: int = 64 << 10
    payload: int = 64 << 20


class Opaque(NamedTuple):
    """How an object that is not data travels: "h" (handle) or "c" (callable), its number, its name."""

    kind: str
    number: int
    name: str


class Frame(NamedTuple):
    seq: int
    op: str
    body: Value


# --------------------------------------------------------------------------- writing

Mark = tuple[int, int, int, int, int]


class Writer:
    """Collects the payload of one frame while its nodes are made. `opaque` says how other objects travel."""

    __slots__ = ("buffers", "caps", "header", "nodes", "opaque", "runs", "size")

    def __init__(self, opaque: Callable[[object], Opaque], caps: Caps) -> None:
        self.opaque, self.caps = opaque, caps
        self.buffers: list[bytes | memoryview] = []
        self.size = self.nodes = self.header = self.runs = 0

    def mark(self) -> Mark:
        """The present state, for `back`: where one value of several does not fit, the others still go."""
        return len(self.buffers), self.size, self.nodes, self.header, self.runs

    def back(self, mark: Mark = (0, 0, 0, 0, 0)) -> None:
        """Forget what was written since `mark`, or all of it."""
        count, self.size, self.nodes, self.header, self.runs = mark
        del self.buffers[count:]

    def own(self, mark: Mark) -> None:
        """Copy what was put since `mark`: whoever made the arrays may go on writing into them."""
        self.buffers[mark[0] :] = map(bytes, self.buffers[mark[0] :])

    def node(self, depth: int, characters: int) -> None:
        self.nodes += 1
        self.header += characters
        if depth > MAX_DEPTH or self.nodes > MAX_NODES or self.header > self.caps.header:
            raise Unsendable("too many parts")

    def put(self, data: bytes | memoryview, length: int) -> None:
        if self.size + length > self.caps.payload - 8:
            raise Unsendable("too large")
        padding = -length % 8
        self.buffers.append(data)
        if padding:
            self.buffers.append(bytes(padding))
        self.size += length + padding


def encode(value: Value, to: Writer, depth: int = 0) -> Any:
    """The node of `value`; its bytes go to the writer. Raises `Unsendable`."""
    to.nodes += 1
    to.header += NODE_CHARACTERS
    if depth > MAX_DEPTH or to.nodes > MAX_NODES or to.header > to.caps.header:
        raise Unsendable("too many parts")
    write: Callable[[Any, Writer, int], Any] = _WRITE.get(type(value), _write_other)
    return write(value, to, depth)


def _write_opaque(value: object, to: Writer, depth: int) -> Any:
    kind, number, name = to.opaque(value)
    name = name[:MAX_NAME].encode("ascii", "replace").decode()
    to.header += len(name)
    return {kind: [number, name]}


def _write_other(value: Any, to: Writer, depth: int) -> Any:
    """A named tuple is a tuple, whatever its class says of it; everything else stays where it is."""
    if not issubclass(type(value), tuple):
        return _write_opaque(value, to, depth)
    return {"t": [encode(item, to, depth + 1) for item in tuple.__iter__(value)]}


def _write_itself(value: Value, to: Writer, depth: int) -> Any:
    return value


def _write_float(value: float, to: Writer, depth: int) -> Any:
    return value if math.isfinite(value) else {"f": struct.pack(">d", value).hex()}


def _write_int(value: int, to: Writer, depth: int) -> Any:
    if value.bit_length() > MAX_BITS:
        return _write_opaque(value, to, depth)
    to.header += value.bit_length() // 3
    return value


def _write_text(value: str, to: Writer, depth: int) -> Any:
    if len(value) <= LONG_TEXT:
        to.header += 6 * len(value)
        return value
    data = value.encode("utf-8", "surrogatepass")
    to.put(data, len(data))
    return {"u": len(data)}


def _little(array: Array) -> Array:
    """`array` in C order and little-endian, any number of dimensions, bit for bit; a copy only where needed."""
    return np.asarray(array, array.dtype.newbyteorder("<"), order="C")


def _write_array(value: Array, to: Writer, depth: int) -> Any:
    if value.dtype == LONG:  # its further digits are nobody's
        value = value.astype(np.float64)
    code = _CODES.get(value.dtype)
    if code is None or value.ndim > MAX_DIMS:
        return _write_opaque(value, to, depth)
    size = value.nbytes
    if size > to.caps.payload:
        raise Unsendable("too large")
    to.header += 14 * value.ndim
    array = value if LITTLE and value.dtype.isnative else _little(value)
    if size < COPIED:  # that is done sooner than a view is made
        to.put(array.tobytes(), size)
    else:
        to.put(_little(array).reshape(-1).view(np.uint8).data, size)
    node = {"a": [code, list(value.shape)]}
    flags = value.flags
    return node if flags.c_contiguous else {"o": [node, "F" if flags.f_contiguous else "S"]}


def _write_matrix(value: Array, to: Writer, depth: int) -> Any:
    return _write_array(np.ndarray.view(value, np.ndarray), to, depth)


def _write_long(value: Any, to: Writer, depth: int) -> Any:
    return _write_scalar(np.float64(value), to, depth)


def _write_scalar(value: Any, to: Writer, depth: int) -> Any:
    array = _little(np.asarray(value))
    to.put(array.tobytes(), array.nbytes)
    return {"s": array.dtype.str}


def _write_sequence(value: list[Value] | tuple[Value, ...], to: Writer, depth: int) -> Any:
    run = _run(value, to) if len(value) >= SHORT_RUN else None
    if run is not None:
        return run
    items = [encode(item, to, depth + 1) for item in value]
    return items if type(value) is list else {"t": items}


def _run(value: list[Value] | tuple[Value, ...], to: Writer) -> Any:
    """A long list of equal elements, such as a loss history, as one node; None where it is not one."""
    kind, count = type(value[0]), len(value)
    if count > MAX_RUN or any(type(item) is not kind for item in value):
        return None
    if kind is float:
        element, array = "f", np.array(value, "<f8")
    elif kind is int and all(-(1 << 63) <= item < 1 << 63 for item in value):
        element, array = "i", np.array(value, "<i8")
    elif kind in SCALARS:
        array = _little(np.array(value))
        element = array.dtype.str
    else:
        return None
    to.runs += count
    if to.runs > MAX_RUNS:
        raise Unsendable("too many numbers in lists")
    to.put(array.tobytes(), array.nbytes)
    return {"r": ["l" if type(value) is list else "t", element, count]}


def _write_dict(value: dict[Value, Value], to: Writer, depth: int) -> Any:
    return {"d": [[_write_key(key, to, depth + 1), encode(item, to, depth + 1)] for key, item in value.items()]}


def _write_key(key: Value, to: Writer, depth: int) -> Any:
    """Keys are plain data that can be hashed again: a NumPy scalar becomes its Python number."""
    if type(key) in SCALARS:
        key = key.item()
    if type(key) is tuple:
        to.node(depth, NODE_CHARACTERS)
        return {"t": [_write_key(item, to, depth + 1) for item in key]}
    if type(key) not in KEYS:
        raise Unsendable("a key that is not data")
    return encode(key, to, depth)


_WRITE: dict[type, Callable[[Any, Writer, int], Any]] = {
    type(None): _write_itself,
    bool: _write_itself,
    int: _write_int,
    float: _write_float,
    str: _write_text,
    list: _write_sequence,
    tuple: _write_sequence,
    dict: _write_dict,
    OrderedDict: _write_dict,
    defaultdict: _write_dict,
    np.ndarray: _write_array,
    np.matrix: _write_matrix,
    np.longdouble: _write_long,
    **dict.fromkeys(SCALARS, _write_scalar),
}


def frame(seq: int, op: str, node: Any, to: Writer) -> list[bytes | memoryview]:
    """The pieces of a frame around a node made with the writer `to`."""
    header = _WRITE_JSON({"seq": seq, "op": op, "body": node}).encode()
    if len(header) > to.caps.header:
        raise Unsendable("too many parts")
    pieces = [PREFIX.pack(len(header), to.size) + header, *to.buffers]
    return [b"".join(pieces)] if to.size < ONE_PIECE else pieces


def pack(seq: int, op: str, body: Value, opaque: Callable[[object], Opaque], caps: Caps) -> list[bytes | memoryview]:
    """The pieces of a frame. Raises `Unsendable`."""
    to = Writer(opaque, caps)
    return frame(seq, op, encode(body, to), to)


# --------------------------------------------------------------------------- reading


class Reader:
    """Takes the payload apart in order. `opaque` turns handles and callables into objects, or refuses them."""

    __slots__ = ("nodes", "offset", "opaque", "payload", "runs", "scalars")

    def __init__(self, payload: bytearray, opaque: Callable[[Opaque], object], scalars: bool) -> None:
        self.payload, self.opaque, self.scalars = payload, opaque, scalars
        self.offset = self.nodes = self.runs = 0

    def take(self, dtype: np.dtype[Any], shape: list[int], count: int) -> Array:
        """The next array, of `count` items: a plain writable view of the payload."""
        offset, length = self.offset, count * dtype.itemsize
        if offset + length > len(self.payload):
            raise WireError("array beyond the payload")
        array: Array = np.ndarray(shape, dtype, self.payload, offset) if count else np.empty(shape, dtype)
        self.offset = offset + length + -length % 8
        return array.view(np.uint8).astype(bool) if dtype.kind == "b" and count else array


def lengths(prefix: bytes | bytearray, caps: Caps) -> tuple[int, int]:
    """Header and payload length of the frame that `prefix` (12 bytes) begins, within the caps."""
    header, payload = PREFIX.unpack(prefix)
    if not 0 < header <= caps.header or payload > caps.payload:
        raise WireError("frame too large")
    return header, payload


def unpack(
    header: bytes | bytearray, payload: bytearray, opaque: Callable[[Opaque], object], *, scalars: bool = False
) -> Frame:
    """The frame of these bytes. Raises `WireError`. Arrays are writable views of `payload`, which they keep alive;
    a NumPy scalar is an array of no dimensions, or with `scalars` itself."""
    try:
        fields = _READ_JSON(header.decode("ascii"))
    except (ValueError, RecursionError) as error:
        raise WireError("header is not JSON") from error
    if type(fields) is not dict or fields.keys() != {"seq", "op", "body"}:
        raise WireError("header lacks its fields")
    seq, op = fields["seq"], fields["op"]
    if type(seq) is not int or type(op) is not str:
        raise WireError("header lacks its fields")
    reader = Reader(payload, opaque, scalars)
    body = decode(fields["body"], reader)
    if reader.offset != len(payload):
        raise WireError("payload is not used up")
    return Frame(seq, op, body)


def _refuse(text: str) -> float:
    raise ValueError(text)


_WRITE_JSON = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False).encode
_READ_JSON = json.JSONDecoder(parse_constant=_refuse).decode


def decode(node: Any, source: Reader, depth: int = 0) -> Value:
    """The value of a node."""
    if type(node) is dict:
        if len(node) == 1:
            ((tag, content),) = node.items()
            if read := _READ.get(tag):
                return read(content, source, depth)
        raise WireError("unknown node")
    if type(node) is list:
        return _decoded(node, source, depth)
    if type(node) not in PLAIN and not _moderate(node):
        raise WireError("number too large")
    return node


def _decoded(nodes: list[Any], source: Reader, depth: int) -> list[Value]:
    """The values of the parts of a node at `depth`."""
    source.nodes += len(nodes)
    if (nodes and depth >= MAX_DEPTH) or source.nodes >= MAX_NODES:
        raise WireError("too many parts")
    return [node if type(node) in PLAIN else decode(node, source, depth + 1) for node in nodes]


def _moderate(number: int | float) -> bool:
    """Is a number of the header none that only a forged one has? Python reads no integer of more than 4,300 digits."""
    return number.bit_length() <= MAX_READ_BITS if isinstance(number, int) else math.isfinite(number)


def _items(content: Any, count: int | None = None) -> list[Any]:
    if type(content) is not list or (count is not None and len(content) != count):
        raise WireError("malformed node")
    return content


def _natural(value: Any, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise WireError("malformed number")
    return value


def _dtype(name: Any) -> np.dtype[Any]:
    dtype = DTYPES.get(name) if type(name) is str else None
    if dtype is None:
        raise WireError("unknown dtype")
    return dtype


def _read_tuple(content: Any, source: Reader, depth: int) -> Value:
    return tuple(_decoded(_items(content), source, depth))


def _read_dict(content: Any, source: Reader, depth: int) -> Value:
    flat = _decoded([part for pair in _items(content) for part in _items(pair, 2)], source, depth)
    return {_key(key): item for key, item in zip(flat[::2], flat[1::2], strict=True)}


def _key(key: Value) -> Value:
    if type(key) is tuple:
        return tuple([_key(item) for item in key])
    if type(key) not in KEYS:
        raise WireError("a key that is not data")
    return key


def _read_array(content: Any, source: Reader, depth: int) -> Value:
    name, shape = _items(content, 2)
    if len(_items(shape)) > MAX_DIMS:
        raise WireError("too many dimensions")
    count = whole = 1
    for size in shape:
        if type(size) is not int or not 0 <= size <= MAX_ITEMS:
            raise WireError("malformed number")
        count, whole = count * size, whole * (size or 1)
    if whole > MAX_ITEMS:
        raise WireError("array beyond the payload")
    return source.take(_dtype(name), shape, count)


def _read_laid_out(content: Any, source: Reader, depth: int) -> Value:
    node, layout = _items(content, 2)
    if type(node) is not dict or list(node) != ["a"] or layout not in ("F", "S"):
        raise WireError("malformed node")
    array = _read_array(node["a"], source, depth)
    if array.ndim == 0 or layout == "F":
        return np.asfortranarray(array)
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
    wide[..., ::2] = array
    return wide[..., ::2]


def _read_scalar(content: Any, source: Reader, depth: int) -> Value:
    array = source.take(_dtype(content), [], 1)
    return array[()] if source.scalars else array


def _read_run(content: Any, source: Reader, depth: int) -> Value:
    kind, element, count = _items(content, 3)
    source.runs += _natural(count, MAX_RUN)
    if kind not in ("l", "t") or source.runs > MAX_RUNS:
        raise WireError("malformed list")
    plain = {"f": "<f8", "i": "<i8"}.get(element) if type(element) is str else None
    array = source.take(_dtype(plain or element), [count], count)
    if plain:
        items = array.tolist()
    else:
        items = list(array) if source.scalars else [array[place, ...] for place in range(count)]
    return items if kind == "l" else tuple(items)


def _read_float(content: Any, source: Reader, depth: int) -> Value:
    if type(content) is not str or len(content) != 16:
        raise WireError("malformed float")
    try:
        value: float = struct.unpack(">d", bytes.fromhex(content))[0]
    except (ValueError, struct.error) as error:
        raise WireError("malformed float") from error
    return value


def _read_text(content: Any, source: Reader, depth: int) -> Value:
    length = _natural(content, len(source.payload))
    data = source.take(DTYPES["|u1"], [length], length)
    try:
        return str(data.data, "utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise WireError("malformed text") from error


def _read_opaque(kind: str) -> Callable[[Any, Reader, int], Value]:
    def read(content: Any, source: Reader, depth: int) -> Value:
        number, name = _items(content, 2)
        if type(name) is not str or len(name) > MAX_NAME:
            raise WireError("malformed handle")
        return source.opaque(Opaque(kind, _natural(number, 1 << 53), name))

    return read


_READ: dict[str, Callable[[Any, Reader, int], Value]] = {
    "t": _read_tuple,
    "d": _read_dict,
    "a": _read_array,
    "o": _read_laid_out,
    "s": _read_scalar,
    "r": _read_run,
    "f": _read_float,
    "u": _read_text,
    "h": _read_opaque("h"),
    "c": _read_opaque("c"),
}
