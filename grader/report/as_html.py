"""Report -> one HTML file that loads nothing, with its style inside: to keep, to print, to send.

Everything a student wrote is escaped by Jinja2; the file's own content policy refuses scripts and loads besides.
"""

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from grader.core import Report
from grader.report.as_json import Audience
from grader.report.markup import FILTERS
from grader.report.view import view


def as_html(report: Report, lang: str, *, audience: Audience = "staff", since: Sequence[str] = ()) -> str:
    """The report as a whole HTML document; `since` are sentences about the attempt before (`since.sentences`)."""
    template = _environment().get_template("report_page.html")
    return template.render(report=view(report, lang, audience), since=" ".join(since))


@cache
def _environment() -> Environment:
    loader = PackageLoader("grader.report")
    made = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # a template is part of the program: nobody asks the disk for every picture
    )
    made.filters |= FILTERS
    return made
