"""Sleeps longer than allowed.

Idea: it costs no CPU time; graders without a wall clock wait for ever.
"""

# row: wall
# ns: wall_time
# limits: call_wall_seconds=0.25
# control: limits call_wall_seconds=10
import time


def f(told):
    time.sleep(0.5)
    return "BREACH: it slept as long as it liked"
