"""The program inside the box: loads a submission and calls its functions, as the trusted side asks.

The zygote imports it and runs `serve` in a child that is confined by then. Without isolation it is started by path, as
`guest.py CHANNEL NUMPY_FOLDER PARENT_PID LIMITS`, with an environment that says nothing. File descriptor 3 is the
channel; it says `ready`, and then answers one request after another with exactly one reply of the same number. Source
comes as text in the `load` request. While a call runs, a callable argument sends a `callback` frame with a number of
its own and waits.

Everything after `load` runs beside student code in one process, so nothing that is said here is evidence of
anything but numbers: the trusted side measures time, names limits and compares values by itself.
"""

from __future__ import annotations

import builtins
import faulthandler
import functools
import inspect
import io
import json
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Container
from types import FrameType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

if __name__ == "__main__":
    sys.path[:] = [__file__.rpartition("/")[0], *sys.path, sys.argv[2]]

import numpy as np

if TYPE_CHECKING:
    from grader.sandbox.inside import kernel, loading, naming, older, repairs, revising, sweeping, watching, wire
else:
    import kernel
    import loading
    import naming
    import older
    import repairs
    import revising
    import sweeping
    import watching
    import wire

OURS = (
    "entropy", "kernel", "loading", "naming", "older", "repairs", "revising", "rewriting", "spellings", "sweeping",
    "watching", "wire",
)  # fmt: skip
CHANNEL = 3
CHUNK = 1 << 16  # bytes of one read
MAP_SLICE = 0.25  # seconds after which a batch is answered in part: limits are those of one call
BY_PLACE = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
MOST_VALUES = 64  # values that one call returns, which are told apart


class CallbackFailed(RuntimeError):
    """The trusted side could not answer a callback; what it tells of the cause is the text."""


def exception_class(name: str) -> type[Exception]:
    """Python's own exception of that name, or one that says that a callback failed."""
    kind = getattr(builtins, name, None)
    return kind if isinstance(kind, type) and issubclass(kind, Exception) else CallbackFailed


class Ended(BaseException):
    """The channel is closed: nobody listens any more."""


# --------------------------------------------------------------------------- the channel


def whole(begun: bytes, count: int) -> bytearray:
    """So many bytes, of which the first have come."""
    data = bytearray(begun)
    if len(begun) < count:
        data += bytes(count - len(begun))
        view = memoryview(data)[len(begun) :]
        while view:
            got = os.readv(CHANNEL, [view])
            if not got:
                raise Ended
            view = view[got:]
    return data


def write_all(pieces: list[bytes | memoryview]) -> None:
    for piece in pieces:
        view = memoryview(piece)
        while view:
            view = view[os.write(CHANNEL, view) :]


class Guest:
    """The state of one box: the loaded modules, the objects behind handles, and the numbers of frames."""

    def __init__(self) -> None:
        self.caps = wire.Caps()
        self.loading = loading.Loading({}, {})
        self.repairs = repairs.Repairs({})
        self.revision = revising.Revision()
        self.generators = watching.Generators()
        self.objects: dict[int, object] = {}
        self.numbers: dict[int, int] = {}  # id of an object -> its handle
        self.callbacks = 0
        self.names: dict[str, Any] = {}
        self.operations: dict[str, Callable[..., Any]] = {
            "load": self.load,
            "call": self.call,
            "map": self.map,
            "sweep": self.sweep,
            "get": self.get,
            "put": self.put,
            "trace": self.trace,
            "revise": self.revise,
        }

    # ----------------------------------------------------------------- frames

    def receive(self) -> wire.Frame:
        """The next request. A small one comes with one read, and nothing comes behind one."""
        begun = os.read(CHANNEL, CHUNK)
        prefix = whole(begun[: wire.PREFIX.size], wire.PREFIX.size)
        header, payload = wire.lengths(prefix, self.caps)
        end = wire.PREFIX.size + header
        text, data = whole(begun[wire.PREFIX.size : end], header), whole(begun[end:], payload)
        return wire.unpack(text, data, self.object_of, scalars=True)

    def object_of(self, opaque: wire.Opaque) -> object:
        """What a node of a request means: an object kept here, a type of NumPy's numbers, or a function that calls the
        trusted side."""
        if opaque.kind == "h":
            return self.objects[opaque.number]
        return self.callback(opaque) if opaque.number else getattr(np, opaque.name)

    def handle_of(self, value: object) -> wire.Opaque:
        """The handle of an object that stays here."""
        value = value.value if type(value) is Kept else value
        number = self.numbers.get(id(value))
        if number is None:
            number = self.numbers[id(value)] = len(self.objects) + 1
            self.objects[number] = value
        return wire.Opaque("h", number, kind_of(value))

    def encode(self, value: Any, to: wire.Writer, depth: int = 2) -> Any:
        """The node of a value; of one that does not fit into a frame, the node of a handle."""
        mark = to.mark()
        try:
            return wire.encode(value, to, depth)
        except wire.Unsendable:
            to.back(mark)
            return wire.encode(Kept(value), to, depth)

    def encode_result(self, value: Any, to: wire.Writer) -> Any:
        """The node of what a call returned: of several values each for itself, so that one that does not fit leaves
        the others what they are. A named tuple is a tuple."""
        if not issubclass(type(value), tuple) or tuple.__len__(value) > MOST_VALUES:
            return self.encode(value, to)
        to.node(2, wire.NODE_CHARACTERS)
        return {"t": [self.encode(item, to, 3) for item in tuple.__iter__(value)]}

    def callback(self, opaque: wire.Opaque) -> Callable[..., Any]:
        """A function whose every call is answered by the trusted side."""

        def served(*args: Any, **kwargs: Any) -> Any:
            body = (opaque.number, args, kwargs)
            pieces = wire.pack(self.callbacks + 1, "callback", body, self.handle_of, self.caps)
            self.callbacks += 1  # only now: what does not fit into a frame is an exception of this call alone
            write_all(pieces)
            answer = self.receive()
            if answer.op == "answer":
                return answer.body
            name, text = answer.body
            raise exception_class(name)(text)

        served.__name__ = served.__qualname__ = opaque.name
        return served

    def serve(self) -> None:
        """Answer one request."""
        try:
            request = self.receive()
        except (wire.WireError, KeyError) as error:
            write_all(wire.pack(0, "fault", repr(error), self.handle_of, self.caps))
            raise Ended from error
        to = wire.Writer(self.handle_of, self.caps)
        try:
            op, node = self.operations[request.op](to, *request.body)
        except Ended:
            raise
        except BaseException as error:
            to.back()
            op, node = "raised", wire.encode(self.fault(error), to)
            del error
        flush()
        for noted in older.NOTES.take():
            write_all(wire.pack(0, "noted", noted, self.handle_of, self.caps))
        write_all(wire.frame(request.seq, op, node, to))

    def fault(self, error: BaseException) -> tuple[Any, ...]:
        return tuple(loading.fault_of(error, self.loading.sources))

    # ----------------------------------------------------------------- operations

    def load(self, to: wire.Writer, sources: Any, supplied: Any, asked: Any, caps: Any) -> Any:
        """Run the submission's files and find the graded names."""
        self.caps = to.caps = wire.Caps(*caps)
        self.loading.withdraw()
        python2 = frozenset(path for path, _, old in sources if old)
        texts, *ours = supplied
        self.loading = loading.Loading({path: text for path, text, _ in sources}, dict(texts), python2)
        self.repairs = repairs.Repairs(self.loading.sources, python2)
        self.generators.seed(0)  # numbers drawn at module level are the same in every box
        self.loading.load_all()
        self.loading.replace(*ours)
        modules = {path: self.loading.modules[path] for path in self.loading.sources}
        found = naming.Definitions(modules, self.loading.imported).find(*asked)
        self.names = {item.name: vars(self.loading.modules[item.path])[item.name] for item in found}
        reply = {
            "found": [tuple(item) for item in found],
            "errors": [(path, tuple(fault)) for path, fault in self.loading.errors.items()],
            "absent": list(self.loading.absent.items()),
        }
        return "loaded", wire.encode(reply, to)

    def target(self, target: Any) -> Any:
        """The callable that is meant: a graded name, `Class.method` included, or a method of an object."""
        if isinstance(target, tuple):
            return getattr(target[0], target[1])
        first, *rest = target.split(".")
        if first not in self.names:
            raise NameError(f"name {first!r} is not defined")
        return functools.reduce(getattr, rest, self.names[first])

    def call(self, to: wire.Writer, target: Any, given: Any, seed: int, places: Any) -> Any:
        (args, kwargs), (hold, bring) = given, places
        function = fitted(self.target(target), len(args))
        watched = watching.Watched(args, kwargs, seed, self.numbers, self.generators)
        value = keeping(self.run(function, args, kwargs, watched), hold)
        node = self.returned(value, watched, to)
        if bring:
            node["t"].append([self.encode(args[place], to, 3) for place in bring])
        return "returned", node

    def run(self, function: Any, args: Any, kwargs: Any, watched: watching.Watched) -> Any:
        """Call student code, and again where it was repaired; but not where the trusted side was asked anything."""
        asked = self.callbacks
        return self.repairs.run(
            lambda: function(*args, **kwargs), lambda: self.callbacks == asked and watched.restore()
        )

    def returned(self, value: Any, watched: watching.Watched, to: wire.Writer, args: Any = (), bring: Any = ()) -> Any:
        """The node of one call's result: its value, the arguments that changed, whether random numbers were drawn, and
        the arguments that are to come back."""
        to.node(1, wire.NODE_CHARACTERS)
        node = [self.encode_result(value, to), wire.encode(watched.mutated(), to, 2), watched.drew()]
        return {"t": [*node, [self.encode(args[place], to, 3) for place in bring]] if bring else node}

    def map(self, to: wire.Writer, target: Any, batch: Any, how: Any) -> Any:
        """Call on every tuple of a batch until it is done, the reply is full, or a slice of time is used up."""
        to.node(0, wire.NODE_CHARACTERS)
        named, results = how[0], list[Any]()
        function = fitted(self.target(target), len(batch[0]) - len(named))
        stop = time.monotonic() + MAP_SLICE
        for args in batch:
            mark = to.mark()
            try:
                results.append(self.one_of_batch(to, function, args, how))
                to.own(mark)  # the next call may write into the arrays of this one
            except wire.Unsendable:
                if not results:
                    raise
                to.back(mark)
                break
            if time.monotonic() > stop:
                break
        return "mapped", results

    def one_of_batch(self, to: wire.Writer, function: Any, given: Any, how: Any) -> Any:
        named, seed, hold, bring = how
        places = len(given) - len(named)
        args, kwargs = given[:places], dict(zip(named, given[places:], strict=True))
        watched = watching.Watched(args, kwargs, seed, self.numbers, self.generators)
        try:
            value = keeping(self.run(function, args, kwargs, watched), hold)
        except Ended:
            raise
        except BaseException as error:
            return wire.encode(self.fault(error), to, 1)
        return self.returned(value, watched, to, args, bring)

    def sweep(self, to: wire.Writer, target: Any, args: Any, variants: Any, seed: int) -> Any:
        """Call with every value of one argument, until one raises, or returns another kind of value than those before
        it, or a slice of time is used up."""
        function, fault = fitted(self.target(target), len(args)), None
        *variants, first = variants
        self.generators.seed(seed)
        results = sweeping.Results(first, self.caps.payload // 4)
        sweep = sweeping.Sweep(
            function, args, results, held=self.numbers, generators=self.generators, seconds=MAP_SLICE
        )
        try:
            sweep.run(*variants)
        except Ended:
            raise
        except BaseException as error:
            fault = self.fault(error)
        to.node(0, wire.NODE_CHARACTERS)
        said = wire.encode((fault, sorted(sweep.mutated), sweep.drew), to, 1)
        stacked = wire.encode(results.stacked(), to, 1)
        return "swept", {"t": [said, stacked, [self.encode_result(value, to) for value in results.odd]]}

    def get(self, to: wire.Writer, owner: Any, name: str) -> Any:
        return "value", self.encode(getattr(owner, name), to, 0)

    def put(self, to: wire.Writer, name: str, values: Any, how: None) -> Any:
        for owner, value in values:
            put(owner, name, value)
        return "value", wire.encode(None, to)

    def revise(self, to: wire.Writer, path: str, name: str, text: str) -> Any:
        """Give a function another text, and forget the objects that were made before."""
        self.revision.undo()
        self.revision.make(self.loading.modules[path], name, self.loading.compiled(path, text, revising.PATH))
        self.objects.clear()
        self.numbers.clear()
        return "value", wire.encode(None, to)

    def trace(self, to: wire.Writer, target: Any, args: Any, seed: int, budget: int) -> Any:
        """Call and count the lines and Python-level calls, up to a budget. A call that ends under another tracer, or
        none, was not counted to its end."""
        function, counter, value = fitted(self.target(target), len(args)), Counter(budget), None
        self.generators.seed(seed)
        sys.settrace(counter.event)
        try:
            value = function(*args)
            ended = counter.exhausted or sys.gettrace() != counter.event
        except BudgetReached:
            ended = True
        finally:
            sys.settrace(None)
        to.node(1, wire.NODE_CHARACTERS)
        return "traced", {"t": [counter.lines, counter.calls, ended, self.encode_result(value, to)]}


def fitted(function: Any, count: int) -> Any:
    """`function`, to be called with `count` positional arguments: those that it takes by keyword only
    (`def f(W, X, y, *, reg=0.0)`) get what is left, in their order."""
    if without_keyword_only(function):
        return function
    try:
        parameters = tuple(inspect.signature(function).parameters.values())
    except BaseException:  # a callable of theirs that does not say what it takes
        return function
    places = sum(parameter.kind in BY_PLACE for parameter in parameters)
    named = [parameter.name for parameter in parameters if parameter.kind is inspect.Parameter.KEYWORD_ONLY]
    taken = named[: max(0, count - places)]
    if not taken or places + len(taken) != count or any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return function

    def called(*args: Any, **kwargs: Any) -> Any:
        return function(*args[:places], **dict(zip(taken, args[places:], strict=True)), **kwargs)

    return called


def without_keyword_only(function: Any) -> bool:
    """Is it a plain function without such parameters, or a class with a plain constructor? What wraps another is told
    by its attributes. This is what nearly every submission has, and making a signature takes longer than a call."""
    plain = type(function) is type and getattr(function, "__new__", None) is object.__new__
    called: Any = vars(function).get("__init__") if plain else function
    return type(called) is FunctionType and not called.__code__.co_kwonlyargcount and not vars(called)


def kind_of(value: object) -> str:
    """What an object that stays here is called outside; of an array whose elements are no numbers, those as well."""
    return f"ndarray of {value.dtype}" if type(value) is np.ndarray else loading.name_of(type(value))


def put(owner: Any, name: str, value: Any) -> None:
    """Set an attribute, also where the class is frozen. Where it cannot be set, a dict that stands there gets other
    contents; else the object gets a class of its own that has it: its class has slots, and this is a method."""
    for set_it in (setattr, object.__setattr__):
        try:
            return set_it(owner, name, value)
        except AttributeError:
            continue
    there = getattr(owner, name, None)
    if type(there) is dict and type(value) is dict:
        there.clear()
        there.update(value)
        return None
    kind = type(owner)
    given = staticmethod(value) if callable(value) else value
    owner.__class__ = type(kind.__name__, (kind,), {"__slots__": (), "__module__": kind.__module__, name: given})
    return None


def keeping(value: Any, hold: Container[int]) -> Any:
    """What a call returned, of a tuple or list the elements `hold` marked to stay here."""
    if hold and (type(value) is list or issubclass(type(value), tuple)):
        return tuple(Kept(item) if place in hold else item for place, item in enumerate(value))
    return value


class Kept:
    """Marks a value that travels as a handle of what it holds."""

    def __init__(self, value: object) -> None:
        self.value = value


class BudgetReached(BaseException):
    """Ends a traced call."""


class Counter:
    """Counts line and call events, wherever the code says that it comes from: a library's do not grow with the
    samples either. A comprehension's every turn is a line event also where it is inlined (3.12 on): a jump back to
    the same line counts."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.lines = self.calls = 0

    @property
    def exhausted(self) -> bool:
        return self.lines + self.calls >= self.budget

    def event(self, frame: FrameType, event: str, argument: object) -> Any:
        if event == "call":
            self.calls += 1
        elif event == "line":
            self.lines += 1
        else:
            return self.event
        if self.exhausted:
            raise BudgetReached
        return self.event


# --------------------------------------------------------------------------- output


def flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # noqa: S112  the stream may be theirs by now
            continue


# --------------------------------------------------------------------------- the start


def furnish() -> None:
    """Streams by line, since a box ends by a kill; quiet numeric warnings; names of Python 2 and of older NumPy."""
    for name, number in (("stdout", 1), ("stderr", 2)):
        stream = io.TextIOWrapper(
            io.FileIO(number, "w", closefd=False), "utf-8", "backslashreplace", line_buffering=True
        )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.modules["__main__"] = ModuleType("__main__")  # none of ours is looked for there
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    older.serve_names()
    older.serve_builtins()


def forget(names: Container[str]) -> None:
    """Take modules of ours out of the way: a submitted file may have such a name."""
    for name in [name for name in sys.modules if name in names]:
        del sys.modules[name]


def serve() -> NoReturn:
    """Say `ready`, answer requests until nobody listens any more, and end. A dump of the running line goes to the
    channel: faulthandler writes it when the grader asks by SIGUSR1, and when this process crashes."""
    faulthandler.enable(file=CHANNEL, all_threads=False)
    faulthandler.register(signal.SIGUSR1, file=CHANNEL, all_threads=False)
    guest = Guest()
    write_all(wire.pack(0, "ready", None, guest.handle_of, guest.caps))
    try:
        while True:
            guest.serve()
    except Ended:
        os._exit(0)


def main(channel: int, parent: int, limits: str) -> None:
    """A guest without isolation: die with the grader, keep four descriptors, and forget the environment."""
    del sys.path[0], sys.path[-1]
    forget(OURS)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    if channel != CHANNEL:
        os.dup2(channel, CHANNEL)
    kernel.close_from(CHANNEL + 1)
    kernel.set_limits(json.loads(limits))
    os.environ.clear()
    sys.argv[:] = [""]
    furnish()
    serve()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[3]), sys.argv[4])
