"""Where a submission defines the names that are graded: in code of its own, not of a library nor of what is supplied.

This file enters the box.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from types import FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple


class Found(NamedTuple):
    """A graded name that a submitted file defines."""

    name: str
    path: str
    line: int
    kind: str
    others: tuple[str, ...]  # further files that define it and were not taken


class Definitions:
    """The definitions in loaded modules, by path; `imported` are the files that others import."""

    def __init__(self, modules: Mapping[str, ModuleType], imported: Iterable[str]) -> None:
        self.modules, self.imported = modules, frozenset(imported)

    def find(self, names: Iterable[str], handout: Sequence[str], static: Mapping[str, Sequence[str]]) -> list[Found]:
        """Where each name is defined. `handout` are file names that win; `static` maps a name to the files that
        define it at top level as the parser saw them."""
        return [found for name in names if (found := self._find(name, handout, static.get(name, ())))]

    def _find(self, name: str, handout: Sequence[str], static: Sequence[str]) -> Found | None:
        paths = [path for path in self.modules if self._defines(path, name, static)]
        if not paths:
            return None
        best = min(paths, key=lambda path: (_rank(path, handout), path not in self.imported, path.endswith(".ipynb")))
        value = vars(self.modules[best])[name]
        kind = "class" if issubclass(type(value), type) else "function" if type(value) is FunctionType else "value"
        code = value.__code__ if type(value) is FunctionType else None
        line = code.co_firstlineno if code is not None and code.co_filename == best else 1
        return Found(name, best, line, kind, tuple(path for path in paths if path != best))

    def _defines(self, path: str, name: str, static: Sequence[str]) -> bool:
        value = vars(self.modules[path]).get(name)
        try:
            if value is None or not callable(value) or not self.made_here(value):
                return False
            home = self._home(value)
        except BaseException:  # an object of theirs that answers no question
            return False
        return home == path or path in static or (home is None and not static)

    def _home(self, value: object) -> str | None:
        """The file whose code `value` is, where that can be told."""
        if isinstance(value, FunctionType):
            return value.__code__.co_filename
        if isinstance(value, type):
            return next((path for path, module in self.modules.items() if module.__name__ == value.__module__), None)
        return None

    def made_here(self, value: object) -> bool:
        """Whether the code of a callable comes from a submitted file: a library's or supplied one does not count."""
        if isinstance(value, FunctionType):
            inner = getattr(value, "__wrapped__", None)
            return value.__code__.co_filename in self.modules or (callable(inner) and self.made_here(inner))
        if isinstance(value, MethodType):
            return self.made_here(value.__func__)
        if isinstance(value, type):
            return self._home(value) is not None
        if isinstance(value, functools.partial):
            return not isinstance(value.func, FunctionType | type) or self.made_here(value.func)
        inside = attributes(value)
        inner = inside.get("pyfunc") or inside.get("__wrapped__")  # np.vectorize, functools.lru_cache
        return self._home(type(value)) is not None or (isinstance(inner, FunctionType) and self.made_here(inner))


def attributes(value: object) -> dict[str, Any]:
    """An object's own attributes, past whatever its class says of them."""
    try:
        inside: dict[str, Any] = object.__getattribute__(value, "__dict__")
    except AttributeError:
        inside = {}
    return inside


def _rank(path: str, handout: Sequence[str]) -> int:
    name = path.rsplit("/", 1)[-1]
    return handout.index(name) if name in handout else len(handout)
