"""What contradicts a claim, and where: the words, the function, the check and the first failing case."""

from __future__ import annotations

from dataclasses import dataclass

from grader.core import CheckResult, FunctionResult, Message


@dataclass(frozen=True, slots=True)
class Breach:
    """A contradiction within one report."""

    message: Message
    function: str | None = None
    check: str | None = None
    case: str | None = None

    @classmethod
    def of_check(cls, message: Message, function: FunctionResult, check: CheckResult | None) -> Breach:
        """At a check of a function, and its first failing case."""
        cases = check.cases.failing if check and check.cases else ()
        return cls(message, function.name, check.id if check else None, cases[0] if cases else None)


@dataclass(frozen=True, slots=True)
class Failure:
    """A claim that does not hold: of which assignment and program, with which seed."""

    claim: str
    assignment: str
    program: str
    message: Message
    function: str | None = None
    check: str | None = None
    case: str | None = None
    seed: str | None = None
