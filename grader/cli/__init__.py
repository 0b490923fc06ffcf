"""The shell's door: the table of commands, and the exit codes.

A command is loaded only when it is called, because NumPy, SQLAlchemy, FastAPI and DBOS together take longer
to import than `grader --help` may take. Each line of `COMMANDS` names where a command lives and what
stands about it in the list; the command's own docstring (a group's own `help`) is its `--help`, and has an example.

Exit codes: 0 full marks (or: it worked), 1 not full marks, 2 wrong use or unreadable input, 3 our fault.
A command raises `GraderError` for what its caller can mend; `main` prints the sentence on standard error.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer

from grader import __version__
from grader.cli.language import from_environment
from grader.cli.telling import NOT_FULL_MARKS, tell
from grader.core import Message
from grader.errors import GraderError


class Command(NamedTuple):
    """Where a command lives (`module:attribute`, a function or a `typer.Typer`) and its line in `grader --help`."""

    place: str
    help: str
    hidden: bool = False


COMMANDS = {
    "grade": Command("grader.cli.grade:grade", "Grade on this machine, with no server and no database."),
    "assignments": Command("grader.cli.assignments:assignments", "List the assignments, their functions and points."),
    "starter": Command("grader.cli.starter:starter", "Write the starter files of an assignment."),
    "verify": Command("grader.cli.verify:verify", "Certify the grader by programs that deserve what is known."),
    "replay": Command("grader.cli.replay:replay", "Grade again by a report, and compare every verdict and number."),
    "submit": Command("grader.cli.submit:submit", "Upload to a service and follow it to the report."),
    "serve": Command("grader.cli.serve:serve", "Run the web process and workers on this machine."),
    "web": Command("grader.cli.serve:web", "Run the web process alone."),
    "worker": Command("grader.cli.serve:worker", "Run one worker alone."),
    "admin": Command("grader.cli.admin:app", "Set up courses, people and tokens."),
    "doctor": Command("grader.cli.doctor:doctor", "Say what this machine offers and what it lacks."),
    "demo": Command("grader.cli.demo:demo", "Serve a demo course with sample submissions.", hidden=True),
}


def run() -> None:
    """The console script `grader`. Our NumPy has one BLAS thread, in every process that this one starts as well: the
    same bits on every run, and gradings side by side that do not compete."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that lacks a character still shows the rest
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main(sys.argv[1:]))


def main(argv: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    try:
        _tree(argv)(args=list(argv), prog_name="grader")
    except SystemExit as exit:
        return exit.code if isinstance(exit.code, int) else NOT_FULL_MARKS
    except GraderError as error:
        return tell(error, from_environment())
    except Exception as error:
        return _tell_of_our_fault(error)
    return 0


def _tell_of_our_fault(error: Exception) -> int:
    """Print what flew; the traceback too where GRADER_LOG_LEVEL is debug."""
    if os.environ.get("GRADER_LOG_LEVEL") == "debug":
        traceback.print_exception(error)
    fault = Message("cli.our-fault", {"type": type(error).__name__, "text": str(error)})
    return tell(GraderError(fault), from_environment())


def _tree(argv: Sequence[str]) -> typer.Typer:
    """The tree of commands, in which only the one that `argv` names is loaded."""
    tree = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    tree.callback(no_args_is_help=True)(_options)
    named = next((word for word in argv if not word.startswith("-")), None)
    for name, command in COMMANDS.items():
        target = _load(command.place) if name == named else _not_loaded
        if isinstance(target, typer.Typer):
            tree.add_typer(target, name=name, hidden=command.hidden)
        else:
            help = command.help if target is _not_loaded else None
            tree.command(name, help=help, hidden=command.hidden)(target)
    return tree


def _load(place: str) -> Callable[..., Any] | typer.Typer:
    module, attribute = place.split(":")
    loaded: Callable[..., Any] | typer.Typer = getattr(import_module(module), attribute)
    return loaded


def _not_loaded() -> None:
    """Stands in the list of commands for one that this command line does not call."""


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """An autograder for machine learning written in NumPy that names the mistake.

    \b
    Example:
      grader grade svm linear_svm.py
    """
