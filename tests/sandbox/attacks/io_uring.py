"""Sets up io_uring, whose work is done by the kernel behind every filter.

Idea: half of the kernel exploits of 2022 and 2023; isolate and Docker refuse it.
"""

# row: kernel
# ns: forbidden_syscall
# control: without seccomp
from raw import reached


def f(told):
    return reached("io_uring_setup", 0, 0)
