"""`grader admin scores`: the gradebook of a course as a table, from the shell."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.database import opened
from grader.cli.output import STDOUT, check_writable, write


def scores(
    course: Annotated[str, typer.Argument(metavar="COURSE", help="The course's short name, as in its address.")],
    section: Annotated[str | None, typer.Option(metavar="NAME", help="Only the students of this section.")] = None,
    assignment: Annotated[
        str | None, typer.Option(metavar="ASSIGNMENT", help="Only this one, by its address in the course.")
    ] = None,
    sort: Annotated[str, typer.Option(help="email, name, section, total or an assignment; -total turns it round.")] = (
        "email"
    ),
    out: Annotated[Path, typer.Option(metavar="FILE.csv", help="Where it goes; - is standard output.")] = STDOUT,
) -> None:
    """Write the scores that count as a table: a line a student, a column an assignment, the total, then what there is
    to get in each. EX is excused, an empty cell is no score.

    \b
    Example:
      grader admin scores cs231n --out scores.csv
      grader admin scores cs231n --section A --sort -total
    """
    from grader.api.gradebook import as_csv
    from grader.course import gradebook, people, units
    from grader.course.filters import Filters

    check_writable(out)
    with opened() as (database, _), database.read() as session:
        where = people.find_course(session, course)
        by = Filters(section=section, assignment=assignment)
        if assignment is not None:
            units.find_assignment(session, where, assignment)
        table = gradebook.rows(session, where.id, by, sort=sort)
        written = as_csv(table, gradebook.columns_of(session, where.id, by), maxima=True)
    write(out, written.removeprefix("\ufeff") if out == STDOUT else written)
