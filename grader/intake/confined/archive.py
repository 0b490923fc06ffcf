"""An archive -> its sources, zip or tar. Nothing is written to disk, and of a zip only sources are inflated.

What a member says of its own size is not believed: the caps are counted while reading. Names that lead out of the
archive, links, and names that would fall together on some disk make the whole archive unreadable, because no honest
tool writes them.
"""

import io
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator

from .caps import MEMBERS, RATIO, RATIO_FROM, TOTAL_BYTES, UNPACKED_BYTES
from .refused import Refused
from .selection import check_distinct, check_length, is_junk, is_kept, most_bytes, without_wrapper

ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others may take much memory to unpack
CHUNK = 64 << 10
GZIP = 16 + zlib.MAX_WBITS  # how zlib is told to expect a header of gzip
UNREADABLE = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, NotImplementedError, ValueError, OverflowError, OSError,
)  # fmt: skip

Source = tuple[str, bytes]


class Member:
    """A file of an archive: its path, the size it claims, and how it is read. `packed` is what it takes of a zip."""

    def __init__(self, path: str, size: int, read: Callable[[], Iterator[bytes]], packed: int | None = None) -> None:
        self.path, self.size, self.read, self.packed = path, size, read, packed


def sources(name: str, data: bytes) -> tuple[list[Source], list[str]]:
    """The sources of the archive `name`, paths without their wrapper folder, and the paths left aside.

    Raises Refused for what cannot be read, what is larger than the caps, and what leads elsewhere.
    """
    if len(data) > TOTAL_BYTES:
        raise Refused("intake.too-large", path=name, bytes=len(data), allowed=TOTAL_BYTES)
    try:
        if name.lower().endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                return _sources(_of_zip(archive, name), name)
        with tarfile.open(fileobj=io.BytesIO(_unpacked(name, data)), mode="r:") as tar:
            return _sources(_of_tar(tar, name), name)
    except UNREADABLE as error:
        raise Refused("intake.bad-archive", path=name, text=str(error)[:200]) from error


def _sources(members: Iterator[Member], name: str) -> tuple[list[Source], list[str]]:
    found = [member for member in members if not is_junk(member.path)]
    if len(found) > MEMBERS:
        raise Refused("intake.too-many-files", path=name, count=len(found), allowed=MEMBERS)
    check_distinct([member.path for member in found], name)
    left = TOTAL_BYTES
    kept: list[Source] = []
    ignored: list[str] = []
    for path, member in zip(without_wrapper([member.path for member in found]), found, strict=True):
        if not is_kept(path, member.size):
            ignored.append(path)
            continue
        content = _content(member, path, name, left)
        left -= len(content)
        kept.append((path, content))
    return kept, ignored


def _content(member: Member, path: str, name: str, left: int) -> bytes:
    """The bytes of one member, read chunk by chunk within the caps."""
    content = bytearray()
    for chunk in member.read():
        content += chunk
        if len(content) > most_bytes(path):
            raise Refused("intake.member-too-large", path=name, member=path, allowed=most_bytes(path))
        if len(content) > left:
            raise Refused("intake.archive-too-large", path=name, allowed=TOTAL_BYTES)
        if member.packed is not None and len(content) > max(RATIO_FROM, RATIO * member.packed):
            raise Refused("intake.ratio", path=name, member=path, allowed=RATIO)
    return bytes(content)


def _checked_path(written: str, name: str) -> str:
    path = written.replace("\\", "/").removeprefix("./")
    if re.search(r"[\x00-\x1f\x7f]", path):
        raise Refused("intake.member-name", path=name, member=path)
    if path.startswith("/") or re.match("[A-Za-z]:", path) or ".." in path.split("/"):
        raise Refused("intake.member-outside", path=name, member=path)
    check_length(path)
    return path


# --------------------------------------------------------------------------- zip


def _of_zip(archive: zipfile.ZipFile, name: str) -> Iterator[Member]:
    for info in archive.infolist():
        if info.is_dir():
            continue
        path = _checked_path(info.orig_filename, name)
        if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise Refused("intake.member-link", path=name, member=path)
        yield Member(path, info.file_size, _inflating(archive, info, path, name), info.compress_size)


def _inflating(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str, name: str) -> Callable[[], Iterator[bytes]]:
    def read() -> Iterator[bytes]:
        if info.flag_bits & ENCRYPTED:
            raise Refused("intake.encrypted", path=name, member=path)
        if info.compress_type not in METHODS:
            raise Refused("intake.zip-method", path=name, member=path)
        with archive.open(info) as member:
            while chunk := member.read(CHUNK):
                yield chunk

    return read


# --------------------------------------------------------------------------- tar


def _unpacked(name: str, data: bytes) -> bytes:
    """A tar without its gzip. All of it has to be unpacked to find its members, so all of it counts."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    most = min(UNPACKED_BYTES, max(RATIO_FROM, RATIO * len(data)))
    unpacked = bytearray()
    while data:  # a gzip file may be several, one behind the other
        stream = zlib.decompressobj(GZIP)
        unpacked += stream.decompress(data, most - len(unpacked) + 1)
        if len(unpacked) > most:
            raise Refused("intake.tar-too-large", path=name, allowed=most)
        if not stream.eof:
            raise EOFError("it ends in the middle")
        data = stream.unused_data.lstrip(b"\0")
    return bytes(unpacked)


def _of_tar(archive: tarfile.TarFile, name: str) -> Iterator[Member]:
    for info in archive:
        path = _checked_path(info.name, name)
        if info.isdir() or is_junk(path):
            continue
        if not info.isreg() or info.issparse():
            raise Refused("intake.member-link", path=name, member=path)
        yield Member(path, info.size, _reading(archive, info))


def _reading(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Callable[[], Iterator[bytes]]:
    def read() -> Iterator[bytes]:
        member = archive.extractfile(info)
        while member and (chunk := member.read(CHUNK)):
            yield chunk

    return read
