"""Makes itself dumpable again, so that others may look into it.

Idea: half of a channel between two boxes.
"""

# row: spying
# ns: raised PermissionError
# control: without seccomp
from raw import call

PR_SET_DUMPABLE = 4


def f(told):
    call("prctl", PR_SET_DUMPABLE, 1, 0, 0, 0)
    return "BREACH: dumpable"
