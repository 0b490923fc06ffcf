"""Keeps memory in the buffers of sockets.

Idea: the same as with pipes; a socket holds 200 KiB.
"""

# row: memory
# ns: raised PermissionError
# control: without seccomp
import socket


def f(told):
    one, _ = socket.socketpair()
    one.setblocking(False)
    return f"BREACH: {one.send(bytes(1 << 17))} bytes in a socket"
