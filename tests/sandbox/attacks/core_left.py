"""Crashes so that its memory is written to a file.

Idea: cores of hundreds of megabytes, in a folder of somebody's choice.
"""

# row: crashes
# ns: crashed SIGSEGV
# control: not applicable because the process ends in every tier
import os


def f(told):
    os.abort()
