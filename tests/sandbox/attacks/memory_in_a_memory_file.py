"""Keeps memory in an anonymous file.

Idea: it counts for no process until it is mapped; RLIMIT_FSIZE is all that bounds one.
"""

# row: memory
# ns: raised PermissionError
# control: without seccomp
import os


def f(told):
    held = [os.memfd_create(str(number)) for number in range(4)]
    for descriptor in held:
        os.write(descriptor, bytes(8 << 20))
    return f"BREACH: {8 * len(held)} MiB in files"
