"""`grader assignments`: what can be graded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from grader.cli.language import LangOption, choose
from grader.cli.telling import speaking


def assignments(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False, lang: LangOption = None
) -> None:
    """List the assignments: slug, title, functions with signatures, points.

    \b
    Examples:
      grader assignments
      grader assignments --json
    """
    spoken = choose(lang)
    with speaking(spoken):
        from grader.cli.configured import settings
        from grader.grading import registry
        from grader.report.words import Title

        units = [
            {"slug": unit["slug"], "title": Title(unit["slug"], unit["titles"]).text(spoken)}
            | {key: unit[key] for key in ("max_score", "files", "functions", "revision")}
            for unit in registry.units(settings().assignment_folders)
        ]
    if as_json:
        typer.echo(json.dumps(units, ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(line for unit in units for line in _lines(unit)))


def _lines(unit: Mapping[str, Any]) -> Iterator[str]:
    yield f"{unit['slug']}  {unit['title']}  {unit['max_score']:g}"
    for function in unit["functions"]:
        yield f"  {function['points']:>5g}  {function['name']}{function['signature']}"
