"""What a reader answers: the sources among the files, and where `examine` asks for them their texts, definitions and
errors as well. Archives are opened where `archives` says so.
"""

from collections.abc import Sequence

from .archive import sources
from .examining import Examined, examine
from .gathering import Gathered, Source, gather
from .notebook import examine as examine_notebook
from .refused import TOO_MUCH, Refused, Sentence
from .results import results
from .selection import KEPT, kind, notes_about
from .wire import pack, unpack


def answer(request: bytes) -> bytes:
    """The answer to one request, also where the request passes a cap."""
    try:
        header, blobs = unpack(request)
        files = list(zip(header["paths"], blobs, strict=True))
        gathered = gather(files, sources if header["archives"] else None)
        if not header["examine"]:
            return _gathered(gathered)
        return _examined(gathered, frozenset(header["names"]))
    except Refused as refused:
        return pack({"refused": refused.sentence}, [])
    except MemoryError:
        return pack({"refused": TOO_MUCH}, [])


def _gathered(gathered: Gathered) -> bytes:
    found, notes = gathered
    return pack({"paths": [path for path, _ in found], "notes": notes}, [data for _, data in found])


def _examined(gathered: Gathered, names: frozenset[str]) -> bytes:
    """The programs first, then what is read as data."""
    found, notes = gathered
    of_kind = {wanted: [source for source in found if kind(source[0]) == wanted] for wanted in KEPT}
    seen = [(path, data, examine(path, data, names)) for path, data in of_kind["python"]]
    lacking = names - {name for _, _, one in seen for name, *_ in one.found}
    notebooks, unneeded = _notebooks(of_kind["notebook"], lacking)
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
    notebooks: Sequence[Source], lacking: frozenset[str]
) -> tuple[list[tuple[str, bytes, Examined]], list[Sentence]]:
    """Notebooks are read for names that no program defines; one that defines none of them either is not run."""
    seen: list[tuple[str, bytes, Examined]] = []
    unneeded: list[str] = []
    for path, data in notebooks:
        one = examine_notebook(path, data, lacking) if lacking else Examined("", [])
        if not lacking & {name for name, *_ in one.found}:
            unneeded.append(path)
            one = Examined("", one.found, one.error)
        seen.append((path, data, one))
    return seen, notes_about(unneeded)
