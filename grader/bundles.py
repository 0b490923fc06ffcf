"""Several units handed out as one assignment: `svm+softmax`, or with weights `svm:2+softmax`.

Such a text is a *definition*: it stands wherever the slug of a unit stands. The weight of a unit multiplies its points
and is 1 where none is given. A name for a definition comes from `bundles.toml`, or from a course that hands it out
under an address of its own. Both halves of the product read definitions; only here is it said what they mean.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.core import Message
from grader.errors import BadRequest

WEIGHT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")
MOST_UNITS = 20
LENGTH = 200  # characters of a definition


@dataclass(frozen=True, slots=True)
class Part:
    """One unit of a definition, and what its points are multiplied by."""

    slug: str
    weight: Fraction = Fraction(1)


def parts(definition: str) -> tuple[Part, ...]:
    """The units that `definition` joins, one where it is the slug of a unit. Raises BadRequest where it joins nothing,
    one unit twice, too many, or with a weight that is no number above 0 with at most two decimals."""
    found = tuple(_part(definition, text) for text in definition.split("+"))
    different = len({part.slug for part in found}) == len(found) and all(part.slug for part in found)
    if len(found) > 1 and not (different and len(found) <= MOST_UNITS and len(definition) <= LENGTH):
        raise _bad(definition)
    return found


def _part(definition: str, text: str) -> Part:
    slug, colon, weight = text.partition(":")
    if not colon:
        return Part(slug)
    if not WEIGHT.fullmatch(weight) or not Fraction(weight):
        raise _bad(definition)
    return Part(slug, Fraction(weight))


def _bad(definition: str) -> BadRequest:
    return BadRequest(Message("checks.bad-bundle", {"definition": definition, "most": MOST_UNITS}))


def is_plain(found: Sequence[Part]) -> bool:
    """Whether a definition is nothing but the slug of one unit."""
    return len(found) == 1 and found[0].weight == 1


def revision(revisions: Iterable[tuple[Part, str]]) -> str:
    """The revision of a bundle: it changes with that of any of its units, and with their weights."""
    lines = "\n".join(f"{part.slug} {part.weight} {revision}" for part, revision in revisions)
    return f"sha256:{hashlib.sha256(lines.encode()).hexdigest()}"


def joined(files: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The files of several units (name -> text) as one set: of two with one name the second continues the first."""
    together: dict[str, str] = {}
    for unit in files:
        for name, text in unit.items():
            together[name] = _continued(together[name], text) if name in together else text
    return together


def _continued(first: str, second: str) -> str:
    """`first`, then `second` with its docstring as a comment and without the imports that are there already."""
    head = [node for node in ast.parse(second).body if isinstance(node, ast.Import | ast.ImportFrom)]
    docstring = ast.get_docstring(ast.parse(second))
    told = "\n".join(f"# {line}".rstrip() for line in docstring.splitlines()) if docstring else ""
    there = {ast.unparse(node) for node in ast.parse(first).body}
    imports = "\n".join(ast.unparse(node) for node in head if ast.unparse(node) not in there)
    body = "\n".join(second.splitlines()[_begins(second) :]).strip("\n")
    return "\n\n\n".join(part for part in (first.rstrip("\n"), told, imports, body) if part) + "\n"


def _begins(text: str) -> int:
    """How many lines stand before the body: the docstring and the imports at the top."""
    lines = 0
    for node in ast.parse(text).body:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and lines == 0
        if not (docstring or isinstance(node, ast.Import | ast.ImportFrom)):
            break
        lines = node.end_lineno or lines
    return lines
