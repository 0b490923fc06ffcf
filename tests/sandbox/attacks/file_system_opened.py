"""Opens a file system to be mounted.

Idea: CVE-2022-0185.
"""

# row: namespaces
# ns: forbidden_syscall
# control: tier none; as root
from raw import reached


def f(told):
    return reached("fsopen", 0, 0)
