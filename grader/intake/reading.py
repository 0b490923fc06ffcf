"""Paths on this machine -> a parsed Submission: what `grader grade` is given."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from grader.core import Message, Submission
from grader.errors import BadRequest
from grader.intake.confine import message
from grader.intake.confined.caps import MEMBERS, TOTAL_BYTES
from grader.intake.confined.refused import Refused
from grader.intake.confined.selection import KEPT, is_junk, is_kept, kind, most_bytes, plain_path, without_wrapper
from grader.intake.parsing import parse_selected
from grader.intake.rejected import Rejected

MOST_WALKED = 20_000  # entries of one folder, junk not counted: a home directory is not a submission

File = tuple[str, bytes]


def read(paths: Sequence[Path], names: Collection[str]) -> Submission:
    """The one submission that `paths` make: sources, folders and archives.

    Raises BadRequest where a path does not exist, and Rejected where what is there cannot be graded.
    """
    return parse_selected(collect(paths), names, open_archives=not any(path.is_dir() for path in paths))


def collect(paths: Sequence[Path]) -> list[File]:
    """The files at `paths` with their paths inside the submission; of a folder, the contents of the sources only.

    Raises BadRequest where a path does not exist, and Rejected for what cannot be read.
    """
    for path in paths:
        if not exists(path):
            raise BadRequest(Message("intake.no-such-path", {"path": str(path)}))
    try:
        files = _distinct([(path, list(_files(path))) for path in paths])
    except Refused as refused:
        raise Rejected(message(refused.sentence)) from None
    except OSError as error:
        raise Rejected(_unreadable(error)) from None
    if not files:
        raise Rejected(Message("intake.no-source", {"paths": tuple(str(path) for path in paths)}))
    return files


def exists(path: Path) -> bool:
    """Whether there is something at `path`, readable or not."""
    try:
        path.stat()
    except OSError as error:
        return isinstance(error, PermissionError)
    return True


def _files(path: Path) -> Iterator[File]:
    if path.is_dir():
        yield from _in_folder(path)
    elif path.is_file():
        yield plain_path(path.name), _bytes(path)
    else:
        raise Refused("intake.not-a-file", path=str(path))


def _in_folder(folder: Path) -> Iterator[File]:
    """Every file below `folder` that is no junk; the contents of the sources only. Links are not followed."""
    found = sorted(_walk(folder))
    inside = without_wrapper([path.relative_to(folder).as_posix() for path in found])
    if sum(kind(path) == "python" for path in inside) > MEMBERS:
        count = sum(kind(path) == "python" for path in inside)
        raise Refused("intake.too-many-files", path=str(folder), count=count, allowed=MEMBERS)
    for path, place in zip(found, inside, strict=True):
        yield plain_path(place), _bytes(path) if is_kept(place, path.stat().st_size) else b""


def _walk(folder: Path) -> Iterator[Path]:
    walked = 0
    for root, folders, names in os.walk(folder, onerror=_raise):
        folders[:] = sorted(name for name in folders if not is_junk(f"{name}/x"))
        for name in names:
            path = Path(root, name)
            if is_junk(name) or path.is_symlink():
                continue
            walked += 1
            if walked > MOST_WALKED:
                raise Refused("intake.too-many-files", path=str(folder), count=walked, allowed=MEMBERS)
            yield path


def _raise(error: OSError) -> None:
    raise error


def _bytes(path: Path) -> bytes:
    """The contents; of a file beyond its cap no more than shows that it is."""
    most = most_bytes(path.name) if kind(path.name) in KEPT else TOTAL_BYTES
    size = path.stat().st_size
    if size > most:
        raise Refused("intake.too-large", path=path.name, bytes=size, allowed=most)
    with path.open("rb") as file:
        return file.read(most + 1)


def _distinct(groups: Sequence[tuple[Path, list[File]]]) -> list[File]:
    """The files of all paths; where two would have one path, each below the folder it came from."""
    files = [file for _, group in groups for file in group]
    if len({path for path, _ in files}) == len(files):
        return files
    origins = [path.resolve() if path.is_dir() else path.resolve().parent for path, _ in groups]
    common = Path(os.path.commonpath(origins))
    return [
        (plain_path((origin.relative_to(common) / path).as_posix()), data)
        for origin, (_, group) in zip(origins, groups, strict=True)
        for path, data in group
    ]


def _unreadable(error: OSError) -> Message:
    path = str(error.filename or "")
    if isinstance(error, PermissionError):
        return Message("intake.no-permission", {"path": path})
    return Message("intake.unreadable", {"path": path, "reason": error.strerror or type(error).__name__})
