"""Sends a datagram: Landlock knows TCP only.

Idea: secrets leave by DNS where nothing else does.
"""

# row: network
# ns: raised PermissionError
# control ns: tier none
# control landlock: without seccomp
import socket


def f(told):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        return f"BREACH: {sender.sendto(b'hello', ('127.0.0.1', told['udp']))} bytes"
