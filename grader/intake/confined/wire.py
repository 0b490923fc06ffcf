"""One frame each way: a line of JSON, then the bytes it announces in `sizes`.

A reader says that it has begun; its frame follows a byte for how it went, and its length: one that a limit ended is not
whole.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence

BEGUN, DONE, FAILED = b"b", b"d", b"f"
LENGTH = struct.Struct("<Q")
CHUNK = 1 << 16  # bytes of one read
TYPE_CHECKING = False  # `typing` itself is slow to load
if TYPE_CHECKING:
    from typing import Any


def pack(header: dict[str, Any], blobs: Sequence[bytes]) -> bytes:
    line = json.dumps({**header, "sizes": [len(blob) for blob in blobs]})
    return b"".join([line.encode(), b"\n", *blobs])


def unpack(frame: bytes) -> tuple[dict[str, Any], list[bytes]]:
    end = frame.index(b"\n") + 1
    header: dict[str, Any] = json.loads(frame[:end])
    blobs = []
    for size in header.pop("sizes"):
        blobs.append(frame[end : end + size])
        end += size
    return header, blobs
