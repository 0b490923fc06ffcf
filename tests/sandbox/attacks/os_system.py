"""Runs a program by the shell; `system` tells of a failure by its number only.

Idea: the same, for guests that patched `subprocess`.
"""

# row: processes
# ns: returned stopped
# control: tier none; as root
import os


def f(told):
    status = os.system("exit 7")
    return f"BREACH: the shell said {status}" if status == 7 << 8 else f"stopped: {status}"
