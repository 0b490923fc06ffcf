"""Reads the machine's settings.

Idea: what the machine is, and what it runs on.
"""


# row: devices
# ns: raised FileNotFoundError
# landlock: raised PermissionError
# control ns: tier none
# control landlock: without landlock
def f(told):
    return f"BREACH: {open('/sys/kernel/mm/transparent_hugepage/enabled').read()}"
