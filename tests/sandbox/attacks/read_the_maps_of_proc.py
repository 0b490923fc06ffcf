"""Reads its own memory map, the first thing that an exploit of the interpreter needs.

Idea: /proc/self/mem even writes to code.
"""


# row: reading
# ns: raised FileNotFoundError
# landlock: raised PermissionError
# control: tier none
def f(told):
    return f"BREACH: {open('/proc/self/maps').readline()}"
