"""The trusted end of one zygote, and of the boxes that it makes.

A zygote is started by a thread of its own that lives as long as it does, since the kernel ends it with the thread that
started it; however the grader ends, the control socket closes, and the zygote and all its boxes end. One packet asks
for one box; what is said of that box comes over a socket of its own, so that threads may ask at the same time. Process
numbers are read from the descriptor, in this process's own numbering: the zygote's are those of its namespace.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.core import BoxFault, Limits
from grader.sandbox.limits import kernel_limits
from grader.sandbox.process import ENVIRONMENT, NUMPY_FOLDER, PYTHON, Ending, ready
from grader.sandbox.users import SLOTS

START_SECONDS = 60.0  # interpreter, NumPy and the library, on a machine that is busy
FORK_SECONDS = 30.0
END_SECONDS = 10.0  # from a kill to the news of it
PACKET = 1 << 16


class ZygoteLost(BoxFault):
    """The zygote is gone."""


class Zygote:
    """One running zygote; `users` is the first of its range, 0 where it has none."""

    def __init__(self, tier: str, program: Sequence[str], fork_seconds: float, users: int) -> None:
        self.tier, self.program, self.fork_seconds, self._users = tier, program, fork_seconds, users
        self.owner = os.getpid()
        self.lost, self.asked = False, 0
        self.landlock = 0
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._running = 0  # boxes that are not closed
        self._retired = self._silent = False
        self._free = list(range(SLOTS, 0, -1))
        self._lock = threading.Lock()
        self._begun = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._error: OSError | None = None
        try:
            threading.Thread(target=self._live, args=(theirs,), name=f"zygote-{tier}", daemon=True).start()
            self._begun.wait()
            self._shake_hands()
        except BaseException:
            theirs.close()
            self.close()
            raise

    @property
    def pid(self) -> int:
        return self._child.pid if self._child else 0

    # ----------------------------------------------------------------- life

    def _live(self, theirs: socket.socket) -> None:
        """The thread that the zygote lives with."""
        command = [*PYTHON, *self.program, str(NUMPY_FOLDER), str(theirs.fileno())]
        try:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env=ENVIRONMENT,
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            self._error = error
        finally:
            theirs.close()
            self._begun.set()
        if self._child:
            self._child.wait()
            self.lost = True

    def _shake_hands(self) -> None:
        """Tell the tier, write the maps of users where the zygote asks for it, and wait until it is ready."""
        if self._error:
            raise BoxFault(f"the zygote could not be started: {self._error}")
        self._say(tier=self.tier, users=bool(self._users))
        answer = self._hear()
        if answer["op"] == "map":
            try:
                self._map_users(answer["slots"])
            except OSError as error:
                raise BoxFault(f"the zygote's users could not be mapped: {error}") from error
            self._say(op="mapped")
            answer = self._hear()
        if answer["op"] != "ready":
            raise BoxFault(f"the zygote could not lock itself up: {answer.get('text')}")
        self.landlock = answer["landlock"]

    def _map_users(self, slots: bool) -> None:
        """user_namespaces(7): root may map what it likes, anyone else only himself and no groups."""
        folder = Path(f"/proc/{self.pid}")
        first, count = (self._users, SLOTS + 1) if slots else (os.geteuid(), 1)
        (folder / "uid_map").write_text(f"0 {first} {count}", "ascii")
        if not slots:
            (folder / "setgroups").write_text("deny", "ascii")
            first = os.getegid()
        (folder / "gid_map").write_text(f"0 {first} {count}", "ascii")

    def _say(self, **facts: Any) -> None:
        try:
            self._control.send(json.dumps(facts).encode())
        except OSError as error:
            raise self._gone() from error

    def _hear(self) -> Any:
        if not ready(self._control.fileno(), START_SECONDS):
            raise self.faulty(f"the zygote said nothing for {START_SECONDS:g} s")
        try:
            packet = self._control.recv(PACKET)
        except OSError as error:
            raise self._gone() from error
        if not packet:
            raise self._gone()
        return json.loads(packet)

    def _gone(self) -> ZygoteLost:
        self.lost = True
        return ZygoteLost("the zygote ended")

    def close(self) -> None:
        """End it, and every box of it. A process that was forked from this one may hold the socket open: it is shut
        down, but not by such a process. Only one that may not read that any more is killed: it could not reap."""
        if self.owner == os.getpid():
            with contextlib.suppress(OSError):
                self._control.shutdown(socket.SHUT_RDWR)
            if self._child and self._silent:
                self._child.kill()
        self._control.close()

    def retire(self) -> None:
        """Let it end when its last box is closed."""
        with self._lock:
            self._retired = True
            idle = not self._running
        if idle or self.owner != os.getpid():
            self.close()

    # ----------------------------------------------------------------- boxes

    def start(self, limits: Limits) -> Jailed:
        with self._lock:
            if not self._free:
                raise BoxFault(f"{SLOTS} boxes run already")
            slot = self._free.pop()
            self._running += 1
        try:
            return Jailed(self, slot, limits)
        except BaseException:
            self.give_back(slot)
            raise

    def ask(self, slot: int, limits: Limits, descriptors: Sequence[int]) -> None:
        """Ask for one box; the answer comes over the last of the descriptors."""
        scratch = limits.scratch_bytes, limits.scratch_files
        user = slot if self.tier == "ns" else self._users + slot
        packet = json.dumps({"slot": user, "limits": kernel_limits(limits), "scratch": scratch}).encode()
        try:
            socket.send_fds(self._control, [packet], descriptors)
        except OSError as error:
            raise self._gone() from error

    def give_back(self, slot: int) -> None:
        with self._lock:
            self._free.append(slot)
            self._running -= 1
            last = self._retired and not self._running
        if last:
            self.close()

    def faulty(self, text: str) -> BoxFault:
        """A zygote that does not answer in time is not asked again."""
        self.lost = self._silent = True
        return BoxFault(text)


class Jailed:
    """A `Process` that a zygote made."""

    def __init__(self, zygote: Zygote, slot: int, limits: Limits) -> None:
        self._zygote, self._slot = zygote, slot
        self.ending: Ending | None = None
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            self.channel, channel = sockets(socket.SOCK_STREAM, ours, theirs)
            self._status, status = sockets(socket.SOCK_SEQPACKET, ours, theirs)
            self.stdout, out = pipe(ours, theirs)
            self.stderr, err = pipe(ours, theirs)
            zygote.ask(slot, limits, (channel.fileno(), out, err, status.fileno()))
            theirs.close()
            self.exited = self._started()
            ours.callback(os.close, self.exited)
            self.pid = self._number()
            self._ours = ours.pop_all()
        self._closed = False

    def _started(self) -> int:
        """The process descriptor of the box."""
        if not ready(self._status.fileno(), self._zygote.fork_seconds):
            raise self._zygote.faulty(f"the zygote made no box for {self._zygote.fork_seconds:g} s")
        packet, descriptors, _, _ = socket.recv_fds(self._status, PACKET, 1)
        if not packet:
            self._zygote.lost = True
            raise ZygoteLost("the zygote ended")
        if not descriptors:
            raise self._zygote.faulty(f"the zygote could not make a box: {json.loads(packet).get('text')}")
        return descriptors[0]

    def _number(self) -> int:
        """The process number, while there is one: of a box that has ended by now, what it said tells why."""
        if number := number_of(self.exited):
            return number
        said = os.read(self.stderr, PACKET) if ready(self.stderr, 0) else b""
        raise BoxFault(f"the box ended at once; it said {said.decode('utf-8', 'replace')[:500]!r}")

    def signal(self, number: int) -> None:
        if self.ending is None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.exited, number)

    def wait(self, seconds: float) -> Ending | None:
        """Raises BoxFault where the zygote is gone: nobody knows then how the box ended."""
        if self.ending is None and ready(self.exited, seconds):
            self.ending = self._told()
        return self.ending

    def _told(self) -> Ending:
        """What the zygote says of the end."""
        if not ready(self._status.fileno(), END_SECONDS):
            raise self._zygote.faulty("the zygote did not tell how the box ended")
        packet = self._status.recv(PACKET)
        if not packet:
            self._zygote.lost = True
            raise ZygoteLost("the zygote ended while a box ran")
        facts = json.loads(packet)
        code = os.waitstatus_to_exitcode(facts["ending"])
        return Ending(-code if code < 0 else None, max(code, 0), facts["cpu_seconds"])

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self.signal(signal.SIGKILL)
        with contextlib.suppress(BoxFault):
            self.wait(END_SECONDS)
        self._ours.close()
        self._zygote.give_back(self._slot)


def sockets(kind: int, ours: contextlib.ExitStack, theirs: contextlib.ExitStack) -> tuple[socket.socket, socket.socket]:
    """A pair of sockets, and who closes which."""
    one, other = socket.socketpair(socket.AF_UNIX, kind)
    return ours.enter_context(one), theirs.enter_context(other)


def pipe(ours: contextlib.ExitStack, theirs: contextlib.ExitStack) -> tuple[int, int]:
    """The ends to read and to write, and who closes which."""
    read, write = os.pipe()
    ours.callback(os.close, read)
    theirs.callback(os.close, write)
    return read, write


def number_of(descriptor: int) -> int:
    """The process number of a process descriptor, as this process numbers them (`Pid:` of proc_pid_fdinfo(5)); 0 of a
    process that was waited for."""
    for line in Path(f"/proc/self/fdinfo/{descriptor}").read_text("ascii").splitlines():
        name, _, value = line.partition(":")
        if name == "Pid":
            return max(0, int(value))
    return 0
