"""Makes empty files until there are no inodes left.

Idea: a limit of bytes is none of files.
"""


# row: disk
# ns: raised OSError
# landlock: raised PermissionError
# control: tier none
def f(told):
    for number in range(400):
        open(f"empty-{number}", "wb").close()
    return "BREACH: 400 files"
