"""Rules of the templates, read from their source: nothing inline, nothing from elsewhere, every sentence known."""

import re
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest

import grader.web
from grader import report
from grader.report.catalogue import has
from grader.web.rendering import environment

WEB = Path(grader.web.__file__).parent
TEMPLATES = sorted((WEB / "templates").glob("*.html"))
ALL = [*TEMPLATES, Path(report.__file__).parent / "templates/report_body.html"]
OWN_STATIC = [path for path in (WEB / "static").iterdir() if path.is_file()]


class Inline(HTMLParser):
    """Collects what `default-src 'self'` refuses, or what would have to be evaluated."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name: value or "" for name, value in attrs}
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(f"<{tag}>")
        for name, value in names.items():
            scripted = name.startswith(("on", "hx-on")) or value.strip().startswith(("js:", "javascript:"))
            if name == "style" or scripted or (name == "hx-trigger" and "[" in value):
                self.found.append(f"{tag} {name}={value}")


def without_jinja(source: str) -> str:
    return re.sub(r"\{[%#].*?[%#]\}", "", re.sub(r"\{\{.*?\}\}", "x", source), flags=re.DOTALL)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_no_template_holds_a_script_or_a_style(path: Path) -> None:
    parser = Inline()
    parser.feed(without_jinja(path.read_text(encoding="utf-8")))
    assert parser.found == []


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_no_template_switches_escaping_off_or_loads_from_elsewhere(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe|autoescape\s+false|Markup\(", source)
    assert not re.search(r"(?:src|href|action)=[\"']?(?:https?:)?//", source)


@pytest.mark.parametrize("path", OWN_STATIC, ids=lambda path: path.name)
def test_our_static_files_load_nothing_from_elsewhere_and_evaluate_nothing(path: Path) -> None:
    source = path.read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?://|\beval\(|new Function|innerHTML|data:image", source)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_sentence_of_a_template_is_in_the_catalogues(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    named = re.findall(r"\bt\(\s*[\"'](web\.[\w.-]+)[\"']\s*[,)]", source)
    assert [id for id in named if not has(id)] == []
    assert not re.search(
        r">[^<{}]*[A-Za-z]{3,}[^<{}]*<", re.sub(r"<(code|style|script)\b.*?</\1>", "", without_text(source))
    )


def without_text(source: str) -> str:
    """The template without its tags of Jinja and the few names that are the same in every language."""
    for same in ("CSV", "HTML", "JSON"):
        source = source.replace(f">{same}<", "><")
    return re.sub(r"\{[%#].*?[%#]\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)


def test_the_bar_of_a_score_is_as_long_as_its_share() -> None:
    """A browser reads decimals: of `17/5` it makes a bar without an end."""
    module = environment().get_template("macros.html").make_module({"t": lambda id, **_: id})
    drawn = str(module.bar(Fraction(17, 5), Fraction(16)))
    (most, points) = re.findall(r'(?:max|value)="([^"]+)"', drawn)
    assert (float(most), float(points)) == (16.0, 3.4)
