"""Prints a character now and then, for ever.

Idea: the same, by the other way out: output renews no deadline.
"""

# row: wall
# ns: wall_time
# limits: call_wall_seconds=0.25
# control: limits call_wall_seconds=10
import time


def f(told):
    for _ in range(50):
        print(".", end="", flush=True)
        time.sleep(0.01)
    return "BREACH: it printed as long as it liked"
