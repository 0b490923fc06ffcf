"""Reads the environment that this process was started with.

Idea: secrets of the grader in the environment (otter 5.4.0, nonce in the environment at securescope).
"""


# row: reading
# ns: raised FileNotFoundError
# landlock: raised PermissionError
# control: tier none
def f(told):
    return f"BREACH: {open('/proc/self/environ').read()[:300]!r}"
