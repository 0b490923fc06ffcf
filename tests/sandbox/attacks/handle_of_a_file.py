"""Opens a file by a number instead of a path.

Idea: the way out of Docker containers in 2014 (shocker.c).
"""

# row: reading
# ns: forbidden_syscall
# control: tier none
from raw import reached


def f(told):
    return reached("open_by_handle_at", -100, 0, 0)
