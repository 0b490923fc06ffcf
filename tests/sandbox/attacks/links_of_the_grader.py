"""Follows the links of another process to its folder and its open files: Landlock does not restrict reading links.

Idea: /proc/PID/cwd and /proc/PID/fd.
"""

# row: reading
# ns: raised FileNotFoundError
# landlock: raised PermissionError
# control: tier none
import os


def f(told):
    return "BREACH: {}".format(os.readlink("/proc/{}/cwd".format(told["grader"])))
