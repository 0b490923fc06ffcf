"""The process: limits first, one request from standard input, one answer to standard output, end.

`gather` answers with the sources among the files; `examine` with their texts, definitions and errors as well.
"""

import resource
import sys
from collections.abc import Iterable

from .caps import CPU_SECONDS, MEMORY_BYTES
from .examining import examine
from .gathering import Gathered, OpenArchive, gather
from .refused import TOO_MUCH, Refused
from .results import results
from .selection import kind
from .wire import pack, unpack


def main(open_archive: OpenArchive | None = None) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read(), open_archive))


def answer(request: bytes, open_archive: OpenArchive | None = None) -> bytes:
    """The answer to one request, also where the request passes a cap."""
    try:
        header, blobs = unpack(request)
        gathered = gather(list(zip(header["paths"], blobs, strict=True)), open_archive)
        return _examined(gathered, header["names"]) if header["examine"] else _gathered(gathered)
    except Refused as refused:
        return pack({"refused": refused.sentence}, [])
    except MemoryError:
        return pack({"refused": TOO_MUCH}, [])


def _gathered(gathered: Gathered) -> bytes:
    sources, notes = gathered
    return pack({"paths": [path for path, _ in sources], "notes": notes}, [data for _, data in sources])


def _examined(gathered: Gathered, names: Iterable[str]) -> bytes:
    sources, notes = gathered
    files: list[dict[str, object]] = []
    reported: list[dict[str, object]] = []
    blobs: list[bytes] = []
    for path, data in sorted(sources, key=lambda source: kind(source[0]) == "results"):  # the programs first
        if kind(path) == "results":
            models, error = results(path, data)
            reported.append({"path": path, "models": models, "error": error})
            blobs.append(data)
            continue
        seen = examine(path, data, names)
        files.append(
            {"path": path, "found": seen.found, "error": seen.error, "notes": seen.notes, "python2": seen.python2}
        )
        blobs += [data, seen.text.encode()]
    return pack({"files": files, "reported": reported, "notes": notes}, blobs)
