"""Reads what the machine's first process was started with.

Idea: command lines carry passwords.
"""


# row: reading
# ns: raised FileNotFoundError
# landlock: raised PermissionError
# control ns: tier none
# control landlock: without landlock
def f(told):
    return f"BREACH: {open('/proc/1/cmdline').read()!r}"
