"""Becomes root by a program that makes whoever runs it root.

Idea: su, sudo, mount: one of them always has a hole.
"""

# row: executing
# ns: forbidden_syscall
# control: tier none; expect exited 0
import os


def f(told):
    program = next(path for path in ("/bin/su", "/usr/bin/su", "/bin/true", "/usr/bin/true") if path)
    os.execv(program, [program, "--version"])
