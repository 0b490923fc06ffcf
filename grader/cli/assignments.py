"""`grader assignments`: what can be graded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from grader.cli.language import LangOption, choose
from grader.cli.telling import speaking


def assignments(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    profiles: Annotated[
        bool, typer.Option("--profiles", help="The profiles instead: what each takes as right where courses differ.")
    ] = False,
    lang: LangOption = None,
) -> None:
    """List the assignments and the bundles that have a name: slug, title, functions with signatures, points.

    \b
    Examples:
      grader assignments
      grader assignments --json
      grader assignments --profiles
    """
    spoken = choose(lang)
    if profiles:
        typer.echo(_profiles(as_json=as_json))
        return
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


def _profiles(*, as_json: bool) -> str:
    """Each profile with its axes, and the options that have full marks, that of the handout first."""
    from grader.grading import registry

    known = registry.accepted()
    if as_json:
        return json.dumps(known, indent=2)
    axes = {name: [f"  {axis}: {', '.join(options)}" for axis, options in known[name].items()] for name in known}
    return "\n".join(line for name, lines in axes.items() for line in (name, *lines))


def _lines(unit: Mapping[str, Any]) -> Iterator[str]:
    yield f"{unit['slug']}  {unit['title']}  {unit['max_score']:g}"
    for function in unit["functions"]:
        yield f"  {function['points']:>5g}  {function['name']}{function['signature']}"
