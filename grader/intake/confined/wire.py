"""One frame each way: a line of JSON, then the bytes it announces in `sizes`."""

from __future__ import annotations

import json
from collections.abc import Sequence

TYPE_CHECKING = False  # `typing` itself is slow to load, and this process lives for 20 ms
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
