"""Walks up to the first frame of the process and looks for what the zygote has in its hands.

Idea: a fork copies every local variable of every frame above it.
"""

# row: zygote
# ns: returned nothing
# control: planted
import socket
import sys


def f(told):
    frame, found = sys._getframe(), []
    while frame is not None:
        for name, thing in {**frame.f_globals, **frame.f_locals}.items():
            if isinstance(thing, socket.socket) or (
                isinstance(thing, str | bytes) and told["planted"] + "/" in str(thing)
            ):
                found.append(f"{frame.f_code.co_name}.{name}: {thing}")
        frame = frame.f_back
    return f"BREACH: {found}" if found else "nothing"
