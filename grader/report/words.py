"""The words of the status catalogue, and what is said where a catalogue has none: the id itself."""

from grader.core import CheckStatus, FunctionStatus, Message, State
from grader.report.catalogue import has, text
from grader.report.shown import safe


def check_title(id: str, lang: str) -> str:
    """`initial loss` for `initial-loss`; an instructor's own check is called by its id."""
    return _known(f"status.check.{id}", id, lang)


def unit_title(slug: str, lang: str) -> str:
    """`SVM loss` for `svm`; the parts of a bundle are joined with `+`."""
    return " + ".join(_known(f"checks.unit.{part}", part, lang) for part in slug.split("+"))


def isolation_word(isolation: str, lang: str) -> str:
    return _known(f"status.isolation.{isolation}", isolation, lang)


def state_word(state: State, lang: str) -> str:
    return text(Message(f"status.state.{state.value}"), lang)


def function_word(status: FunctionStatus, lang: str) -> str:
    return text(Message(f"status.function.{status.value}"), lang)


def verdict_word(status: CheckStatus, lang: str) -> str:
    return text(Message(f"status.verdict.{status.value}"), lang)


def certainty_word(certainty: str, lang: str) -> str:
    return text(Message(f"status.certainty.{certainty}"), lang)


def _known(id: str, otherwise: str, lang: str) -> str:
    return text(Message(id), lang) if has(id) else safe(otherwise)
