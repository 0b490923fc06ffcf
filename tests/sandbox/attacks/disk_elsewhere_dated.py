"""Sets the times of a file that anybody may write to: Landlock has no right for that.

Idea: landlock(7), BUGS: chmod, utime, setxattr, chown, chdir, stat, access are not restricted.
"""

# row: disk
# ns: raised PermissionError
# control: tier none
import os


def f(told):
    os.utime(told["writable"])
    return "BREACH: the times were set"
