"""Opens devices: memory, disks, the terminal.

Idea: /dev/mem and /dev/sda of containers with privileges.
"""


# row: devices
# ns: raised FileNotFoundError
# landlock: raised PermissionError
# control ns: tier none
# control landlock: without landlock
def f(told):
    return f"BREACH: {open('/dev/zero', 'rb').read(4)!r}"
