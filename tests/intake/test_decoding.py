"""UTF-8 and declared encodings are read as Python reads them; everything else is named for what it looks like."""

import codecs

import pytest

from grader.core import Submission
from grader.intake import Rejected, parse
from grader.report import text

SOURCE = "def f(x):\n    return '손실, é'\n"
LATIN = "def f(x):\n    return 'é'\n"


def parsed(data: bytes) -> Submission:
    return parse([("a.py", data)], ["f"])


def refused(data: bytes) -> str:
    with pytest.raises(Rejected) as caught:
        parsed(data)
    assert text(caught.value.message, "ko")
    return text(caught.value.message, "en")


@pytest.mark.parametrize(
    "data",
    [
        SOURCE.encode(),
        codecs.BOM_UTF8 + SOURCE.encode(),
        ("# -*- coding: utf-8 -*-\n" + SOURCE).encode(),
        ("#!/usr/bin/env python\n# vim: set fileencoding=euc-kr :\n" + SOURCE.replace("é", "e")).encode("euc-kr"),
        ("# coding: latin-1\n" + LATIN).encode("latin-1"),
        ("# coding: shift_jis\n" + LATIN.replace("é", "損失")).encode("shift_jis"),
        ("# coding: gb18030\n" + LATIN.replace("é", "损失")).encode("gb18030"),
        SOURCE.replace("\n", "\r\n").encode(),
        SOURCE.replace("\n", "\r").encode(),
    ],
    ids=[
        "utf-8",
        "byte order mark",
        "declared utf-8",
        "declared euc-kr",
        "declared latin-1",
        "declared shift_jis",
        "declared gb18030",
        "crlf",
        "cr",
    ],
)
def test_what_python_reads_is_read(data: bytes) -> None:
    (file,) = parsed(data).files
    assert file.data == data
    assert file.text.endswith(
        "def f(x):\n    return " + file.text.splitlines()[-1].strip().removeprefix("return ") + "\n"
    )
    assert "\r" not in file.text
    assert not file.text.startswith("\ufeff")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (SOURCE.encode("utf-16"), "not UTF-8 (byte 0xff at 0: it looks like UTF-16)"),
        (SOURCE.encode("utf-16-be"), "it looks like UTF-16"),
        (SOURCE.encode("utf-32"), "it looks like UTF-32"),
        (("# 손실을 계산합니다\n" * 3 + "def f(x): pass\n").encode("cp949"), "it looks like CP949 (EUC-KR)"),
        (("# 计算损失函数\n" * 3 + "def f(x): pass\n").encode("gb18030"), "it looks like GB18030"),
        (LATIN.encode("latin-1"), "(byte 0xe9 at 22: it looks like Windows-1252 (Latin-1))"),
        (b"def f(x):\n    return 1\0\n", "line 2: a NUL byte (0x00) at 22"),
        (bytes(range(256)) * 4, "not text (byte 0x00 at 0: it looks like binary data)"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "those of PNG data"),
        (b"PK\x03\x04" + bytes(50), "those of ZIP data"),
        (b"\x7fELF" + bytes(50), "those of ELF data"),
        (b"\x93NUMPY\x01\x00", "those of NumPy .npy data"),
        (b"\xa7\r\r\n" + bytes(12) + b"\xe3", "those of .pyc data"),
        (("# coding: euc-kr\n" + SOURCE).encode(), "declares the encoding euc-kr, but byte"),
        (("# coding: no-such-thing\n" + LATIN).encode(), "declares the encoding no-such-thing"),
        (("# coding: rot13\n" + "def f(x): pass\n").encode(), "declares the encoding rot13"),
        (("# coding: punycode\n" + "a-b" * 100_000).encode(), "declares the encoding punycode"),
        (("# coding: utf-7\n" + "def f(x): pass\n").encode(), "declares the encoding utf-7"),
        (("# coding: hex\n" + "def f(x): pass\n").encode(), "declares the encoding hex"),
        (b"<!DOCTYPE html>\n<html></html>\n", "is a web page, not the file it shows"),
        (b'{"cells": [], "nbformat": 4}', "is a notebook"),
        (b"", "0 bytes"),
    ],
)
def test_anything_else_is_named(data: bytes, says: str) -> None:
    assert says in refused(data)


def test_utf16_is_told_as_people_are_spoken_to() -> None:
    sentence = refused(SOURCE.encode("utf-16"))
    assert (
        sentence == "a.py is not UTF-8 (byte 0xff at 0: it looks like UTF-16). Save it as UTF-8 and hand it in again."
    )
