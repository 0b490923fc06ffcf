"""Makes folders in folders, each in the one before.

Idea: the same; folders are inodes too.
"""

# row: disk
# ns: raised OSError
# landlock: raised PermissionError
# control: tier none
import os


def f(told):
    for _ in range(400):
        os.mkdir("d")
        os.chdir("d")
    return "BREACH: 400 folders"
