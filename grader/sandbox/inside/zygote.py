"""The zygote: a process with NumPy loaded that locks itself up and then forks one confined child for each box.

Theory of operation. The grader starts it by path, as `zygote.py NUMPY_FOLDER CONTROL`, with an environment that says
nothing, and talks to it over a socket of packets, first of all which tier it is to be. It imports whatever student code
may use; in tier `ns` it moves into namespaces and an empty root of its own, in which it is no user of the host; it says
`ready`. From then on each packet of the grader asks for one box and carries four descriptors: channel, standard output,
standard error, and the status socket of that box. The zygote forks, sends the child's process descriptor over the
status socket, and in the end what wait4(2) said of it. The child confines itself and becomes the guest. Where the
grader's end of the control socket is closed the zygote ends, and with it every box.

It holds nothing worth stealing: no reference and no secret. It runs in one thread, reads nothing
that a box wrote, and is replaced after some boxes. This file enters the box.
"""

from __future__ import annotations

import os
import sys

HERE = __file__.rpartition("/")[0]
sys.path[:] = [HERE, *sys.path, sys.argv[-2]]  # packages beside NumPy shadow nothing of the library

import contextlib  # noqa: E402  after the folders of its siblings and of NumPy are known
import ctypes  # noqa: E402
import gc  # noqa: E402
import json  # noqa: E402
import select  # noqa: E402
import signal  # noqa: E402
import socket  # noqa: E402
import sysconfig  # noqa: E402
from collections.abc import Sequence  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn  # noqa: E402

import numpy as np  # noqa: E402

if TYPE_CHECKING:
    from grader.sandbox.inside import confine, guest, kernel, landlock, preload, root, seccomp
else:
    import confine
    import guest
    import kernel
    import landlock
    import preload
    import root
    import seccomp

OURS = (
    "confine", "entropy", "guest", "kernel", "landlock", "loading", "naming", "older", "preload", "repairs",
    "revising", "rewriting", "root", "seccomp", "spellings", "sweeping", "watching", "wire", "zygote",
)  # fmt: skip
NAMESPACES = (
    kernel.CLONE_NEWUSER | kernel.CLONE_NEWNS | kernel.CLONE_NEWPID | kernel.CLONE_NEWNET
    | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS | kernel.CLONE_NEWCGROUP
)  # fmt: skip
OTHER_USERS = kernel.CAP_SETUID, kernel.CAP_SETGID, kernel.CAP_KILL  # what becomes another user must be killed too
PACKET = 1 << 16  # bytes of a packet of the grader at most
HOST_NAME = "box"


class Box(NamedTuple):
    """A child that runs, and where its end is told."""

    pid: int
    status: socket.socket


class Zygote:
    """The state of the fork server. `home` is its own process descriptor, by which it returns to its namespace."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        asked = self.receive()
        self.tier, self.users = asked["tier"], asked["users"]
        self.landlock = kernel.landlock_version()
        self.readable = readable()
        self.slots = False
        self.home = -1
        self.filter = b""
        self.boxes: dict[int, Box] = {}  # by process descriptor

    # ----------------------------------------------------------------- talking to the grader

    def receive(self) -> Any:
        packet = self.control.recv(PACKET)
        if not packet:
            os._exit(0)
        return json.loads(packet)

    def say(self, op: str, **facts: Any) -> None:
        try:
            self.control.send(json.dumps({"op": op, **facts}).encode())
        except (BrokenPipeError, ConnectionResetError):  # whoever started it has ended meanwhile
            os._exit(0)

    # ----------------------------------------------------------------- locking up

    def lock_up(self) -> None:
        """Give up the host. Raises OSError; what failed is named in its text."""
        if not self.landlock:
            raise OSError("the kernel has no Landlock")
        if (threads := len([*Path("/proc/self/task").iterdir()])) != 1:
            raise OSError(f"there are {threads} threads, and a fork takes one")
        with contextlib.suppress(OSError):  # where memory is short, the kernel shall take a box and not the grader
            Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
        if self.tier == "ns":
            self.leave_host()
        else:
            self.slots = self.users and all(map(kernel.has_capability, OTHER_USERS))
            self.mask_packages()
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
        self.home = os.pidfd_open(os.getpid())
        self.filter = seccomp.program()

    def leave_host(self) -> None:
        """Namespaces and an empty root. With the right to mount, the root is made before the user namespace: it may
        lie below folders that only root can pass, and what is mounted then cannot be taken away inside."""
        self.slots = self.users and kernel.has_capability(kernel.CAP_SYS_ADMIN)
        if self.slots:
            kernel.unshare(kernel.CLONE_NEWNS)
            root.change(self.readable)
        kernel.unshare(NAMESPACES)
        self.say("map", slots=self.slots)
        self.receive()  # the grader has written the maps
        if self.slots:
            os.setresgid(0, 0, 0)
            os.setgroups([])
            os.setresuid(0, 0, 0)
        else:
            root.change(self.readable)
        with contextlib.suppress(PermissionError):  # a container's profile may refuse it; it is only a name
            kernel.sethostname(HOST_NAME)
        enter_process_namespace()

    def mask_packages(self) -> None:
        """Where the root is not empty: nothing of packages that lie in the library's folder, for this process and all
        its boxes. Each box restricts itself further."""
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        rules = landlock.contents(self.readable, root.MASKED)
        landlock.restrict(self.landlock, rules)

    # ----------------------------------------------------------------- serving

    def serve(self) -> confine.Order:
        """Make boxes for ever; returns in each of them, and only there."""
        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        while True:
            for descriptor, _ in poll.poll():
                if descriptor in self.boxes:
                    poll.unregister(descriptor)
                    self.bury(descriptor)
                elif order := self.ask(poll):
                    return order

    def ask(self, poll: select.poll) -> confine.Order | None:
        """Take one packet and make its box: the order in the child, None here."""
        packet, received, _, _ = socket.recv_fds(self.control, PACKET, 4)
        if not packet:
            self.end()
        *descriptors, reporting = received
        status = socket.socket(fileno=reporting)
        order = self.order(json.loads(packet), descriptors)
        try:
            pid = self.fork()
        except OSError as error:
            self.report(status, op="failed", text=str(error))
            status.close()
        else:
            if pid == 0:
                status.detach()
                return order
            process = os.pidfd_open(pid)
            self.boxes[process] = Box(pid, status)
            poll.register(process, select.POLLIN)
            self.report(status, process, op="started")
        for descriptor in descriptors:
            os.close(descriptor)
        return None

    def order(self, asked: Any, descriptors: Sequence[int]) -> confine.Order:
        return confine.Order(
            tier=self.tier,
            descriptors=descriptors,
            slot=asked["slot"] if self.slots else None,
            limits=asked["limits"],
            scratch=asked["scratch"],
            readable=self.readable,
            landlock=self.landlock,
            filter=self.filter,
            zygote=os.getpid(),
        )

    def fork(self) -> int:
        """Fork, in tier `ns` into a process namespace of the child's own; only the next child is moved there."""
        if self.tier != "ns":
            return os.fork()
        kernel.unshare(kernel.CLONE_NEWPID)
        pid = -1
        try:
            pid = os.fork()
        finally:
            if pid:  # a zygote that fails in this makes no box any more: the grader starts another one
                kernel.setns(self.home, kernel.CLONE_NEWPID)
        return pid

    def bury(self, process: int) -> None:
        """Tell how a box ended."""
        box = self.boxes.pop(process)
        _, status, usage = os.wait4(box.pid, 0)
        seconds = usage.ru_utime + usage.ru_stime
        self.report(box.status, op="ended", ending=status, cpu_seconds=seconds)
        box.status.close()
        os.close(process)

    def report(self, status: socket.socket, process: int | None = None, **facts: Any) -> None:
        """A packet to whoever opened a box, who may be gone."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            socket.send_fds(status, [json.dumps(facts).encode()], [] if process is None else [process])

    def end(self) -> NoReturn:
        """Nobody asks any more: end, and every box with it."""
        for process in self.boxes:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(process, signal.SIGKILL)
        os._exit(0)

    def let_go(self) -> None:
        """In a child: no object of the parent's may close a descriptor number that the box uses later."""
        self.control.detach()
        for box in self.boxes.values():
            box.status.detach()
        self.boxes.clear()


def enter_process_namespace() -> None:
    """Fork: the child is the first process of the new namespace, and goes on; this one only waits for it. A change of
    user, and a fork, forget whose death ends a process."""
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    inner = os.fork()
    if inner:
        with contextlib.suppress(OSError):
            kernel.close_from(0)
        _, status = os.waitpid(inner, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)


def readable() -> list[str]:
    """The folders that a box may read: Python's library, NumPy and the libraries that it brings."""
    numpy = np.__path__[0]
    brought = f"{numpy}.libs"
    paths = sysconfig.get_paths()
    library = dict.fromkeys(os.path.realpath(paths[name]) for name in ("stdlib", "platstdlib"))
    return [*library, numpy, *([brought] if Path(brought).is_dir() else [])]


def wipe_environment() -> None:
    """Overwrite the block that the kernel laid down: `os.environ.clear()` leaves it in memory."""
    block = ctypes.POINTER(ctypes.c_void_p).in_dll(kernel.LIBC, "environ")
    number = 0
    while text := block[number]:
        ctypes.memset(text, 0, len(ctypes.string_at(text)))
        number += 1


def main(steps: Sequence[confine.Step] = confine.STEPS) -> NoReturn:
    """Be a zygote, and in its children a guest. Where it cannot lock itself up it says why, and ends."""
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # an exec keeps what is ignored and blocked, and a fork too
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for folder in (HERE, sys.argv[-2]):
        while folder in sys.path:
            sys.path.remove(folder)
    zygote = Zygote(socket.socket(fileno=int(sys.argv[-1])))
    try:
        preload.load()
        guest.furnish()
        guest.forget(OURS)
        zygote.lock_up()
    except Exception as error:
        zygote.say("failed", text=f"{type(error).__name__}: {error}")
        os._exit(1)
    wipe_environment()
    gc.collect()
    gc.freeze()
    zygote.say("ready", landlock=zygote.landlock)
    order = zygote.serve()
    zygote.let_go()
    confine.confine(order, steps)
    guest.serve()


if __name__ == "__main__":
    main()
