"""The words of the status catalogue, and what is said where a catalogue has none: the id itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from grader.core import CheckStatus, FunctionStatus, Message, State
from grader.report.catalogue import KEPT, has, text
from grader.report.shown import safe


@lru_cache(maxsize=KEPT)
def check_title(id: str, lang: str) -> str:
    """`initial loss` for `initial-loss`; an instructor's own check is called by its id."""
    return _known(f"status.check.{id}", id, lang)


@dataclass(frozen=True, slots=True)
class Title:
    """What an assignment is called: as its course says (`given`), else its author (`own`, by language), else we do."""

    slug: str
    own: Mapping[str, str] = field(default_factory=dict)
    given: str | None = None

    def text(self, lang: str) -> str:
        if self.given or not self.own:
            return self.given or unit_title(self.slug, lang)
        return safe(self.own.get(lang) or next(iter(self.own.values())))


def unit_title(slug: str, lang: str) -> str:
    """`SVM loss` for `svm`; the parts of a bundle are joined with `+`."""
    if has(f"checks.unit.{slug}"):
        return text(Message(f"checks.unit.{slug}"), lang)
    units = (part.partition(":")[0] for part in slug.split("+"))
    return " + ".join(_known(f"checks.unit.{unit}", unit, lang) for unit in units)


def isolation_word(isolation: str, lang: str) -> str:
    return _known(f"status.isolation.{isolation}", isolation, lang)


def state_word(state: State, lang: str) -> str:
    return text(Message(f"status.state.{state.value}"), lang)


@lru_cache(maxsize=KEPT)
def function_word(status: FunctionStatus, lang: str) -> str:
    return text(Message(f"status.function.{status.value}"), lang)


@lru_cache(maxsize=KEPT)
def mistake_words(id: str, lang: str) -> str | None:
    """What a program with a mistake does, of several (`a+b`) what each does; None where that depends on the program."""
    parts = [f"diagnosis.{part}.does" for part in id.split("+")]
    return "; ".join(text(Message(part), lang) for part in parts) if all(map(has, parts)) else None


@lru_cache(maxsize=KEPT)
def verdict_word(status: CheckStatus, lang: str) -> str:
    return text(Message(f"status.verdict.{status.value}"), lang)


@lru_cache(maxsize=KEPT)
def certainty_words(certainty: str, lang: str) -> tuple[str, str]:
    """The word, and what it means."""
    word, meaning = f"status.certainty.{certainty}", f"status.certainty.{certainty}.meaning"
    return text(Message(word), lang), text(Message(meaning), lang)


def _known(id: str, otherwise: str, lang: str) -> str:
    return text(Message(id), lang) if has(id) else safe(otherwise)
