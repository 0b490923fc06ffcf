"""Handles and ignores the signals by which a box is asked where it hangs, and hangs.

Idea: our own question: SIGUSR1, and the traceback that faulthandler writes.
"""

# row: zygote
# ns: wall_time
# limits: call_wall_seconds=0.25
# control: limits call_wall_seconds=10
import faulthandler
import signal
import time

faulthandler.unregister(signal.SIGUSR1)
faulthandler.disable()
for number in (signal.SIGUSR1, signal.SIGTERM, signal.SIGXCPU):
    signal.signal(number, signal.SIG_IGN)


def f(told):
    time.sleep(0.5)
    return "BREACH: it slept as long as it liked"
