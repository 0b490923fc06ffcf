"""The empty root: a tmpfs that holds Python's library and NumPy, read-only, at the paths they have outside.

There is no `/proc`, no `/dev`, no `/etc` and no program. `/scratch` is a folder over which each box mounts a tmpfs of
its own. The old root is detached, so nothing in it can be reached by any path. This file enters the box.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.sandbox.inside import kernel
else:
    import kernel

STAGE = "/tmp"  # noqa: S108  a folder that is everywhere; nobody else sees what is mounted over it
SCRATCH = "/scratch"
QUIET = kernel.MS_NOSUID | kernel.MS_NODEV
MASKED = ("site-packages", "dist-packages")  # below Python's library: packages that are none of the box's


def change(readable: Sequence[str]) -> None:
    """Change to a root where only the folders `readable` are, at their paths; needs a mount namespace of one's own.

    Bound by file descriptor, since a folder below the stage would be hidden by it. Raises OSError.
    """
    kernel.mount(None, "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    opened = [(path, os.open(path, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)) for path in readable]
    kernel.mount("tmpfs", STAGE, "tmpfs", QUIET, "size=256k,mode=755")
    os.umask(0o022)
    masks = [mask for path, folder in opened for mask in bind(folder, STAGE + path)]
    Path(STAGE + SCRATCH).mkdir()
    for place in (*masks, STAGE):
        protect(place)
    os.chdir(STAGE)
    kernel.pivot_root(".", ".")
    kernel.umount(".", kernel.MNT_DETACH)
    os.chdir("/")


def bind(folder: int, place: str) -> list[str]:
    """Show an open folder at `place`, read-only; the tmpfs that cover what is masked in it, still to be protected."""
    Path(place).mkdir(parents=True, exist_ok=True)
    os.fchdir(folder)
    kernel.mount(".", place, None, kernel.MS_BIND)
    os.close(folder)
    protect(place)
    masks = [f"{place}/{name}" for name in MASKED if Path(place, name).is_dir()]
    for mask in masks:
        kernel.mount("tmpfs", mask, "tmpfs", QUIET, "size=64k,mode=755")
    return masks


def protect(place: str) -> None:
    """Make a mount read-only. A flag that it has already may be locked, and is asked for again."""
    kept = kernel.MS_NOEXEC if os.statvfs(place).f_flag & os.ST_NOEXEC else 0
    kernel.mount(None, place, None, kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY | QUIET | kept)
