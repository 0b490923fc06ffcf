"""Connects to a service of this machine.

Idea: the reverse shell; otter and Autolab leave the network on.
"""

# row: network
# ns: raised PermissionError
# control ns: tier none
# control landlock: without seccomp, landlock
import socket


def f(told):
    with socket.create_connection(("127.0.0.1", told["tcp"]), timeout=2) as connection:
        return f"BREACH: {connection.getpeername()}"
