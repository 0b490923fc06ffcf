"""Asks the kernel for its interfaces.

Idea: isolate's own list of side channels.
"""

# row: network
# ns: raised PermissionError
# control: without seccomp
import socket


def f(told):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as kernel:
        kernel.bind((0, 0))
        return f"BREACH: netlink at {kernel.getsockname()}"
