"""How a new box gives up everything it does not need, step by step, before it reads a byte of student source.

The zygote forks; the child runs `STEPS` in their order. A step that fails ends the child: the grader reads which one
on its standard error, and that it never said `ready`. What each step takes away stands with it; the system-call
filter is last, since the others need calls that it refuses. Tier `landlock` has no namespaces: the first two steps
do next to nothing there, and all the others are the same.

This file enters the box.
"""

from __future__ import annotations

import fcntl
import os
import random
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from grader.sandbox.inside import kernel, landlock, root
else:
    import kernel
    import landlock
    import root

FIRST_CLOSED = 4  # 0 is empty, 1 and 2 are pipes, 3 is the channel; moved above before they get their numbers
FAILED = 97  # exit code of a box whose confinement failed


@dataclass(slots=True)
class Order:
    """One box to be made. `descriptors` are channel, standard output, standard error; `slot` is its user in the
    namespace, None where there is only one; `readable` are folders; `filter` is the assembled system-call filter."""

    tier: str
    descriptors: Sequence[int]
    slot: int | None
    limits: Mapping[str, int]
    scratch: tuple[int, int]
    readable: Sequence[str]
    landlock: int
    filter: bytes
    zygote: int
    complaints: int = -1
    rules: int = -1


class Step(NamedTuple):
    name: str
    run: Callable[[Order], None]


def namespaces(order: Order) -> None:
    """Mounts, System V IPC and the host name of its own; the zygote made a process namespace around it."""
    if order.tier == "ns":
        kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS)


def scratch(order: Order) -> None:
    """An empty folder in memory, bounded in bytes and files: the only place that can be written to."""
    if order.tier != "ns":
        os.chdir("/")
        return
    size, files = order.scratch
    owner = order.slot or 0
    options = f"size={size},nr_inodes={files},mode=700,uid={owner},gid={owner}"
    kernel.mount("tmpfs", root.SCRATCH, "tmpfs", root.QUIET | kernel.MS_NOEXEC, options)
    os.chdir(root.SCRATCH)


def descriptors(order: Order) -> None:
    """Four descriptors, and nothing that another box has open too: whoever shares one, be it of `/dev/null`, can leave
    word in its flags. A session of its own."""
    channel, out, err = order.descriptors
    empty, _ = os.pipe()  # the other end is closed with all the others
    moved = [fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, FIRST_CLOSED) for number in (empty, out, err, channel)]
    for number, given in enumerate(moved):
        os.dup2(given, number)
    order.complaints = 2
    kernel.close_from(FIRST_CLOSED)
    os.setsid()
    os.umask(0o077)


def rlimits(order: Order) -> None:
    """Memory, stack, files, processes, processor time."""
    kernel.set_limits(order.limits)


def stack(order: Order) -> None:
    """All of the stack at once. Cut in pieces, each could grow to the limit later, and none counts as data."""
    kernel.fix_stack()


def rules(order: Order) -> None:
    """Open what may be read and written while the folders above can still be passed."""
    write = (root.SCRATCH,) if order.tier == "ns" else ()
    order.rules = landlock.ruleset(order.landlock, order.readable, write)


def identity(order: Order) -> None:
    """A user of the box's own, and no groups. Before it, while this may be done: what an exec could give back."""
    kernel.lower_bound()
    if order.slot is not None:
        os.setresgid(order.slot, order.slot, order.slot)
        os.setgroups([])
        os.setresuid(order.slot, order.slot, order.slot)


def privileges(order: Order) -> None:
    """Die with the zygote, gain nothing by any exec, hold no capability. A change of user clears the first."""
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if order.tier != "ns" and os.getppid() != order.zygote:  # a process namespace ends with its first process
        os._exit(FAILED)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.drop_capabilities()


def restrict(order: Order) -> None:
    """Files by the rules only; no TCP, no signals and no abstract sockets to the outside."""
    landlock.restrict(order.landlock, order.rules)


def scrub(order: Order) -> None:
    """No arguments, no environment, generators that are not the siblings'; unreadable for others of the same user."""
    sys.argv[:] = [""]
    sys.orig_argv[:] = []
    os.environ.clear()
    random.seed()
    np.random.seed()  # a fork does not do it
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)


def seccomp(order: Order) -> None:
    """The system calls that are left."""
    kernel.seccomp(order.filter)


STEPS = (
    Step("namespaces", namespaces),
    Step("scratch", scratch),
    Step("descriptors", descriptors),
    Step("rlimits", rlimits),
    Step("stack", stack),
    Step("rules", rules),
    Step("identity", identity),
    Step("privileges", privileges),
    Step("landlock", restrict),
    Step("scrub", scrub),
    Step("seccomp", seccomp),
)


def confine(order: Order, steps: Sequence[Step]) -> None:
    """Run every step, or end this process."""
    order.complaints = order.descriptors[2]
    for step in steps:
        try:
            step.run(order)
        except BaseException as error:
            os.write(order.complaints, f"confinement failed at {step.name}: {error}".encode())
            os._exit(FAILED)
