"""Writes several files, each as large as one may be.

Idea: RLIMIT_FSIZE is a limit of one file.
"""


# row: disk
# ns: raised OSError
# landlock: raised PermissionError
# control: tier none
def f(told):
    for name in "abc":
        with open(name, "wb", buffering=0) as file:
            if file.write(bytes(10 << 20)) < 10 << 20:
                raise OSError("a part was written")
    return "BREACH: 30 MiB"
