"""Connects to a socket whose name is in no file system.

Idea: Landlock scopes these since its sixth version; a network namespace separates them.
"""

# row: network
# ns: raised PermissionError
# control ns: tier none
# control landlock: without seccomp, landlock
import socket


def f(told):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(2)
        connection.connect("\0" + told["abstract"])
        return f"BREACH: {connection.getpeername()}"
