"""Inside the box: a function gets another body for a while, in place, so that whoever imported it has it too.

One function at a time: the next revision puts back what the last one changed. This file enters the box.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import CodeType, FunctionType, ModuleType
from typing import Any

PATH = "<revised>"  # where the code says that it stands: in no submitted file, so nothing is repaired or noted in it


class Revision:
    """The function that has another body now, if one has, and its own: to be undone before the next is made."""

    def __init__(self) -> None:
        self._revised: FunctionType | None = None
        self._own: tuple[Any, ...] = ()

    def undo(self) -> None:
        if self._revised is not None:
            _give(self._revised, *self._own)
        self._revised = None

    def make(self, module: ModuleType, name: str, codes: Iterable[CodeType]) -> None:
        """Give the function `name` (or `Class.method`) of `module` what `codes` define under its last name. Raises what
        they raise; KeyError, TypeError or ValueError where either is no plain function, or the other closes over other
        names."""
        function, made = _function(module, name), dict(vars(module))
        for code in codes:
            exec(code, made)  # noqa: S102  the purpose of the box
        other = made[name.rpartition(".")[2]]
        if type(other) is not FunctionType:
            raise TypeError(type(other))
        own = function.__code__, function.__defaults__, function.__kwdefaults__
        _give(function, other.__code__, other.__defaults__, other.__kwdefaults__)
        self._revised, self._own = function, own


def _function(module: ModuleType, name: str) -> FunctionType:
    owner, *method = name.split(".")
    value = vars(module)[owner]
    for part in method:
        value = vars(value)[part]
    value = getattr(value, "__func__", value)  # of a static method
    if type(value) is not FunctionType:
        raise TypeError(type(value))
    return value


def _give(function: FunctionType, code: CodeType, defaults: Any, keyword_defaults: Any) -> None:
    function.__code__ = code
    function.__defaults__, function.__kwdefaults__ = defaults, keyword_defaults
