"""Which files of a submission are its sources, by their paths alone."""

import re
from collections.abc import Iterable, Sequence

from .caps import DEPTH, NAME_LENGTH, NOTEBOOK_BYTES, SOURCE_BYTES
from .refused import Refused, Sentence

JUNK_FOLDERS = frozenset({"__MACOSX", "__pycache__", "node_modules", "site-packages", "venv"})
JUNK_FILES = frozenset({"Thumbs.db", "desktop.ini"})
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
OTHER_ARCHIVES = (".tar.bz2", ".tar.xz", ".gz", ".7z", ".rar")
RESULTS = "results.json"  # what a submission reports of its own training: read, never run
KEPT = ("python", "notebook", "results")  # kinds that belong to a submission
CAPS = {"notebook": NOTEBOOK_BYTES}  # of one file, where it is not that of a source
SHOWN = 10  # names in a note
IGNORED = {
    "archive": "intake.ignored-archive",
    "notebook": "intake.ignored-notebook",
    "tarball": "intake.ignored-tarball",
    "other": "intake.ignored-other",
}


def kind(path: str) -> str:
    """`python`, `results`, `archive`, `notebook`, `tarball` or `other`."""
    lower = path.lower()
    if lower.rpartition("/")[2] == RESULTS:
        return "results"
    if lower.endswith(".py"):
        return "python"
    if lower.endswith(ARCHIVES):
        return "archive"
    if lower.endswith(".ipynb"):
        return "notebook"
    return "tarball" if lower.endswith(OTHER_ARCHIVES) else "other"


def most_bytes(path: str) -> int:
    """The largest that a file of the submission may be."""
    return CAPS.get(kind(path), SOURCE_BYTES)


def is_kept(path: str, size: int) -> bool:
    """Whether a file belongs to the submission. A notebook that is too large does not: it may stand there for plots."""
    return kind(path) in KEPT and not (kind(path) == "notebook" and not 0 < size <= NOTEBOOK_BYTES)


def is_junk(path: str) -> bool:
    """What editors, systems and tools leave behind; dropped without a word."""
    *folders, name = path.split("/")
    return (
        any(part in JUNK_FOLDERS or part.startswith(".") for part in folders)
        or name.startswith(".")
        or name.endswith((".pyc", "~"))
        or name in JUNK_FILES
    )


def plain_path(name: str) -> str:
    """The path of an uploaded file inside its submission: relative, with `/`, never above it."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    if ".." in parts or name.startswith(("/", "\\")) or re.match("[A-Za-z]:", name):
        parts = parts[-1:]
    path = "/".join(parts)
    check_length(path)
    return re.sub(r"[\x00-\x1f\x7f]", "_", path).encode("utf-8", "replace").decode()


def check_length(path: str) -> None:
    if len(path) > NAME_LENGTH:
        raise Refused("intake.name-too-long", path=path[:60], allowed=NAME_LENGTH)
    if path.count("/") > DEPTH:
        raise Refused("intake.too-many-folders", path=path, allowed=DEPTH)


def check_distinct(paths: Iterable[str], container: str) -> None:
    """Raises Refused where two paths are one, or would be on a disk that ignores case."""
    seen: dict[str, str] = {}
    for path in paths:
        other = seen.setdefault(path.casefold(), path)
        if other is not path:
            raise Refused("intake.same-name", container=container, path=path, other=other)


def without_wrapper(paths: Sequence[str]) -> list[str]:
    """The paths without the one folder that holds them all, if there is one."""
    tops = {path.partition("/")[0] for path in paths}
    wrapped = len(tops) == 1 and all("/" in path for path in paths)
    return [path.partition("/")[2] for path in paths] if wrapped else list(paths)


def notes_about(ignored: Sequence[str]) -> list[Sentence]:
    """What is said of files that were left aside."""
    by_kind: dict[str, list[str]] = {}
    for path in ignored:
        by_kind.setdefault(kind(path), []).append(path)
    return [
        (IGNORED[kind], {"paths": tuple(paths[:SHOWN]), "count": len(paths)}) for kind, paths in sorted(by_kind.items())
    ]
