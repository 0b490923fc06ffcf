"""Looks up a name, by whatever the C library has for it.

Idea: the resolver reads files and sends datagrams by itself.
"""

# row: network
# ns: raised gaierror
# control ns: tier none
# control landlock: without seccomp, landlock
import socket


def f(told):
    return f"BREACH: {socket.getaddrinfo('localhost', 80, type=socket.SOCK_STREAM)[0][4]}"
