"""A zip archive -> its Python sources. Nothing is written to disk, and only sources are inflated.

What a member says of its own size is not believed: the caps are counted while reading. Names that lead out of the
archive, links, and names that would fall together on some disk make the whole archive unreadable, because no honest
tool writes them.
"""

import io
import re
import stat
import zipfile
import zlib

from .caps import MEMBERS, RATIO, RATIO_FROM, SOURCE_BYTES, TOTAL_BYTES
from .refused import Refused
from .selection import KEPT, check_distinct, check_length, is_junk, kind, without_wrapper

ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others may take much memory to unpack
CHUNK = 64 << 10

Source = tuple[str, bytes]


def sources(name: str, data: bytes) -> tuple[list[Source], list[str]]:
    """What belongs to a submission in the archive `name`, paths without their wrapper folder, and the paths left aside.

    Raises Refused for what cannot be read, what is larger than the caps, and what leads elsewhere.
    """
    if len(data) > TOTAL_BYTES:
        raise Refused("intake.too-large", path=name, bytes=len(data), allowed=TOTAL_BYTES)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _sources(archive, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OverflowError) as error:
        raise Refused("intake.bad-archive", path=name, text=str(error)[:200]) from error


def _sources(archive: zipfile.ZipFile, name: str) -> tuple[list[Source], list[str]]:
    members = [(_checked_path(info, name), info) for info in archive.infolist() if not info.is_dir()]
    members = [(path, info) for path, info in members if not is_junk(path)]
    if len(members) > MEMBERS:
        raise Refused("intake.too-many-files", path=name, count=len(members), allowed=MEMBERS)
    check_distinct([path for path, _ in members], name)
    paths = without_wrapper([path for path, _ in members])
    left, found, ignored = TOTAL_BYTES, [], []
    for path, (_, info) in zip(paths, members, strict=True):
        if kind(path) not in KEPT:
            ignored.append(path)
            continue
        content = _inflated(archive, info, path, name, left)
        left -= len(content)
        found.append((path, content))
    return found, ignored


def _checked_path(info: zipfile.ZipInfo, name: str) -> str:
    path = info.orig_filename.replace("\\", "/").removeprefix("./")
    if "\0" in path or re.search(r"[\x00-\x1f\x7f]", path):
        raise Refused("intake.member-name", path=name, member=path)
    if path.startswith("/") or re.match("[A-Za-z]:", path) or ".." in path.split("/"):
        raise Refused("intake.member-outside", path=name, member=path)
    mode = stat.S_IFMT(info.external_attr >> 16)
    if mode not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refused("intake.member-link", path=name, member=path)
    check_length(path)
    return path


def _inflated(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str, name: str, left: int) -> bytes:
    """The bytes of one member, read chunk by chunk within the caps."""
    if info.flag_bits & ENCRYPTED:
        raise Refused("intake.encrypted", path=name, member=path)
    if info.compress_type not in METHODS:
        raise Refused("intake.zip-method", path=name, member=path)
    content = bytearray()
    with archive.open(info) as member:
        while chunk := member.read(CHUNK):
            content += chunk
            if len(content) > SOURCE_BYTES:
                raise Refused("intake.member-too-large", path=name, member=path, allowed=SOURCE_BYTES)
            if len(content) > left:
                raise Refused("intake.archive-too-large", path=name, allowed=TOTAL_BYTES)
            if len(content) > max(RATIO_FROM, RATIO * info.compress_size):
                raise Refused("intake.ratio", path=name, member=path, allowed=RATIO)
    return bytes(content)
