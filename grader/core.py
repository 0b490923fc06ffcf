"""The nouns of the grader, and nothing else. Imports nothing of ours.

The one decision everything hangs on: the process that runs a student's code computes *values*;
a process that never imports it computes *verdicts*. `Sandbox`, `Program` and `Returned` are the
channel between the two; `Assignment`, `Group`, `Case` and `Check` say what is asked of a program;
`Finding`, `FunctionResult` and `Report` say what came out. No text for people stands in any of them:
a `Message` is a stable id with parameters, and `grader.report` alone turns it into English or Korean.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:  # the web process and `grader --help` read these nouns and must not pay for NumPy
    import numpy as np
    from numpy.typing import NDArray

# --------------------------------------------------------------------------- text to be

Param = None | bool | int | float | str | tuple["Param", ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence to be: the id of an entry of the catalogues, and what it is about.

    The first word of the id names its catalogue file (`checks.value.wrong` stands in `checks.po`).
    Parameters are plain data, so that a message can be stored and read back in another language.
    """

    id: str
    params: Mapping[str, Param] = field(default_factory=dict)


# --------------------------------------------------------------------------- what was handed in


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One submitted Python file: its path inside the submission, its bytes as sent, its text as decoded.

    `text` has `\\n` line ends, no BOM, and tabs expanded where the file mixes them with spaces. Of a file of Python 2
    (`python2`) it is the same program in Python 3, line by line; the box runs it by the rules of Python 2. Of a
    notebook it is the code of its cells, each at lines of its own.
    """

    path: str
    data: bytes
    text: str
    python2: bool = False

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a submission defines a name: `kind` is function, class, or value (a lambda, a partial, an alias)."""

    name: str
    path: str
    line: int
    kind: Literal["function", "class", "value"] = "function"


@dataclass(frozen=True, slots=True)
class Submission:
    """What a student handed in, parsed and never executed.

    `definitions` lists every top-level definition in file order (a name may come twice: the last in a
    file counts). `broken` maps the path of a file that does not parse to the reason; the functions of
    the other files, and those that stand before the error, are still graded. `data` are files that are read and
    never run (`results.json`); what they say stands in `notes`.
    """

    files: tuple[SourceFile, ...]
    definitions: tuple[Definition, ...] = ()
    broken: Mapping[str, Message] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()
    data: tuple[SourceFile, ...] = ()

    @property
    def sha256(self) -> str:
        """SHA-256 of the sorted lines `path NUL file-sha256 LF`."""
        lines = sorted(f"{file.path}\0{file.sha256}\n" for file in (*self.files, *self.data))
        return hashlib.sha256("".join(lines).encode()).hexdigest()


# --------------------------------------------------------------------------- the channel to the box


@dataclass(frozen=True, slots=True)
class Handle:
    """A student's object that is not data (a layer's cache, a network): it stays in the box, this is its number."""

    id: int
    type: str


# What crosses the channel. Arrays are plain base arrays; a tuple stays a tuple and a list a list,
# a NumPy scalar arrives as a 0-d array. A callable argument is served by the trusted side, call by call.
Value = Any  # None | bool | int | float | str | NDArray | list[Value] | tuple[Value, ...] | dict[str, Value] | Handle
Target = str | tuple[Handle, str]  # a submitted name, or a method of an object in the box


@dataclass(frozen=True, slots=True)
class Returned:
    """One call of student code that came back.

    `mutated` names the arguments whose contents changed (by parameter position, "0", "1", ..., or keyword);
    `drew` tells that the global random state changed; `cpu_seconds` is measured outside the box. `brought` are the
    arguments that were asked for, by position, as the call left them.
    """

    value: Value
    mutated: tuple[str, ...] = ()
    drew: bool = False
    cpu_seconds: float = 0.0
    brought: Mapping[int, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Swept:
    """Many calls of student code that came back: `values` has one entry a call, stacked along the first axis of an
    array where all are arrays, or numbers of NumPy's, of one shape and dtype. The rest is told of all together."""

    values: NDArray[Any] | list[Value]
    mutated: tuple[str, ...] = ()
    drew: bool = False
    cpu_seconds: float = 0.0


class StudentFault(Exception):
    """Theirs, and it becomes points: everything else that flies is ours, becomes `broken` and costs nothing."""


class Raised(StudentFault):
    """Student code raised: type and text of the exception, and the student's own line that was running."""

    def __init__(self, type: str, text: str, path: str | None = None, line: int | None = None) -> None:
        super().__init__(f"{type}: {text} ({path}:{line})")
        self.type, self.text, self.path, self.line = type, text, path, line


LimitKind = Literal["cpu_time", "wall_time", "memory", "output", "forbidden_syscall", "crashed", "exited", "protocol"]


class LimitHit(StudentFault):
    """A limit ended the box; the trusted side alone names it. The box is dead: open another for what is left.

    `allowed` and `used` are seconds, or bytes; for `crashed`, `exited` and `protocol` `detail` says the signal,
    the exit code or the fault; a `protocol` with `allowed` is one of more bytes than a box may return in all. `path`
    and `line` tell where the code was, if known.
    """

    def __init__(
        self,
        kind: LimitKind,
        *,
        allowed: float | None = None,
        used: float | None = None,
        detail: str = "",
        path: str | None = None,
        line: int | None = None,
    ) -> None:
        super().__init__(f"{kind}: allowed {allowed}, used {used} {detail}")
        self.kind, self.allowed, self.used, self.detail = kind, allowed, used, detail
        self.path, self.line = path, line


class BoxFault(Exception):
    """Ours: the box could not be made or served. Never a low score."""


class Killed(BoxFault):
    """Somebody else killed the box: ours, and worth one more try. The second time it is the memory it used."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one box may use. Seconds and bytes; all overridable per assignment."""

    call_cpu_seconds: float = 2.0  # one call, on the trusted side's clock of the box
    call_wall_seconds: float = 5.0  # one call, waiting included
    box_cpu_seconds: float = 20.0  # all calls of one box
    box_wall_seconds: float = 60.0  # from its start on, loading included, whoever uses them
    load_cpu_seconds: float = 5.0  # module-level code of the submission, NumPy not counted
    load_wall_seconds: float = 11.0
    data_bytes: int = 512 << 20
    address_bytes: int = 1536 << 20
    stack_bytes: int = 8 << 20
    file_bytes: int = 16 << 20
    open_files: int = 32
    scratch_bytes: int = 16 << 20  # of the box's own folder, in tier `ns`; elsewhere nothing can be written
    scratch_files: int = 256
    output_kept_bytes: int = 64 << 10
    output_bytes: int = 16 << 20
    frame_payload_bytes: int = 64 << 20
    frame_header_bytes: int = 64 << 10
    received_bytes: int = 256 << 20  # of all frames of one box; they are kept while a group is judged


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the box found after loading: the graded names whose code comes from a submitted file, and the
    load error of each file that raised (the functions defined before the error are there)."""

    definitions: Mapping[str, Definition]
    errors: Mapping[str, Raised]
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Events:
    """Lines and Python-level calls during one call (tells loops from vectorised code), and what it returned."""

    lines: int
    calls: int
    exhausted: bool = False  # the count was ended before the call: at its budget, or by the code itself
    value: Value = None


class Program(Protocol):
    """A submission loaded in one box. Every method may raise `Raised` (the box goes on), `LimitHit` (the box is
    dead) or `BoxFault` (ours)."""

    @property
    def loaded(self) -> Loaded: ...

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
        """Call `target` after seeding `random` and `numpy.random` with `seed`.

        Arguments are copies, made anew for every call. Callables among them (also inside tuples, lists and
        dicts) are served by this side while the call runs. Where the result is a tuple, the elements whose
        index stands in `hold` stay in the box and come back as handles; so does every object that is not data.
        A Handle among the arguments is the object itself. The arguments at the places `bring` come back as data, as the
        call left them; that they changed is not told. `cpu_seconds` replaces the limit of this one call.
        """
        ...

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
        """Call `target` on every tuple of arguments, in one frame; a call that raises does not end the others. The last
        values of each tuple are passed by the names `named`; `hold` and `bring` are as for `call`."""
        ...

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
        """Call `target` once for each of `values`, which stands in for the array at `place` of `args`, in few frames.

        `values` are stacked along a new first axis. With `at` they are numbers: call k finds the array as it is but
        for its element number `at[k]` (in C order), which is `values[k]`. The calls are single ones in this order,
        each with fresh seeds; but arguments are lent, not made anew: the same memory serves every call, and what a
        call changes is brought back. Where a tuple or list is returned, `first` asks for its first element alone.
        Raises what the first call to raise raises. Arrays that do not lie row by row arrive row by row.
        """
        ...

    def get(self, handle: Handle, attribute: str) -> Value:
        """The attribute of an object in the box, as data (or a handle where it is none)."""
        ...

    def set(self, handle: Handle, attribute: str, value: Value) -> None: ...

    def put(self, attribute: str, values: Sequence[tuple[Handle, Value]]) -> None:
        """Set the attribute of many objects in one frame."""
        ...

    def trace(
        self,
        target: Target,
        *args: Value,
        seed: int = 0,
        budget: int = 1_000_000,
        cpu_seconds: float | None = None,
    ) -> Events:
        """Count what one call executes. Informs the vectorisation check; it comes from inside and proves nothing."""
        ...

    @property
    def noted(self) -> tuple[Message, ...]:
        """What the code needed so far that is no longer there, and was served in the box."""
        ...

    @property
    def output(self) -> str:
        """What the code printed so far, head and tail within `Limits.output_kept_bytes`."""
        ...

    @property
    def output_dropped(self) -> int:
        """Bytes printed beyond what is kept."""
        ...

    def stop(self) -> None:
        """End the box at once, from any thread, while it is open: the call that runs raises BoxFault."""
        ...


class Revisable(Program, Protocol):
    """A program as a box has it: its functions can be given another text."""

    def revise(self, path: str, name: str, text: str) -> None:
        """Give the function `name` (`Class.method`) of the submitted file `path` the body that `text` defines under its
        last name, for everybody who imported it; the one revised before has its own again. Handles from before are of
        no use any more. Raises what running `text` raises, and KeyError, TypeError or ValueError (as `Raised`) where
        there is no plain function to revise."""
        ...


class Sandbox(Protocol):
    """Opens boxes: one fresh process each, used once, killed after."""

    @property
    def isolation(self) -> Literal["ns", "landlock", "none"]: ...

    def open(
        self,
        submission: Submission,
        names: Collection[str],
        limits: Limits,
        *,
        supply: Collection[str] = (),
        handout: Sequence[str] = (),
        ours: Collection[str] = (),
    ) -> AbstractContextManager[Revisable]:
        """Load `submission` in a fresh box and look for `names` (`Class` for classes). `supply` names the starter
        modules that may be stood in for (`grader/sandbox/inside/supplied/`); where several files define a name the one
        called like a file of `handout` wins. Layers named in `ours` are ours in every submitted module. Raises like
        `Program`."""
        ...


# --------------------------------------------------------------------------- what is asked

Inputs = Mapping[str, Value]  # the arguments of a case, by name
Outputs = Mapping[str, Value]  # what the student's code (or the reference) gave, by output name
ShareName = Literal[
    "contract",
    "value",
    "gradient",
    "initial-loss",
    "robustness",
    "stability",
    "normalization",
    "dropout",
    "test-mode",
    "vectorised",
    "deterministic",
    "learning",
]
CaseKind = Literal["ordinary", "robustness", "stability", "normalization", "dropout", "test-mode"]


EXACT = 1e-6
"""The tolerance of results in double precision, where a case or a course names no other."""


@dataclass(frozen=True, slots=True)
class Case:
    """A graded situation: its structure is fixed, its numbers are drawn from the submission's own stream.

    `name` is short and says what is special (`reg=3`, `pad=0`). Ordinary cases earn value and gradient points,
    the others the points of `check` (robustness, stability, or a part of a network). `graded` limits the outputs that
    count (None: all). The first case of a group is its `base`: where no output is right there, nothing else earns
    points.
    """

    name: str
    draw: Callable[[np.random.RandomState], Inputs]
    check: CaseKind = "ordinary"
    graded: tuple[str, ...] | None = None
    tolerance: float = EXACT

    def grades(self, output: Output) -> bool:
        """Does `output` count in this case?"""
        return self.graded is None or output.name in self.graded


@dataclass(frozen=True, slots=True)
class Output:
    """One graded quantity: who is answerable for it, and whether it is a value or a gradient."""

    name: str
    function: str
    share: Literal["value", "gradient"]
    integer: bool = False  # labels: exact comparison
    of: str | None = None  # the input that a gradient is the gradient of
    measured: bool = False  # statistics of what came, which no picture shows entry by entry
    zero_beside: tuple[str, ...] = ()  # zero by an identity: compared absolutely, on the scale of these outputs


@dataclass(frozen=True, slots=True)
class Function:
    """A function (or `Class.method`) that an assignment grades. `mutates` and `draws` say that it may change its
    arguments, or draw from the global random state, without a warning."""

    name: str
    signature: str
    points: Fraction
    mutates: bool = False
    draws: bool = False


@dataclass(frozen=True, slots=True)
class Play:
    """One case played: the outputs by name, as far as they came, and the faults of the functions that gave none."""

    outputs: Outputs
    faults: Mapping[str, StudentFault] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """Functions that are played together: one function, or a forward/backward pair.

    `play(program, batch)` calls the student's code in the box for every case of the batch and returns what came
    out; `reference(inputs)` returns ours, computed here. Neither sees the other. `checks` is what is said about them.
    Groups that share Case objects share the drawn inputs.

    `ways` names the convention that the group follows on each axis on which courses differ (`{"l2":
    "reg-full-convention"}`); `otherwise` are complete groups of the same functions, outputs and cases that follow
    others. Where the `play` of one is equal to this group's, what was played for this one is judged by its reference.

    `rests_on` names layers that are no part of what the group asks: where a submission's own stand in the way, the
    group is judged with ours in their place, and the better result counts.

    What is wrong is shown on small inputs. `shown` are the cases that they are made from, where those that are graded
    do not get small. `fitted` is asked with every smaller one: it gives inputs that follow from others (the shape of an
    upstream gradient) the form that they then must have, and raises ValueError where the others do not go together.
    """

    name: str
    functions: tuple[Function, ...]
    outputs: tuple[Output, ...]
    cases: tuple[Case, ...]
    play: Callable[[Program, Sequence[Inputs]], list[Play]]
    reference: Callable[[Inputs], Outputs]
    checks: tuple[Check, ...]
    ways: Mapping[str, str] = field(default_factory=dict)
    otherwise: tuple[Group, ...] = ()
    rests_on: tuple[str, ...] = ()
    shown: tuple[Case, ...] = ()
    fitted: Callable[[Inputs], Inputs] = dict


@dataclass(frozen=True, slots=True)
class Profile:
    """What a course takes as right where courses differ: axis -> the options with full marks, the handout's first.
    On an axis that is not listed the contract's default has full marks alone."""

    name: str = "default"
    accepts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


Severity = Literal["cosmetic", "convention", "robustness", "one-term", "wrong-quantity"]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One known way to be wrong, as an edit of the assignment's `solution`: every `old` of `edits` stands exactly once
    within the text of the functions `where` (default: `function`), and its `new` takes its place.

    `id` is a row of the table of mistakes; `function` (`Class.method`) loses points by it, `spoils` may lose some too.
    `severity` caps what it costs, and `seen` tells how often it was met in public code: the table's, where it has the
    id. Of one that it does not have (`own`), `does` completes "a program that ...", and `hints` lead to the mend in
    three steps, both by language; ours stand in the catalogues.
    """

    id: str
    function: str
    edits: tuple[tuple[str, str], ...]
    where: tuple[str, ...] = ()
    spoils: tuple[str, ...] = ()
    severity: Severity = "wrong-quantity"
    seen: float = 0.0
    own: bool = False
    does: Mapping[str, str] = field(default_factory=dict, hash=False)
    hints: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a slug asks for. `revision` is SHA-256 over the reference file, its mistakes and the code that judges.

    `editions` picks the groups from what was handed in, where an assignment has several forms with the same sum of
    points; `groups` is the form of the handout. A bundle (`svm+softmax`) has `units`, and all they have besides.
    `solution` is a right submission: file name -> text; `known_starters` are the fingerprints of bodies that courses
    have handed out, `Class.method` -> fingerprints.
    """

    slug: str
    groups: tuple[Group, ...]
    files: tuple[str, ...]  # the handout's file names; the first is the one `grader starter` writes
    supply: tuple[str, ...] = ()
    revision: str = ""
    title: Mapping[str, str] = field(default_factory=dict)  # language -> text; ours stand in the catalogues
    starter: Mapping[str, str] = field(default_factory=dict)  # file name -> text of the starter file
    editions: Callable[[Submission], tuple[Group, ...]] | None = None
    solution: Mapping[str, str] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()
    known_starters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    units: tuple[Assignment, ...] = ()

    def groups_of(self, submission: Submission) -> tuple[Group, ...]:
        """The groups of the form that was handed in."""
        return self.editions(submission) if self.editions else self.groups

    @property
    def functions(self) -> tuple[Function, ...]:
        return tuple(function for group in self.groups for function in group.functions)

    @property
    def max_score(self) -> Fraction:
        return sum((function.points for function in self.functions), Fraction(0))


# --------------------------------------------------------------------------- what came out


class CheckStatus(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    BROKEN = "broken"


class FunctionStatus(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    MISSING = "missing"
    NOT_IMPLEMENTED = "not-implemented"
    RAISED = "raised"
    LIMIT = "limit"
    BROKEN = "broken"
    HIDDEN = "hidden"  # to a reader who sees none of its checks; no grading says so


class State(StrEnum):
    GRADED = "graded"
    REJECTED = "rejected"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Worst:
    """The entry that is furthest off: its place and both numbers."""

    output: str
    index: tuple[int, ...]
    expected: float
    actual: float


@dataclass(frozen=True, slots=True)
class OutputTally:
    """In how many cases one output is right."""

    output: str
    passed: int
    failed: int
    failing: tuple[str, ...] = ()  # names of cases


@dataclass(frozen=True, slots=True)
class Tally:
    """How many cases are right: those in which every output is. Where some are not, `failing` and `passing` name them,
    and `outputs` tells of each output, where there are several."""

    passed: int
    failed: int
    failing: tuple[str, ...] = ()
    passing: tuple[str, ...] = ()
    outputs: tuple[OutputTally, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says of one function. `earned` is the share of its points, 0 to 1, exact."""

    status: CheckStatus
    message: Message
    earned: Fraction = Fraction(0)
    error: float | None = None
    tolerance: float | None = None
    worst: Worst | None = None
    cases: Tally | None = None
    warnings: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """A frozen question with a function that answers it for one function of a group.

    `points` tells the points it carries for each function that it is asked of (0: it only informs). `ask(trial,
    function)` may play more of the student's code; the type of `trial` is `grader.checks.trial.Trial`.
    """

    id: str
    points: Mapping[str, Fraction]
    ask: Callable[[Any, str], Finding]
    hidden: bool = False  # students see title and points only


@dataclass(frozen=True, slots=True)
class CheckResult:
    id: str
    status: CheckStatus
    points: Fraction
    max_points: Fraction
    message: Message
    hidden: bool = False
    error: float | None = None
    tolerance: float | None = None
    worst: Worst | None = None
    cases: Tally | None = None
    waits: str | None = None  # hidden until then from this reader (`grader.report.hidden`), and not in the points shown


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A mistake by name: an id of the table of mistakes, and how sure we are. `closed` counts the hints that are kept
    back from this reader (`grader.report.hints`): none of a report as it was made."""

    id: str
    certainty: Literal["exact", "pattern", "hint"]
    severity: Severity
    text: Message
    hints: tuple[Message, ...] = ()
    closed: int = 0


@dataclass(frozen=True, slots=True)
class Script:
    """Calls of a submission's functions as Python: the names that are imported, statements in their order, and where
    the outputs stand then, as expressions by name. All of it is ours, none of it a student's text."""

    imports: tuple[str, ...]
    lines: tuple[str, ...]
    outputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Counterexample:
    """The smallest case found that shows what is wrong, on inputs of its own; `script` does the same with nothing but
    NumPy and the submission. A function among the inputs is its text."""

    inputs: Inputs
    expected: Outputs
    actual: Outputs
    script: Script | None = None


PictureKind = Literal[
    "heat",
    "ratios",
    "scatter",
    "steps",
    "loss",
    "accuracy",
    "window",
    "templates",
    "activations",
    "paths",
]


@dataclass(frozen=True, slots=True)
class Picture:
    """Something to look at, as plain numbers of few digits: `grader.report.pictures` draws them.

    `title` says what is drawn, `text` what it shows, so that whoever does not see it misses nothing. `check` is the id
    of the check it belongs to: where that one is hidden, so is the picture. What stands in `numbers` depends on `kind`
    (lists, and None for what is no number); no hidden input is among them. `drawn_on` says which case is shown, where
    the numbers are made for showing and not those that were graded.
    """

    kind: PictureKind
    check: str
    title: Message
    text: Message
    numbers: Mapping[str, Any]
    drawn_on: Message | None = None


@dataclass(frozen=True, slots=True)
class LimitRecord:
    kind: LimitKind
    allowed: float | None
    used: float | None
    function: str | None
    path: str | None = None
    line: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FunctionResult:
    name: str
    status: FunctionStatus
    points: Fraction
    max_points: Fraction
    unit: str
    file: str | None = None
    line: int | None = None
    reason: Message | None = None  # why it is missing, raised or was limited
    diagnosis: tuple[Diagnosis, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    counterexample: Counterexample | None = None
    warnings: tuple[Message, ...] = ()  # ids `warning.<id>`
    pictures: tuple[Picture, ...] = ()
    given_back: Fraction = Fraction(0)  # points that the cap of a named mistake gave back; `points` has them
    follows: str | None = None  # the function of its group whose mistake explains all that is wrong here


@dataclass(frozen=True, slots=True)
class FileRecord:
    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything there is to say about one grading, free of any language. `report/` stores and renders it.

    `seed` is the hex text that replays the grading (staff and offline only); `reason` says what to mend
    (rejected) or names our fault (broken).
    """

    state: State
    assignment: str
    revision: str
    submission: str  # SHA-256
    files: tuple[FileRecord, ...]
    notes: tuple[Message, ...]
    seed: str
    isolation: str
    environment: Mapping[str, str]
    seconds: float
    functions: tuple[FunctionResult, ...] = ()
    limits: LimitRecord | None = None
    max_score: Fraction = Fraction(0)
    reason: Message | None = None
    profile: str = "default"
    title: Mapping[str, str] = field(default_factory=dict)  # an instructor's own, language -> text
    learning: int = 0  # the percentage of the points that a course has put on what a program learns
    shares: Mapping[str, float] = field(default_factory=dict)  # check -> the percentage that a course has put on it
    tolerance: float | None = None  # another one than the assignment's, for results in double precision
    supplied: bool = True  # did starter modules that were not handed in stand in?

    @property
    def score(self) -> Fraction:
        """Sum of the functions' points, each rounded to two decimals (half up)."""
        return sum((cents(function.points) for function in self.functions), Fraction(0))


def cents(points: Fraction) -> Fraction:
    """`points` rounded to two decimals, half up, exactly."""
    return Fraction((200 * points.numerator + points.denominator) // (2 * points.denominator), 100)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a grading is: sent before each function group. `done` of `total` groups."""

    function: str
    done: int
    total: int
