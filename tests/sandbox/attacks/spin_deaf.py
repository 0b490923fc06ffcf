"""The same, deaf to every signal that one can be deaf to, with a handler for those that tell of limits.

Idea: graders that end a submission by SIGTERM, SIGALRM or SIGXCPU.
"""

# row: cpu
# ns: cpu_time
# limits: call_cpu_seconds=0.3 call_wall_seconds=10
# control: limits call_cpu_seconds=10 call_wall_seconds=20
import signal
import time

for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGSEGV, signal.SIGCHLD}:
    signal.signal(number, lambda *_: None)


def f(told):
    end = time.process_time() + 0.45
    while time.process_time() < end:
        pass
    return "BREACH: it ran as long as it liked"
