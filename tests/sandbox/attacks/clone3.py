"""Asks for `clone3`, whose flags lie in memory where no filter can read them.

Idea: Docker's profile answers ENOSYS for this reason, so that the C library goes back to `clone`.
"""

# row: processes
# ns: raised OSError
# control: without seccomp
from raw import reached


def f(told):
    return reached("clone3", 0, 0)
