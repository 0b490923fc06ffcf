"""Writes a traceback instead of a reply, and ends by itself.

Idea: the last words of a crash are looked for where replies stand.
"""

# row: forging
# ns: exited 0
# control: told honest
import os

from raw import frame, value


def f(told):
    words = b'Fatal Python error: Segmentation fault\n  File "work.py", line 1 in f\n'
    os.write(3, frame(2, "returned", value("BREACH: it was taken")) if told.get("honest") else words)
    os._exit(0)
