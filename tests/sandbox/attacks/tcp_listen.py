"""Offers a service, which a later box could ask.

Idea: Landlock restricts connecting and binding each by its own right.
"""

# row: network
# ns: raised PermissionError
# control: without seccomp, landlock
import socket


def f(told):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        return f"BREACH: listening at {server.getsockname()}"
