"""One request to a box while it is open: what is sent, and what the box may call meanwhile."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from grader.core import BoxFault, Handle, Raised, StudentFault, Value
from grader.sandbox.inside import wire
from grader.sandbox.replies import MOST_TEXT


class Request:
    """One request while it is open: what is sent, and the callables that went out with it or that objects in the box
    hold (`standing`)."""

    def __init__(self, op: str, caps: wire.Caps, standing: Mapping[int, Callable[..., Value]]) -> None:
        self.op = op
        self.node: Any = None
        self.to = wire.Writer(self._opaque, caps)
        self.callables = dict(standing)
        self.fault: Exception | None = None  # what went wrong in one of them, if that is ours

    def encode(self, value: Value, depth: int = 0) -> Any:
        try:
            return wire.encode(value, self.to, depth)
        except wire.Unsendable as error:
            raise BoxFault(f"the request {self.op} does not fit into a frame: {error}") from error

    def _opaque(self, value: object) -> wire.Opaque:
        if isinstance(value, Handle):
            return wire.Opaque("h", value.id, value.type)
        if isinstance(value, type) and value in wire.SCALARS:
            return wire.Opaque("c", 0, value.__name__)
        if not callable(value):
            return refuse_to_send(value)
        number = len(self.callables) + 1
        self.callables[number] = value
        return wire.Opaque("c", number, getattr(value, "__name__", "function"))

    def run(self, number: int, args: tuple[Value, ...], kwargs: dict[str, Value]) -> tuple[str, Value]:
        """The answer of a callable. What the caller did wrong and `StudentFault`s are told to it; any other exception
        is kept, to be raised when the request is over."""
        function = self.callables.get(number)
        if function is None:
            return "failed", ("RuntimeError", "this function belongs to a call that is over")
        try:
            return "answer", function(*args, **kwargs)
        except Raised as error:
            return "failed", (error.type, error.text)
        except StudentFault as error:
            return "failed", ("RuntimeError", str(error))
        except Exception as error:
            if misfit := _misfit(function, args, kwargs):
                return "failed", ("TypeError", misfit)
            self.fault = self.fault or error
            return "failed", ("RuntimeError", "the function that was passed in failed")


def _misfit(function: Callable[..., Value], args: tuple[Value, ...], kwargs: dict[str, Value]) -> str:
    """Why `function` does not take these arguments, if it does not: it was not entered then."""
    try:
        inspect.signature(function).bind(*args, **kwargs)
    except TypeError as error:
        return str(error)[:MOST_TEXT]
    return ""


def refuse_to_send(value: object) -> wire.Opaque:
    raise TypeError(f"{type(value).__name__} cannot be sent into a box")
