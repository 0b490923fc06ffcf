"""Calls the kernel by the numbers of the x32 interface: the same calls with another bit set.

Idea: a filter that refuses 56 and forgets 56 + 2**30.
"""

# row: architecture
# ns: forbidden_syscall
# control: without seccomp
from raw import number_of, raw_answer

X32 = 1 << 30


def f(told):
    return f"BREACH: the kernel answered {raw_answer(X32 | number_of('getpid'))}"
