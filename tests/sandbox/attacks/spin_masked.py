"""The same, with all signals blocked.

Idea: a mask is not a handler; SIGUSR1 asks a box where it hangs.
"""

# row: cpu
# ns: cpu_time
# limits: call_cpu_seconds=0.3 call_wall_seconds=10
# control: limits call_cpu_seconds=10 call_wall_seconds=20
import signal
import time


def f(told):
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    end = time.process_time() + 0.45
    while time.process_time() < end:
        pass
    return "BREACH: it ran as long as it liked"
