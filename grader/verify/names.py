"""What became of the names of wrong programs, in figures, and the two shares that a release has to reach."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from grader.core import Message
from grader.verify.breach import Failure
from grader.verify.trying import Outcome

NAMED = 0.97  # of the mistakes that cost points
BOTH = 0.65  # of the pairs
ENOUGH = 20  # runs below which a share says nothing


@dataclass(frozen=True, slots=True)
class Names:
    """How many runs of wrong programs there were, and what they were named.

    Of `mistakes` that cost points, `named` got their name. Of those that were `held_out` of the library, `equal` got
    the name of something that is the same. Of `pairs`, `both` were named, or `one`. `wrong` are exact names that are
    not true, of all three.
    """

    mistakes: int
    named: int
    held_out: int
    equal: int
    pairs: int
    both: int
    one: int
    wrong: int

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The shares that are not reached, where there are enough runs to tell."""
        asked = (
            ("mistakes-are-named", self.named, self.mistakes, NAMED),
            ("pairs-are-named", self.both, self.pairs, BOTH),
        )
        return tuple(
            Failure(
                claim, "", "", Message("verify.share", {"found": found, "of": of, "share": found / of, "least": least})
            )
            for claim, found, of, least in asked
            if of >= ENOUGH and found < least * of
        )

    def as_params(self) -> dict[str, int | float]:
        """The figures by name."""
        return {
            "mistakes": self.mistakes,
            "named": self.named,
            "named_share": self.named / self.mistakes if self.mistakes else 1.0,
            "held_out": self.held_out,
            "held_out_named_as_equal": self.equal,
            "pairs": self.pairs,
            "both": self.both,
            "one": self.one,
            "both_share": self.both / self.pairs if self.pairs else 1.0,
            "wrong": self.wrong,
        }


def names_of(outcomes: Sequence[Outcome]) -> Names:
    """The figures of all outcomes together."""
    sums = sum((one.names for one in outcomes), Counter[str]())
    wrong = sum(failure.claim == "name-is-true" for one in outcomes for failure in one.failures)
    return Names(
        mistakes=sums["mistake named"] + sums["mistake unnamed"],
        named=sums["mistake named"],
        held_out=sums["held-out named"] + sums["held-out unnamed"],
        equal=sums["held-out named"],
        pairs=sums["pair both"] + sums["pair one"] + sums["pair none"],
        both=sums["pair both"],
        one=sums["pair one"],
        wrong=wrong,
    )
