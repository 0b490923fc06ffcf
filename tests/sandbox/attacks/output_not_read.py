"""Makes the pipe that it prints to answer at once, and fills it without waiting.

Idea: flags of a pipe are those of everybody who holds it.
"""

# row: output
# ns: output
# limits: output_bytes=200000
# control: limits output_bytes=4000000
import fcntl
import os
import time


def f(told):
    fcntl.fcntl(1, fcntl.F_SETFL, os.O_NONBLOCK)
    printed, end = 0, time.monotonic() + 2
    while printed < 1 << 20 and time.monotonic() < end:
        try:
            printed += os.write(1, b"x" * 65536)
        except BlockingIOError:
            pass
    return f"BREACH: {printed} characters"
