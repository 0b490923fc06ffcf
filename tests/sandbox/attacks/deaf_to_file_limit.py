"""Sets the signal of the file limit back to what kills. The first process of a namespace does not die of it.

Idea: a verdict that looks like a crash of ours.
"""

# row: disk
# ns: raised OSError
# landlock: raised PermissionError
# limits: file_bytes=65536
# control: tier none; limits file_bytes=1048576
import signal


def f(told):
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    with open("large", "wb", buffering=0) as file:
        for _ in range(8):
            file.write(bytes(1 << 14))
    return "BREACH: a file of 128 KiB"
