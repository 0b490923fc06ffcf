"""From a template to an answer: the reader's language, theme and clock, and that no page is kept.

No page holds a script or a style of its own: the content policy of every answer refuses them, so that text that
slipped through escaping could still do nothing. Jinja2 escapes everything; no template says `safe`. What stands in no
sentence of the catalogues and was named by a student goes through `visible`, as in every other form of the report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from grader import report
from grader.core import Message, Param
from grader.course.people import Person
from grader.report import text
from grader.report.markup import FILTERS
from grader.report.scores import decimals
from grader.report.shown import safe
from grader.web import clock
from grader.web.static_files import asset

HERE = Path(__file__).parent
LANGUAGE_NAMES = {lang: str(Locale.parse(lang).get_language_name(lang)) for lang in report.LANGUAGES}
NEXT_THEME = {None: "dark", "dark": "light", "light": "auto"}
HEADERS = {"Cache-Control": "no-store", "Vary": "Cookie, Accept-Language"}


@dataclass(frozen=True, slots=True)
class Frame:
    """What a page knows of whoever reads it. `theme` None follows the system; `unconfined`: submitted code runs
    without isolation."""

    lang: str
    theme: str | None
    path: str
    person: Person | None
    staff: bool
    unconfined: bool
    zone: ZoneInfo
    now: datetime
    paused: Message | None = None
    """That grading stands still, for the site or the course of the page."""


def say(frame: Frame, id: str, /, **params: Param) -> str:
    return text(Message(id, params), frame.lang)


def page(
    frame: Frame, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **context: Any
) -> HTMLResponse:
    """Render `template` for the reader of `frame`. A full page needs a `title`."""
    body = environment().get_template(template).render(_context(frame) | context)
    return HTMLResponse(body, status_code=status, headers={**HEADERS, **(headers or {})})


def _context(frame: Frame) -> dict[str, Any]:
    known: dict[str, Callable[..., object]] = {
        "t": partial(say, frame),
        "absolute": lambda moment, zone=None: clock.absolute(moment, zone or frame.zone, frame.lang),
        "relative": lambda moment: clock.relative(moment, frame.now, frame.lang),
        "duration": lambda seconds: clock.duration(seconds, frame.lang),
        "countdown": lambda moment: clock.countdown(moment, frame.now),
    }
    return known | {
        "lang": frame.lang,
        "theme": frame.theme,
        "next_theme": NEXT_THEME[frame.theme],
        "languages": LANGUAGE_NAMES.items(),
        "path": frame.path,
        "user": frame.person,
        "staff": frame.staff,
        "unconfined": frame.unconfined,
        "paused": text(frame.paused, frame.lang) if frame.paused else "",
        "zone": frame.zone.key,
        "course": None,
        "here": "",
    }


@cache
def environment() -> Environment:
    templates = FileSystemLoader([HERE / "templates", Path(report.__file__).parent / "templates"])
    made = Environment(
        loader=templates,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # a template is part of the program
    )
    made.filters |= {
        **FILTERS,
        "earned": partial(decimals, least=1),
        "points": partial(decimals, least=0),
        "rfc3339": clock.rfc3339,
        "visible": safe,
        "words": partial(safe, lines=True),
    }
    made.globals["asset"] = asset
    return made
