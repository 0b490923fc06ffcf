"""Runs a program by `subprocess`.

Idea: the reverse shell of every course's first exploit.
"""

# row: processes
# ns: raised BlockingIOError
# control: tier none; as root
import subprocess


def f(told):
    return "BREACH: " + subprocess.run(["/bin/echo", "a program ran"], capture_output=True, text=True).stdout
