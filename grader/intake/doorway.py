"""What the web process may know about an upload: only what the bytes show, and quickly.

It parses nothing. It sends back at once what no parser could make a submission of, so that the student need not wait
for the queue; everything else is accepted and judged by a worker. Archives are opened by the confined process.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from grader.core import Message
from grader.errors import GraderError, NotPython, TooLarge, Unprocessable
from grader.intake.confine import Unreadable, ask, message
from grader.intake.confined.decoding import check_utf8, declared_encoding
from grader.intake.confined.gathering import gather
from grader.intake.confined.refused import Refused
from grader.intake.confined.selection import kind, plain_path
from grader.intake.expected import nothing_defined, top_level

File = tuple[str, bytes]

# 415 for another kind of file, 413 for too much; everything else that the bytes show is 422.
ERRORS: dict[str, type[GraderError]] = {
    "intake.notebook-size": TooLarge,
    "intake.only-notebook": NotPython,
    "intake.only-tarball": NotPython,
    "intake.only-other": NotPython,
    "intake.other-kind": NotPython,
    "intake.too-large": TooLarge,
    "intake.member-too-large": TooLarge,
    "intake.archive-too-large": TooLarge,
}
DEFINED = re.compile(rb"\b(?:def|class)[\s\\]+(\w{1,100})")


def door(files: Sequence[File], names: Collection[str], max_bytes: int) -> list[File]:
    """The files of a submission in an upload, archives opened, paths as the report will show them.

    Raises NotPython (415), TooLarge (413) or Unprocessable (422: nothing, empty, not text, an unreadable archive,
    no line that could define one of `names`; `extra["missing"]` lists them).
    """
    size = sum(len(data) for _, data in files)
    if size > max_bytes:
        raise TooLarge(Message("intake.upload-too-large", {"bytes": size, "allowed": max_bytes}))
    if not files:
        raise Unprocessable(Message("intake.nothing-sent"))
    try:
        sources = _sources([(plain_path(path), data) for path, data in files])
        _check_texts([source for source in sources if kind(source[0]) != "results"])
    except Refused as refused:
        raise _error(message(refused.sentence)) from None
    except Unreadable as unreadable:
        raise _error(unreadable.message) from None
    _check_names([source for source in sources if kind(source[0]) != "results"], names)
    return sources


def _error(message: Message) -> GraderError:
    return ERRORS.get(message.id, Unprocessable)(message)


def _sources(files: Sequence[File]) -> list[File]:
    if not any(kind(path) == "archive" for path, _ in files):
        return gather(files)[0]
    answer, blobs = ask(files, examine=False, archives=True)
    return list(zip(answer["paths"], blobs, strict=True))


def _check_texts(sources: Sequence[File]) -> None:
    """Raises the first refusal if no file is text; one that is not costs only its own functions."""
    refusals = []
    for path, data in sources:
        try:
            check_utf8(path, data)
        except Refused as refused:
            refusals.append(refused)
    if len(refusals) == len(sources):
        raise refusals[0]


def _check_names(sources: Sequence[File], names: Collection[str]) -> None:
    asked = top_level(names)
    could_define = _could_define(asked)
    texts = [data.replace(b"\\n", b"\n") if kind(path) == "notebook" else data for path, data in sources]
    if any(could_define.search(text) or declared_encoding(text) for text in texts):
        return
    found = [name.decode("ascii", "replace") for text in texts for name in DEFINED.findall(text)[:200]]
    raise Unprocessable(nothing_defined(names, found), extra={"missing": list(asked)})


def _could_define(names: Collection[str]) -> re.Pattern[bytes]:
    """Matches `def name`, `class name`, `as name`, and `name` before `=`, `:`, `,` or a closing bracket."""
    any_name = "|".join(map(re.escape, names)).encode()
    return re.compile(rb"\b(?:def|class|as)[\s\\]+(?:%b)\b|\b(?:%b)[ \t]*(?:=(?!=)|[:,)\]])" % (any_name, any_name))
