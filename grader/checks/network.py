"""Networks: objects with `params`, a dictionary of arrays, and `loss(X, y)`, which stay in the box.

All cases of a batch are played side by side: one frame makes their objects, one overwrites the parameters, so that
every number is ours, and one asks the same of all of them. What goes wrong with one object ends its case alone.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks.derivative import Array
from grader.checks.learning import Learned, descend
from grader.checks.playing import Moved, at_once, parts
from grader.core import Handle, Inputs, Outputs, Play, Program, Raised, Returned, StudentFault, Value

Arguments = tuple[tuple[Value, ...], Mapping[str, Value]]  # by place, by name
Attempts = Sequence[Arguments]  # one after another, until a constructor takes them
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
        for number, came in enumerate(made(self.program, self._network.name, map(self._network.arguments, self.batch))):
            self._note(number, came, self._keep)
        self.put("params", lambda number: dict(self._network.params(self.batch[number])))

    def _keep(self, number: int, value: Value) -> None:
        self.held[number] = object_of(value, self._network.name)

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
        places = len(rest) - len(named)
        seeded: dict[str, Any] = {} if seed is None else {"seed": seed}
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

    `arguments(inputs)` are attempts at its constructor, the likeliest first, and `params(inputs)` the parameters that
    its object then gets; `labelled(inputs)` are the arguments of `loss` that make it return the loss and the gradients.
    """

    name: str
    arguments: Callable[[Inputs], Attempts]
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

    def along(self, program: Program, inputs: Inputs, moved: Moved) -> list[Outputs]:
        losses = self.network.losses(program, [{**inputs, name: value} for name, value in moved])
        return [{"loss": loss} for loss in losses]


def made(program: Program, name: str, asked: Iterable[Attempts]) -> list[Returned | StudentFault]:
    """What the constructor `name` makes of each of `asked`, all side by side. Where it turns down a keyword, with an
    exception that names it, the next attempt follows; where it turns down all of them, the fault is the first."""
    waiting = dict(enumerate(map(list, asked)))
    came: dict[int, Returned | StudentFault] = {}
    while waiting:
        now = {number: attempts.pop(0) for number, attempts in waiting.items()}
        results = dict(_called(program, name, now))
        turned_down = {number for number in now if _names_one(results[number], now[number])}
        came.update((number, results[number]) for number in now if number not in came or number not in turned_down)
        waiting = {number: waiting[number] for number in turned_down if waiting[number]}
    return [came[number] for number in sorted(came)]


def object_of(value: Value, name: str) -> Handle:
    """What the constructor `name` returned, which has to be an object."""
    if not isinstance(value, Handle):
        raise Raised("TypeError", f"{name}(...) gives no object")
    return value


def _called(
    program: Program, name: str, given: Mapping[int, Arguments]
) -> Iterator[tuple[int, Returned | StudentFault]]:
    """A call for each number; those with the same keywords go in one frame."""
    for names in dict.fromkeys(tuple(named) for _, named in given.values()):
        numbers = [number for number, (_, named) in given.items() if tuple(named) == names]
        tuples = [(*given[number][0], *given[number][1].values()) for number in numbers]
        yield from zip(numbers, at_once(program, name, tuples, named=names), strict=True)


def _names_one(came: Returned | StudentFault, tried: Arguments) -> bool:
    """Is that an exception whose text names one of the keywords?"""
    return isinstance(came, Raised) and any(name in came.text for name in tried[1])


def by_heart(
    network: Network, inputs: Inputs, scores: Callable[[Mapping[str, Array]], Array], *, rate: float, steps: int
) -> Callable[[Program], Learned]:
    """Full-batch gradient descent of ours on the student's loss and gradients, from the parameters in `inputs`."""

    def train(program: Program) -> Learned:
        (came,) = made(program, network.name, [network.arguments(inputs)])
        if isinstance(came, StudentFault):
            raise came
        held = object_of(came.value, network.name)

        def step(params: Mapping[str, Array]) -> tuple[Value, Mapping[str, Value]]:
            program.set(held, "params", dict(params))
            loss, grads = parts(program.call((held, "loss"), *network.labelled(inputs)).value, "loss", "grads")
            return loss, grads if isinstance(grads, dict) else {}

        with np.errstate(all="ignore"):  # a wrong gradient may lead anywhere
            params, losses = descend(step, network.params(inputs), rate=rate, steps=steps)
            right = scores(params).argmax(axis=1) == inputs["y"]
        return Learned(losses[0], losses[-1], float(right.mean()), losses=tuple(losses))

    return train


def bias_of(value: Value, size: int) -> Value:
    """The bias of a layer that a constructor made; one number stands for `size` equal ones, as when it is added."""
    number = isinstance(value, (int, float, np.ndarray)) and np.ndim(value) == 0
    return np.full(size, value, np.float64) if number and np.asarray(value).dtype.kind in "iuf" else value
