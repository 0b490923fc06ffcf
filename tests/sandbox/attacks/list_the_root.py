"""Lists what there is.

Idea: whoever does not know a path looks for it.
"""

# row: reading
# ns: raised PermissionError
# control ns: tier none
# control landlock: without landlock
import os


def f(told):
    names = set(os.listdir("/"))
    strange = names & {"etc", "home", "proc", "dev", "sys", "tmp", "var", "run", "boot"}
    return f"BREACH: {sorted(strange)}" if strange else f"only {sorted(names)}"
