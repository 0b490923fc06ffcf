"""Asks the channel for the user and process at its other end.

Idea: the same, in the form that every kernel has.
"""

# row: network
# ns: raised PermissionError
# control: without seccomp
import socket
import struct


def f(told):
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=3)
    try:
        return f"BREACH: {struct.unpack('3i', channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))}"
    finally:
        channel.detach()
