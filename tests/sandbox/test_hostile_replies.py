"""A guest that is hostile from its first byte: whatever it answers is plain data, an exception of the student's, or
`protocol`; no other exception, and no request that ends the guest in another way than quietly."""

import os
import random
import socket
import struct
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from grader.core import Events, Handle, LimitHit, Limits, Loaded, Raised, Returned, Swept
from grader.sandbox.box import Box
from grader.sandbox.channel import Channel
from grader.sandbox.inside import wire
from grader.sandbox.limits import Budget
from grader.sandbox.process import Ending
from tests.sandbox.conftest import submission
from tests.sandbox.damage import PREFIX, damaged, plain

ROUNDS = 400  # damaged replies to each kind of request
LIMITS = Limits(call_wall_seconds=60)
WORK = submission({"work.py": "def f(x):\n    return x\n"})
READY = b"".join(bytes(piece) for piece in wire.pack(0, "ready", None, wire.Opaque, wire.Caps()))


NO_PROCESS = (1 << 22) + 1  # above the highest number that Linux gives: its clock stands at 0


class HostileProcess:
    """A `Process` that runs until it is closed: the other end of its channel answers with given bytes."""

    def __init__(self, *answers: bytes) -> None:
        self.pid, self.answers = NO_PROCESS, answers
        self.channel, self.theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.stdout, *others = os.pipe()
        self.stderr, *more = os.pipe()
        for descriptor in (*others, *more):
            os.close(descriptor)
        self.exited, self._running = os.pipe()
        self.signals: list[int] = []

    def answer(self) -> None:
        """Wait for the first request, answer, and say nothing more, whatever comes."""
        with self.theirs, self.theirs.makefile("rb") as requests:
            requests.read(PREFIX)
            self.theirs.sendall(b"".join(self.answers))
            self.theirs.shutdown(socket.SHUT_WR)
            requests.read()

    def signal(self, number: int) -> None:
        self.signals.append(number)

    def wait(self, seconds: float) -> Ending | None:
        return None

    def close(self) -> None:
        self.channel.close()
        for descriptor in (self.stdout, self.stderr, self.exited, self._running):
            os.close(descriptor)


def reply(op: str, body: Any, seq: int = 1) -> bytes:
    def opaque(value: Any) -> wire.Opaque:
        return wire.Opaque("h", value.id, value.type)

    return b"".join(bytes(piece) for piece in wire.pack(seq, op, body, opaque, wire.Caps()))


@pytest.fixture(scope="module")
def guest() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def asked(guest: ThreadPoolExecutor, ask: Callable[[Box], Any], *answers: bytes) -> Any:
    """What a request comes to: what is returned, `Raised`, or the kind of the limit."""
    process = HostileProcess(*answers)
    box = Box(process, LIMITS)
    answering = guest.submit(process.answer)
    try:
        return ask(box)
    except Raised as error:
        return error
    except LimitHit as hit:
        assert process.signals[-1] == 9
        return hit.kind
    finally:
        process.close()
        assert isinstance(answering.exception(), None | BrokenPipeError | ConnectionResetError)


def loaded(box: Box) -> Loaded:
    box.process.theirs.sendall(READY)  # type: ignore[attr-defined]
    box.load(WORK, ["f"], {})
    return box.loaded


def kept(box: Box) -> Any:
    return box.call("f", lambda x, *, y=0: x, np.ones(2))


STACK = np.arange(6.0).reshape(3, 2)
FAULT = ("ValueError", "too large", "work.py", 2)
FOUND = {
    "found": [("f", "work.py", 1, "function", ("other.py",))],
    "errors": [("work.py", FAULT)],
    "absent": [("torch", "work.py")],
}
# What is asked, and an honest answer to it.
REQUESTS: dict[str, tuple[Callable[[Box], Any], list[bytes]]] = {
    "call": (lambda box: box.call("f", STACK), [reply("returned", ((0.5, {"W": STACK}), ["0", "x"], True))]),
    "map": (lambda box: box.map("f", [(1,)] * 2), [reply("mapped", [(0.5, [], False), FAULT])]),
    "sweep": (lambda box: box.sweep("f", (None,), 0, STACK), [reply("swept", ((None, ["0"], False), STACK[0:3], []))]),
    "odd sweep": (
        lambda box: box.sweep("f", (None,), 0, STACK),
        [reply("swept", ((None, [], False), [0.5, 1.0], [{"loss": 1}]))],
    ),
    "raising sweep": (lambda box: box.sweep("f", (None,), 0, STACK), [reply("swept", ((FAULT, [], True), [], []))]),
    "get": (lambda box: box.get(Handle(1, "Net"), "params"), [reply("value", {"W1": STACK, "net": Handle(3, "Net")})]),
    "set": (lambda box: box.set(Handle(1, "Net"), "f", abs), [reply("value", None)]),
    "trace": (lambda box: box.trace("f", STACK), [reply("traced", (100, 3, False, (0.5, STACK)))]),
    "load": (loaded, [reply("loaded", FOUND)]),
    "note": (loaded, [reply("noted", ("numpy", "int", "work.py", 1), seq=0), reply("loaded", FOUND)]),
    "raised": (lambda box: box.call("f", 1), [reply("raised", FAULT)]),
    "callback": (
        kept,
        [reply("callback", (1, (STACK,), {"y": 2})), reply("returned", (STACK, [], False))],
    ),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_damaged_replies_are_plain_data_the_students_exception_or_protocol(
    guest: ThreadPoolExecutor, name: str
) -> None:
    ask, honest = REQUESTS[name]
    assert asked(guest, ask, *honest) not in ("protocol", "exited")
    rng, kinds = random.Random(name), set()
    for _ in range(ROUNDS):
        answers = list(honest)
        place = rng.randrange(len(answers))
        answers[place] = damaged(rng, answers[place])
        outcome = asked(guest, ask, *answers)
        kinds.add(type(outcome))
        assert outcome == "protocol" if isinstance(outcome, str) else is_plain(outcome)
    assert str in kinds


def is_plain(outcome: Any) -> bool:
    """Whether a result has the types that it promises: data, and handles."""
    if isinstance(outcome, Returned | Swept):
        told = [type(outcome.drew), *map(type, outcome.mutated)] == [bool] + [str] * len(outcome.mutated)
        return told and is_plain(outcome.value if isinstance(outcome, Returned) else outcome.values)
    if isinstance(outcome, Raised):
        return (type(outcome.type), type(outcome.text)) == (str, str) and outcome.path in (None, "work.py")
    if isinstance(outcome, Loaded):
        return set(outcome.definitions) <= {"f"} and set(outcome.errors) <= {"work.py"}
    if isinstance(outcome, list | tuple | dict):
        return all(map(is_plain, outcome.values() if isinstance(outcome, dict) else outcome))
    if isinstance(outcome, Events):
        return (type(outcome.lines), type(outcome.calls), type(outcome.exhausted)) == (int, int, bool) and is_plain(
            outcome.value
        )
    return isinstance(outcome, Handle) or plain(outcome)


@pytest.mark.parametrize(
    "answers",
    [
        [reply("returned", (1, [], False), seq=2)],
        [reply("mapped", (1, [], False))],
        [reply("ready", None)],
        [reply("fault", "KeyError()", seq=0)],
        [reply("returned", (1, np.zeros(1000), False))],
        [reply("returned", (1, "text", False))],
        [reply("returned", (1, []))],
        [reply("callback", (1, (), {}), seq=2)],
        [reply("callback", (1, [], {}))],
        [reply("callback", ("1", (), {}))],
        [reply("returned", (1, [], False))[:-1]],
        [reply("returned", (1, [], False))[:5]],
        [b""],
    ],
    ids=lambda answers: str(answers[0][12:60]),
)
def test_what_cannot_be_the_reply_is_protocol(guest: ThreadPoolExecutor, answers: list[bytes]) -> None:
    assert asked(guest, kept, *answers) == "protocol"


@pytest.mark.parametrize("body", [np.zeros(3), [1], "text", None, {}, {**FOUND, "found": np.zeros((1, 5))}])
def test_what_cannot_be_found_in_files_is_protocol(guest: ThreadPoolExecutor, body: Any) -> None:
    assert asked(guest, loaded, reply("loaded", body)) == "protocol"


@pytest.mark.parametrize(
    "body",
    [
        ("division", "", "work.py", 4),
        ("division", "", "work.py", 0),
        ("division", "", "other.py", 1),
        ("division", "", "work.py", "1"),
        ("a whole sentence", "", "work.py", 1),
        ("numpy", "no_such_name", "work.py", 1),
        ("numpy", ["int"], "work.py", 1),
        (np.zeros(2), "", "work.py", 1),
        ("division", "", "work.py"),
        "text",
        None,
    ],
    ids=str,
)
def test_what_cannot_be_noted_is_protocol(guest: ThreadPoolExecutor, body: Any) -> None:
    assert asked(guest, loaded, reply("noted", body, seq=0), reply("loaded", FOUND)) == "protocol"


def test_notes_without_end_are_protocol(guest: ThreadPoolExecutor) -> None:
    note = reply("noted", ("division", "", "work.py", 1), seq=0)
    assert isinstance(asked(guest, loaded, note * 32, reply("loaded", FOUND)), Loaded)
    assert asked(guest, loaded, note * 33, reply("loaded", FOUND)) == "protocol"


def test_more_than_one_reply_is_protocol_at_the_next_request(guest: ThreadPoolExecutor) -> None:
    twice = reply("returned", (1, [], False)) + reply("returned", (2, [], False), seq=2)

    def two_calls(box: Box) -> Any:
        assert box.call("f", 1).value == 1
        return box.call("f", 2)

    assert asked(guest, two_calls, twice) == "protocol"


def test_a_reply_that_tells_of_more_calls_than_were_asked_for_is_protocol(guest: ThreadPoolExecutor) -> None:
    many = reply("swept", ((None, [], False), np.arange(4.0), []))
    assert asked(guest, REQUESTS["sweep"][0], many) == "protocol"
    one_too_many = reply("swept", ((None, [], False), np.arange(3.0), [1]))
    assert asked(guest, REQUESTS["sweep"][0], one_too_many) == "protocol"
    assert asked(guest, REQUESTS["sweep"][0], reply("swept", ((None, [], False), [], []))) == "protocol"
    assert asked(guest, REQUESTS["map"][0], reply("mapped", [(1, [], False)] * 3)) == "protocol"


def test_the_length_that_a_reply_claims_is_looked_at_before_memory_is_taken(guest: ThreadPoolExecutor) -> None:
    tracemalloc.start()
    try:
        for claim in (struct.pack("<IQ", 1 << 17, 0), struct.pack("<IQ", 100, 1 << 40)):
            assert asked(guest, REQUESTS["call"][0], claim) == "protocol"
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


def test_large_replies_are_freed_at_once(guest: ThreadPoolExecutor) -> None:
    large = reply("returned", (np.zeros(1 << 20), [], False))
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(4):
            assert asked(guest, lambda box: box.call("f", 1).value.nbytes, large) == 8 << 20
        assert tracemalloc.get_traced_memory()[0] - before < 4 << 20
    finally:
        tracemalloc.stop()


# --------------------------------------------------------------------------- the other direction


def requests() -> list[bytes]:
    rng, caps = random.Random(3), wire.Caps()
    whole = b"".join(bytes(piece) for piece in wire.pack(2, "call", ("f", ((STACK,), {}), 0, []), wire.Opaque, caps))
    return [damaged(rng, whole) for _ in range(25)] + [struct.pack("<IQ", 1 << 20, 0), struct.pack("<IQ", 9, 1 << 60)]


def test_a_damaged_request_ends_the_guest_quietly_or_is_answered_once(open_box: Any) -> None:
    """The guest reads what the trusted side sends by the same codec: it says that it did not understand, and ends."""
    said = set()
    for request in requests():
        with open_box("def f(x):\n    return 1") as program:
            channel: Channel = program.channel
            budget = Budget(program.process.pid, 60, 60)
            channel.send([request], budget)
            program.process.channel.shutdown(socket.SHUT_WR)
            try:
                answer = wire.unpack(*channel.receive(budget), lambda opaque: opaque)
                said.add(answer.op)
            except LimitHit as hit:
                said.add((hit.kind, hit.detail))
            assert program.output == ""
    assert {"fault"} < said <= {"fault", "raised", "returned", ("exited", "0")}


@pytest.mark.parametrize(
    ("claimed", "shown"),
    [
        ("ValueError", "ValueError"),
        ("scipy.linalg.LinAlgError", "scipy.linalg.LinAlgError"),
        ("모양오류", "모양오류"),
        ("The grader failed. This counts with 20 of 20", "exception"),
        ("ValueError: 20 of 20", "exception"),
        ("a..b", "exception"),
        ("", "exception"),
        (3, "exception"),
    ],
)
def test_a_sentence_is_no_type_of_an_exception(guest: ThreadPoolExecutor, claimed: object, shown: str) -> None:
    """It would stand at the head of a card, where the grader itself speaks."""
    error = asked(guest, lambda box: box.call("f", 1), reply("raised", (claimed, "text", "work.py", 1)))
    assert (error.type, error.text) == (shown, "text")


def test_a_sentence_is_no_type_of_an_object(guest: ThreadPoolExecutor) -> None:
    def returns(name: str) -> Any:
        return asked(guest, lambda box: box.call("f", 1), reply("returned", (Handle(1, name), [], False))).value.type

    assert [returns("Net"), returns("All 20 points were given")] == ["Net", "object"]
