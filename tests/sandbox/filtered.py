"""Makes system calls in processes of their own, with and without the filter, and tells what became of each.

Reads `[[number, [argument, ...], filtered], ...]` as JSON and writes as many outcomes: `"SIGSYS"` (or another signal),
`"exit"`, or errno, 0 for success. The number -1 stands for `getpid` by `int 0x80`, the way of 32-bit programs.
With an argument that is a Python source, it runs that under the filter instead and writes what `result` is then.
"""

import ctypes
import json
import mmap
import os
import signal
import subprocess  # noqa: F401  extension modules cannot be loaded any more when the source asks for them
import sys
import tempfile  # noqa: F401
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "grader/sandbox/inside"))

import kernel  # type: ignore[import-not-found]  # as it is known inside
import seccomp  # type: ignore[import-not-found]

PROGRAM = seccomp.program()
OLD_GETPID = bytes.fromhex("b814000000 cd80 c3")  # mov eax, 20; int 0x80; ret


def confine() -> None:
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.seccomp(PROGRAM)


def machine_code(code: bytes) -> Callable[[], int]:
    """A function of these instructions; the memory is left as it is until the process ends."""
    memory = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    return ctypes.CFUNCTYPE(ctypes.c_int)(address)


def attempt(number: int, arguments: list[int], *, filtered: bool) -> int:
    """What errno is after the call, 0 where it succeeded."""
    old = machine_code(OLD_GETPID) if number == -1 else None
    if filtered:
        confine()
    if old is not None:
        return 0 if old() > 0 else 1
    given = [ctypes.c_ulong(argument) for argument in arguments]
    return ctypes.get_errno() if kernel.LIBC.syscall(ctypes.c_long(number), *given) == -1 else 0


def outcome(number: int, arguments: list[int], filtered: bool) -> str | int:
    into, out = os.pipe()
    pid = os.fork()
    if not pid:
        os.write(out, bytes([attempt(number, arguments, filtered=filtered)]))
        os._exit(0)
    os.close(out)
    told = os.read(into, 1)
    os.close(into)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return signal.Signals(-status).name if status < 0 else told[0] if told else "exit"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        names: dict[str, object] = {}
        confine()
        exec(sys.argv[1], names)  # noqa: S102  the test's own text
        print(names["result"])
    else:
        json.dump([outcome(*call) for call in json.load(sys.stdin)], sys.stdout)
