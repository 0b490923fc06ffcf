"""Calls the kernel by a number with bits set above the 32 that it looks at.

Idea: the filter is given 32 bits of the number as well; a mistake would be the kernel's.
"""

# row: architecture
# ns: forbidden_syscall
# control: without seccomp
from raw import number_of, raw_answer


def f(told):
    return f"BREACH: the kernel answered {raw_answer(1 << 32 | number_of('bpf'), 0xFFFF, 0, 0)}"
