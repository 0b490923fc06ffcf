"""Networks: objects with `params`, a dictionary of arrays, and `loss(X, y)`, which stay in the box.

All cases of a batch are played side by side: one frame makes their objects, one overwrites the parameters, so that
every number is ours, and one asks the same of all of them. What goes wrong with one object ends its case alone.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.derivative import Array
from grader.checks.learning import Learned, descend
from grader.checks.playing import at_once, parts
from grader.core import Handle, Inputs, Outputs, Play, Program, Raised, StudentFault, Submission, Value

Arguments = tuple[tuple[Value, ...], Mapping[str, Value]]  # by place, by name
Asking = Callable[["Nets"], None]
Take = Callable[[int, Value], None]


class Nets:
    """The objects of one batch by the number of their case, and what each case has come to: its outputs so far, or the
    fault that ended it."""

    def __init__(self, program: Program, network: "Network", batch: Sequence[Inputs]) -> None:
        self.batch, self.program, self._network = batch, program, network
        self.outputs: list[dict[str, Value]] = [{} for _ in batch]
        self.faults: dict[int, StudentFault] = {}
        self.held: dict[int, Handle] = {}
        self._make()

    def _make(self) -> None:
        """One object for each case, with the parameters of its inputs."""
        given = [self._network.arguments(inputs) for inputs in self.batch]
        for names in dict.fromkeys(tuple(named) for _, named in given):
            numbers = [number for number, (_, named) in enumerate(given) if tuple(named) == names]
            tuples = [(*given[number][0], *given[number][1].values()) for number in numbers]
            for number, came in zip(
                numbers, at_once(self.program, self._network.name, tuples, named=names), strict=True
            ):
                self._note(number, came, self._keep)
        self.put("params", lambda number: dict(self._network.params(self.batch[number])))

    def _keep(self, number: int, value: Value) -> None:
        if not isinstance(value, Handle):
            raise Raised("TypeError", f"{self._network.name}(...) gives no object")
        self.held[number] = value

    def put(self, attribute: str, values: Callable[[int], Value]) -> None:
        """Overwrite the attribute of all objects, each with the value for its number."""
        try:
            self.program.put(attribute, [(held, values(number)) for number, held in self.held.items()])
        except Raised as fault:
            self.faults.update(dict.fromkeys(self.held, fault))

    def ask(
        self,
        arguments: Callable[[Inputs], tuple[Value, ...] | None],
        take: Take,
        method: str = "loss",
        *,
        named: Sequence[str] = (),
        hold: Collection[int] = (),
        seed: int | None = None,
    ) -> None:
        """Call `method` of every object whose case goes on with `arguments(inputs)` (None: not this one), the last of
        them by the names `named`, and hand what each returns to `take(number, value)`, which may raise Unusable. The
        elements `hold` of a returned tuple stay in the box. `seed` replaces that of all other calls."""
        going = {number: held for number, held in self.held.items() if number not in self.faults}
        given = {number: arguments(self.batch[number]) for number in going}
        tuples = {number: (going[number], *args) for number, args in given.items() if args is not None}
        answers = self._answers(method, list(tuples.values()), named, hold, seed)
        for number, came in zip(tuples, answers, strict=True):
            self._note(number, came, take)

    def _answers(
        self,
        method: str,
        batch: Sequence[tuple[Value, ...]],
        named: Sequence[str],
        hold: Collection[int],
        seed: int | None,
    ) -> Sequence[Value]:
        name = self._network.name
        definition = self.program.loaded.definitions.get(name)
        if definition is not None and definition.kind == "class":
            return at_once(self.program, f"{name}.{method}", batch, named=named, hold=hold, seed=seed)
        return [self._alone(method, args, named, seed) for args in batch]

    def _alone(self, method: str, args: tuple[Value, ...], named: Sequence[str], seed: int | None) -> Value:
        """What makes the objects is no class, so the method is that of the object."""
        held, *rest = args
        places, seeded = len(rest) - len(named), {} if seed is None else {"seed": seed}
        keywords = dict(zip(named, rest[places:], strict=True))
        try:
            return self.program.call((held, method), *rest[:places], **seeded, **keywords)
        except Raised as fault:
            return fault

    def _note(self, number: int, came: Value, take: Take) -> None:
        try:
            if isinstance(came, StudentFault):
                raise came
            take(number, came.value)
        except StudentFault as fault:
            self.faults[number] = fault

    def under(self, name: str) -> Take:
        """Takes what is returned as the output `name`."""

        def take(number: int, value: Value) -> None:
            self.outputs[number][name] = value

        return take

    def plays(self, function: str) -> list[Play]:
        """What came out; faults are those of `function`."""
        return [
            Play(outputs, {function: self.faults[number]} if number in self.faults else {})
            for number, outputs in enumerate(self.outputs)
        ]


@dataclass(frozen=True, slots=True)
class Network:
    """How the objects of the class `name` are made and asked.

    `arguments(inputs)` are those of its constructor and `params(inputs)` the parameters that its object then gets;
    `labelled(inputs)` are the arguments of `loss` that make it return the loss and the gradients.
    """

    name: str
    arguments: Callable[[Inputs], Arguments]
    params: Callable[[Inputs], Mapping[str, Array]]
    labelled: Callable[[Inputs], tuple[Value, ...]]

    def loss_and_gradients(
        self, nets: Nets, which: Callable[[Inputs], bool] = lambda inputs: True, *, seed: int | None = None
    ) -> None:
        """Ask the cases `which` for `loss` and one output `d<parameter>` for each parameter. `seed` replaces that of
        all other calls."""

        def take(number: int, value: Value) -> None:
            if not isinstance(value, (tuple, list)):
                nets.outputs[number]["loss"] = value
            loss, grads = parts(value, "loss", "grads")
            nets.outputs[number]["loss"] = loss
            known = grads if isinstance(grads, dict) else {}
            names = self.params(nets.batch[number])
            nets.outputs[number].update({f"d{name}": known.get(name) for name in names})

        nets.ask(lambda inputs: self.labelled(inputs) if which(inputs) else None, take, seed=seed)

    def losses(self, program: Program, batch: Sequence[Inputs]) -> list[Value]:
        """The loss of every one of these inputs; None where there is none."""
        nets = Nets(program, self, batch)

        def take(number: int, value: Value) -> None:
            nets.outputs[number]["loss"] = value[0] if isinstance(value, (tuple, list)) and value else value

        nets.ask(self.labelled, take, hold=(1,))
        return [outputs.get("loss") for outputs in nets.outputs]


@dataclass(frozen=True, slots=True)
class NetPlay:
    """A player of `network`: `asked(nets)` asks every case of a batch and fills its outputs, by calls of `method`. It
    can be asked for losses along many values of the parameters `arguments`."""

    network: Network
    asked: Asking
    arguments: tuple[str, ...] = ()
    method: str = "loss"

    def __call__(self, program: Program, batch: Sequence[Inputs]) -> list[Play]:
        nets = Nets(program, self.network, batch)
        self.asked(nets)
        return nets.plays(f"{self.network.name}.{self.method}")

    def along(self, program: Program, inputs: Inputs, name: str, values: NDArray[Any]) -> list[Outputs]:
        losses = self.network.losses(program, [{**inputs, name: value} for value in values])
        return [{"loss": loss} for loss in losses]


def by_heart(
    network: Network, inputs: Inputs, scores: Callable[[Mapping[str, Array]], Array], *, rate: float, steps: int
) -> Callable[[Program], Learned]:
    """Full-batch gradient descent of ours on the student's loss and gradients, from the parameters in `inputs`."""

    def train(program: Program) -> Learned:
        args, named = network.arguments(inputs)
        held = program.call(network.name, *args, **named).value
        if not isinstance(held, Handle):
            raise Raised("TypeError", f"{network.name}(...) gives no object")

        def step(params: Mapping[str, Array]) -> tuple[Value, Mapping[str, Value]]:
            program.set(held, "params", dict(params))
            loss, grads = parts(program.call((held, "loss"), *network.labelled(inputs)).value, "loss", "grads")
            return loss, grads if isinstance(grads, dict) else {}

        with np.errstate(all="ignore"):  # a wrong gradient may lead anywhere
            params, losses = descend(step, network.params(inputs), rate=rate, steps=steps)
            right = scores(params).argmax(axis=1) == inputs["y"]
        return Learned(losses[0], losses[-1], float(right.mean()))

    return train


def bias_of(value: Value, size: int) -> Value:
    """The bias of a layer that a constructor made; one number stands for `size` equal ones, as when it is added."""
    number = isinstance(value, (int, float, np.ndarray)) and np.ndim(value) == 0
    return np.full(size, value, np.float64) if number and np.asarray(value).dtype.kind in "iuf" else value


CLASS = r"^class {}\b.*?(?=^class |\Z)"
CONSTRUCTOR = re.compile(r"def[ \t]+__init__\b")
SIGNATURE = re.compile(r"\s*\((.*?)\)\s*(?:->[^:]+)?:", re.DOTALL)
LENGTH = 2000  # characters of a signature: longer ones are not searched, which takes time with their square


def constructor_of(submission: Submission, name: str, handout: Sequence[str]) -> tuple[str, str]:
    """The arguments of the constructor of the class `name` as its text has them, and the text of the class; empty where
    there is none. Of several files the one called like a file of `handout` is asked first. The text need not parse."""
    pattern = re.compile(CLASS.format(name), re.MULTILINE | re.DOTALL)
    files = sorted(submission.files, key=lambda file: _rank(file.path.rpartition("/")[2], handout))
    for body in (body for file in files for body in reversed(pattern.findall(file.text))):
        begun = CONSTRUCTOR.search(body)
        if begun and (signature := SIGNATURE.match(body, begun.end(), begun.end() + LENGTH)):
            return signature[1], body
    return "", ""


def _rank(name: str, handout: Sequence[str]) -> int:
    return handout.index(name) if name in handout else len(handout)
