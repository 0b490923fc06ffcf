"""Which group runs in which box, and what a limit costs.

All groups run first in one box, in an order drawn from the seed. A group without full marks that was not the first in
its box runs again in a fresh box of its own, and that result counts: no group costs another its points, whatever it
does. A limit ends the box: the group runs again without the function that hit it, the others go on in a new box.

What is wrong and has no name is searched for its line when all results are there: that costs nobody anything. Only
what is `shown` to somebody gets examples, pictures and lines; the rest of a result is the same without.
"""

import math
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction

from grader.checks.faults import Missing, Stopped
from grader.checks.trial import Situations, Trial
from grader.checks.watch import Watch
from grader.core import (
    Assignment,
    FunctionResult,
    FunctionStatus,
    Group,
    LimitHit,
    Loaded,
    Message,
    Profile,
    Program,
    Progress,
    Revisable,
    Submission,
)
from grader.grading.conventions import accepted, judged_in_every_way
from grader.grading.examples import with_examples
from grader.grading.judge import Known, not_called
from grader.grading.lines import SEARCH_SECONDS, Search, Tries, unnamed
from grader.grading.naming import Asked, with_names
from grader.grading.picturing.choosing import with_pictures

WALL_SECONDS = 60.0  # of one submission; the groups left are then `limit`, wall_time

Limited = Mapping[str, LimitHit]  # function -> the limit it hit


@dataclass(frozen=True, slots=True)
class Outcome:
    """The results of one group, the limits that its functions hit, and the layers of ours that it was judged with."""

    results: tuple[FunctionResult, ...]
    limits: Limited = field(default_factory=dict)
    ours: Collection[str] = ()

    @property
    def points(self) -> Fraction:
        return sum((result.points for result in self.results), Fraction(0))

    @property
    def full(self) -> bool:
        return all(result.status is FunctionStatus.PASSED for result in self.results)


@dataclass(slots=True)
class Run:
    """One grading while it runs.

    `open(ours)` opens a fresh box with the submission loaded and the layers `ours` in place of its own, `know(loaded)`
    says what is known before anything is called, `situations(group)` holds the inputs drawn for the unit of a group,
    `others(group)` are the other ways to judge it, `assignment(group)` is its unit, `call_seed(group)` seeds the
    student's generators, `call_seconds(group)` limits the CPU of each call (None: as the box does). Times are seconds
    on `clock`. `dropped` counts the bytes printed beyond what is kept, `noted` is what boxes served to code of
    older years.
    """

    submission: Submission
    open: Callable[[Collection[str]], AbstractContextManager[Revisable]]
    know: Callable[[Loaded], Known]
    situations: Callable[[Group], Situations]
    others: Callable[[Group], Sequence[Group]]
    assignment: Callable[[Group], Assignment]
    call_seed: Callable[[Group], int]
    call_seconds: Callable[[Group], float | None]
    deadline: float
    profile: Profile = field(default_factory=Profile)
    shown: bool = True
    clock: Callable[[], float] = time.monotonic
    progress: Callable[[Progress], None] | None = None
    known: Known | None = None
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    dropped: int = 0
    noted: list[Message] = field(default_factory=list)

    def play(self, order: Sequence[Group]) -> Mapping[str, Outcome]:
        """The outcome of every group, by its name. Raises LimitHit where not even the first box could load."""
        waiting, again = deque(order), list[tuple[Group, Limited]]()
        while waiting:
            try:
                with self._opened() as program:
                    if self.known is None:
                        self.known = self.know(program.loaded)
                    again += self._share(program, waiting, len(order))
                    self.dropped += program.output_dropped
                    self._note(program)
            except LimitHit as hit:
                if self.known is None:
                    raise
                again += [(group, _all(group, hit)) for group in waiting]
                waiting.clear()
        for group, limits in again:
            self.outcomes[group.name] = self._alone(group, limits)
        for group in order:
            self.outcomes[group.name] = self._with_our_layers(group, self.outcomes[group.name])
        if self.shown:
            until, tries = min(self.deadline, self.clock() + SEARCH_SECONDS), Tries()
            for group in order:
                self.outcomes[group.name] = self._with_lines(group, self.outcomes[group.name], tries, until)
        return self.outcomes

    def _share(self, program: Program, waiting: deque[Group], total: int) -> list[tuple[Group, Limited]]:
        """Play groups in one box until it dies or none is left; returns those that must run again."""
        again: list[tuple[Group, Limited]] = []
        fresh = True
        while waiting:
            group = waiting.popleft()
            if self.progress:
                self.progress(Progress(group.functions[0].name, total - len(waiting) - 1, total))
            if not self._called(group):
                self.outcomes[group.name] = self._uncalled(group, {})
                continue
            watch = self._watch(program, group, {})
            try:
                outcome = self.outcomes[group.name] = self._judged(watch, group, {}, final=fresh)
            except LimitHit as hit:
                return [*again, (group, {watch.running: hit} if fresh else {})]
            if not (outcome.full or fresh):
                again.append((group, {}))
            if watch.dead:  # by what was played to show something: the outcome stands
                break
            fresh = False
        return again

    def _with_our_layers(self, group: Group, outcome: Outcome) -> Outcome:
        """The better of `outcome` and that with our layers, where the group rests on layers of theirs."""
        theirs = {definition.name for definition in self.submission.definitions} | set(self._knowledge.missing)
        if outcome.full or not theirs & set(group.rests_on) or not self._called(group):
            return outcome
        other = self._alone(group, {}, ours=group.rests_on)
        if other.points <= outcome.points:
            return outcome
        about = {"own": float(outcome.points), "most": float(sum(result.max_points for result in outcome.results))}
        warning = Message("warning.graded-with-our-layers", about)
        return replace(other, results=tuple(replace(one, warnings=(*one.warnings, warning)) for one in other.results))

    def _with_lines(self, group: Group, outcome: Outcome, tries: Tries, until: float) -> Outcome:
        """The outcome with the line that is wrong, where no name was found and a search finds it `until` then."""
        if not any(map(unnamed, outcome.results)):
            return outcome

        @contextmanager
        def fresh() -> Iterator[tuple[Revisable, Watch]]:
            with self._opened(outcome.ours) as program:
                yield program, self._watch(program, group, outcome.limits, until)

        alike = (way for way in self.others(group) if accepted(way, group, self.profile) and way.play == group.play)
        graded = self._knowledge.units
        search = Search((group, *alike), self.submission, self.situations(group), graded, fresh, tries)
        return replace(outcome, results=search.told(outcome.results))

    def _alone(self, group: Group, limits: Limited, ours: Collection[str] = ()) -> Outcome:
        """The outcome of a group in boxes of its own: each limit takes its function out, and the rest runs again."""
        while set(self._called(group)) - set(limits):
            watch = None
            try:
                with self._opened(ours) as program:
                    watch = self._watch(program, group, limits)
                    outcome = self._judged(watch, group, limits, ours, final=True)
                    self._note(program)
                    return outcome
            except LimitHit as hit:
                loaded = watch is not None and watch.running not in limits
                limits = {**({watch.running: hit} if loaded and watch else _all(group, hit)), **limits}
        return self._uncalled(group, limits)

    def _note(self, program: Program) -> None:
        """What a box served to the code, each once: a group that runs again needs it again."""
        self.noted += [note for note in program.noted if note not in self.noted]

    def _opened(self, ours: Collection[str] = ()) -> AbstractContextManager[Revisable]:
        """A fresh box, as long as there is time for one."""
        if self.clock() > self.deadline:
            raise LimitHit("wall_time", allowed=WALL_SECONDS, used=WALL_SECONDS)
        return self.open(ours)

    def _judged(
        self, watch: Watch, group: Group, limits: Limited, ours: Collection[str] = (), *, final: bool
    ) -> Outcome:
        """The outcome of a group; one that is `final` says and shows what the mistakes are."""
        trial = Trial(group, self.submission, watch, self.situations(group))
        others = self.others(group)
        results = judged_in_every_way(trial, others, self.profile, self._knowledge, _stopped(limits))
        if final:
            asked = Asked(self.assignment(group), others, self.profile, self.call_seed(group))
            results = with_names(asked, trial, results)
        outcome = Outcome(results, limits, ours)
        if not self.shown or not (final or outcome.full):
            return outcome
        if final:
            results = with_examples(trial, results, lambda: self._fresh(group, limits, ours))
        return Outcome(with_pictures(self.assignment(group), trial, results), limits, ours)

    @contextmanager
    def _fresh(self, group: Group, limits: Limited, ours: Collection[str]) -> Iterator[Watch]:
        """A box that was asked nothing yet."""
        with self._opened(ours) as program:
            yield self._watch(program, group, limits)

    def _watch(self, program: Program, group: Group, limits: Limited, until: float = math.inf) -> Watch:
        missing = {name: Missing(name) for name in self._knowledge.missing}
        return Watch(
            program,
            [function.name for function in group.functions],
            seed=self.call_seed(group),
            cpu_seconds=self.call_seconds(group),
            barred={**missing, **_stopped(limits)},
            deadline=min(self.deadline, until),
            allowed=WALL_SECONDS,
            clock=self.clock,
        )

    @property
    def _knowledge(self) -> Known:
        assert self.known is not None, "known from the first box on"  # noqa: S101
        return self.known

    def _called(self, group: Group) -> list[str]:
        """The functions of a group that have to be called to be judged."""
        known = self._knowledge
        return [f.name for f in group.functions if not_called(f, group.checks, known, {}) is None]

    def _uncalled(self, group: Group, limits: Limited) -> Outcome:
        """The outcome of a group none of whose functions is called."""
        results = (not_called(f, group.checks, self._knowledge, _stopped(limits)) for f in group.functions)
        return Outcome(tuple(result for result in results if result is not None), limits)


def _all(group: Group, hit: LimitHit) -> Limited:
    return {function.name: hit for function in group.functions}


def _stopped(limits: Limited) -> dict[str, Stopped]:
    return {function: Stopped(hit) for function, hit in limits.items()}
