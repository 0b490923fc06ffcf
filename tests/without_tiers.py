"""Runs a command on a machine that has no isolation to offer: `python -m tests.without_tiers COMMAND...`.

The kernel itself refuses: a system-call filter, which everything that the command starts inherits, answers EPERM to
`unshare` and `landlock_create_ruleset`, as a container's profile or an old kernel would. It works for any user.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

NUMBERS = {"x86_64": (272, 444), "aarch64": (97, 444)}  # unshare, landlock_create_ruleset
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD_NUMBER, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06  # BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_RET|BPF_K
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM


class Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def install() -> None:
    """Put the filter on this process and all that it becomes. Raises OSError."""
    first, second = NUMBERS[platform.machine()]
    lines = [
        (LOAD_NUMBER, 0, 0, 0),
        (JUMP_IF_EQUAL, 2, 0, first),
        (JUMP_IF_EQUAL, 1, 0, second),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ]
    packed = b"".join(struct.pack("=HBBI", *line) for line in lines)
    libc = ctypes.CDLL(None, use_errno=True)
    program = Program(len(lines), packed)
    steps = ((PR_SET_NO_NEW_PRIVS, 1, 0), (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program)))
    for option, first_word, second_word in steps:
        if libc.prctl(option, first_word, second_word, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")


if __name__ == "__main__":
    install()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - a launcher
