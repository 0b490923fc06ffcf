"""Asks a process with limits to look into hostile bytes, and reads its answer.

Theory of operation. Parsing is cheap for honest files and not for others: 1 MiB of `1<1<1...` takes seconds and
hundreds of MiB, a zip may claim to be what it is not, and a codec that a file declares may be slow on purpose. So each
submission is opened, decoded and parsed in one short-lived process, with limits on memory and processor time that it
sets before it reads a byte. It is forked by a server that is started where one is needed, and ends when nobody asks for
a while: `python -I -S` with an environment that says nothing, and nothing of ours but `grader/intake/confined/`. One
JSON frame goes in and one comes out; the answer is plain data and nothing in it is believed to be more than a sentence,
a name, a line or a text. A process that a limit ends means a submission that cannot be read, and says so. It takes some
6 ms; Python's start and what has to be loaded would be 20 more.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from grader.core import BoxFault, Message, Param
from grader.intake.confined.caps import WALL_SECONDS
from grader.intake.confined.refused import TOO_MUCH
from grader.intake.confined.wire import BEGUN, CHUNK, DONE, LENGTH, pack, unpack

HERE = str(Path(__file__).parent)
# A Python whose own library is found through this variable would not start without it.
ENVIRONMENT = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
PROGRAM = """
import socket, sys
sys.path.append(sys.argv[1])
from confined.serving import serve
serve(socket.socket(fileno=int(sys.argv[2])))
"""
ATTEMPTS = 3  # a server may end in the moment in which it is asked

File = tuple[str, bytes]


class Unreadable(Exception):
    """The files cannot be read as sources; `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.id)
        self.message = message


class Readers:
    """Makes readers by a server that runs `program`; safe to be used by several threads at a time."""

    def __init__(self, program: str = PROGRAM) -> None:
        self._program, self._lock = program, threading.Lock()
        self._server: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def answer(self, request: bytes) -> bytes:
        """What a reader answers. Raises Unreadable where a limit ends it, BoxFault where it fails or is not there."""
        for _ in range(ATTEMPTS):
            ours, theirs = socket.socketpair()
            with ours:
                with theirs:
                    self._hand_over(theirs)
                if said := _exchange(ours, request):
                    return _data(said)
        raise BoxFault("the process that reads submissions ends before it begins")

    def _hand_over(self, stream: socket.socket) -> None:
        with self._lock, contextlib.suppress(OSError):  # where the server has ended the stream ends with this side's
            socket.send_fds(self._present(), [BEGUN], [stream.fileno()])

    def close(self) -> None:
        """End the server, where there is one; what it is asked for next starts another."""
        if self._control is not None:
            self._control.close()
        if self._server is not None:
            self._server.wait()
        self._control = self._server = None

    def _present(self) -> socket.socket:
        """The control socket of a server that runs."""
        if self._control is None or self._server is None or self._server.poll() is not None:
            self.close()
            self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                self._server = _started(self._program, theirs)
        return self._control


def _started(program: str, control: socket.socket) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-I", "-S", "-B", "-W", "ignore", "-c", program, HERE, str(control.fileno())]
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            pass_fds=(control.fileno(),),
        )
    except OSError as error:
        raise BoxFault(f"the process that reads submissions cannot be started: {error}") from error


def _exchange(stream: socket.socket, request: bytes) -> bytes:
    """All that a reader says to a request: nothing where there is none."""
    said = bytearray()
    stream.settimeout(WALL_SECONDS)
    try:
        with contextlib.suppress(ConnectionError):  # it ended before it had read everything
            stream.sendall(request)
            stream.shutdown(socket.SHUT_WR)
        while part := stream.recv(CHUNK):
            said += part
    except TimeoutError:
        raise Unreadable(message(TOO_MUCH)) from None
    except ConnectionError:  # it ended with a part of the request unread
        pass
    return bytes(said)


def _data(said: bytes) -> bytes:
    """The answer in what a reader said. One that is not whole was cut off by a limit."""
    how, rest = said[1:2], said[2:]
    if len(rest) < LENGTH.size or len(rest) != LENGTH.size + LENGTH.unpack_from(rest)[0]:
        raise Unreadable(message(TOO_MUCH))
    data = rest[LENGTH.size :]
    if how != DONE:
        raise BoxFault(f"the process that reads submissions failed: {data[:2000].decode('utf-8', 'replace')}")
    return data


READERS = Readers()
atexit.register(READERS.close)


def ask(
    files: Sequence[File], names: Collection[str] = (), *, examine: bool, archives: bool
) -> tuple[dict[str, Any], list[bytes]]:
    """The answer of a reader about `files`. Raises Unreadable for theirs, BoxFault for ours."""
    header = {"paths": [path for path, _ in files], "names": sorted(names), "examine": examine, "archives": archives}
    answer, blobs = unpack(READERS.answer(pack(header, [data for _, data in files])))
    if "refused" in answer:
        raise Unreadable(message(answer["refused"]))
    return answer, blobs


def message(sentence: Sequence[Any]) -> Message:
    """A sentence of the confined process as a Message."""
    id, params = sentence
    return Message(id, {key: _param(value) for key, value in params.items()})


def _param(value: Any) -> Param:
    return tuple(map(_param, value)) if isinstance(value, list) else value
