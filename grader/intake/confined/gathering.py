"""The files as handed in -> the sources among them: archives opened, junk dropped, the rest left aside with a note."""

from collections.abc import Callable, Sequence

from .caps import MEMBERS, TOTAL_BYTES
from .refused import Refused, Sentence
from .selection import check_distinct, is_junk, is_kept, kind, most_bytes, notes_about

Source = tuple[str, bytes]
OpenArchive = Callable[[str, bytes], tuple[list[Source], list[str]]]
Gathered = tuple[list[Source], list[Sentence]]
NEARLY = (  # the nearest to a source first
    ("notebook", "intake.notebook-size"),
    ("tarball", "intake.only-tarball"),
    ("archive", "intake.only-archive"),
    ("other", "intake.only-other"),
)


def gather(files: Sequence[Source], open_archive: OpenArchive | None = None) -> Gathered:
    """The files of the submission among `files` and inside their archives; without `open_archive` these are left aside.

    Raises Refused where no Python file is among them, where two have one path, or where a cap is passed.
    """
    found: list[Source] = []
    ignored: list[str] = []
    for path, data in files:
        if "/" in path and is_junk(path):
            continue
        if is_kept(path, len(data)):
            found.append((path, data))
        elif open_archive and kind(path) == "archive":
            inside, aside = open_archive(path, data)
            found += inside
            ignored += aside
        else:
            ignored.append(path)
    _check(found, ignored, [path for path, _ in files])
    return found, notes_about(ignored)


def _check(found: Sequence[Source], ignored: Sequence[str], given: Sequence[str]) -> None:
    programs = [data for path, data in found if kind(path) != "results"]
    if not programs:
        raise _nothing(ignored, given)
    if len(found) > MEMBERS:
        raise Refused("intake.too-many-files", path=given[0], count=len(found), allowed=MEMBERS)
    for path, data in found:
        if len(data) > most_bytes(path):
            raise Refused("intake.too-large", path=path, bytes=len(data), allowed=most_bytes(path))
    if sum(len(data) for _, data in found) > TOTAL_BYTES:
        raise Refused("intake.archive-too-large", path=given[0], allowed=TOTAL_BYTES)
    check_distinct([path for path, _ in found], given[0])
    if not any(programs):
        raise Refused("intake.empty", paths=tuple(path for path, _ in found if kind(path) != "results")[:10])


def _nothing(ignored: Sequence[str], given: Sequence[str]) -> Refused:
    """Why there is no source, said of the file that comes nearest to one."""
    for wanted, id in NEARLY:
        for path in ignored:
            if kind(path) == wanted:
                return Refused(id, path=path)
    return Refused("intake.no-source", paths=tuple(given[:10]))
