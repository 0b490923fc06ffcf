"""What student code printed: head and tail are kept, the rest is counted."""

from __future__ import annotations


class Output:
    """Bytes of both streams in the order they came, at most `kept` of them."""

    def __init__(self, kept: int) -> None:
        self._half = kept // 2
        self._head, self._tail = bytearray(), bytearray()
        self.total = 0

    def add(self, data: bytes) -> None:
        self.total += len(data)
        room = self._half - len(self._head)
        self._head += data[:room]
        self._tail += data[max(room, 0) :]
        if len(self._tail) > 2 * self._half:
            del self._tail[: -self._half]

    @property
    def dropped(self) -> int:
        """Bytes that are not kept."""
        return max(0, self.total - 2 * self._half)

    @property
    def text(self) -> str:
        """Head and tail; an ellipsis on a line of its own stands for what is between them."""
        gap = b"\n\xe2\x80\xa6\n" if self.dropped else b""
        tail = self._tail[-self._half :] if self._half else b""
        return (bytes(self._head) + gap + bytes(tail)).decode("utf-8", "replace")
