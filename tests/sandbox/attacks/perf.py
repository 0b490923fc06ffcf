"""Counts what the processor does.

Idea: CVE-2013-2094; counters tell what others do.
"""

# row: kernel
# ns: forbidden_syscall
# control: without seccomp
from raw import reached


def f(told):
    return reached("perf_event_open", 0, 0, -1, -1, 0)
