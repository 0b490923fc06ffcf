"""Runs in a loop that ends by itself later than allowed.

Idea: the endless loop that a submission has by mistake.
"""

# row: cpu
# ns: cpu_time
# limits: call_cpu_seconds=0.3 call_wall_seconds=10
# control: limits call_cpu_seconds=10 call_wall_seconds=20
import time


def f(told):
    end = time.process_time() + 0.45
    while time.process_time() < end:
        pass
    return "BREACH: it ran as long as it liked"
