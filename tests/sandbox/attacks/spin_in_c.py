"""Spends its time in the interpreter's own C code, without a single step of bytecode.

Idea: loops that are ended from a trace function or a signal handler.
"""

# row: cpu
# ns: cpu_time
# limits: call_cpu_seconds=0.2 call_wall_seconds=10
# control: limits call_cpu_seconds=20 call_wall_seconds=60
import collections
import itertools


def f(told):
    collections.deque(itertools.repeat(0, 600_000_000), maxlen=0)
    return "BREACH: it came to the end"
