"""What an assignment is still without: nothing that fails, but nothing that could have failed either."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.core import Assignment, Message
from grader.diagnosis.edits import Unfit
from grader.verify.expected import expectation
from grader.verify.subjects import sample_paths


def lacks(assignment: Assignment, samples: Sequence[Path]) -> Iterator[Message]:
    """A message for each thing that an author has yet to write."""
    if not assignment.solution:
        yield Message("verify.lacks.solution")
    if not assignment.starter:
        yield Message("verify.lacks.starter")
    yield from _mistakes(assignment)
    yield from _samples(assignment, samples)
    yield from _cases(assignment)


def _mistakes(assignment: Assignment) -> Iterator[Message]:
    if not assignment.mistakes:
        yield Message("verify.lacks.mistakes", {"slug": assignment.slug})
        return
    wrong = {mistake.function for mistake in assignment.mistakes}
    if missing := [function.name for function in assignment.functions if function.name not in wrong]:
        yield Message("verify.lacks.mistakes-of", {"functions": ", ".join(missing)})


def _samples(assignment: Assignment, folders: Sequence[Path]) -> Iterator[Message]:
    passed, wrong = set[str](), False
    for path in sample_paths(folders):
        try:
            statuses = expectation(path).statuses
        except Unfit:
            continue
        passed |= {name for name, status in statuses.items() if status == "passed"}
        wrong |= any(status not in ("passed", "missing", "not-implemented") for status in statuses.values())
    names = [function.name for function in assignment.functions]
    if missing := [name for name in names if name not in passed]:
        yield Message("verify.lacks.right-samples", {"slug": assignment.slug, "functions": ", ".join(missing)})
    if not wrong:
        yield Message("verify.lacks.wrong-samples", {"slug": assignment.slug})


def _cases(assignment: Assignment) -> Iterator[Message]:
    for group in assignment.groups:
        kinds = [case.check for case in group.cases]
        if kinds.count("ordinary") < 2:
            yield Message("verify.lacks.ordinary-cases", {"group": group.name})
        if kinds.count("ordinary") == len(kinds):
            yield Message("verify.lacks.edges", {"group": group.name})
        if not any(check.id == "contract" for check in group.checks):
            yield Message("verify.lacks.contract", {"group": group.name})
