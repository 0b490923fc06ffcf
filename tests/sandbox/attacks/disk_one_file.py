"""Writes a file that is larger than files may be.

Idea: the disk bomb.
"""


# row: disk
# ns: raised OSError
# landlock: raised PermissionError
# control: tier none; limits file_bytes=67108864
def f(told):
    with open("large", "wb", buffering=0) as file:
        for _ in range(24):
            if file.write(bytes(1 << 20)) < 1 << 20:
                raise OSError("a part was written")
    return "BREACH: a file of 24 MiB"
