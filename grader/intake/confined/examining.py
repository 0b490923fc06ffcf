"""One source file: its text as the box will run it, what it defines, and why it does not parse, if it does not."""

import ast
import re
from collections.abc import Iterable, Iterator

from .decoding import decode
from .definitions import Found, definitions
from .python2 import convert, convert_methods
from .refused import Refused, Sentence
from .syntax import explain

TAB = 8  # columns, as in Python 2 and in every editor's default of its time
TRIES = 20  # beginnings of a broken file that are tried, from the error upwards
# At the left margin a statement begins, in any alphabet, unless it continues the one above. A form feed is a margin.
STATEMENT = r"(?:[ \t]*\f)*(?!else\b|elif\b|except\b|finally\b)[^\s)\]}#]"


Tree = ast.Module | SyntaxError | RecursionError | MemoryError | ValueError


class Examined:
    """`text` ends before the first statement that does not parse; `error` says why. Of a file of Python 2 it is what
    that is in Python 3."""

    def __init__(
        self,
        text: str,
        found: list[Found],
        error: Sentence | None = None,
        notes: tuple[Sentence, ...] = (),
        python2: bool = False,
    ) -> None:
        self.text, self.found, self.error, self.notes, self.python2 = text, found, error, notes, python2


def examine(path: str, data: bytes, names: Iterable[str]) -> Examined:
    """Decode and parse one file. Never raises: what is wrong with a file stands in `error`."""
    try:
        text = decode(path, data)
        _check_language(path, text)
    except Refused as refused:
        return Examined("", [], refused.sentence)
    return parsed(path, text, names)


def _check_language(path: str, text: str) -> None:
    """Refuse what is saved as `.py` and is text, but no program at all."""
    head = text[:2000].lstrip().lower()
    if head.startswith(("<!doctype", "<html", "<?xml")):
        raise Refused("intake.web-page", path=path)
    if head.startswith("{") and '"nbformat"' in text:
        raise Refused("intake.only-notebook", path=path)


def parsed(path: str, text: str, names: Iterable[str]) -> Examined:
    """A text that may be Python 2, or end where it stops being Python."""
    text, tree, tabs = _read(path, text)
    converted, done = convert_methods(text) if isinstance(tree, ast.Module) else convert(text)
    python2 = False
    if done:
        other, other_tree, other_tabs = _read(path, converted)
        if isinstance(other_tree, ast.Module) or _line(other_tree) > _line(tree):
            python2 = not isinstance(tree, ast.Module)
            text, tree, tabs = other, other_tree, tabs or other_tabs
        else:
            done = {}
    notes = _notes(path, tabs, done)
    if isinstance(tree, ast.Module):
        return Examined(text, definitions(tree, names), None, notes, python2)
    if isinstance(tree, SyntaxError):
        start, above = _beginning(path, text, tree)
        return Examined(start, definitions(above, names), explain(path, tree, text), notes, python2)
    return Examined("", [], ("intake.too-deep", {"path": path}))


def _read(path: str, text: str) -> tuple[str, Tree, bool]:
    """The text with its tabs expanded where that is what was wrong, its tree, and whether it was."""
    tree = _tree(path, text)
    if isinstance(tree, IndentationError) and "\t" in text:
        with_spaces = _with_spaces(text)
        expanded = _tree(path, with_spaces)
        if str(expanded) != str(tree):  # else the tabs are not what is wrong
            return with_spaces, expanded, True
    return text, tree, False


def _line(tree: Tree) -> int:
    """The line of a syntax error."""
    return (tree.lineno or 0) if isinstance(tree, SyntaxError) else 0


def _notes(path: str, tabs: bool, done: dict[str, int]) -> tuple[Sentence, ...]:
    """What is said of a file that was changed to be read."""
    notes: list[Sentence] = [("intake.tabs", {"path": path})] if tabs else []
    if done:
        notes.append(("intake.python2", {"path": path, "constructs": tuple(done)}))
    return tuple(notes)


def _tree(path: str, text: str) -> Tree:
    """The syntax tree, also compiled: `return` outside a function and the like are found only then."""
    try:
        tree = ast.parse(text, path)
        compile(tree, path, "exec", dont_inherit=True)
    except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
        return error.with_traceback(None)
    return tree


def _with_spaces(text: str) -> str:
    def expanded(indent: re.Match[str]) -> str:
        return indent[0].expandtabs(TAB)

    return re.sub(r"^[ \t]+", expanded, text, flags=re.MULTILINE)


def _beginning(path: str, text: str, error: SyntaxError) -> tuple[str, ast.Module]:
    """The part above the error that parses: what it defines is still graded."""
    for start in _beginnings(text, error.lineno or 1):
        tree = _tree(path, start)
        if isinstance(tree, ast.Module):
            return start, tree
    return "", ast.Module([], [])


def _beginnings(text: str, line: int) -> Iterator[str]:
    """The longest first: the text above each statement at the left margin, from the erroneous one upwards. What is
    invisible to the end of the file belongs to no statement, wherever it stands."""
    lines = text.split("\n")
    starts = [number for number in range(min(line, len(lines))) if re.match(STATEMENT, lines[number])]
    if not any(character.isprintable() and character != " " for character in "".join(lines[line - 1 :])):
        starts.append(line - 1)
    for start in reversed(starts[-TRIES:]):
        yield "".join(f"{kept}\n" for kept in lines[:start])
