"""Message + language -> sentence. The one place where ids become words.

**The catalogues** are gettext `.po` files, `locale/{en,ko}/<domain>.po`, read by Babel when first needed. `msgid` is
the message id, words with dashes joined by dots, and its first word is the domain, that is, the file; `msgstr` is the
sentence:

    msgid "checks.shape.wrong"
    msgstr "{output} has shape {got}; the reference has {expected}."

**Parameters** stand in braces, by name: `{name}` or `{name:.2g}` (a format spec of `format()`), and nothing else: no
attribute, no index, no position, no nested field. `{{` and `}}` are braces. `{name!l}` keeps the line breaks of a long
text, `{name!b}` is a number of bytes and says `16.0 MiB`, `{name!c}` is the name of a case, or several, and says what
it is called, `{name!o}` the same of outputs, `{name!m}` is the id of a sentence without parameters, or several of them,
and says these. Floats have 6 significant digits where no spec says otherwise; a tuple of integers is a shape, `(3, 4)`;
other tuples are joined with commas.

**What a student wrote is data.** Every parameter is made safe to show (`shown.safe`); HTML is escaped later, by the
template.

**A missing id or parameter is our bug** and must not cost a student the report: the id (or `{name}`) is shown in its
place, with an `UntranslatedWarning`, which the tests turn into an error.

A new language is a folder beside the others, and nothing else: see `docs/translate.md`.
"""

import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from string import Formatter

from babel.messages.pofile import read_po

from grader.core import Message
from grader.report.shown import safe, shown, size

LOCALE = Path(__file__).parent / "locale"
LANGUAGES = ("en", *sorted({folder.name for folder in LOCALE.iterdir()} - {"en"}))
KEPT = 4096  # names whose titles are kept; a page asks for hundreds of them, mostly the same
NOT_A_WORD = re.compile("[^a-z0-9]+")
PART = re.compile(r"(?P<array>W[0-9]*)_(?P<what>[a-z_]+)|slope/(?P<along>[A-Za-z0-9]+)")  # what is measured of an array


class UntranslatedWarning(UserWarning):
    """A message id or parameter that no catalogue knows: a bug of ours, an error in the tests."""


def text(message: Message, lang: str) -> str:
    """The sentence of `message` in `lang` (a language that is not there is read as English). Never raises."""
    template = _catalogue(lang if lang in LANGUAGES else LANGUAGES[0], message.id.partition(".")[0]).get(message.id)
    if template is None:
        warnings.warn(f"no text for {message.id!r} in {lang}", UntranslatedWarning, stacklevel=2)
        return safe(message.id)
    parts = parsed(template)
    if len(parts) == 1 and parts[0][1] is None:  # most of what a page says
        return parts[0][0]
    return "".join([_filled(part, message, lang) for part in parts])


def has(id: str) -> bool:
    """Whether the catalogues know this id (every language knows the same ids: a test says so)."""
    return id in _catalogue(LANGUAGES[0], id.partition(".")[0])


@lru_cache(maxsize=KEPT)
def case_title(name: str, lang: str) -> str:
    """`plain numbers` for `base`; what is a setting, like `reg=3`, and an instructor's own are called by name."""
    id = f"case.{NOT_A_WORD.sub('-', name.lower()).strip('-')}"
    return text(Message(id), lang) if has(id) else safe(name)


@lru_cache(maxsize=KEPT)
def output_title(name: str, lang: str) -> str:
    """`spread of W1` for `W1_spread`; a result, which has a name in the code, is called by it. What follows a name is
    left as it is: `loss (2/5)`."""
    called, space, behind = name.partition(" ")
    id = f"output.whole.{NOT_A_WORD.sub('-', called)}"
    if has(id):
        return text(Message(id), lang) + space + safe(behind)
    part = PART.fullmatch(called)
    if part and has(id := f"output.part.{NOT_A_WORD.sub('-', part['what'] or 'slope')}"):
        return text(Message(id, {"array": part["array"] or part["along"]}), lang) + space + safe(behind)
    return safe(name)


def choose_language(accept_language: str | None) -> str:
    """The language for an `Accept-Language` header (RFC 9110 12.5.4): the best of ours by weight, else English."""
    ranked = sorted(_preferences(accept_language or ""), key=lambda preference: -preference[0])
    return next((lang for _, lang in ranked), LANGUAGES[0])


def _preferences(header: str) -> Iterator[tuple[float, str]]:
    for item in header[:1000].split(","):
        tag, _, parameters = item.partition(";")
        lang = tag.strip().lower().partition("-")[0].replace("*", LANGUAGES[0])
        name, _, value = parameters.strip().partition("=")
        try:
            weight = float(value) if name.strip() == "q" else 1.0
        except ValueError:
            continue
        if lang in LANGUAGES and 0 < weight <= 1:
            yield weight, lang


# --------------------------------------------------------------------------- the files


@cache
def _catalogue(lang: str, domain: str) -> Mapping[str, str]:
    path = LOCALE / lang / f"{domain}.po"
    if not domain.isidentifier() or not path.is_file():
        return {}
    with path.open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file, abort_invalid=True) if entry.id}


# --------------------------------------------------------------------------- the parameters

Part = tuple[str, str | None, str, str | None]  # literal, field, spec, conversion
CONVERSIONS = (None, "l", "b", "c", "o", "m")


@cache
def parsed(template: str) -> tuple[Part, ...]:
    """The parts of a template. Raises ValueError where it is not as the catalogues' rules say."""
    parts: list[Part] = []
    for literal, field, spec, conversion in Formatter().parse(template):
        if field is not None and (not field.isidentifier() or "{" in (spec or "") or conversion not in CONVERSIONS):
            raise ValueError(f"not a plain parameter: {field!r} in {template!r}")
        parts.append((literal, field, spec or "", conversion))
    return tuple(parts)


def _filled(part: Part, message: Message, lang: str) -> str:
    literal, field, spec, conversion = part
    if field is None:
        return literal
    if field not in message.params:
        warnings.warn(f"{message.id!r} lacks the parameter {field!r}", UntranslatedWarning, stacklevel=3)
        return f"{literal}{{{field}}}"
    value = message.params[field]
    if conversion == "b" and isinstance(value, (int, float)):
        return literal + size(value)
    if conversion in TITLES:
        title, between = TITLES[conversion]
        names = value if isinstance(value, tuple) else (value,)
        return literal + between.join(title(str(name), lang) for name in names)
    return literal + shown(value, spec, lines=conversion == "l")


def _called(id: str, lang: str) -> str:
    """The name behind an id; one that an instructor gave a convention of their own says it itself: `margin-of-two`."""
    return text(Message(id), lang) if has(id) else safe(id.split(".")[1] if "." in id else id).replace("-", " ")


TITLES: Mapping[str | None, tuple[Callable[[str, str], str], str]] = {
    "c": (case_title, ", "),
    "o": (output_title, ", "),
    "m": (_called, "; "),
}
"""The conversions of names: what one is called, and what stands between two."""
