"""Finds the assignments: `reference/<slug>.py`, and the same in an instructor's own folders, which callers hand over
(`Settings.assignment_folders`); of two files with one slug the first counts, ours before theirs.

A file is loaded by its path (a slug has hyphens, and an instructor's folder is no package), once per process. It is
trusted code. What is wrong with a file is told when it is loaded, not while a student waits.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.core import Assignment, Group, Message
from grader.errors import GraderError, NotFound

ROOT = Path(__file__).resolve().parents[2]
OURS = ROOT / "reference"
JUDGES = ("core.py", "checks", "grading", "diagnosis")  # the code of ours that a verdict depends on


class BadAssignment(GraderError):
    """An assignment file contradicts itself; the message says where."""


def slugs(own: Sequence[Path] = ()) -> tuple[str, ...]:
    """The slugs of our assignments and of those in the folders `own`, sorted."""
    return tuple(sorted({path.stem for folder in (OURS, *own) for path in _files(folder)}))


def load(slug: str, own: Sequence[Path] = ()) -> Assignment:
    """The assignment of `slug`, with its revision. Raises NotFound, or BadAssignment where its file is at fault."""
    for folder in (OURS, *own):
        path = folder / f"{slug}.py"
        if path in _files(folder):
            return _loaded(path, path.stat().st_mtime_ns)
    raise NotFound(Message("checks.unknown-assignment", {"slug": slug, "known": ", ".join(slugs(own))}))


def units(own: Sequence[Path] = ()) -> list[dict[str, Any]]:
    """All assignments as plain data, for the web half, which never loads an assignment file."""
    return [_unit(load(slug, own)) for slug in slugs(own)]


def _unit(assignment: Assignment) -> dict[str, Any]:
    return {
        "slug": assignment.slug,
        "title": f"checks.unit.{assignment.slug}",
        "functions": [
            {"name": f.name, "signature": f.signature, "points": float(f.points)} for f in assignment.functions
        ],
        "max_score": float(assignment.max_score),
        "files": list(assignment.files),
        "starter": dict(assignment.starter),
        "revision": assignment.revision,
    }


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*.py") if not path.stem.startswith("_")]


@cache
def _loaded(path: Path, changed: int) -> Assignment:
    """`changed` is the file's time of change: a file that an instructor edits is loaded anew."""
    assignment = getattr(_module(path), "ASSIGNMENT", None)
    if not isinstance(assignment, Assignment) or assignment.slug != path.stem:
        raise BadAssignment(Message("checks.bad-assignment.slug", {"file": path.name}))
    for group in assignment.groups:
        _add_up(path, group)
    return replace(assignment, revision=revision(path))


def _module(path: Path) -> ModuleType:
    module = ModuleType("reference." + path.stem.replace("-", "_"))
    try:
        SourceFileLoader(module.__name__, str(path)).exec_module(module)
    except Exception as error:  # whatever an instructor's own file raises, its author is told where
        about = {"file": path.name, "error": f"{type(error).__name__}: {error}"}
        raise BadAssignment(Message("checks.bad-assignment.unloadable", about)) from error
    return module


def _add_up(path: Path, group: Group) -> None:
    """The points of a function's checks are its points, to the last fraction."""
    for function in group.functions:
        total = sum(check.points.get(function.name, 0) for check in group.checks)
        if total != function.points:
            about = {"file": path.name, "function": function.name, "checks": str(total), "points": str(function.points)}
            raise BadAssignment(Message("checks.bad-assignment.points", about))


def revision(path: Path) -> str:
    """`sha256:` over the assignment's file, its mistakes, and the code that judges."""
    total = hashlib.sha256()
    for file in (path, path.parent / "mistakes" / path.name, *_judging_code()):
        if file.is_file():
            total.update(f"{file.name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return f"sha256:{total.hexdigest()}"


def _judging_code() -> Iterator[Path]:
    root = ROOT / "grader"
    for name in JUDGES:
        yield from [root / name] if name.endswith(".py") else sorted((root / name).rglob("*.py"))
