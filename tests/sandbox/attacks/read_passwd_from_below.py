"""The same, by a path that climbs.

Idea: a root that is only a prefix.
"""


# row: reading
# ns: raised FileNotFoundError
# landlock: raised PermissionError
# control ns: tier none
# control landlock: without landlock
def f(told):
    return f"BREACH: {open('../' * 20 + 'etc/passwd').readline()}"
