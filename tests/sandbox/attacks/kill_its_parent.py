"""Asks whether it could signal the process that started it; where there is none to be seen, its own.

Idea: the grader's watchdog dies first.
"""

# row: signalling
# ns: raised PermissionError
# control: without seccomp, landlock, identity, privileges
import os


def f(told):
    os.kill(os.getppid() or os.getpid(), 0)
    return f"BREACH: {os.getppid()} would hear it"
