"""Raises its own limits to those it would like to have.

Idea: root may raise hard limits, and so may whoever has CAP_SYS_RESOURCE.
"""

# row: memory
# ns: raised ValueError
# control: without rlimits, seccomp
import resource


def f(told):
    most = resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    return f"BREACH: {resource.getrlimit(resource.RLIMIT_DATA)}"
