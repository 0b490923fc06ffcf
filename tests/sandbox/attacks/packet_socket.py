"""Opens a socket that sees every packet: whoever is root in a network namespace may.

Idea: CVE-2020-14386 and its family, reached from user namespaces.
"""

# row: network
# ns: raised PermissionError
# control: tier none; as root
import socket


def f(told):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as packets:
        return f"BREACH: {packets}"
