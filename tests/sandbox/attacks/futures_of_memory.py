"""Rearranges the pages of a mapping.

Idea: an obscure call, CVE-2014-3122 and others; deprecated since 2012.
"""

# row: kernel
# ns: raised PermissionError
# control: without seccomp
from raw import reached


def f(told):
    return reached("remap_file_pages", 0, 0, 1, 0, 0)
