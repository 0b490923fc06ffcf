"""The trusted end of the zygote: starts it, asks it for boxes, and starts another one when it is worn out or gone.

A zygote is started by a thread of its own that lives as long as it does, since the kernel ends it with the thread that
started it; however the grader ends, the control socket closes, and the zygote and all its boxes end. One packet asks
for one box; what is said of that box comes over a socket of its own, so that threads may ask at the same time. Process
numbers are read from the descriptor, in this process's own numbering: the zygote's are those of its namespace.

A zygote is asked for `MOST_BOXES` boxes and then left to those that still run: what it may have lost in memory or
descriptors goes with it, and so does the layout of its address space, which all its boxes share.
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
from typing import Any, Literal

from grader.core import BoxFault, Limits
from grader.sandbox.limits import kernel_limits
from grader.sandbox.process import ENVIRONMENT, INSIDE, NUMPY_FOLDER, PYTHON, Ending, ready

ZYGOTE = str(INSIDE / "zygote.py")
MOST_BOXES = 1000  # of one zygote
START_SECONDS = 60.0  # interpreter, NumPy and the library, on a machine that is busy
FORK_SECONDS = 30.0
END_SECONDS = 10.0  # from a kill to the news of it
PACKET = 1 << 16
# Host users of a user namespace: one for the zygote, one for each box that runs at a time. The ranges lie where
# systemd's table of users says unused; where a container has fewer users, the highest that it has.
SLOTS = 64
FIRST_USER, RANGES = 1_900_000_000, 1000
TURNS = 4  # ranges of one tier and process: the boxes of a zygote that was left may still run beside the next one's
NOBODY = 65534


class Keeper:
    """Makes the boxes of one tier, by one zygote at a time. `program` is the zygote's, and arguments before its own;
    it makes `most` boxes, and each within `fork_seconds`."""

    def __init__(
        self,
        tier: Literal["ns", "landlock"],
        program: Sequence[str] = (ZYGOTE,),
        most: int = MOST_BOXES,
        fork_seconds: float = FORK_SECONDS,
    ) -> None:
        self.tier, self.program, self.most, self.fork_seconds = tier, tuple(program), most, fork_seconds
        self._zygote: Zygote | None = None
        self._made = 0  # zygotes
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The process number of the present zygote."""
        return self._zygote.pid if self._zygote else None

    @property
    def landlock(self) -> int | None:
        """The ABI of Landlock that the present zygote found."""
        return self._zygote.landlock if self._zygote else None

    def start(self, limits: Limits) -> Jailed:
        """A new box. Raises BoxFault where no zygote can be started, or where it could not make one."""
        try:
            with contextlib.suppress(ZygoteLost):  # it was there a moment ago: another one is worth a try
                return self._present().start(limits)
            return self._present().start(limits)
        except (OSError, RuntimeError) as error:  # no descriptors are left, no memory, or no threads
            raise BoxFault(f"a box could not be started: {error}") from error

    def close(self) -> None:
        """End the zygote, and every box of it."""
        with self._lock:
            if self._zygote:
                self._zygote.close()
            self._zygote = None

    def _present(self) -> Zygote:
        """The zygote to ask, with one box of its count taken. One of a process that this one was forked from is not
        ours to ask."""
        with self._lock:
            zygote = self._zygote
            if zygote is None or zygote.lost or zygote.asked >= self.most or zygote.owner != os.getpid():
                if zygote is not None:
                    zygote.retire()
                users = unused_users(self._made % TURNS + (TURNS if self.tier == "landlock" else 0))
                self._made += 1
                zygote = self._zygote = Zygote(self.tier, self.program, self.fork_seconds, users)
            zygote.asked += 1
            return zygote


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


def unused_users(turn: int = 0) -> int:
    """The first of `SLOTS` + 1 users that nobody has, of those that this user namespace knows; on a whole host other
    ones for every process, and everywhere other ones for each `turn`, below 2 * `TURNS`. 0 where there is no room."""
    ranges = [tuple(map(int, line.split())) for line in Path("/proc/self/uid_map").read_text("ascii").splitlines()]
    wanted = FIRST_USER + (os.getpid() % RANGES * 2 * TURNS + turn) * (SLOTS + 1)
    if any(first <= wanted and wanted + SLOTS < first + count for first, _, count in ranges):
        return wanted
    last = max(first + count for first, _, count in ranges)
    return max(0, min(last, NOBODY) - (turn + 1) * (SLOTS + 1))
