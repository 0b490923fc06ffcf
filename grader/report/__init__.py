"""A Report as people and programs read it, in every language of the catalogues.

`as_html` alone is not imported here: it brings Jinja2, half of this room's time to import, and the shell's commands
print sentences without it. Say `from grader.report.as_html import as_html`.
"""

from grader.report.as_json import as_json
from grader.report.as_junit import as_junit
from grader.report.as_text import as_text
from grader.report.catalogue import LANGUAGES, choose_language, text

__all__ = ["LANGUAGES", "as_json", "as_junit", "as_text", "choose_language", "text"]
