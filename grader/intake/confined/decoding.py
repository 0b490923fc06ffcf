"""Bytes of a source file -> its text, or what the bytes look like instead.

Python's own rules: UTF-8 with or without a byte order mark, or the encoding that one of the first two lines declares
(PEP 263). Everything else is refused by name, with the byte and its place.
"""

import codecs
import re

from .refused import Refused

COOKIE = rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)"
BYTE_ORDER_MARKS = (  # the longer first: UTF-32 begins like UTF-16
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
SIGNATURES = (
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"Rar!", "RAR"),
    (b"\x7fELF", "ELF"),
    (b"MZ\x90", "Windows EXE"),
    (b"\xcf\xfa\xed\xfe", "Mach-O"),
    (b"\xd0\xcf\x11\xe0", "Microsoft Office"),
    (b"\x93NUMPY", "NumPy .npy"),
    (b"\x89HDF", "HDF5"),
    (b"SQLite format 3\0", "SQLite"),
    (b"{\\rtf", "RTF"),
)
BYTECODE_END = b"\r\n"  # of the four bytes that a .pyc begins with
ASCII = bytes(range(32, 127))
TEXT_CONTROLS = frozenset(b"\t\n\r\f\b\x1b\x1a")
LEAST_UTF16 = 8  # bytes; in fewer a NUL says nothing of the others
MOST_CONTROLS = 0.05  # of all bytes; text has none
# What editors write that do not write UTF-8: the encoding, its name for people, the letters that make it likely.
LEGACY = (
    ("cp949", "CP949 (EUC-KR)", "\uac00", "\ud7a3"),
    ("shift_jis", "Shift JIS", "\u3040", "\u30ff"),
    ("gb18030", "GB18030", "\u4e00", "\u9fff"),
)


def decode(path: str, data: bytes) -> str:
    """The text of a source file, with `\\n` line ends and without a byte order mark. Raises Refused."""
    declared = declared_encoding(data)
    check_bytes(path, data)
    text = _in_utf8(path, data) if declared is None else _as_declared(path, data, declared)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise Refused("intake.nul", path=path, offset=text.index("\0"), line=text.count("\n", 0, text.index("\0")) + 1)
    return text


def check_bytes(path: str, data: bytes) -> None:
    """Raises Refused for what no encoding makes a source file of: other kinds of file, UTF-16, NUL bytes."""
    for mark, name in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            raise _not_utf8(path, data, 0, name)
    for signature, name in SIGNATURES:
        if data.startswith(signature):
            raise Refused("intake.other-kind", path=path, kind=name)
    if data[2:4] == BYTECODE_END and data[:1] >= b"\x80":
        raise Refused("intake.other-kind", path=path, kind=".pyc")
    offset = data.find(b"\0")
    if offset >= 0:
        raise _with_nul(path, data, offset)


def check_utf8(path: str, data: bytes) -> None:
    """What a reader in a hurry can know: Raises Refused unless this is UTF-8, or declares another encoding."""
    check_bytes(path, data)
    if declared_encoding(data) is None:
        _in_utf8(path, data)


def declared_encoding(data: bytes) -> str | None:
    """The encoding that a source declares, None for UTF-8 (PEP 263)."""
    for line in data.removeprefix(codecs.BOM_UTF8).split(b"\n", 2)[:2]:
        if b"coding" in line and (match := re.match(COOKIE, line)):
            name = match[1].decode("ascii", "replace").lower().replace("_", "-")
            return None if name in ("utf-8", "utf8") or name.startswith("utf-8-") else name
        if line.strip() and not line.lstrip().startswith(b"#"):
            return None
    return None


def _in_utf8(path: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        offset = error.start + (len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0)
        raise _not_utf8(path, data, offset, _guess(path, data, offset)) from None


def _as_declared(path: str, data: bytes, encoding: str) -> str:
    if not _is_for_sources(encoding):
        raise Refused("intake.unknown-encoding", path=path, encoding=encoding)
    try:
        text = data.decode(encoding)
        text.encode()
    except UnicodeError as error:
        offset = error.start if isinstance(error, UnicodeDecodeError) else 0
        byte = f"0x{data[offset]:02x}"
        raise Refused("intake.not-as-declared", path=path, encoding=encoding, byte=byte, offset=offset) from None
    return text


def _is_for_sources(encoding: str) -> bool:
    """Whether ASCII means itself in `encoding`: not in punycode and the like, some of which are slow to decode."""
    try:
        return ASCII.decode(encoding) == ASCII.decode()
    except (LookupError, UnicodeError):
        return False


def _not_utf8(path: str, data: bytes, offset: int, looks: str) -> Refused:
    return Refused("intake.not-utf8", path=path, byte=f"0x{data[offset]:02x}", offset=offset, looks=looks)


def _with_nul(path: str, data: bytes, offset: int) -> Refused:
    """UTF-16 without a mark has a NUL in every other byte of its ASCII characters; other data have them anywhere."""
    head = data[:1000]
    for first in (0, 1) if len(head) >= LEAST_UTF16 else ():
        if head[first::2].count(0) > 0.7 * len(head[first::2]) and not head[1 - first :: 2].count(0):
            return _not_utf8(path, data, offset, "UTF-16")
    if _is_binary(data):
        return Refused("intake.binary", path=path, byte="0x00", offset=offset)
    return Refused("intake.nul", path=path, offset=offset, line=data.count(b"\n", 0, offset) + 1)


def _is_binary(data: bytes) -> bool:
    controls = sum(byte < 32 and byte not in TEXT_CONTROLS for byte in data[:4000])
    return controls > MOST_CONTROLS * len(data[:4000])


def _guess(path: str, data: bytes, offset: int) -> str:
    """The name of the encoding that makes letters of most of the bytes above 127."""
    if _is_binary(data):
        raise Refused("intake.binary", path=path, byte=f"0x{data[offset]:02x}", offset=offset)
    for encoding, name, first, last in LEGACY:
        try:
            letters = [character for character in data.decode(encoding) if character > "\x7f"]
        except UnicodeDecodeError:
            continue
        if 2 * sum(first <= letter <= last for letter in letters) > len(letters):
            return name
    return "Windows-1252 (Latin-1)"
