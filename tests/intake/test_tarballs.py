"""Tar archives, packed by gzip or not: as a zip is read, and refused for the same reasons."""

import gzip
import io
import tarfile
from collections.abc import Callable

import pytest

from grader.core import Submission
from grader.intake import Rejected, parse
from grader.report import text

SOURCE = b"def f(x):\n    return x\n"


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def packed(*members: tuple[str | tarfile.TarInfo, bytes], mode: str = "w:gz") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for named, data in members:
            info = member(named) if isinstance(named, str) else named
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def parsed(data: bytes, name: str = "homework.tar.gz") -> Submission:
    return parse([(name, data)], ["f"])


@pytest.mark.parametrize(("name", "mode"), [("hw.tar.gz", "w:gz"), ("hw.tgz", "w:gz"), ("hw.TAR", "w:")])
@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_a_tar_of_a_folder_loses_its_wrapper_and_junk(name: str, mode: str, form: int) -> None:
    tarfile_default, tarfile.TarFile.format = tarfile.TarFile.format, form
    try:
        data = packed(
            (member("homework", tarfile.DIRTYPE), b""),
            ("./homework/svm/linear_svm.py", SOURCE),
            ("homework/" + "long" * 20 + ".py", b"x = 1\n"),
            ("homework/.DS_Store", b"\0"),
            ("homework/__pycache__/a.pyc", b"\0"),
            ("homework/plot.png", b"\x89PNG"),
            mode=mode,
        )
    finally:
        tarfile.TarFile.format = tarfile_default
    submission = parsed(data, name)
    assert [file.path for file in submission.files] == ["svm/linear_svm.py", "long" * 20 + ".py"]
    assert [note.id for note in submission.notes] == ["intake.ignored-other"]


def test_a_gzip_in_several_pieces_is_one() -> None:
    plain = packed(("f.py", SOURCE), mode="w:")
    assert parsed(gzip.compress(plain[:700]) + gzip.compress(plain[700:])).files[0].data == SOURCE


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a bomb": (lambda: packed(("f.py", SOURCE), ("data.bin", bytes(200_000_000))), "tar-too-large"),
    "a source that is too large": (lambda: packed(("f.py", b"#" * (1 << 20) + b"x"), mode="w:"), "member-too-large"),
    "a way up": (lambda: packed(("../evil.py", SOURCE)), "member-outside"),
    "an absolute path": (lambda: packed(("/etc/evil.py", SOURCE)), "member-outside"),
    "a line break in a name": (lambda: packed(("f\ng.py", SOURCE)), "member-name"),
    "a symbolic link": (lambda: packed((member("f.py", tarfile.SYMTYPE, "/etc/passwd"), b"")), "member-link"),
    "a hard link": (lambda: packed((member("f.py", tarfile.LNKTYPE, "/etc/passwd"), b"")), "member-link"),
    "a device": (lambda: packed((member("f.py", tarfile.CHRTYPE), b"")), "member-link"),
    "a pipe": (lambda: packed((member("f.py", tarfile.FIFOTYPE), b"")), "member-link"),
    "names that differ in case only": (lambda: packed(("f.py", SOURCE), ("F.py", SOURCE)), "same-name"),
    "two members of one name": (lambda: packed(("f.py", SOURCE), ("f.py", b"x = 1\n")), "same-name"),
    "many members": (lambda: packed(("f.py", SOURCE), *((f"m{n}.txt", b"") for n in range(200))), "too-many-files"),
    "half a gzip": (lambda: packed(("f.py", SOURCE * 100))[:60], "bad-archive"),
    "half a tar": (lambda: packed(("f.py", SOURCE * 100), mode="w:")[:900], "bad-archive"),
    "no tar": (lambda: gzip.compress(b"hello" * 1000), "bad-archive"),
    "a gzip of nothing": (lambda: gzip.compress(b""), "bad-archive"),
    "nothing in it": (packed, "no-source"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_tar_is_refused_with(what: str) -> None:
    make, id = REFUSED[what]
    with pytest.raises(Rejected) as caught:
        parsed(make())
    assert caught.value.message.id == f"intake.{id}"
    assert text(caught.value.message, "ko")
