"""A Report as people and programs read it, in every language of the catalogues.

`as_html` is not imported here: it brings Jinja2, and the shell's help must not pay for it. Say
`from grader.report.as_html import as_html`.
"""

from grader.report.catalogue import LANGUAGES, choose_language, text

__all__ = ["LANGUAGES", "choose_language", "text"]
