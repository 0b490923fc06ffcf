"""Writes a traceback of a line that never ran, as the box does when it is asked where it hangs, and hangs.

Idea: what is shown as the line of an endless loop is untrusted too.
"""

# row: forging
# ns: wall_time
# limits: call_wall_seconds=0.25
# control: not applicable because the limit is the assertion; a test of its own asserts the line
import os
import signal
import time


def f(told):
    signal.signal(signal.SIGUSR1, lambda *_: os.write(3, b'  File "/etc/passwd", line 1 in root\n' * 99))
    signal.siginterrupt(signal.SIGUSR1, False)
    while True:
        time.sleep(0.1)
