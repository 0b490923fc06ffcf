"""The process: limits first, one request from standard input, one answer to standard output, end.

`gather` answers with the sources among the files; `examine` with their texts, definitions and errors as well.
"""

import resource
import sys
from collections.abc import Callable, Collection, Sequence

from .caps import CPU_SECONDS, MEMORY_BYTES
from .examining import Examined, examine
from .gathering import Gathered, OpenArchive, Source, gather
from .refused import TOO_MUCH, Refused, Sentence
from .results import results
from .selection import KEPT, kind, notes_about
from .wire import pack, unpack

ExamineNotebook = Callable[[str, bytes, Collection[str]], Examined]


def main(open_archive: OpenArchive | None = None, examine_notebook: ExamineNotebook | None = None) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read(), open_archive, examine_notebook))


def answer(
    request: bytes, open_archive: OpenArchive | None = None, examine_notebook: ExamineNotebook | None = None
) -> bytes:
    """The answer to one request, also where the request passes a cap."""
    try:
        header, blobs = unpack(request)
        gathered = gather(list(zip(header["paths"], blobs, strict=True)), open_archive)
        if not header["examine"]:
            return _gathered(gathered)
        return _examined(gathered, frozenset(header["names"]), examine_notebook)
    except Refused as refused:
        return pack({"refused": refused.sentence}, [])
    except MemoryError:
        return pack({"refused": TOO_MUCH}, [])


def _gathered(gathered: Gathered) -> bytes:
    sources, notes = gathered
    return pack({"paths": [path for path, _ in sources], "notes": notes}, [data for _, data in sources])


def _examined(gathered: Gathered, names: frozenset[str], examine_notebook: ExamineNotebook | None) -> bytes:
    """The programs first, then what is read as data."""
    sources, notes = gathered
    of_kind = {wanted: [source for source in sources if kind(source[0]) == wanted] for wanted in KEPT}
    seen = [(path, data, examine(path, data, names)) for path, data in of_kind["python"]]
    lacking = names - {name for _, _, one in seen for name, *_ in one.found}
    notebooks, unneeded = _notebooks(of_kind["notebook"], lacking, examine_notebook)
    seen += notebooks
    reported = [(path, data, *results(path, data)) for path, data in of_kind["results"]]
    header = {
        "files": [
            {"path": path, "found": one.found, "error": one.error, "notes": one.notes, "python2": one.python2}
            for path, _, one in seen
        ],
        "reported": [{"path": path, "models": models, "error": error} for path, _, models, error in reported],
        "notes": [*notes, *unneeded],
    }
    blobs = [blob for _, data, one in seen for blob in (data, one.text.encode())]
    return pack(header, [*blobs, *(data for _, data, *_ in reported)])


def _notebooks(
    sources: Sequence[Source], lacking: frozenset[str], examine_notebook: ExamineNotebook | None
) -> tuple[list[tuple[str, bytes, Examined]], list[Sentence]]:
    """Notebooks are read for names that no program defines; one that defines none of them either is not run."""
    seen: list[tuple[str, bytes, Examined]] = []
    unneeded: list[str] = []
    for path, data in sources:
        one = examine_notebook(path, data, lacking) if lacking and examine_notebook else Examined("", [])
        if not lacking & {name for name, *_ in one.found}:
            unneeded.append(path)
            one = Examined("", one.found, one.error)
        seen.append((path, data, one))
    return seen, notes_about(unneeded)
