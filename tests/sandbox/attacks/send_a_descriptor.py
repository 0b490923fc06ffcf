"""Sends an open file along with a reply: a grader that takes it in keeps it open.

Idea: what a UNIX socket can carry besides bytes.
"""

# row: network
# ns: raised PermissionError
# control: without seccomp
import array
import socket
import time

from raw import frame, value


def f(told):
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=3)
    passed = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0]))]
    try:
        channel.sendmsg([frame(2, "returned", value("BREACH: sent with a descriptor"))], passed)
    finally:
        channel.detach()
    time.sleep(600)
