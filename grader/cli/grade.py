"""`grader grade`: submissions on this machine, in the sandbox, with no server and no database."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.configured import settings
from grader.cli.finding import find
from grader.cli.language import LangOption, choose
from grader.cli.telling import FULL_MARKS, NOT_FULL_MARKS, OUR_FAULT, WRONG_USE, exit_code, say, show, speaking
from grader.core import Assignment, Message, Report, State
from grader.errors import BadRequest

if TYPE_CHECKING:
    from grader.cli.grading import Task

Out = Path | None


def grade(
    assignment: Annotated[str, typer.Argument(help="Slug of the assignment; `grader assignments` lists them.")],
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...", help="A .py or .ipynb file, a folder, a .zip or .tar.gz. Several form one submission."
        ),
    ],
    each: Annotated[
        bool, typer.Option("--each", help="Each path is a submission of its own; graded in parallel.")
    ] = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="With --each: how many at a time (default: cores).")] = None,
    json_file: Annotated[
        Out, typer.Option("--json", metavar="FILE|-", help="Write the report as JSON; with --each one a line.")
    ] = None,
    junit_file: Annotated[Out, typer.Option("--junit", metavar="FILE|-", help="Write JUnit XML.")] = None,
    html_file: Annotated[Out, typer.Option("--html", metavar="FILE|-", help="Write one self-contained page.")] = None,
    counterexample_file: Annotated[
        Out,
        typer.Option(
            "--counterexample", metavar="FILE|-", help="Write the smallest failing examples as a Python file to run."
        ),
    ] = None,
    lang: LangOption = None,
    seed: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Draw the hidden inputs from this; a report's seed repeats it.")
    ] = None,
    profile: Annotated[
        str, typer.Option(metavar="NAME", help="Conventions to grade by; `grader assignments --profiles` lists them.")
    ] = "default",
    unsafe: Annotated[
        bool, typer.Option("--unsafe-no-isolation", help="Run the code unconfined, as SANDBOX_TIER=none asks.")
    ] = False,
) -> None:
    """Grade submissions on this machine, with no server and no database.

    The report goes to standard error, JSON to standard output where it is asked for. Exit code: 0 full marks,
    1 not full marks, 2 wrong use or unreadable input, 3 a fault of the grader.

    \b
    Examples:
      grader grade svm linear_svm.py
      grader grade layers homework/ --json report.json --html report.html
      grader grade svm linear_svm.py --counterexample counterexample.py
      grader grade svm --each students/*.zip --json reports.jsonl
    """
    spoken = choose(lang)
    with speaking(spoken):
        from grader.cli.cores import usable_cores
        from grader.cli.grading import task
        from grader.cli.output import check_writable

        if each and html_file:
            raise BadRequest(Message("cli.html-with-each"))
        if each and counterexample_file:
            raise BadRequest(Message("cli.counterexample-with-each"))
        check_writable(json_file, junit_file, html_file, counterexample_file)
        job = task(assignment, seed, settings(), unsafe=unsafe, profile=profile)
        run = Run(find(assignment), job, spoken, json_file, junit_file, html_file, counterexample_file)
        code = _each(run, paths, jobs or usable_cores()) if each else _one(run, paths)
    raise typer.Exit(code)


@dataclass(frozen=True, slots=True)
class Run:
    """One command line: what is graded, in which language it is told, and where the reports go."""

    assignment: Assignment
    task: Task
    lang: str
    json_file: Out
    junit_file: Out
    html_file: Out
    counterexample_file: Out


def _one(run: Run, paths: Sequence[Path]) -> int:
    """All paths are one submission."""
    from grader.cli.grading import grade_paths
    from grader.cli.isolation import sandbox
    from grader.cli.output import write
    from grader.report.as_json import as_json

    box = sandbox(run.task.settings, unsafe=run.task.unsafe)
    with _bar(len(run.assignment.groups)) as advance:
        report = grade_paths(run.task, run.assignment, paths, box, lambda now: advance(now.function, now.done))
    show(report, run.lang)
    write(run.json_file, json.dumps(as_json(report, run.lang), ensure_ascii=False, indent=2))
    _write_junit(run, [report])
    _write_html(run, report)
    _write_counterexample(run, report)
    return exit_code(report)


def _each(run: Run, paths: Sequence[Path], jobs: int) -> int:
    """Every path is a submission: a line each, in the order given, and how many fared how."""
    from grader.cli.grading import grading_each
    from grader.cli.output import writing
    from grader.intake import exists
    from grader.report.as_json import as_json

    there, codes, reports = [path for path in paths if exists(path)], list[int](), list[Report]()
    for path in paths:
        if path not in there:
            say(Message("intake.no-such-path", {"path": str(path)}), run.lang)
    with (
        grading_each(run.task, run.assignment, there, jobs) as graded,
        writing(run.json_file) as lines,
        _bar(len(there)) as advance,
    ):
        for path, report in zip(there, graded, strict=True):
            if lines:
                told = {"path": str(path), **as_json(report, run.lang)}
                print(json.dumps(told, ensure_ascii=False), file=lines, flush=True)
            reports += [report] if run.junit_file else []
            codes.append(exit_code(report))
            say(_line(path, report, run.lang), run.lang)
            advance(path.name, len(codes))
    _write_junit(run, reports)
    say(Message("cli.each.summary", _counts(codes)), run.lang)
    return _code(codes, missing=len(there) < len(paths))


def _line(path: Path, report: Report, lang: str) -> Message:
    """What is said of one submission among many."""
    if report.state is State.GRADED:
        points = {"score": float(report.score), "max_score": float(report.max_score)}
        return Message("cli.each.graded", {"path": str(path), **points})
    from grader.report import text

    reason = text(report.reason, lang) if report.reason else ""
    return Message(f"cli.each.{report.state.value}", {"path": str(path), "reason": reason})


def _counts(codes: Sequence[int]) -> dict[str, int]:
    count = Counter(codes)
    return {
        "total": len(codes),
        "full": count[FULL_MARKS],
        "less": count[NOT_FULL_MARKS],
        "rejected": count[WRONG_USE],
        "broken": count[OUR_FAULT],
    }


def _code(codes: Sequence[int], *, missing: bool) -> int:
    """3 if any is broken, 2 if a path is not there, 0 if all have full marks, else 1."""
    if OUR_FAULT in codes:
        return OUR_FAULT
    if missing:
        return WRONG_USE
    return NOT_FULL_MARKS if any(codes) else FULL_MARKS


def _write_junit(run: Run, reports: Sequence[Report]) -> None:
    if run.junit_file:
        from grader.cli.output import write
        from grader.report.as_junit import as_junit

        write(run.junit_file, as_junit(reports, run.lang))


def _write_html(run: Run, report: Report) -> None:
    if run.html_file:
        from grader.cli.output import write
        from grader.report.as_html import as_html

        write(run.html_file, as_html(report, run.lang))


def _write_counterexample(run: Run, report: Report) -> None:
    """Nothing is written where there is nothing to show, and that is said."""
    if run.counterexample_file:
        from grader.cli.output import write
        from grader.report.snippet import snippet

        program = snippet(report, run.lang)
        if program is None:
            say(Message("cli.no-counterexample", {"path": str(run.counterexample_file)}), run.lang)
        else:
            write(run.counterexample_file, program)


@contextmanager
def _bar(total: int) -> Iterator[Callable[[str, int], None]]:
    """A progress bar on a terminal, nothing elsewhere; called with what is at work and how much is done."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, redirect_stdout=False, disable=not sys.stderr.isatty()) as progress:
        bar = progress.add_task("", total=total)
        yield lambda at, done: progress.update(bar, description=escape(at), completed=done)
