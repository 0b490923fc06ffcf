"""Uploaded bytes -> a parsed Submission. Never executes; the looking is done by the confined process."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from grader.core import Definition, Message, SourceFile, Submission
from grader.intake.confine import Unreadable, ask, message
from grader.intake.confined.refused import Refused
from grader.intake.confined.selection import kind, plain_path
from grader.intake.expected import nothing_defined, top_level
from grader.intake.rejected import Rejected
from grader.intake.reported import about

File = tuple[str, bytes]


def parse(files: Sequence[File], names: Collection[str]) -> Submission:
    """The submission that `files` (as uploaded, archives among them) make for the graded `names`.

    A file that does not parse keeps its beginning: the text ends before the first statement that does not.
    Raises Rejected where nothing is left that could be graded.
    """
    try:
        return parse_selected([(plain_path(path), data) for path, data in files], names, open_archives=True)
    except Refused as refused:
        raise Rejected(message(refused.sentence), files=as_sent(files)) from None


def parse_selected(files: Sequence[File], names: Collection[str], *, open_archives: bool) -> Submission:
    """The same for files whose paths are inside the submission already. A folder's archives are not opened."""
    asked = top_level(names)
    archives = open_archives and any(kind(path) == "archive" for path, _ in files)
    try:
        answer, blobs = ask(files, asked, examine=True, archives=archives)
    except Unreadable as unreadable:
        raise Rejected(unreadable.message, files=as_sent(files)) from None
    submission = _submission(answer, blobs)
    found = [definition.name for definition in submission.definitions]
    if not set(asked) & set(found):
        raise Rejected(_why(submission, names, found), files=submission.files, notes=submission.notes)
    notes = (*submission.notes, *_twice(answer, asked))
    return replace(submission, notes=notes)


def as_sent(files: Sequence[File]) -> tuple[SourceFile, ...]:
    """The files for a report about what could not be read."""
    return tuple(SourceFile(path, data, "") for path, data in files)


def _submission(answer: dict[str, Any], blobs: Sequence[bytes]) -> Submission:
    seen, reported = answer["files"], answer["reported"]
    programs, data = blobs[: 2 * len(seen)], blobs[2 * len(seen) :]
    contents = zip(seen, programs[::2], programs[1::2], strict=True)
    return Submission(
        files=tuple(SourceFile(file["path"], data, text.decode(), file["python2"]) for file, data, text in contents),
        definitions=tuple(
            Definition(name, file["path"], line, kind) for file in seen for name, line, kind, _ in file["found"]
        ),
        broken={file["path"]: message(file["error"]) for file in seen if file["error"]},
        notes=(
            *(message(note) for note in (*answer["notes"], *_of_files(seen))),
            *(note for file in reported for note in _reported(file)),
        ),
        data=tuple(SourceFile(file["path"], bytes, "") for file, bytes in zip(reported, data, strict=True)),
    )


def _of_files(seen: Sequence[dict[str, Any]]) -> Iterator[Sequence[Any]]:
    """What is said of files; of all that are Python 2 in one sentence."""
    notes = [note for file in seen for note in file["notes"]]
    python2 = [params for id, params in notes if id == "intake.python2"]
    yield from (note for note in notes if note[0] != "intake.python2")
    if python2:
        constructs = dict.fromkeys(name for params in python2 for name in params["constructs"])
        yield "intake.python2", {"paths": [params["path"] for params in python2], "constructs": list(constructs)}


def _reported(file: dict[str, Any]) -> Iterator[Message]:
    """What is said of the accuracies in a `results.json`, or why it cannot be read."""
    if file["error"]:
        yield message(file["error"])
    for model, numbers in file["models"]:
        yield from about(model, numbers)


def _why(submission: Submission, names: Collection[str], found: Sequence[str]) -> Message:
    """An error of a file explains more than the names that it keeps from being found."""
    return next(iter(submission.broken.values()), None) or nothing_defined(names, found)


def _twice(answer: dict[str, Any], asked: Collection[str]) -> Iterator[Message]:
    """A note for each graded name that one file defines twice: the last counts."""
    for file in answer["files"]:
        lines: dict[str, list[int]] = {}
        for name, line, _, always in file["found"]:
            if name in asked and always:
                lines.setdefault(name, []).append(line)
        for name, places in lines.items():
            if len(places) > 1:
                place = {"path": file["path"], "first": places[0], "last": places[-1]}
                yield Message("intake.defined-twice", {"name": name, **place})
