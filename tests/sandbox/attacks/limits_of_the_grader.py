"""Reads the limits of another process, by the call that also sets them.

Idea: prlimit of one's own is harmless, and has a number as its first argument.
"""

# row: signalling
# ns: raised PermissionError
# control: tier none
import resource


def f(told):
    return f"BREACH: {resource.prlimit(told['grader'], resource.RLIMIT_NOFILE)}"
