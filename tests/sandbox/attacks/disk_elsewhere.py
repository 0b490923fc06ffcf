"""Makes a file in a folder that anybody may write to, outside its own.

Idea: /tmp and /var/tmp of every machine.
"""

# row: disk
# ns: raised FileNotFoundError
# landlock: raised PermissionError
# control ns: tier none
# control landlock: without seccomp, landlock
import os


def f(told):
    path = os.path.join(told["folder"], "left-behind")
    open(path, "wb").close()
    os.unlink(path)
    return "BREACH: a file was made and removed"
