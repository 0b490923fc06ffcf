"""Starts a thread: two of them use two processors, and the limit of CPU time counts one.

Idea: graders that limit wall time alone.
"""

# row: processes
# ns: raised RuntimeError
# control: without seccomp, rlimits
import threading


def f(told):
    done = []
    thread = threading.Thread(target=done.append, args=("BREACH: a thread ran",))
    thread.start()
    thread.join()
    return done[0]
