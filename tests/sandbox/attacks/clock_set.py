"""Sets the machine's clock to what is at no address.

Idea: deadlines by the clock of the wall move with it.
"""

# row: timing
# ns: raised PermissionError
# control: tier none
from raw import reached


def f(told):
    return reached("clock_settime", 0, 0)
