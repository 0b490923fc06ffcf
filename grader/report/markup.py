"""What the templates of reports do to text so that it can be read in a narrow column: filters of Jinja."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup, escape

# Every repetition has an end, so that a long word or number that a student printed costs no more than its length.
WHOLE = re.compile(
    r"\b\d[\d.]{0,20}e[-+]\d{1,3}\b"  # 1e-06
    r"|\b(?:log )?[A-Za-z_]\w{0,30}(?:-\d{1,9})? = -?\d{1,20}(?:\.\d{1,20})?\b"  # C-1 = 4.0
    r"|\b[A-Za-z_]\w{0,30} (?:[!=]=|&[gl]t;=?) [\w.]{1,20}\b"  # x > 0
    r"|\b[A-Za-z]-\d{1,9}\b"  # C-1
    r"|\b[\d.]{1,20} / [\d.]{1,20}\b"  # 0 / 14
    r"|\b\d[\d.]{0,20} (?:%|s\b|[KM]iB)|\b\d{1,9} of \d{1,9}\b"
    r"|\([^\s()=]{1,9}=[^\s()=]{1,9}\)|\[\d{1,9}, \d{1,9}\)"  # (N=1), [0, 1)
    r"|\b[A-Za-z_]\w{0,30}\[\d{1,9}(?:, \d{1,9}){0,5}\]"  # dW[3, 1]
    r"|\((?:\d{1,9}|[A-Z])(?:, (?:\d{1,9}|[A-Z])){0,5},?\)[가-힣]{0,9}"  # (3, 4), (N, D)
    r"|[^\s()<>&;]{1,12}\)[가-힣]{1,9}"  # what a particle behind a bracket belongs to
    r"|\([\w, ]{1,24}\) -&gt; \w{1,12}"  # (x, cache) -> dx
)
ROW = re.compile(r"\[([-+.\w, ]+)\]")
ROWS = re.compile(rf"{ROW.pattern}(?:\]*, \[*{ROW.pattern})+")

BETWEEN_ROWS = r"(?<=\])(, )(?=\[)"
BETWEEN_ENTRIES = r"(, )(?:(?<=\], )(?=\[)|(?='))"
LONG = 64  # a line of more characters is broken between the entries of a dict too


def whole(said: str) -> Markup:
    """`said`, escaped, in which numbers, indices, shapes and short signatures stay on one line."""
    return Markup(WHOLE.sub(r'<span class="whole">\g<0></span>', str(escape(said))))  # noqa: S704  escaped, and ours


def by_rows(literals: str) -> str:
    """Matrices as Python writes them, each on as many lines as it has rows, with every number below that of the row
    above; a long dict on a line for each entry."""
    return "\n".join(_by_rows(ROWS.sub(_aligned, line)) for line in literals.split("\n"))


def _by_rows(literal: str) -> str:
    lines = [""]
    opened: list[int] = []  # the columns behind the brackets that are open
    for part in re.split(BETWEEN_ENTRIES if len(literal) > LONG else BETWEEN_ROWS, literal):
        if part == ", " and opened:
            lines[-1] += ","
            lines.append(" " * opened[-1])
            continue
        for character in part:
            lines[-1] += character
            if character in "[({":
                opened.append(len(lines[-1]))
            elif character in "])}" and opened:
                opened.pop()
    return "\n".join(lines)


def _aligned(found: re.Match[str]) -> str:
    """Rows of as many numbers each get columns of one width."""
    rows = [row.split(", ") for row in ROW.findall(found[0])]
    if len({len(row) for row in rows}) != 1:
        return found[0]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    padded = iter([", ".join(map(str.rjust, row, widths)) for row in rows])
    return ROW.sub(lambda _: f"[{next(padded)}]", found[0])


FILTERS: Mapping[str, Callable[[Any], str]] = {"whole": whole, "rows": by_rows}
