"""Names of older years: those that NumPy has dropped, those of Python 2, and what was needed of all that.

A name of NumPy is served by NumPy's own hook for missing ones, and to student code alone. Whatever a submission needed
is told to the trusted side, which makes a note of it. This file enters the box.
"""

from __future__ import annotations

import builtins
import functools
import itertools
import pdb
import sys
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from grader.sandbox.inside.spellings import MOST_NOTED, NUMPY
else:
    from spellings import MOST_NOTED, NUMPY

MADE: dict[str, Callable[..., Any]] = {
    "asfarray": lambda a, dtype=np.float64: np.asarray(a, dtype),
    "asscalar": lambda a: a.item(),
    "in1d": lambda *args, **kwargs: np.isin(*args, **kwargs).ravel(),
    "msort": lambda a: np.sort(a, axis=0),
}
# Parts of NumPy that have lost names to NumPy itself: which, where not all of them.
PARTS: dict[str, frozenset[str] | None] = {
    "fft": frozenset({"fftpack"}),
    "lib": None,
    "lib.npyio": None,
    "linalg": frozenset({"linalg"}),
}
MODULES = frozenset((
    "arraysetops", "fftpack", "function_base", "index_tricks", "linalg", "nanfunctions", "polynomial", "shape_base",
    "twodim_base", "type_check", "ufunclike", "utils",
))  # fmt: skip
STUDENT = "<submitted>"  # the name of every submitted module begins so

Noted = tuple[str, str, str, int]  # kind, name, path, line


class Notes:
    """What was needed, each once."""

    def __init__(self) -> None:
        self.waiting: list[Noted] = []
        self.told: set[Noted] = set()

    def add(self, kind: str, name: str, path: str, line: int) -> None:
        note = kind, name, path, line
        if note not in self.told and len(self.told) < MOST_NOTED:
            self.told.add(note)
            self.waiting.append(note)

    def take(self) -> list[Noted]:
        taken, self.waiting = self.waiting, []
        return taken


NOTES = Notes()


# --------------------------------------------------------------------------- names of NumPy


def serve_names() -> None:
    """Answer for names that NumPy and its parts no longer have."""
    for dotted in ("", *PARTS):
        owner = functools.reduce(getattr, filter(None, dotted.split(".")), np)
        ask = getattr(owner, "__getattr__", None)
        setattr(owner, "__getattr__", functools.partial(_missing, owner, dotted, ask))  # noqa: B010  a module's hook


def _missing(owner: ModuleType, dotted: str, ask: Callable[[str], Any] | None, name: str) -> Any:
    """An attribute that `owner` lacks: for student code the one of old, for others what NumPy says."""
    frame = sys._getframe(1)
    if not name.startswith("__") and str(frame.f_globals.get("__name__")).startswith(STUDENT):
        if dotted and (PARTS[dotted] is None or name in (PARTS[dotted] or ())) and (found := of_part(name)) is not None:
            return found
        if not dotted and name in NUMPY:
            NOTES.add("numpy", name, frame.f_code.co_filename, frame.f_lineno)
            return MADE[name] if name in MADE else _spelt(NUMPY[name])
    if ask is None:
        raise AttributeError(f"module {owner.__name__!r} has no attribute {name!r}")
    return ask(name)


def of_part(name: str) -> Any:
    """What a part of NumPy had under a name: NumPy's own, also for the part's modules; None where there is none."""
    return vars(np).get(name, np if name in MODULES else None)


def moved(name: str) -> ModuleType:
    """A module that NumPy has taken apart: NumPy's own names, under its name."""
    part = vars(np).get(name.split(".")[1], np)
    module = ModuleType(name)
    for owner in (np, part):
        vars(module).update({key: value for key, value in vars(owner).items() if not key.startswith("_")})
    return module


def _spelt(text: str) -> Any:
    """The value that a new spelling means."""
    if text.startswith("-"):
        return -_spelt(text[1:])
    first, _, rest = text.partition(".")
    return getattr(np, rest) if rest else np if first == "np" else getattr(builtins, first)


# --------------------------------------------------------------------------- names of Python 2


def ask_nobody(prompt: object = "") -> str:
    """`input`: there is nobody at the keyboard."""
    raise EOFError("input() has nobody to ask while your code is graded")


def go_on(*args: object, **kwargs: object) -> None:
    """What a breakpoint that was left in does: nothing."""


# In both, whoever asks: what every program of Python 2 has, and Python 3 has under another name.
BUILTINS: dict[str, Any] = {
    "basestring": str, "exit": sys.exit, "input": ask_nobody, "long": int, "quit": sys.exit, "raw_input": ask_nobody,
    "unicode": str, "xrange": range,
}  # fmt: skip
ITERTOOLS = {"izip": zip, "imap": map, "ifilter": filter, "izip_longest": itertools.zip_longest}


def serve_builtins() -> None:
    """Names of Python 2 that stand in nobody's way, and no debugger. `exit` and `quit` are of the module `site`, which
    is not loaded."""
    vars(builtins).update(BUILTINS)
    vars(itertools).update(ITERTOOLS)
    sys.maxint = sys.maxsize  # type: ignore[attr-defined]
    sys.breakpointhook = pdb.set_trace = go_on
    pdb.Pdb.set_trace = go_on  # type: ignore[method-assign]
