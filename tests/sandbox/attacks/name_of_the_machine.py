"""Reads what the machine is called.

Idea: which course, which host, what to attack next.
"""

# row: timing
# ns: returned another
# landlock: returned seen
# control ns: tier none; expect returned seen
# control landlock: not applicable because only a namespace changes it; it is no secret
import os


def f(told):
    name = os.uname().nodename
    return f"seen: {name}" if name == told["host"] else f"another name: {name}"
