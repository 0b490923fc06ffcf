"""One box: a submission loaded in one process, behind the interface `core.Program`.

Theory of operation. The box computes values, this side decides what they mean. Every operation is one request with a
number and exactly one reply with the same number. Replies are decoded strictly (`wire`); what decodes is only ever
plain data, so the most that hostile code can do is to choose the numbers it returns. From its first line on whatever
comes out of the box may be forged: a reply that cannot be one ends it as `protocol`, also one that says that the guest
is at fault. Between request and reply the box may call back the callables it was given; they run here, with arguments
that came from there. What goes wrong in them is ours, unless it is a `StudentFault`.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from grader.core import (
    BoxFault,
    Events,
    Handle,
    LimitHit,
    Limits,
    Loaded,
    Message,
    Raised,
    Returned,
    SourceFile,
    Submission,
    Swept,
    Target,
    Value,
)
from grader.sandbox import replies
from grader.sandbox.channel import Channel
from grader.sandbox.inside import spellings, wire
from grader.sandbox.limits import Budget, cpu_clock
from grader.sandbox.process import Process
from grader.sandbox.request import Request, refuse_to_send

Read = TypeVar("Read")
READY_SECONDS = 60.0  # interpreter and NumPy, on a machine that is busy
MOST_BATCH = 1024  # tuples in one frame of `map`
MOST_SWEPT, SWEPT_BYTES = 1 << 16, 4 << 20  # values in one frame of `sweep`, and their bytes: a cache holds them


class Box:
    """A `core.Revisable`. `close` kills the process; a box that hit a limit is dead and says so again."""

    def __init__(self, process: Process, limits: Limits, *, killed_before: bool = False) -> None:
        self.process, self.limits = process, limits
        self.channel = Channel(process, limits, killed_before=killed_before)
        self.stopped = False  # by us, from another thread: no limit was hit, and nobody is at fault
        self._loaded = Loaded({}, {})
        self._cpu_at_load, self._begun = 0.0, time.monotonic()  # the box's CPU when its files had been run; its start
        self._lengths: dict[str, int] = {}
        self._noted: list[Message] = []
        self._seq = self._callbacks = 0  # the last numbers of requests, and of callbacks
        self._standing: dict[int, Callable[..., Value]] = {}  # callables that objects in the box hold

    def close(self) -> None:
        self.process.close()

    def stop(self) -> None:
        self.stopped = True
        self.process.signal(signal.SIGKILL)

    # ----------------------------------------------------------------- loading

    def prove(self) -> None:
        """Wait for the guest, and close. Raises BoxFault where it does not come."""
        try:
            self._await_ready()
        finally:
            self.close()

    def load(
        self,
        submission: Submission,
        names: Collection[str],
        supplied: Mapping[str, str],
        handout: Sequence[str] = (),
        ours: tuple[Sequence[str], str] = ((), ""),
    ) -> None:
        """Wait for the guest, and run the submission's files. `ours` are names that get what a text defines."""
        self._await_ready()
        self._begun = time.monotonic()
        self._lengths = {file.path: file.text.count("\n") + 1 for file in submission.files}
        self.channel.lengths = self._lengths
        defined_in = {name: [item.path for item in submission.definitions if item.name == name] for name in names}
        body = (
            [(file.path, file.text, file.python2) for file in submission.files if not _unread(file)],
            (list(supplied.items()), *ours),
            (list(names), list(handout), defined_in),
            tuple(self.channel.caps),
        )
        wall_seconds = min(self.limits.load_wall_seconds, self.limits.box_wall_seconds)
        budget = Budget(self.process.pid, self.limits.load_cpu_seconds, wall_seconds)
        try:
            reply = self._ask("load", "loaded", body, budget)
        except Raised as error:  # what the files raise is in the reply; this is the guest, which they may have changed
            if error.type == "MemoryError":
                self.channel.kill(LimitHit("memory", allowed=self.limits.data_bytes))
            self.channel.protocol("the names were not found")
        self._loaded = self._checked(replies.loaded, reply, self._lengths, submission, names)
        self._cpu_at_load = cpu_clock(self.process.pid)

    def _await_ready(self) -> None:
        try:
            header, payload = self.channel.receive(Budget(self.process.pid, READY_SECONDS, READY_SECONDS))
            ready = wire.unpack(header, payload, replies.as_nothing).op == "ready"
        except (LimitHit, wire.WireError) as error:
            raise BoxFault(f"the guest did not start: {error}; it said {self.channel.output.text[-500:]!r}") from error
        if not ready:
            raise BoxFault("the guest did not start")

    @property
    def loaded(self) -> Loaded:
        return self._loaded

    # ----------------------------------------------------------------- operations

    def call(
        self,
        target: Target,
        *args: Value,
        seed: int = 0,
        hold: Collection[int] = (),
        bring: Sequence[int] = (),
        cpu_seconds: float | None = None,
        **kwargs: Value,
    ) -> Returned:
        body = (target, (args, kwargs), seed, (sorted(hold), list(bring)))
        budget = self._budget(cpu_seconds)
        reply = self._ask("call", "returned", body, budget)
        return self._checked(replies.returned, reply, budget.cpu_used, bring)

    def map(
        self,
        target: Target,
        batch: Sequence[tuple[Value, ...]],
        *,
        named: Sequence[str] = (),
        seed: int = 0,
        hold: Collection[int] = (),
        bring: Sequence[int] = (),
        cpu_seconds: float | None = None,
    ) -> list[Returned | Raised]:
        results: list[Returned | Raised] = []
        how = (list(named), seed, sorted(hold), list(bring))
        while len(results) < len(batch):
            request, count = self._batch("map", target, batch[len(results) : len(results) + MOST_BATCH], how)
            budget = self._budget(cpu_seconds)
            try:
                body = self._exchange(request, "mapped", budget)
            except Raised as error:  # before the first call: of a name that is none any more, or for want of memory
                results += [error] * count
                continue
            results += self._checked(replies.mapped, body, self._lengths, count, budget.cpu_used, bring)
        return results

    def sweep(
        self,
        target: Target,
        args: Sequence[Value],
        place: int,
        values: np.ndarray[Any, Any],
        *,
        at: np.ndarray[Any, Any] | Sequence[int] | None = None,
        first: bool = False,
        seed: int = 0,
        cpu_seconds: float | None = None,
    ) -> Swept:
        where = None if at is None else np.asarray(at, np.int64)
        given = tuple(None if number == place and where is None else value for number, value in enumerate(args))
        most = max(1, min(MOST_SWEPT, SWEPT_BYTES // max(1, values[:1].nbytes)))
        parts, done = list[Swept](), 0
        while done < len(values):
            part = slice(done, done + most)
            variants = (place, values[part], None if where is None else where[part], first)
            body = (target, given, variants, seed)
            budget = self._budget(cpu_seconds)
            reply = self._ask("sweep", "swept", body, budget)
            parts.append(self._checked(replies.swept, reply, self._lengths, len(values[part]), budget.cpu_used))
            done += len(parts[-1].values)
        return replies.joined(parts)

    def get(self, handle: Handle, attribute: str) -> Value:
        return self._ask("get", "value", (handle, attribute), self._budget(None))

    def set(self, handle: Handle, attribute: str, value: Value) -> None:
        self.put(attribute, [(handle, value)])

    def put(self, attribute: str, values: Sequence[tuple[Handle, Value]]) -> None:
        """A callable that is set is served as long as the box lives: later requests know it too."""
        done = 0
        while done < len(values):
            request, count = self._batch("put", attribute, values[done : done + MOST_BATCH], None)
            self._exchange(request, "value", self._budget(None))
            self._standing = request.callables
            done += count

    def trace(
        self,
        target: Target,
        *args: Value,
        seed: int = 0,
        budget: int = 1_000_000,
        cpu_seconds: float | None = None,
    ) -> Events:
        reply = self._ask("trace", "traced", (target, args, seed, budget), self._budget(cpu_seconds))
        return self._checked(replies.traced, reply)

    def revise(self, path: str, name: str, text: str) -> None:
        budget = self._budget(None)
        if self._ask("revise", "value", (path, name, text), budget) is not None:
            self.channel.protocol("a malformed reply")

    @property
    def noted(self) -> tuple[Message, ...]:
        return tuple(self._noted)

    @property
    def output(self) -> str:
        return self.channel.output.text

    @property
    def output_dropped(self) -> int:
        return self.channel.output.dropped

    # ----------------------------------------------------------------- one request

    def _budget(self, cpu_seconds: float | None) -> Budget:
        """What a call may use: its own limits, but no more than is left of the box's. Where the CPU limit is replaced
        the wall limit follows it."""
        pid, limits = self.process.pid, self.limits
        cpu, wall = limits.call_cpu_seconds, limits.call_wall_seconds
        if cpu_seconds is not None:
            cpu, wall = cpu_seconds, 2 * cpu_seconds + 1
        cpu_before, wall_before = cpu_clock(pid) - self._cpu_at_load, time.monotonic() - self._begun
        cpu_left = max(0.0, limits.box_cpu_seconds - cpu_before)
        wall_left = max(0.0, limits.box_wall_seconds - wall_before)
        return Budget(
            pid,
            min(cpu, cpu_left),
            min(wall, wall_left),
            cpu_before=cpu_before if cpu_left < cpu else 0.0,
            wall_before=wall_before if wall_left < wall else 0.0,
        )

    def _ask(self, op: str, expected: str, body: Value, budget: Budget) -> Value:
        """The body of the reply to one request."""
        request = Request(op, self.channel.caps, self._standing)
        request.node = request.encode(body)
        return self._exchange(request, expected, budget)

    def _batch(self, op: str, target: Target, batch: Sequence[tuple[Value, ...]], how: Value) -> tuple[Request, int]:
        """A request with as many tuples as fit into one frame, and how many they are."""
        request = Request(op, self.channel.caps, self._standing)
        head, tail, nodes = request.encode(target, 1), request.encode(how, 1), list[Any]()
        for args in batch:
            mark = request.to.mark()
            try:
                nodes.append(request.encode(args, 2))
            except BoxFault:
                if not nodes:
                    raise
                request.to.back(mark)
                break
        request.node = {"t": [head, nodes, tail]}
        return request, len(nodes)

    def _exchange(self, request: Request, expected: str, budget: Budget) -> Value:
        """Send a request, serve the callbacks that come, and return the body of its one reply."""
        if self.channel.fault is not None:
            raise self.channel.fault
        self._seq += 1
        self.channel.expect_silence(budget)
        self.channel.send(wire.frame(self._seq, request.op, request.node, request.to), budget)
        while (reply := self._receive(budget)).op in ("callback", "noted"):
            if reply.op == "callback":
                self._answer(reply, request, budget)
            else:
                self._note(reply)
        self.channel.drain()
        if request.fault is not None:
            raise request.fault
        if reply.op == "fault":
            self.channel.protocol("a request was not understood")
        if reply.seq != self._seq or reply.op not in (expected, "raised"):
            self.channel.protocol("a reply to another request")
        if reply.op == "raised":
            raise self._checked(replies.raised, reply.body, self._lengths)
        return reply.body

    def _receive(self, budget: Budget) -> wire.Frame:
        header, payload = self.channel.receive(budget)
        try:
            return wire.unpack(header, payload, replies.as_handle)
        except wire.WireError as error:
            self.channel.protocol(str(error))

    def _note(self, frame: wire.Frame) -> None:
        """Keep what the box says that the code needed."""
        if len(self._noted) == spellings.MOST_NOTED:
            self.channel.protocol("too many notes")
        self._noted.append(self._checked(replies.noted, frame.body, self._lengths))

    def _answer(self, frame: wire.Frame, request: Request, budget: Budget) -> None:
        """Run the callable that the box calls, and send what it gives or why it cannot."""
        self._callbacks += 1
        body = frame.body if type(frame.body) is tuple else ()
        if frame.seq != self._callbacks or [type(part) for part in body] != [int, tuple, dict]:
            self.channel.protocol("a malformed callback")
        answer = request.run(*body)
        try:
            pieces = wire.pack(frame.seq, *answer, refuse_to_send, self.channel.caps)
        except wire.Unsendable as error:
            raise BoxFault(f"the answer of a callback does not fit into a frame: {error}") from error
        self.channel.send(pieces, budget)

    # ----------------------------------------------------------------- reading replies

    def _checked(self, read: Callable[..., Read], *parts: Any) -> Read:
        """What `read` makes of a reply's body; a body of another form is a protocol fault."""
        try:
            return read(*parts)
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError):
            self.channel.protocol("a malformed reply")


def _unread(file: SourceFile) -> bool:
    """A notebook of which nothing is needed: it is no module, either."""
    return file.path.endswith(".ipynb") and not file.text
