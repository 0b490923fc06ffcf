"""The catalogues are complete in every language, and say what the code asks for."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from grader.report.catalogue import LANGUAGES, LOCALE, parsed


def domains(lang: str) -> list[str]:
    """The names of the catalogue files of a language."""
    return sorted(path.stem for path in (LOCALE / lang).glob("*.po"))


ROOT = Path(__file__).resolve().parents[2]
DOMAINS = sorted({domain for lang in LANGUAGES for domain in domains(lang)})
ID = re.compile(r"[a-z]+(\.[a-z0-9]+([-_][a-z0-9]+)*)+")
HANGUL = re.compile(r"[가-힣]")
# A particle whose form hangs on the last letter of a parameter: `{name}을`, `"{name}" 은`, and the evasion `을(를)`.
PARTICLE = re.compile(
    r"""\([은는이가을를으와과]\)|(?<!\})\}(?!\})["”`]? ?(은|는|이|가|을|를|와|과|로|으로|라|이라)(?![가-힣])"""
)
WITHOUT_HANGUL = re.compile(r"(\{\w+[^}]*\}|[\W\d_]|ns|landlock|CSV|JSON|XML|HTML|SHA-256|URL|ID)*")


class Asked(NamedTuple):
    """An id as the code writes it: `pattern` matches the ids that an f-string may become, `params` if literal."""

    place: str
    id: str | None
    pattern: re.Pattern[str]
    params: frozenset[str] | None


@cache
def catalogue(lang: str, domain: str) -> Catalog:
    with (LOCALE / lang / f"{domain}.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


def entries(lang: str, domain: str) -> dict[str, str]:
    return {str(entry.id): str(entry.string) for entry in catalogue(lang, domain) if entry.id}


@cache
def all_ids() -> frozenset[str]:
    return frozenset(id for domain in DOMAINS for id in entries("en", domain))


def fields(template: str) -> set[str]:
    return {field for _, field, _, _ in parsed(template) if field is not None}


@cache
def code() -> tuple[tuple[Path, ast.Module], ...]:
    paths = [path for room in ("grader", "reference") for path in sorted((ROOT / room).rglob("*.py"))]
    return tuple((path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths if "supplied" not in path.parts)


def asked() -> Iterator[Asked]:
    """Every `Message(...)` of the code whose id is a literal or an f-string."""
    for path, tree in code():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _called(node) == "Message" and node.args:
                place = f"{path.relative_to(ROOT)}:{node.lineno}"
                params = _params(node)
                for id, pattern in _ids(node.args[0]):
                    yield Asked(place, id, pattern, params)


def _called(node: ast.Call) -> str:
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def _ids(node: ast.expr) -> Iterator[tuple[str | None, re.Pattern[str]]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value, re.compile(re.escape(node.value))
    elif isinstance(node, ast.JoinedStr):
        parts = [re.escape(str(v.value)) if isinstance(v, ast.Constant) else r"[\w.-]+" for v in node.values]
        yield None, re.compile("".join(parts))
    elif isinstance(node, ast.IfExp):
        yield from _ids(node.body)
        yield from _ids(node.orelse)


def _params(node: ast.Call) -> frozenset[str] | None:
    """The names given, where they stand there literally."""
    given = node.args[1] if len(node.args) > 1 else next((k.value for k in node.keywords if k.arg == "params"), None)
    if given is None:
        return frozenset()
    if isinstance(given, ast.Dict) and all(isinstance(key, ast.Constant) for key in given.keys):
        return frozenset(str(key.value) for key in given.keys if isinstance(key, ast.Constant))
    return None


def mentioned() -> tuple[set[str], list[re.Pattern[str]]]:
    """Ids that stand anywhere in code or templates as a whole string, and patterns of f-strings that begin like one."""
    literal: set[str] = set()
    patterns: list[re.Pattern[str]] = []
    for _, tree in code():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and ID.fullmatch(node.value):
                literal.add(node.value)
            elif isinstance(node, ast.JoinedStr) and _begins_like_an_id(node):
                patterns += [pattern for _, pattern in _ids(node)]
    for path in sorted((ROOT / "grader").rglob("*.html")):
        page = path.read_text(encoding="utf-8")
        literal.update(ID_IN_TEMPLATE.findall(page))
        patterns += [re.compile(re.escape(start) + r"[\w.-]+") for start in START_IN_TEMPLATE.findall(page)]
    return literal, patterns


ANY_DOMAIN = "|".join(DOMAINS)
ID_IN_TEMPLATE = re.compile(rf"""["']((?:{ANY_DOMAIN})(?:\.[a-z0-9_-]+)+)["']""")
START_IN_TEMPLATE = re.compile(rf"""["']((?:{ANY_DOMAIN})\.(?:[a-z0-9_-]+\.)*[a-z0-9_-]*)["'] *~""")


def _begins_like_an_id(node: ast.JoinedStr) -> bool:
    first = node.values[0]
    return isinstance(first, ast.Constant) and str(first.value).partition(".")[0] in DOMAINS and "." in str(first.value)


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_language_has_the_same_ids_with_the_same_parameters(domain: str) -> None:
    """A parameter that is called like a language holds an author's own words."""

    def asked(lang: str) -> dict[str, set[str]]:
        named = {id: set(fields(sentence)) for id, sentence in entries(lang, domain).items()}
        return {id: {"own words" if name in LANGUAGES else name for name in names} for id, names in named.items()}

    for lang in LANGUAGES:
        assert domain in domains(lang), f"{lang}/{domain}.po is missing"
        assert asked(lang) == asked("en")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("domain", DOMAINS)
def test_every_entry_is_written_and_its_id_names_its_file(lang: str, domain: str) -> None:
    for entry in catalogue(lang, domain):
        if entry.id:
            assert ID.fullmatch(str(entry.id)), f"{entry.id}: an id is words with dashes, joined by dots"
            assert str(entry.id).startswith(f"{domain}."), f"{entry.id} stands in {domain}.po"
            assert str(entry.string).strip(), f"{entry.id} is empty"
            assert not entry.fuzzy, f"{entry.id} is fuzzy"
    assert not catalogue(lang, domain).obsolete


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_id_is_given_twice_in_one_file(domain: str) -> None:
    for lang in LANGUAGES:
        lines = (LOCALE / lang / f"{domain}.po").read_text(encoding="utf-8").splitlines()
        ids = [line for line in lines if line.startswith("msgid ")]
        assert len(ids) == len(set(ids)), [id for id in ids if ids.count(id) > 1]


@pytest.mark.parametrize("domain", DOMAINS)
def test_korean_is_korean(domain: str) -> None:
    for id, sentence in entries("ko", domain).items():
        assert HANGUL.search(sentence) or WITHOUT_HANGUL.fullmatch(sentence), f"{id}: {sentence}"


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_korean_particle_depends_on_a_parameter(domain: str) -> None:
    assert [id for id, sentence in entries("ko", domain).items() if PARTICLE.search(sentence)] == []


@pytest.mark.parametrize("sentence", ["{output}을(를) 확인", "{output}을 확인", "“{email}” 은 없습니다", "{x}로."])
def test_a_particle_after_a_parameter_is_found(sentence: str) -> None:
    assert PARTICLE.search(sentence)


@pytest.mark.parametrize(
    "sentence", ["{output}의 값을 확인", "{x}에서 {y}까지", "{line}행", "{x}이어야 합니다", "번호({id})를"]
)
def test_what_suits_every_parameter_is_no_such_particle(sentence: str) -> None:
    assert not PARTICLE.search(sentence)


@pytest.mark.parametrize("domain", DOMAINS)
def test_english_is_english(domain: str) -> None:
    for id, sentence in entries("en", domain).items():
        assert not HANGUL.search(sentence), f"{id}: {sentence}"


def test_every_message_of_the_code_stands_in_the_catalogues() -> None:
    lost = [f"{one.place}: {one.id}" for one in asked() if one.id is not None and one.id not in all_ids()]
    lost += [
        f"{one.place}: nothing matches {one.pattern.pattern}"
        for one in asked()
        if one.id is None and not any(one.pattern.fullmatch(id) for id in all_ids())
    ]
    assert not lost, "\n".join(lost)


def test_every_message_of_the_code_gives_the_parameters_that_its_sentence_names() -> None:
    sentences = {id: sentence for domain in DOMAINS for id, sentence in entries("en", domain).items()}
    wrong = [
        f"{one.place}: {one.id} is given {sorted(one.params)}, its sentence names {sorted(fields(sentences[one.id]))}"
        for one in asked()
        if one.id in sentences and one.params is not None and not fields(sentences[one.id]) <= one.params
    ]
    assert not wrong, "\n".join(wrong)


def test_every_id_is_used_by_some_code() -> None:
    literal, patterns = mentioned()
    unused = [id for id in sorted(all_ids()) if id not in literal and not any(p.fullmatch(id) for p in patterns)]
    assert not unused, "\n".join(unused)
