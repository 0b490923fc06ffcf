"""Starts a thread while the module is loaded, before anything is called.

Idea: confinement that is set up at the first call only.
"""

# row: processes
# ns: returned no thread
# control: without seccomp, rlimits
import threading

done = []
try:
    threading.Thread(target=done.append, args=("BREACH: a thread ran",)).start()
except RuntimeError:
    done.append("no thread")


def f(told):
    return done[0]
