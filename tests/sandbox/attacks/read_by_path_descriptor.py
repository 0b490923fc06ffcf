"""Opens a file without the right to read it, and then opens it again by its number.

Idea: O_PATH descriptors pass Landlock; /proc/self/fd makes real ones of them.
"""

# row: reading
# ns: raised FileNotFoundError
# landlock: raised PermissionError
# control ns: tier none
# control landlock: without landlock
import os


def f(told):
    place = os.open(told["secret"], os.O_PATH)
    return f"BREACH: {open(f'/proc/self/fd/{place}').read()}"
