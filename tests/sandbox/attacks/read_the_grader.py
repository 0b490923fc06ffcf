"""Reads what the process at the other end was started with, by the number it is told.

Idea: the same, for whoever knows where to look.
"""


# row: reading
# ns: raised FileNotFoundError
# landlock: raised PermissionError
# control ns: tier none
# control landlock: without landlock
def f(told):
    return f"BREACH: {open('/proc/{}/status'.format(told['grader'])).readline()}"
