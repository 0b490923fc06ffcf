"""The counterexamples of a report as one Python file: `counterexample.py`, to be run beside the student's own.

It needs NumPy and nothing of ours, calls the functions as the grader does, and prints what is expected beside what is
received, in the digits of the report. Of a student's text only names of files stand in it, in comments (where nothing
invisible is left of them) and as literals of ASCII.
"""

import keyword
import sys
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from grader.core import Counterexample, FunctionResult, Message, Report, Script
from grader.report.catalogue import text
from grader.report.shown import literal, safe

NAME = "counterexample.py"
ABOUT = Message("report.snippet.about")
TAKEN = {"numpy", *sys.stdlib_module_names}  # an import of these may mean another module
FOLDERS = (
    "sys.path += [str(folder) for folder in Path(__file__).resolve().parents]  # packages that the file is part of"
)
HELPER = '''
def shown(value):
    """Numbers with 6 significant digits, as the report shows them."""
    value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, (list, tuple)):
        ends = "[]" if isinstance(value, list) else "()"
        return ends[0] + ", ".join(map(shown, value)) + ("," if ends == "()" and len(value) == 1 else "") + ends[1]
    if isinstance(value, float):
        return format(value, ".6g").replace("nan", "NaN").replace("inf", "Infinity")
    return str(value)
'''


def snippet(report: Report, lang: str, function: str | None = None) -> str | None:
    """The file for one function, or for all that have an example; None where there is nothing to show."""
    asked = [one for one in report.functions if function in (None, one.name)]
    parts = [
        list(_part(one, one.counterexample, one.counterexample.script, report.functions, lang))
        for one in asked
        if one.counterexample and one.counterexample.script
    ]
    if not parts:
        return None
    head = [f"# {text(one, lang)}" for one in (ABOUT, Message("report.snippet.run", {"file": NAME}))]
    loading = ["import importlib.util"] if any("importlib" in line for part in parts for line in part) else []
    lines = [
        *head,
        "",
        *loading,
        "import sys",
        "from pathlib import Path",
        "",
        "import numpy as np",
        "",
        FOLDERS,
        HELPER,
    ]
    return "\n".join([*lines, *(line for part in parts for line in ("", *part))]) + "\n"


def _part(
    function: FunctionResult, example: Counterexample, script: Script, functions: Sequence[FunctionResult], lang: str
) -> Iterator[str]:
    """The lines of one function."""
    yield f"# {safe(function.name)}"
    for name in script.imports:
        file = next((one.file for one in functions if name in (one.name, one.name.partition(".")[0])), function.file)
        yield from _import(name, file or "", lang)
    yield ""
    yield from script.lines
    yield ""
    yield f"print({safe(function.name)!r})"
    expected, received = (text(Message(f"report.label.{label}"), lang) for label in ("expected", "actual"))
    for output, place in script.outputs.items():
        right = f"{output}  {expected} {literal(example.expected[output])}  {received}"
        yield f"print({right!r}, shown({place}))"


def _import(name: str, file: str, lang: str) -> Iterator[str]:
    """A name of a module by its file, which may have any name."""
    path = PurePosixPath(file)
    if path.suffix == ".ipynb":
        yield f"# {text(Message('report.snippet.notebook', {'file': path.name, 'module': f'{path.stem}.py'}), lang)}"
        path = path.with_suffix(".py")
    plain = path.suffix == ".py" and path.stem.isascii() and path.stem.isidentifier()
    if plain and not keyword.iskeyword(path.stem) and path.stem not in TAKEN:
        yield f"from {path.stem} import {name}"
        return
    yield f'spec = importlib.util.spec_from_file_location("submission", {path.name!a})'
    yield "module = importlib.util.module_from_spec(spec)"
    yield "spec.loader.exec_module(module)"
    yield f"{name} = module.{name}"
