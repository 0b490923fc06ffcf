"""Spends its time after `f` has returned, when what it printed is flushed.

Idea: clocks that stop when the function is done.
"""

# row: cpu
# ns: cpu_time
# limits: call_cpu_seconds=0.3 call_wall_seconds=10
# control: limits call_cpu_seconds=10 call_wall_seconds=20
import sys
import time


class Stream:
    def write(self, text):
        return len(text)

    def flush(self):
        while time.process_time() < self.end:
            pass


def f(told):
    sys.stdout = Stream()
    sys.stdout.end = time.process_time() + 0.45
    return "BREACH: it was flushed"
