"""Connects to a socket in a folder: Landlock does not restrict that.

Idea: PostgreSQL and Docker listen on such sockets.
"""

# row: network
# ns: raised PermissionError
# control ns: tier none
# control landlock: without seccomp
import socket


def f(told):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(2)
        connection.connect(told["unix"])
        return f"BREACH: {connection.getpeername()}"
