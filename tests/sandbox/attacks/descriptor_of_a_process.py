"""Takes an open file out of another process.

Idea: the same: the grader's database connection.
"""

# row: spying
# ns: forbidden_syscall
# control: without seccomp
from raw import reached


def f(told):
    return reached("pidfd_getfd", -1, 0, 0)
