"""Zip archives: what honest tools write is read, and every way to write something else is refused by name."""

import io
import stat
import zipfile
from collections.abc import Callable

import pytest

from grader.core import Submission
from grader.intake import Rejected, parse
from grader.report import text

SOURCE = b"def f(x):\n    return x\n"


def packed(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def parsed(data: bytes) -> Submission:
    return parse([("homework.zip", data)], ["f"])


def refused(data: bytes) -> str:
    with pytest.raises(Rejected) as caught:
        parsed(data)
    assert text(caught.value.message, "ko")
    return caught.value.message.id


def ids(submission: Submission) -> list[str]:
    return [note.id for note in submission.notes]


def linked(target: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("f.py")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    info.comment = target.encode()
    return info


def encrypted() -> bytes:
    """The flag of encryption is set in both headers; nothing is decrypted, so nothing need be encrypted."""
    data = bytearray(packed(("f.py", SOURCE)))
    local, central = data.index(b"PK\x03\x04"), data.index(b"PK\x01\x02")
    data[local + 6] |= 1
    data[central + 8] |= 1
    return bytes(data)


def lying_about_size() -> bytes:
    """The central directory says 20 bytes; 3 MB come out."""
    data = bytearray(packed(("f.py", SOURCE + b"#" * 3_000_000)))
    central = data.index(b"PK\x01\x02")
    data[central + 24 : central + 28] = (20).to_bytes(4, "little")
    return bytes(data)


def named(name: str) -> bytes:
    """A member whose name is written as it is, past every correction of the writing library."""
    return packed(("f" * len(name), SOURCE), ("g.py", SOURCE)).replace(b"f" * len(name), name.encode())


def test_a_zip_of_a_folder_loses_its_wrapper_and_junk() -> None:
    submission = parsed(
        packed(
            ("homework/", b""),
            ("homework/svm/linear_svm.py", SOURCE),
            ("homework/softmax.py", b"x = 1\n"),
            ("__MACOSX/homework/._softmax.py", b"\0\5\x16\7"),
            ("homework/.DS_Store", b"\0"),
            ("homework/.git/config.py", b"x"),
            ("homework/.ipynb_checkpoints/softmax-checkpoint.py", b"x = ("),
            ("homework/__pycache__/softmax.cpython-311.pyc", b"\0"),
        )
    )
    assert [file.path for file in submission.files] == ["svm/linear_svm.py", "softmax.py"]
    assert submission.notes == ()
    assert submission.broken == {}


def test_a_folder_with_others_beside_it_is_no_wrapper() -> None:
    submission = parsed(packed(("README.md", b"hello"), ("src/f.py", SOURCE)))
    assert [file.path for file in submission.files] == ["src/f.py"]


def test_backslashes_of_windows_are_folders() -> None:
    submission = parsed(named("hw\\a.py"))
    assert "hw/a.py" in [file.path for file in submission.files]


def test_what_is_no_python_is_left_aside_with_a_note() -> None:
    inner = packed(("f.py", SOURCE))
    submission = parsed(
        packed(("f.py", SOURCE), ("plot.png", b"\x89PNG"), ("big.ipynb", b""), ("old.zip", inner), ("d.7z", b""))
    )
    assert [file.path for file in submission.files] == ["f.py"]
    assert ids(submission) == [
        "intake.ignored-archive",
        "intake.ignored-notebook",
        "intake.ignored-other",
        "intake.ignored-tarball",
    ]
    assert "big.ipynb" in text(submission.notes[1], "en")


def test_a_data_file_that_would_unpack_to_much_is_never_unpacked() -> None:
    submission = parsed(packed(("f.py", SOURCE), ("data.csv", b"0" * 50_000_000)))
    assert ids(submission) == ["intake.ignored-other"]


def test_two_hundred_members_are_read_and_one_more_is_refused() -> None:
    members = [(f"m{number}.py", b"") for number in range(199)]
    assert len(parsed(packed(("f.py", SOURCE), *members)).files) == 200
    assert refused(packed(("f.py", SOURCE), ("one_more.py", b""), *members)) == "intake.too-many-files"


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a bomb": (lambda: packed(("f.py", b"#" * 200_000_000)), "member-too-large"),
    "a bomb within the size of a source": (lambda: packed(("f.py", b"#" * 900_000)), "ratio"),
    "a member that lies about its size": (lying_about_size, "bad-archive"),
    "many sources within their cap, beyond it together": (
        lambda: packed(*((f"m{n}.py", b"#" * (1 << 20)) for n in range(33)), method=zipfile.ZIP_STORED),
        "too-large",
    ),
    "a way up": (lambda: named("../evil.py"), "member-outside"),
    "a way up in the middle": (lambda: named("a/../../e.py"), "member-outside"),
    "an absolute path": (lambda: named("/etc/evil.py"), "member-outside"),
    "a drive": (lambda: named("C:/evil.py"), "member-outside"),
    "a way up of Windows": (lambda: named("..\\evil.py"), "member-outside"),
    "a NUL in a name": (lambda: named("f.py\0.png"), "member-name"),
    "a line break in a name": (lambda: named("f\ng.py"), "member-name"),
    "a symbolic link": (lambda: packed((linked("/etc/passwd"), b"/etc/passwd")), "member-link"),
    "names that differ in case only": (lambda: packed(("f.py", SOURCE), ("F.py", SOURCE)), "same-name"),
    "an encrypted member": (encrypted, "encrypted"),
    "a method that needs much memory": (lambda: packed(("f.py", SOURCE), method=zipfile.ZIP_LZMA), "zip-method"),
    "many folders": (lambda: packed(("a/" * 10 + "f.py", SOURCE), ("g.py", SOURCE)), "too-many-folders"),
    "a long name": (lambda: packed(("f" * 300 + ".py", SOURCE)), "name-too-long"),
    "no zip": (lambda: b"PK\x03\x04 and then nothing", "bad-archive"),
    "half a zip": (lambda: packed(("f.py", SOURCE * 100))[:60], "bad-archive"),
    "nothing in it": (packed, "no-source"),
    "only a notebook, and that is none": (lambda: packed(("svm.ipynb", b"{}")), "bad-notebook"),
    "only an empty notebook": (lambda: packed(("svm.ipynb", b"")), "notebook-size"),
    "only pictures": (lambda: packed(("svm.png", b"")), "only-other"),
    "only empty sources": (lambda: packed(("f.py", b"")), "empty"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_an_archive_is_refused_with(what: str) -> None:
    make, id = REFUSED[what]
    assert refused(make()) == f"intake.{id}"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_archive_is_refused_with_two_members_of_one_name() -> None:
    assert refused(packed(("f.py", SOURCE), ("f.py", b"x = 1\n"))) == "intake.same-name"


def test_a_damaged_member_is_a_damaged_archive() -> None:
    data = bytearray(packed(("f.py", SOURCE), method=zipfile.ZIP_STORED))
    data[data.index(b"return")] ^= 1
    assert refused(bytes(data)) == "intake.bad-archive"
