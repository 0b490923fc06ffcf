"""Maps code from a file that it wrote.

Idea: files may be mapped runnable, or no library would load; where there is scratch space it is mounted `noexec`.
"""

# row: code
# ns: raised PermissionError
# control: tier none
import mmap


def f(told):
    with open("code", "w+b") as file:
        file.write(bytes(4096))
        file.flush()
        mmap.mmap(file.fileno(), 4096, flags=mmap.MAP_PRIVATE, prot=5)
    return "BREACH: mapped"
