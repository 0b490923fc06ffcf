"""Landlock: a process takes rights from itself that no later call gives back (Documentation/userspace-api/landlock).

All rights over files that the kernel's ABI knows are handled, and so denied, but for what a rule allows; so are all
TCP binds and connects (ABI 4), and connections to abstract sockets of others and signals to them (ABI 6). What
Landlock does not cover is `stat`: whether a path exists, and its size, can be seen where the root is not empty.
This file enters the box.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.sandbox.inside import kernel
else:
    import kernel

WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5
MAKE_DIR, MAKE_REG, TRUNCATE = 1 << 7, 1 << 8, 1 << 14
READ = READ_FILE | READ_DIR
WRITE = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | TRUNCATE
# How many rights over files each ABI knows: from its number on, so many low bits.
FILE_RIGHTS = ((1, 13), (2, 14), (3, 15), (5, 16))
TCP, TCP_SINCE = 0b11, 4  # bind and connect
SCOPES, SCOPES_SINCE = 0b11, 6  # abstract UNIX sockets and signals
QUIET, QUIET_SINCE = 1, 7  # LANDLOCK_RESTRICT_SELF_LOG_SAME_EXEC_OFF: a box shall not fill the host's audit log
SIZES = ((1, 8), (4, 16), (6, 24))  # bytes of the structure that each ABI knows


def newest(table: Iterable[tuple[int, int]], version: int) -> int:
    """The entry of the last ABI that is not newer than `version`."""
    return [value for since, value in table if since <= version][-1]


def ruleset(version: int, read: Iterable[str], write: Iterable[str] = ()) -> int:
    """A descriptor of rules that allow reading below some folders, and plain files and folders of one's own below
    others. `version` is the kernel's ABI. Raises OSError."""
    rights = (1 << newest(FILE_RIGHTS, version)) - 1
    net, scoped = (TCP if version >= TCP_SINCE else 0), (SCOPES if version >= SCOPES_SINCE else 0)
    rules = kernel.landlock_create(rights, net, scoped, newest(SIZES, version))
    try:
        for path in read:
            allow(rules, path, READ)
        for path in write:
            allow(rules, path, rights & WRITE)
    except BaseException:
        os.close(rules)
        raise
    return rules


def contents(folders: Iterable[str], masked: Container[str]) -> int:
    """A descriptor of rules that allow reading the files below some folders, but for what lies in those with a name
    that is `masked`: no rule takes away what another one gave, so each other entry has a rule. Raises OSError."""
    rules = kernel.landlock_create(READ_FILE, 0, 0, newest(SIZES, 1))
    try:
        for folder in folders:
            for entry in os.scandir(folder):
                if entry.name not in masked and Path(entry).exists():  # a link may lead nowhere
                    allow(rules, entry.path, READ_FILE)
    except BaseException:
        os.close(rules)
        raise
    return rules


def restrict(version: int, rules: int) -> None:
    """Take all rights but those of the rules, for good, and close them. Raises OSError."""
    kernel.landlock_restrict(rules, QUIET if version >= QUIET_SINCE else 0)
    os.close(rules)


def allow(rules: int, path: str, rights: int) -> None:
    beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        kernel.landlock_allow(rules, beneath, rights)
    finally:
        os.close(beneath)
