"""`grader replay`: grades again by a report, and says whether every verdict and number is the same."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.cli.configured import settings
from grader.cli.finding import find
from grader.cli.language import LangOption, choose
from grader.cli.telling import FULL_MARKS, NOT_FULL_MARKS, say, speaking
from grader.core import Message, Param, State
from grader.errors import BadRequest, Unavailable

if TYPE_CHECKING:
    from grader.core import SourceFile

SHOWN = 40  # differences that are printed
SEED = re.compile("[0-9a-f]{64}")
DECIDES = ("python", "numpy", "cpu")  # what rounding depends on

Json = Mapping[str, Any]


def replay(
    report: Annotated[Path, typer.Argument(metavar="REPORT.json", help="A report as `grader grade --json` writes it.")],
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="The files that were graded.")],
    lang: LangOption = None,
    unsafe: Annotated[
        bool, typer.Option("--unsafe-no-isolation", help="Run the code unconfined, as SANDBOX_TIER=none asks.")
    ] = False,
) -> None:
    """Grade again with the seed of a report, and compare every verdict and number.

    Another revision of the grader, or another machine, is said. Numbers are the same to the last bit where processor,
    Python and NumPy are; elsewhere they may be rounded otherwise. Exit code: 0 all is the same, 1 something differs,
    2 the report or the files are not what was graded, 3 a fault of the grader.

    \b
    Examples:
      grader grade svm linear_svm.py --json report.json
      grader replay report.json linear_svm.py
    """
    spoken = choose(lang)
    with speaking(spoken):
        old = _read(report)
        code = _told(old, _again(old, paths, unsafe), spoken)
    raise typer.Exit(code)


def _read(file: Path) -> Json:
    """The report in `file`. Raises BadRequest where it is none, or none that can be repeated."""
    from grader.cli.received import report_from

    try:
        old: Json = json.loads(file.read_text("utf-8"))
        report = report_from(old)
    except OSError as error:
        raise _refused("unreadable", file=str(file), reason=error.strerror or str(error)) from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _refused("no-report", file=str(file)) from None
    if report.state is State.BROKEN:
        raise _refused("broken", file=str(file))
    if report.state is State.GRADED and not SEED.fullmatch(report.seed):
        raise _refused("no-seed", file=str(file))
    return old


def _again(old: Json, paths: Sequence[Path], unsafe: bool) -> Json:
    """The report on the same files with the same seed. Raises BadRequest where the files are others, and Unavailable
    where the grading breaks."""
    from grader.cli.isolation import sandbox
    from grader.grading import grade, registry, rejected, seeds
    from grader.intake import Rejected, read
    from grader.report.as_json import as_json

    assignment, box = find(old["assignment"]), sandbox(settings(), unsafe=unsafe)
    terms: dict[str, Any] = {"profile": registry.profile(old.get("profile", "default"))}
    terms |= {name: old[name] for name in ("learning", "shares", "tolerance") if name in old}
    if old.get("supplied") is False:
        terms["supply"] = False
    try:
        submission = read(paths, [function.name for function in assignment.functions])
    except Rejected as refusal:
        _check_files(old, refusal.files)
        files = [(file.path, file.data) for file in refusal.files]
        report = rejected(assignment, refusal.message, files, notes=refusal.notes, isolation=box.isolation)
    else:
        _check_files(old, (*submission.files, *submission.data))
        report = grade(assignment, submission, seeds.from_text(old.get("seed", "")), box, **terms)
    if report.state is State.BROKEN and report.reason:
        raise Unavailable(report.reason)
    return as_json(report, "en")


def _check_files(old: Json, files: Sequence[SourceFile]) -> None:
    """Raises BadRequest where these are not the files of the report."""
    graded = {file["path"]: file["sha256"] for file in old["submission"]["files"]}
    given = {file.path: file.sha256 for file in files}
    if missing := sorted(graded.keys() - given.keys()):
        raise _refused("files-missing", files=", ".join(missing), given=", ".join(given))
    if further := sorted(given.keys() - graded.keys()):
        raise _refused("files-further", files=", ".join(further))
    if changed := sorted(path for path in graded if graded[path] != given[path]):
        raise _refused("files-changed", files=", ".join(changed))


def _refused(why: str, **about: Param) -> BadRequest:
    return BadRequest(Message(f"verify.replay.{why}", about))


# --------------------------------------------------------------------------- what is said


def _told(old: Json, new: Json, lang: str) -> int:
    """Say what is the same and what is not; returns the exit code."""
    from grader.verify.sameness import differences

    if old["revision"] != new["revision"]:
        say(Message("verify.replay.revision", {"old": old["revision"], "new": new["revision"]}), lang)
    moved = _moved(old["environment"], new["environment"])
    for name, (before, now) in moved.items():
        say(Message("verify.replay.environment", {"name": name, "old": before, "new": now}), lang)
    found = differences(old, new)
    serious = [one for one in found if not (moved and one.is_rounding)]
    for one in serious[:SHOWN]:
        say(Message("verify.replay.difference", {"place": one.place, "old": str(one.old), "new": str(one.new)}), lang)
    if serious:
        say(Message("verify.replay.differs", {"count": len(serious)}), lang)
        return NOT_FULL_MARKS
    ending = Message("verify.replay.rounded", {"count": len(found)}) if found else Message("verify.replay.same")
    say(ending, lang)
    return FULL_MARKS


def _moved(old: Json, new: Json) -> dict[str, tuple[str, str]]:
    """What rounding depends on and is not the same here, or is not known of there."""
    return {name: (old.get(name, "-"), new.get(name, "-")) for name in DECIDES if old.get(name) != new.get(name)}
