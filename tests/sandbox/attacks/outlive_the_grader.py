"""Takes back the order to die with its parent.

Idea: a daemon that overwrites a verdict later (terminal-bench #1305).
"""

# row: leftovers
# ns: raised PermissionError
# control: without seccomp
from raw import call

PR_SET_PDEATHSIG = 1


def f(told):
    call("prctl", PR_SET_PDEATHSIG, 0, 0, 0, 0)
    return "BREACH: it would live on"
