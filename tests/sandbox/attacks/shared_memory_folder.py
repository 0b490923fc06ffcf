"""Leaves a file in /dev/shm.

Idea: `multiprocessing.shared_memory`; the next one finds it.
"""

# row: covert
# ns: raised FileNotFoundError
# landlock: raised PermissionError
# control ns: tier none
# control landlock: without seccomp, landlock
import os


def f(told):
    path = "/dev/shm/" + told["abstract"]
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    os.unlink(path)
    return "BREACH: a file was made and removed"
