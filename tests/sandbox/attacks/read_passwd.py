"""Reads who has an account on this machine.

Idea: everybody's first try.
"""


# row: reading
# ns: raised FileNotFoundError
# landlock: raised PermissionError
# control ns: tier none
# control landlock: without landlock
def f(told):
    return f"BREACH: {open('/etc/passwd').readline()}"
