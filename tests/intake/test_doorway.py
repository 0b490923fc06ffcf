"""The web process's first look: 415, 413 and 422 for what the bytes show, and everything else is let in."""

import io
import zipfile

import pytest

from grader.errors import GraderError, NotPython, TooLarge, Unprocessable
from grader.intake import door
from grader.report import text

NAMES = ("svm_loss_naive", "svm_loss_vectorized")
GOOD = b"def svm_loss_naive(W):\n    return W\n"
MOST = 32 << 20


def packed(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/") + ".py", data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("files", "error", "id"),
    [
        ([], Unprocessable, "nothing-sent"),
        ([("svm.py", b"")], Unprocessable, "empty"),
        ([("svm.py", b""), ("b.py", b"")], Unprocessable, "empty"),
        ([("svm.py", GOOD.decode().encode("utf-16"))], Unprocessable, "not-utf8"),
        ([("svm.py", GOOD + b"\0")], Unprocessable, "nul"),
        ([("svm.py", bytes(range(256)))], Unprocessable, "binary"),
        ([("svm.py", b"\x89PNG\r\n\x1a\n")], NotPython, "other-kind"),
        ([("svm.png", b"\x89PNG\r\n\x1a\n")], NotPython, "only-other"),
        ([("svm.ipynb", b"{}")], Unprocessable, "defines-nothing"),
        ([("svm.7z", b"")], NotPython, "only-tarball"),
        ([("svm.py", b"#" * 5_000_000)], TooLarge, "too-large"),
        ([("svm.zip", b"no zip")], Unprocessable, "bad-archive"),
        ([("svm.zip", packed(bomb=b"#" * 50_000_000))], TooLarge, "member-too-large"),
        ([("svm.py", b"print('hello')\n")], Unprocessable, "defines-nothing"),
        ([("svm.py", b"def knn(): pass\n")], Unprocessable, "nothing-defined"),
        ([("svm.py", b"def svm_loss_naiv(W): pass\n")], Unprocessable, "near-misses"),
        ([("svm.py", b"y = svm_loss_naive(W)\n")], Unprocessable, "defines-nothing"),
    ],
)  # fmt: skip
def test_what_the_bytes_show_is_sent_back_at_once(
    files: list[tuple[str, bytes]], error: type[GraderError], id: str
) -> None:
    with pytest.raises(error) as caught:
        door(files, NAMES, MOST)
    assert caught.value.message.id == f"intake.{id}"
    assert text(caught.value.message, "en")
    assert text(caught.value.message, "ko")


def test_an_upload_beyond_the_setting_is_too_large() -> None:
    with pytest.raises(TooLarge) as caught:
        door([("a.py", GOOD), ("b.py", GOOD)], NAMES, 50)
    assert caught.value.message.params == {"bytes": 2 * len(GOOD), "allowed": 50}


def test_what_is_missing_stands_in_the_answer() -> None:
    with pytest.raises(Unprocessable) as caught:
        door([("svm.py", b"x = 1\n")], ("Net.loss", "Net.train", "f"), MOST)
    assert caught.value.extra == {"missing": ["Net", "f"]}


@pytest.mark.parametrize(
    "source",
    [
        GOOD,
        b"def svm_loss_naive(W:\n",  # a parser is needed to see that this is wrong
        b"svm_loss_naive = lambda W: W\n",
        b"a, svm_loss_naive = f, g\n",
        b"svm_loss_naive: object = f\n",
        b"from mine import f as svm_loss_naive\n",
        b"def \\\n  svm_loss_naive(W): pass\n",
        b"# coding: latin-1\n# \xe9\ndef svm_loss_naive(W): pass\n",
        b"\xef\xbb\xbf" + GOOD,
    ],
)
def test_what_may_define_a_name_is_let_in_as_it_is(source: bytes) -> None:
    assert door([("svm.py", source)], NAMES, MOST) == [("svm.py", source)]


def test_an_archive_is_opened_and_only_its_sources_are_kept() -> None:
    data = packed(hw__svm=GOOD, hw__sub__x=b"x = 1\n")
    assert door([("hw.zip", data)], NAMES, MOST) == [("svm.py", GOOD), ("sub/x.py", b"x = 1\n")]


def test_one_file_that_is_no_text_does_not_keep_the_others_out() -> None:
    files = [("svm.py", GOOD), ("old.py", b"\xff\xfe\0")]
    assert door(files, NAMES, MOST) == files


def test_paths_are_those_of_the_report() -> None:
    assert door([("..\\..\\svm.py", GOOD)], NAMES, MOST) == [("svm.py", GOOD)]


def test_a_long_line_is_looked_through_in_one_pass() -> None:
    """A pattern that goes back over the line for each of its matches would not end in a test's time."""
    source = b"x = [" + b"svm_loss_naive == " * 55_000 + b"1]\n"
    with pytest.raises(Unprocessable):
        door([("svm.py", source)], NAMES, MOST)
