"""A program of ours, run in this process: a solution with a known mistake, on the inputs that a submission was given.

It answers as the box answers (`core.Program`): arguments are copies, what is no data stays behind a handle, generators
are seeded before every call. It never sees a byte of a student's: its text is that of `reference/`. The `numpy.random`
and the `random` that it sees are its own, so that nothing outside is touched.
"""

import builtins
import copy
import random
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache, reduce
from types import CodeType, ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.core import (
    Definition,
    Events,
    Handle,
    Loaded,
    Message,
    Raised,
    Returned,
    Swept,
    Target,
    Value,
)

NUMBERS = "?bhilqBHILQefdFD"
PUBLIC = {name: value for name, value in vars(np).items() if not name.startswith("__")}
APART = "\n\n\n"
ONE = 1 << 32  # NumPy's generator takes seeds of 32 bits


class Rehearsal:
    """Implements `Program` for files of ours, name -> text. Raises Raised where they cannot be run: two mistakes may
    leave no program."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        drawing = _Drawing(np.random, GENERATORS.numpy)
        self._drawing = drawing, _Drawing(random, GENERATORS.plain)
        self._own = {"numpy": _numpy_with(drawing), "random": self._drawing[1]}
        self._objects: dict[int, object] = {}
        self._modules: dict[str, ModuleType] = {}
        self._texts = {name.removesuffix(".py").replace("/", "."): (name, text) for name, text in texts.items()}
        definitions: dict[str, Definition] = {}
        self._names: dict[str, Any] = {}
        for stem, (path, _) in self._texts.items():
            for name, value in vars(self._module(stem)).items():
                if getattr(value, "__module__", None) == stem:
                    self._names[name] = value
                    kind = "class" if isinstance(value, type) else "function"
                    definitions[name] = Definition(name, path, 1, kind)  # type: ignore[arg-type]
        self.loaded = Loaded(definitions, {})
        self.noted: tuple[Message, ...] = ()
        self.output = ""
        self.output_dropped = 0

    def stop(self) -> None:
        """Nothing runs but what the caller waits for."""

    def call(
        self,
        target: Target,
        *args: Value,
        seed: int = 0,
        hold: Collection[int] = (),
        bring: Sequence[int] = (),
        cpu_seconds: float | None = None,
        **kwargs: Value,
    ) -> Returned:
        return self._called(target, args, kwargs, seed=seed, hold=hold, bring=bring)

    def _called(
        self,
        target: Target,
        args: Sequence[Value],
        kwargs: Mapping[str, Value],
        *,
        seed: int,
        hold: Collection[int],
        bring: Sequence[int],
    ) -> Returned:
        given = [self._given(arg) for arg in args]
        named = {name: self._given(value) for name, value in kwargs.items()}
        function = self._target(target)
        value = self._run(seed, lambda: function(*given, **named))
        return Returned(self._returned(value, hold), brought={place: self._sent(given[place]) for place in bring})

    def map(
        self,
        target: Target,
        batch: Sequence[tuple[Value, ...]],
        *,
        named: Sequence[str] = (),
        seed: int = 0,
        hold: Collection[int] = (),
        bring: Sequence[int] = (),
        cpu_seconds: float | None = None,
    ) -> list[Returned | Raised]:
        answers: list[Returned | Raised] = []
        for one in batch:
            places = len(one) - len(named)
            keywords = dict(zip(named, one[places:], strict=True))
            try:
                answers.append(self._called(target, one[:places], keywords, seed=seed, hold=hold, bring=bring))
            except Raised as fault:
                answers.append(fault)
        return answers

    def sweep(
        self,
        target: Target,
        args: Sequence[Value],
        place: int,
        values: NDArray[Any],
        *,
        at: NDArray[np.int64] | Sequence[int] | None = None,
        first: bool = False,
        seed: int = 0,
        cpu_seconds: float | None = None,
    ) -> Swept:
        found = []
        for arguments in _swept(args, place, values, at):
            value = self.call(target, *arguments, seed=seed).value
            found.append(value[0] if first and isinstance(value, (tuple, list)) and value else value)
        return Swept(found)

    def get(self, handle: Handle, attribute: str) -> Value:
        return self._sent(self._run(0, lambda: getattr(self._objects[handle.id], attribute)))

    def set(self, handle: Handle, attribute: str, value: Value) -> None:
        self._run(0, lambda: setattr(self._objects[handle.id], attribute, self._given(value)))

    def put(self, attribute: str, values: Sequence[tuple[Handle, Value]]) -> None:
        for handle, value in values:
            self.set(handle, attribute, value)

    def trace(
        self,
        target: Target,
        *args: Value,
        seed: int = 0,
        budget: int = 1_000_000,
        cpu_seconds: float | None = None,
    ) -> Events:
        """Nothing is counted: a hypothesis explains numbers."""
        return Events(0, 0, value=self.call(target, *args, seed=seed).value)

    # ----------------------------------------------------------------- running

    def _module(self, stem: str) -> ModuleType:
        """A file of ours, run once, with generators of its own."""
        if stem not in self._modules:
            path, text = self._texts[stem]
            module = self._modules[stem] = ModuleType(stem)
            module.__dict__["__builtins__"] = {**vars(builtins), "__import__": self._import}
            try:
                for code in _codes(path, text):
                    exec(code, module.__dict__)  # noqa: S102  text of reference/, never of a submission
            except Exception as error:
                raise Raised(type(error).__name__, str(error)) from error
        return self._modules[stem]

    def _import(self, name: str, *how: Any) -> ModuleType:
        if name in self._texts:
            return self._module(name)
        return self._own[name] if name in self._own else builtins.__import__(name, *how)

    def _target(self, target: Target) -> Any:
        if isinstance(target, tuple):
            return getattr(self._objects[target[0].id], target[1])
        first, *rest = target.split(".")
        try:
            return reduce(getattr, rest, self._names[first])
        except (KeyError, AttributeError) as error:
            raise Raised("NameError", f"name {target!r} is not defined") from error

    def _run(self, seed: int, action: Callable[[], Any]) -> Any:
        for drawing in self._drawing:
            drawing.reseed(seed)
        try:
            return action()
        except Exception as error:
            raise Raised(type(error).__name__, str(error)) from error

    # ----------------------------------------------------------------- values

    def _given(self, value: Value) -> Any:
        """An argument as a call gets it: a copy, or the object behind a handle."""
        if isinstance(value, Handle):
            return self._objects[value.id]
        if isinstance(value, np.ndarray):
            return value.copy(order="K")
        if isinstance(value, (list, tuple)):
            return type(value)(self._given(item) for item in value)
        if isinstance(value, dict):
            return {key: self._given(item) for key, item in value.items()}
        return value if callable(value) else copy.copy(value)

    def _returned(self, value: Any, hold: Collection[int]) -> Value:
        if hold and isinstance(value, (tuple, list)):
            return tuple(self._handle(item) if place in hold else self._sent(item) for place, item in enumerate(value))
        if isinstance(value, tuple):  # of several values each for itself
            return tuple(self._sent(item) for item in value)
        return self._sent(value)

    def _sent(self, value: Any) -> Value:
        """What a call returned, as it crosses: data as data, of the rest a handle."""
        return _copied(value) if _data(value) else self._handle(value)

    def _handle(self, value: object) -> Handle:
        number = len(self._objects) + 1
        self._objects[number] = value
        return Handle(number, type(value).__name__)


def _data(value: Any) -> bool:
    """Does this cross as data?"""
    if value is None or isinstance(value, (bool, int, float, str)):
        return True
    if isinstance(value, (np.ndarray, np.generic)):
        return value.dtype.char in NUMBERS
    if isinstance(value, dict):
        return all(isinstance(key, str) and _data(item) for key, item in value.items())
    return isinstance(value, (list, tuple)) and all(map(_data, value))


def _copied(value: Any) -> Value:
    if isinstance(value, (np.ndarray, np.generic)):
        return np.array(value)
    if isinstance(value, (list, tuple)):
        return type(value)(map(_copied, value))
    return {key: _copied(item) for key, item in value.items()} if isinstance(value, dict) else value


def _swept(
    args: Sequence[Value], place: int, values: NDArray[Any], at: NDArray[np.int64] | Sequence[int] | None
) -> Iterator[list[Value]]:
    """The arguments of every call of a sweep."""
    for number, value in enumerate(values):
        given = list(args)
        if at is None:
            given[place] = value
        else:
            given[place] = np.array(args[place])
            given[place].flat[at[number]] = value
        yield given


@lru_cache(maxsize=4096)
def _codes(path: str, text: str) -> tuple[CodeType, ...]:
    """The code of a file, in parts between two blank lines each, as far as these stand for themselves: of a program
    with a mistake one part is new."""
    try:
        return tuple(_compiled(path, part) for part in text.split(APART))
    except SyntaxError:  # two blank lines within a string, or a body
        return (_compiled(path, text),)


@lru_cache(maxsize=8192)
def _compiled(path: str, text: str) -> CodeType:
    return compile(text, f"<{path}>", "exec")


# --------------------------------------------------------------------------- generators of its own


class _Generators(threading.local):
    """Those of a thread, shared by all its programs: each call begins with a seed, and making one takes a hundred times
    as long as seeding it."""

    def __init__(self) -> None:
        self.numpy, self.plain = np.random.RandomState(0), random.Random(0)  # noqa: S311  a rehearsal, no secret


GENERATORS = _Generators()


class _Drawing(ModuleType):
    """A module of random numbers whose functions are those of `generator`, which `reseed` begins anew."""

    def __init__(self, module: ModuleType, generator: np.random.RandomState | random.Random) -> None:
        super().__init__(module.__name__)
        vars(self).update(_module=module, _generator=generator, _seed=0, _begun=False)

    def reseed(self, seed: int) -> None:
        """Begin anew, when a number is next asked for: most programs never ask."""
        vars(self).update(_seed=seed % ONE, _begun=False)

    def __getattr__(self, name: str) -> Any:
        if not self._begun:
            self._generator.seed(self._seed)
            vars(self).update(_begun=True)
        return getattr(self._generator, name, None) or getattr(self._module, name)


def _numpy_with(drawing: _Drawing) -> ModuleType:
    """NumPy, with another `numpy.random`."""
    module = ModuleType("numpy")
    vars(module).update(PUBLIC, random=drawing, __getattr__=lambda name: getattr(np, name))
    return module
