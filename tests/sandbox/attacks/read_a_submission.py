"""Reads what somebody else handed in, by its exact path.

Idea: nbgrader's exchange with mode 777.
"""


# row: reading
# ns: raised FileNotFoundError
# landlock: raised PermissionError
# control ns: tier none
# control landlock: without landlock
def f(told):
    return f"BREACH: {open(told['secret']).read()}"
