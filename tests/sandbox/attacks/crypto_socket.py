"""Opens a socket to the kernel's cryptography.

Idea: a family full of mistakes that nobody needs; where it is not built in, the kernel says so.
"""

# row: network
# ns: raised PermissionError
# control: without seccomp
from raw import reached

AF_ALG, SOCK_SEQPACKET = 38, 5


def f(told):
    return reached("socket", AF_ALG, SOCK_SEQPACKET, 0)
