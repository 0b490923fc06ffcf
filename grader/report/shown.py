"""Values as a person reads them: numbers, shapes, and text that a student wrote.

What a student wrote goes to terminals, pages and logs, and is data there: control characters, terminal escapes,
bidirectional marks, invisible and unassigned characters and lone surrogates appear as `\\x1b`, `\\u202e`; stacked
accents and length are capped; the folders of this machine (an exception may name them) become `...`.
"""

import math
import re
import sys
import sysconfig
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from grader.core import Param

SIGNIFICANT_DIGITS = 6
ALL_DIGITS = 17  # what tells every double from its neighbours
LINE_CHARACTERS = 400  # of one text inside a sentence: an exception, a path
BLOCK_CHARACTERS = 8_000  # of a text with line breaks: printed output
STACKED_MARKS = 2  # combining marks on one character; more would run over the lines above and below
PLAIN_INTEGER = 1 << 63  # what every JSON reader and database holds; a student's code may return more
_SHOWN_DECIMALLY = 1 << 256  # larger integers are shown by their size: writing them out takes time and raises


def shown(value: Param, spec: str = "", *, lines: bool = False) -> str:
    """A parameter as a person reads it. A spec that does not fit the value is ignored."""
    if isinstance(value, str):
        return safe(value, lines=lines)
    if isinstance(value, (tuple, list)):
        return _tuple(tuple(value))
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return number(value, spec)
    if abs(value) >= _SHOWN_DECIMALLY:
        return f"{'-' if value < 0 else ''}2^{value.bit_length() - 1}"
    return _formatted(value, spec, "d")


def number(value: float, spec: str = "") -> str:
    """6 significant digits, or as `spec` says; `NaN`, `Infinity` and `-Infinity` as in the JSON report."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return _formatted(value + 0.0, spec, f".{SIGNIFICANT_DIGITS}g")  # -0.0 is 0


def size(count: float) -> str:
    """Bytes in the unit that a person would name them in: `16.0 MiB`, `1.5 KiB`, `12 B`."""
    for unit, factor in (("MiB", 1 << 20), ("KiB", 1 << 10)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count:.0f} B"


def _formatted(value: float, spec: str, default: str) -> str:
    try:
        return format(value, spec or default)
    except (ValueError, OverflowError):
        return format(value, default)


def _tuple(values: tuple[Param, ...]) -> str:
    items = [shown(value) for value in values]
    if not all(isinstance(value, int) for value in values):
        return ", ".join(items)
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"


def pair(expected: float, actual: float) -> tuple[str, str]:
    """Two numbers side by side: trailing zeros kept, and as many digits as show that they differ."""
    for digits in range(SIGNIFICANT_DIGITS, ALL_DIGITS + 1):
        shown_pair = number(expected, f"#.{digits}g"), number(actual, f"#.{digits}g")
        if shown_pair[0] != shown_pair[1] or expected == actual:
            break
    return shown_pair


def aligned(one: str, other: str) -> tuple[str, str]:
    """Two numbers with spaces before them, so that below each other their points stand in one column; what is no
    finite number has no point."""
    if not (one[-1:].isdigit() and other[-1:].isdigit()):
        return one, other
    before = [len(number.partition(".")[0]) for number in (one, other)]
    width = max(before)
    return " " * (width - before[0]) + one, " " * (width - before[1]) + other


def safe(value: str, *, lines: bool = False) -> str:
    """`value` with everything invisible or misleading made visible, NFC, and no longer than a reader can use."""
    limit = BLOCK_CHARACTERS if lines else LINE_CHARACTERS
    if "/" in value:
        value = _machine_folders().sub("...", value)
    if len(value) <= limit and value.isascii() and value.isprintable():
        return value
    kept = unicodedata.normalize("NFC", value[: limit + 1])
    return "".join(_visible(kept[:limit], keep="\n\t" if lines else "")) + ("…" if len(value) > limit else "")


def _visible(value: str, keep: str) -> Iterator[str]:
    stacked = 0
    for character in value:
        stacked = stacked + 1 if unicodedata.combining(character) else 0
        if character in keep or (character.isprintable() and stacked <= STACKED_MARKS):
            yield character
        else:
            yield character.encode("unicode_escape").decode("ascii")


@cache
def _machine_folders() -> re.Pattern[str]:
    """Where Python, its packages and this program lie."""
    installed = {*sysconfig.get_paths().values(), sys.base_prefix, sys.base_exec_prefix}
    folders = {*installed, str(Path(__file__).resolve().parents[2])}
    longest_first = sorted((folder for folder in folders if folder.count("/") > 1), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


def literal(value: Any) -> str:
    """Data as Python writes it, so that it can be copied: `[[0.5, 0], [1, 2]]`, with 6 significant digits."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{literal(name)}: {literal(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(literal, value)) + ("," if len(value) == 1 else "") + ")"
    if isinstance(value, str):
        return safe(repr(value))
    if value is None or isinstance(value, (bool, int, float)):
        return shown(value)
    return literal(value.tolist()) if hasattr(value, "tolist") else safe(str(value))
