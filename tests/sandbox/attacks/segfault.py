"""Reads from address 0.

Idea: a crash must name itself and must not take the grader along.
"""

# row: crashes
# ns: crashed SIGSEGV
# control: not applicable because the process ends in every tier
import ctypes


def f(told):
    return f"BREACH: {ctypes.string_at(0)!r}"
