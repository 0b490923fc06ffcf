"""The first box names the machine, the second one reads the name.

Idea: namespaces that all boxes share.
"""

# row: covert
# boxes: 2
# ns: raised PermissionError
# control: tier none; as root
from raw import reached


def f(told):
    return reached("sethostname", 0, 1 << 20)
