"""Runs a program by `posix_spawn`, which makes its process by another way than `fork`.

Idea: filters and patches that know `fork` and `exec`.
"""

# row: processes
# ns: raised BlockingIOError
# control: tier none; as root
import os


def f(told):
    child = os.posix_spawn("/bin/true", ["true"], {})
    os.waitpid(child, 0)
    return f"BREACH: a program ran as {child}"
