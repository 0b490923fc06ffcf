"""Spends its time while it is loaded.

Idea: limits that begin with the first call.
"""

# row: cpu
# ns: cpu_time
# limits: load_cpu_seconds=0.3 load_wall_seconds=10
# control: limits load_cpu_seconds=10 load_wall_seconds=20
import time

end = time.process_time() + 0.45
while time.process_time() < end:
    pass


def f(told):
    return "BREACH: it was loaded"
