"""Asks the channel who is at its other end, and gets a descriptor of that process.

Idea: SO_PEERPIDFD, since Linux 6.5: a handle of the grader that no PID namespace hides.
"""

# row: network
# ns: raised PermissionError
# control: without seccomp
import socket


def f(told):
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=3)
    try:
        return f"BREACH: descriptor {channel.getsockopt(socket.SOL_SOCKET, 77)}"
    finally:
        channel.detach()
