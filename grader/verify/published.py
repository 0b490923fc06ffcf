"""Writes what a run of `grader verify` found into the documents: the summary, and the measured columns of tolerances.

`python -m grader.verify.published VERIFY.json` writes `docs/verify.md`, between its two marks, and the last but two
columns of the table in `docs/tolerances.md`; every other word of both is an author's.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from grader.grading.registry import OURS, ROOT

BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"
CASES = "cases"  # what the table calls the comparison of outputs
HEADS = ("assignment", "functions", "programs", "right runs", "false fails", "wrong runs", "false passes", "mistakes")
COLUMNS = ("tolerance", "stands in", "value", "worst of right code", "mildest mistake", "why")

Json = Mapping[str, Any]


# --------------------------------------------------------------------------- the summary


def with_summary(text: str, found: Json) -> str:
    """The document `text` with the summary of `found` between its marks."""
    head, _, rest = text.partition(BEGIN)
    _, mark, tail = rest.partition(END)
    if not mark:
        raise ValueError("the document has no place for what is measured")
    return head + BEGIN + summary(found) + END + tail


def summary(found: Json) -> str:
    """The figures of a run as Markdown."""
    total, about, audit = found["total"], found["environment"], found["audit"]
    lines = [
        f"`grader verify --seeds {found['seeds']}` with grader {about['grader']}, Python {about['python']}, "
        f"NumPy {about['numpy']} on {about.get('cpu', 'an unnamed processor')}, {found['seconds'] / 60:.0f} minutes:",
        "",
        f"- **{total['false_fails']}** false fails in **{total['right_runs']:,}** runs of right functions",
        f"- **{total['false_passes']}** false passes in **{total['wrong_runs']:,}** runs of wrong ones",
        f"- mutation score **{total['mutation_score']:.1%}**: {total['caught']} of {total['mistakes']} mistakes caught",
        *_names(found),
        f"- {audit['pairs']:,} gradings held against another of their program, {audit['numbers']:,} numbers: "
        f"{audit['failures']} differ that must not, {audit['other_last_bits_on_two_threads']} have other last bits on "
        "two threads",
        "",
        _line(HEADS),
        _line("---" for _ in HEADS),
        *(_row(unit) for unit in found["assignments"]),
    ]
    return "\n".join(lines) + "\n"


def _names(found: Json) -> Iterator[str]:
    """What wrong programs were named."""
    if names := found.get("names"):
        yield (
            f"- **{names['wrong']}** wrong names; {names['named']:,} of {names['mistakes']:,} runs of mistakes named "
            f"({names['named_share']:.1%}); of {names['pairs']:,} pairs of mistakes both in {names['both']:,} "
            f"({names['both_share']:.1%}), one in {names['one']:,}; {names['held_out']:,} runs of mistakes held out of "
            f"the library, {names['held_out_named_as_equal']:,} of them named as what is the same"
        )


def _row(unit: Json) -> str:
    cells = (
        f"`{unit['slug']}`",
        unit["functions"],
        unit["programs"],
        f"{unit['right_runs']:,}",
        unit["false_fails"],
        f"{unit['wrong_runs']:,}",
        unit["false_passes"],
        f"{unit['caught']} / {unit['mistakes']}",
    )
    return _line(map(str, cells))


# --------------------------------------------------------------------------- the table of tolerances


class Row(NamedTuple):
    """One row of the table. `what` begins with the id of a check in backquotes, or `cases`, where it is measured."""

    what: str
    place: str
    value: str
    worst: str
    mildest: str
    why: str

    @property
    def check(self) -> str:
        return self.what.split("`")[1] if self.what.startswith("`") else ""

    @property
    def slug(self) -> str | None:
        """The assignment whose file the tolerance stands in; None of what belongs to all."""
        folder, _, name = self.place.strip("`").partition(":")[0].rpartition("/")
        return name.removesuffix(".py") if folder == OURS.name else None


def rows(text: str) -> Iterator[Row]:
    """The rows of every table in `text` that has these columns."""
    inside = False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")] if line.startswith("|") else []
        if tuple(cells) == COLUMNS:
            inside = True
        elif not cells:
            inside = False
        elif inside and len(cells) == len(COLUMNS):
            yield Row(*cells)


def with_figures(text: str, found: Json) -> str:
    """The document `text` with the worst of right code and the mildest mistake in each row that is measured."""
    for row in rows(text):
        if row.check:
            text = text.replace(_line(row), _line(_measured(row, found)))
    return text


def _measured(row: Row, found: Json) -> Row:
    """The row with what the run measured of it; what it did not measure stays as it is written."""
    worst = [(one["worst"], one["assignment"]) for one in _of(row, found["spread"])]
    mildest = [(one["error"], one["assignment"]) for one in _of(row, found["mildest"])]
    return row._replace(
        worst=_told(*max(worst)) if worst else row.worst,
        mildest=_told(*min(mildest)) if mildest else row.mildest,
    )


def _of(row: Row, entries: list[Json]) -> Iterator[Json]:
    """What was measured of the check that a row is about, with its tolerance."""
    check = "" if row.check == CASES else row.check
    for one in entries:
        if one["check"] == check and one["tolerance"] == float(row.value) and row.slug in (None, one["assignment"]):
            yield one


def _told(error: float, slug: str) -> str:
    return f"{error:.1e} ({slug})"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main(report: Path, docs: Path = ROOT / "docs") -> None:
    """Write both documents anew."""
    found: Json = json.loads(report.read_text("utf-8"))
    for name, written in (("verify.md", with_summary), ("tolerances.md", with_figures)):
        file = docs / name
        file.write_text(written(file.read_text("utf-8"), found), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
