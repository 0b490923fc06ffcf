"""Opens a socket to the host of a virtual machine.

Idea: no network namespace separates these; isolate learned it from a report.
"""

# row: network
# ns: raised PermissionError
# control: without seccomp
import socket


def f(told):
    with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM) as host:
        return f"BREACH: {host}"
