"""Answers at once, and spends its time when nobody waits for it: where the guest reads the next request.

Idea: our own clock: it is started by a request.
"""

# row: cpu
# calls: 2
# ns: cpu_time
# limits: call_cpu_seconds=0.3 call_wall_seconds=10
# control: limits call_cpu_seconds=10 call_wall_seconds=20
import os
import time

read = os.read


def later(*arguments):
    end = time.process_time() + 0.6
    while time.process_time() < end:
        pass
    return read(*arguments)


def f(told):
    os.read = later
    return "BREACH: it ran as long as it liked"
