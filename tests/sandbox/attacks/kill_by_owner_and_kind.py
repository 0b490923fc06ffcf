"""The same by the newer command, with a signal of its own choice.

Idea: F_SETSIG makes SIGIO any signal.
"""

# row: signalling
# ns: raised PermissionError
# control: without seccomp
import fcntl


def f(told):
    return f"BREACH: {fcntl.fcntl(3, 10, 0)}"
