"""Finds the assignments: `reference/<slug>.py`, and the same in an instructor's own folders, which callers hand over
(`Settings.assignment_folders`); of two files with one slug the first counts, ours before theirs. `mistakes/<slug>.py`
beside it lists its known mistakes. Slugs joined by `+` are a bundle, and `bundles.toml` gives some of these a name;
`profiles.toml` lists what courses take as right, and `starters.tsv` the fingerprints of bodies that they handed out.

A file is loaded by its path (a slug has hyphens, and an instructor's folder is no package), once per process. It is
trusted code. What is wrong with a file is told when it is loaded, not while a student waits.
"""

import csv
import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from grader import bundles
from grader.bundles import Part
from grader.core import Assignment, Message, Mistake, Profile, Severity
from grader.errors import NotFound
from grader.grading.soundness import BadAssignment, checked
from grader.grading.weights import weighted

ROOT = Path(__file__).resolve().parents[2]
OURS = ROOT / "reference"
STARTERS = OURS / "starters.tsv"
MISTAKES = OURS / "mistakes" / "table.tsv"
JUDGES = ("core.py", "checks", "grading", "diagnosis")  # the code of ours that a verdict depends on


def slugs(own: Sequence[Path] = ()) -> tuple[str, ...]:
    """The slugs of our assignments and of those in the folders `own`, sorted."""
    return tuple(sorted({path.stem for folder in (OURS, *own) for path in _files(folder)}))


def load(slug: str, own: Sequence[Path] = ()) -> Assignment:
    """The assignment of `slug`, or the bundle, with its revision.

    Raises NotFound, or BadAssignment where its file is at fault.
    """
    parts = bundles.parts(named().get(slug, slug))
    units = [weighted(_unit_of(part.slug, own), part.weight) for part in parts]
    return units[0] if slug == units[0].slug else _bundle(slug, parts, units)


def _unit_of(slug: str, own: Sequence[Path]) -> Assignment:
    for folder in (OURS, *own):
        path = folder / f"{slug}.py"
        if path in _files(folder):
            return _loaded(path, *(_changed(file) for file in _files_of(path)))
    raise NotFound(Message("checks.unknown-assignment", {"slug": slug, "known": ", ".join(slugs(own))}))


def _bundle(slug: str, parts: Sequence[Part], units: Sequence[Assignment]) -> Assignment:
    """Several units as one assignment: what each asks for, and a revision that changes with any of theirs."""
    taken = [group.name for unit in units for group in unit.groups]
    if twice := sorted({name for name in taken if taken.count(name) > 1}):
        raise BadAssignment(Message("checks.bad-assignment.bundle", {"slug": slug, "names": ", ".join(twice)}))
    return Assignment(
        slug,
        tuple(group for unit in units for group in unit.groups),
        files=tuple(dict.fromkeys(file for unit in units for file in unit.files)),
        supply=tuple(dict.fromkeys(name for unit in units for name in unit.supply)),
        revision=bundles.revision(zip(parts, (unit.revision for unit in units), strict=True)),
        starter=bundles.joined(unit.starter for unit in units),
        units=tuple(units),
    )


@cache
def named() -> Mapping[str, str]:
    """The bundles that have a name: name -> definition."""
    return {name: str(slug) for name, slug in _table("bundles.toml").items()}


@cache
def profiles() -> Mapping[str, Profile]:
    """The profiles by name; `default` is the contract's."""
    named = {
        name: Profile(name, {axis: tuple(options) for axis, options in accepts.items()})
        for name, accepts in _table("profiles.toml").items()
    }
    return {"default": Profile(), **named}


def profile(name: str) -> Profile:
    """The profile of this name. Raises NotFound."""
    if name not in profiles():
        raise NotFound(Message("checks.unknown-profile", {"name": name, "known": ", ".join(profiles())}))
    return profiles()[name]


def accepted() -> dict[str, Mapping[str, tuple[str, ...]]]:
    """The profiles as plain data: name -> axis -> the options that have full marks."""
    return {name: profile.accepts for name, profile in profiles().items()}


def _table(name: str) -> Mapping[str, Any]:
    return tomllib.loads((OURS / name).read_text(encoding="utf-8"))


@cache
def starters() -> Mapping[str, frozenset[str]]:
    """The fingerprints (`starters.fingerprint`) of bodies in public starters, by function (`Class.method`)."""
    found: dict[str, set[str]] = {}
    with STARTERS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            found.setdefault(row["function"], set()).add(row["fingerprint"])
    return {name: frozenset(prints) for name, prints in found.items()}


def units(own: Sequence[Path] = ()) -> list[dict[str, Any]]:
    """All assignments and named bundles as plain data, for the web half, which never loads an assignment file."""
    left_out = faults(own)
    there = {slug: load(slug, own) for slug in slugs(own) if slug not in left_out}
    joined = {name: {part.slug for part in bundles.parts(definition)} for name, definition in named().items()}
    bundled = [load(name, own) for name, units in joined.items() if units <= there.keys()]
    return [unit(assignment) for assignment in (*there.values(), *bundled)]


def faults(own: Sequence[Path]) -> dict[str, BadAssignment]:
    """What is wrong in the folders `own`: slug -> the fault of its file, which is left out and harms no other."""
    found = {path.stem: fault_of(path) for folder in reversed(own) for path in _files(folder)}
    return {slug: fault for slug, fault in found.items() if fault is not None}


def fault_of(path: Path) -> BadAssignment | None:
    """What is wrong with an instructor's own file."""
    try:
        if path.stem in {*slugs(), *named()}:
            raise BadAssignment(Message("checks.bad-assignment.taken", {"file": path.name, "slug": path.stem}))
        _unit_of(path.stem, (path.parent,))
    except BadAssignment as fault:
        return fault
    return None


def unit(assignment: Assignment) -> dict[str, Any]:
    """An assignment as plain data, for the table `units`."""
    slug_of = {function.name: unit.slug for unit in assignment.units for function in unit.functions}
    return {
        "slug": assignment.slug,
        "titles": dict(assignment.title),
        "functions": [
            {
                **({"unit": slug_of[f.name]} if f.name in slug_of else {}),
                "name": f.name,
                "signature": f.signature,
                "points": float(f.points),
            }
            for f in assignment.functions
        ],
        "max_score": float(assignment.max_score),
        "files": list(assignment.files),
        "starter": dict(assignment.starter),
        "revision": assignment.revision,
    }


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*.py") if not path.stem.startswith("_")]


def _files_of(path: Path) -> tuple[Path, Path]:
    """The files that make an assignment: its own, and its mistakes."""
    return path, path.parent / "mistakes" / path.name


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns if path.is_file() else 0


@cache
def _loaded(path: Path, *changed: int) -> Assignment:
    """`changed` are the files' times of change: what an instructor edits is loaded anew."""
    assignment = getattr(_module(path), "ASSIGNMENT", None)
    if not isinstance(assignment, Assignment) or assignment.slug != path.stem:
        raise BadAssignment(Message("checks.bad-assignment.slug", {"file": path.name}))
    whole = checked(path.name, assignment)
    return replace(whole, revision=revision(path), mistakes=_mistakes(path, whole), known_starters=starters())


def _mistakes(path: Path, assignment: Assignment) -> tuple[Mistake, ...]:
    """What the assignment lists itself, and what stands in its file of mistakes, where there is one."""
    file = _files_of(path)[1]
    further: tuple[Mistake, ...] = getattr(_module(file), "MISTAKES", ()) if file.is_file() else ()
    mistakes = (*assignment.mistakes, *further)
    known = {function.name for function in assignment.functions}
    for mistake in mistakes:
        if unknown := {mistake.function, *mistake.spoils} - known:
            about = {"file": path.name, "id": mistake.id, "function": ", ".join(sorted(unknown))}
            raise BadAssignment(Message("checks.bad-assignment.mistake", about))
    return tuple(_from_table(mistake) for mistake in mistakes)


def _from_table(mistake: Mistake) -> Mistake:
    if mistake.id not in known_mistakes():
        return replace(mistake, own=True)
    severity, seen = known_mistakes()[mistake.id]
    return replace(mistake, severity=severity, seen=seen)


@cache
def known_mistakes() -> Mapping[str, tuple[Severity, float]]:
    """The table of mistakes: id -> its severity, and how often it was met in public code."""
    with MISTAKES.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {row["id"]: (cast(Severity, row["severity"]), float(row["seen"])) for row in rows}


def _module(path: Path) -> ModuleType:
    module = ModuleType("reference." + path.stem.replace("-", "_"))
    try:
        SourceFileLoader(module.__name__, str(path)).exec_module(module)
    except (Exception, SystemExit) as error:  # whatever an instructor's own file raises, its author is told where
        about = {"file": path.name, "error": f"{type(error).__name__}: {error}"}
        raise BadAssignment(Message("checks.bad-assignment.unloadable", about)) from error
    return module


def revision(path: Path) -> str:
    """`sha256:` over the assignment's file, its mistakes, their table, the known starters, and the code that judges."""
    total = hashlib.sha256()
    for file in (*_files_of(path), STARTERS, MISTAKES, *_judging_code()):
        if file.is_file():
            total.update(f"{file.name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return f"sha256:{total.hexdigest()}"


def _judging_code() -> Iterator[Path]:
    root = ROOT / "grader"
    for name in JUDGES:
        yield from [root / name] if name.endswith(".py") else sorted((root / name).rglob("*.py"))
