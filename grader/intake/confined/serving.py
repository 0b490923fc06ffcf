"""The process that has everything loaded and forks a reader for each submission: none has to start Python.

The grader hands over a stream with each packet of the control socket. The reader sets its limits before it reads a
byte, says that it has begun, takes the whole request from the stream and sends the whole answer. It ends where nobody
asks any more: the control socket is closed, or silent for a while.
"""

import gc
import os
import resource
import signal
import socket

from .caps import CPU_SECONDS, IDLE_SECONDS, MEMORY_BYTES
from .main import answer
from .wire import BEGUN, CHUNK, DONE, FAILED, LENGTH


def serve(control: socket.socket) -> None:
    """Fork a reader for every stream that comes."""
    gc.disable()  # a reader is gone before there is anything to collect
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries them
    control.settimeout(IDLE_SECONDS)
    while stream := handed_over(control):
        if os.fork() == 0:
            control.close()
            read(stream)
            os._exit(0)
        stream.close()


def handed_over(control: socket.socket) -> socket.socket | None:
    """The next stream; None where nobody asks."""
    try:
        _, received, _, _ = socket.recv_fds(control, 1, 1)
    except TimeoutError:
        return None
    return socket.socket(fileno=received[0]) if received else None


def read(stream: socket.socket) -> None:
    """Answer the one request of a stream, within limits."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    stream.sendall(BEGUN)
    try:
        said, data = DONE, answer(b"".join(iter(lambda: stream.recv(CHUNK), b"")))
    except Exception as error:
        said, data = FAILED, repr(error).encode("utf-8", "replace")
    stream.sendall(said + LENGTH.pack(len(data)) + data)
