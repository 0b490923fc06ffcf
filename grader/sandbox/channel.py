"""The trusted end of the channel: sends and receives frames while it drains the output and keeps the clocks.

Whatever happens to the box in the middle of a frame is named here: a limit, an end of its own, or bytes that are not
a frame. The box is killed before its fault is told, and every later use tells the same fault again.
"""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Mapping
from typing import NoReturn

from grader.core import BoxFault, Killed, LimitHit, Limits
from grader.sandbox.inside import wire
from grader.sandbox.limits import Budget, running_line, verdict
from grader.sandbox.output import Output
from grader.sandbox.process import Process, ready

CHUNK = 1 << 16
LAST_WORD_SECONDS = 1.0  # how long at most a box about to be killed may take to tell its line
EXIT_SECONDS = 5.0  # how long a box that closed its channel may take to end: half a GiB and namespaces go with it
STRAY_SECONDS = 0.5  # the same for one that sent what is no frame
CRASH = b"Fatal Python"  # how the last words of a crash begin
POLL_IN = select.POLLIN | select.POLLHUP | select.POLLERR


class Channel:
    """Frames to and from one process. Raises `LimitHit` (the box is dead by then) and `BoxFault`."""

    def __init__(self, process: Process, limits: Limits, *, killed_before: bool = False) -> None:
        self.process, self.limits, self.killed_before = process, limits, killed_before
        self.caps = wire.Caps(limits.frame_header_bytes, limits.frame_payload_bytes)
        self.output = Output(limits.output_kept_bytes)
        self.lengths: Mapping[str, int] = {}  # submitted paths, and how many lines each has
        self.fault: LimitHit | BoxFault | None = None
        self._received = 0  # bytes of all frames so far
        self._ahead = b""  # what came behind the last one
        self._socket = process.channel
        self._socket.setblocking(False)
        self._poll, self._printed = select.poll(), select.poll()
        self._wanted = 0  # what is waited for on the channel
        self._poll.register(process.exited, select.POLLIN)
        self._pipes = {process.stdout, process.stderr}
        for pipe in self._pipes:
            os.set_blocking(pipe, False)
            self._poll.register(pipe, POLL_IN)
            self._printed.register(pipe, POLL_IN)

    # ----------------------------------------------------------------- frames

    def send(self, pieces: list[bytes | memoryview], budget: Budget) -> None:
        """Send one frame."""
        for piece in pieces:
            view = memoryview(piece)
            while view:
                try:
                    view = view[self._socket.send(view) :]
                except BlockingIOError:
                    self._turn(budget, select.POLLOUT)
                except OSError:
                    self._died(budget, b"")

    def expect_silence(self, budget: Budget) -> None:
        """No frame may come before a request: what did is unsolicited."""
        data, self._ahead = self._ahead, b""
        try:
            data = data or self._socket.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._unreadable("a frame that nobody asked for", budget, data)
        self._died(budget, b"")

    def receive(self, budget: Budget) -> tuple[bytes, bytearray]:
        """Header and payload of the next frame. The clocks are looked at for each, also where there is always one.

        A small frame comes with one read. What comes behind a frame is kept."""
        if hit := budget.over():
            self.end(hit)
        begun, self._ahead = self._ahead, b""
        while len(begun) < wire.PREFIX.size:
            begun += self._some(budget, begun)
        try:
            header, payload = wire.lengths(begun[: wire.PREFIX.size], self.caps)
        except wire.WireError as error:
            self._unreadable(str(error), budget, begun)
        self._received += header + payload
        if self._received > self.limits.received_bytes:
            self.kill(LimitHit("protocol", allowed=self.limits.received_bytes, used=self._received))
        end = wire.PREFIX.size + header
        text = self._whole(begun[wire.PREFIX.size : end], header, budget)
        data = self._whole(begun[end : end + payload], payload, budget)
        self._ahead = begun[end + payload :]
        return bytes(text), data

    def _some(self, budget: Budget, begun: bytes) -> bytes:
        """What comes next, once something does."""
        while True:
            self._turn(budget, select.POLLIN)
            try:
                data = self._socket.recv(CHUNK)
            except BlockingIOError:
                continue
            except OSError:
                data = b""
            return data or self._died(budget, begun)

    def _whole(self, begun: bytes, count: int, budget: Budget) -> bytearray:
        """So many bytes, of which the first have come."""
        data, done = bytearray(begun), len(begun)
        if done == count:
            return data
        data += bytes(count - done)
        view = memoryview(data)
        while done < count:
            try:
                got = self._socket.recv_into(view[done:])
            except BlockingIOError:
                self._turn(budget, select.POLLIN)
                continue
            except OSError:
                got = 0
            if got == 0:
                self._died(budget, bytes(data[:done]))
            done += got
        return data

    def drain(self) -> None:
        """Take what was printed until now."""
        for pipe, _ in self._printed.poll(0):
            while self._take(pipe):
                pass

    # ----------------------------------------------------------------- the poll loop

    def _turn(self, budget: Budget, wanted: int) -> None:
        """Wait until the channel is ready, something was printed, or a clock may be over."""
        if wanted != self._wanted:
            self._poll.register(self._socket, wanted)
            self._wanted = wanted
        ready = {descriptor for descriptor, _ in self._poll.poll(budget.timeout() * 1000 + 0.5)}
        for pipe in ready & self._pipes:
            self._take(pipe)
        if self.process.exited in ready and self._socket.fileno() not in ready:
            self._died(budget, b"")
        hit = budget.over()
        if hit is not None:
            self.end(hit)

    def _take(self, pipe: int) -> bool:
        """Read once from a pipe; whether there may be more."""
        try:
            data = os.read(pipe, CHUNK)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            self._poll.unregister(pipe)
            self._printed.unregister(pipe)
            self._pipes.discard(pipe)
            return False
        self.output.add(data)
        if self.output.total > self.limits.output_bytes:
            self.end(LimitHit("output", allowed=self.limits.output_bytes, used=self.output.total))
        return len(data) == CHUNK

    # ----------------------------------------------------------------- the end

    def end(self, hit: LimitHit) -> NoReturn:
        """Ask the box where it is, kill it, and raise `hit`."""
        self.process.signal(signal.SIGUSR1)
        hit.path, hit.line = running_line(self._last_words(LAST_WORD_SECONDS), self.lengths)
        self.kill(hit)

    def protocol(self, detail: str) -> NoReturn:
        """Kill the box for a reply that cannot be one."""
        self.kill(LimitHit("protocol", detail=detail))

    def kill(self, fault: LimitHit | BoxFault) -> NoReturn:
        self.process.signal(signal.SIGKILL)
        self.process.wait(10)
        self.fault = fault
        raise fault

    def _last_words(self, seconds: float) -> bytes:
        """What comes on the channel within so short a time; the start of a traceback is enough."""
        words, stop = bytearray(self._ahead), time.monotonic() + seconds
        while len(words) < CHUNK and (rest := stop - time.monotonic()) > 0:
            try:
                data = self._socket.recv(CHUNK)
            except BlockingIOError:
                if running_line(words, self.lengths)[0] is not None:
                    break
                ready(self._socket.fileno(), min(rest, 0.01))
                continue
            except OSError:
                break
            if not data:
                break
            words += data
        return bytes(words)

    def _unreadable(self, detail: str, budget: Budget, data: bytes) -> NoReturn:
        """Bytes that are not a frame: the last words of a crash, or a fault of its own."""
        if self.process.wait(EXIT_SECONDS if data.startswith(CRASH) else STRAY_SECONDS):
            self._died(budget, data)
        self.protocol(detail)

    def _died(self, budget: Budget, data: bytes) -> NoReturn:
        """The channel is closed: name how the box ended."""
        words = data + self._last_words(LAST_WORD_SECONDS)
        ending = self.process.wait(EXIT_SECONDS)
        if ending is None:
            self.protocol("the channel was closed")
        self._drain_quietly()
        hit = verdict(ending, budget)
        if hit is None and not self.killed_before:
            self.kill(Killed("the box was killed by a SIGKILL that nobody here sent"))
        hit = hit or LimitHit("memory", allowed=self.limits.data_bytes)
        hit.path, hit.line = running_line(words, self.lengths)
        self.kill(hit)

    def _drain_quietly(self) -> None:
        try:
            self.drain()
        except LimitHit:
            return
