"""A notebook -> the code of its cells, and of that what the functions asked for need.

A notebook is JSON and is read as such; its outputs are never looked at. Commands of the notebook (`%`, `!`, `?`) are
dropped. What is kept of the cells are the definitions of the names asked for, and every statement at the margin that
binds or changes a name which those read, and so on: what only trains, plots or prints is not run.

Line 4 of the third code cell is line 3004 of the program: every number that anybody is told says where to look.
"""

import ast
import dis
import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from types import CodeType

from .caps import CELLS
from .definitions import definitions
from .examining import Examined, parsed
from .lexing import CLOSING, OPENING, tokens
from .refused import Param, Refused, Sentence

CELL_LINES = 1000  # from the beginning of a cell to that of the next, at least
RUN = ("%%time", "%%timeit", "%%capture", "%%prun", "%%memit")  # cells whose code runs all the same
COMMAND = re.compile(r"([ \t]*)(?:[%!?][^\n]*|[\w.\[\]'\"]+\?{1,2}[ \t]*)(?=\n|\Z)")
ASSIGNED = re.compile(r"([ \t]*[\w., \t]+=[ \t]*)(?:%|!)[^\n]*")
WRITTEN = re.compile(r"%%(?:write)?file\b.*\.py['\"]?\s*")  # a cell that is saved as a program
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)


def examine(path: str, data: bytes, names: Collection[str]) -> Examined:
    """The program that a notebook is for the functions `names`. Never raises: what is wrong stands in `error`."""
    try:
        found = cells(path, data)
    except Refused as refused:
        return Examined("", [], refused.sentence)
    seen, apart = [parsed(path, cell, ()) for cell in found], spacing(found)
    trees = [ast.parse(one.text) for one in seen]
    kept = needed(statements(trees), names)
    texts = [kept_lines(one.text, [each.node for each in kept if each.cell == n]) for n, one in enumerate(seen)]
    for number, tree in enumerate(trees, 1):
        ast.increment_lineno(tree, number * apart)
    everything = definitions(ast.Module([node for tree in trees for node in tree.body], []), names)
    errors = [_moved(one.error, number * apart) for number, one in enumerate(seen, 1) if one.error]
    notes = [note for one in seen for note in one.notes if note[0] == "intake.python2"][:1]
    first = next((line for name, line, *_ in everything if name in names), apart + 1)
    place: dict[str, Param] = {"path": path, "example": first, "cell": first // apart, "line": first % apart}
    return Examined(
        spread(texts, apart),
        everything,
        errors[0] if errors else None,
        (("intake.notebook", place), *notes),
        any(one.python2 for one in seen),
    )


def _moved(error: Sentence, lines: int) -> Sentence:
    """What is said of a cell, said of the program."""
    id, params = error
    moved = {
        key: value + lines if key in ("line", "opened") and isinstance(value, int) else value
        for key, value in params.items()
    }
    return id, moved


def spread(texts: Sequence[str], apart: int) -> str:
    """One program of all cells: the lines of the first come after `apart` empty ones, and so on."""
    lines: list[str] = []
    for number, text in enumerate(texts, 1):
        if text.strip():
            lines += [""] * (number * apart - len(lines))
            lines += text.rstrip("\n").split("\n")
    return "\n".join([*lines, ""])


def cells(path: str, data: bytes) -> list[str]:
    """The code cells from the top, without commands of the notebook. Raises Refused for what is no Python notebook."""
    try:
        book = json.loads(data.decode("utf-8-sig"))
        found = list(_code_cells(book))
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise Refused("intake.bad-notebook", path=path, text=f"{type(error).__name__}: {error}"[:200]) from None
    if (language := _language(book)) not in ("python", "ipython", ""):
        raise Refused("intake.notebook-language", path=path, language=language[:50])
    if len(found) > CELLS:
        raise Refused("intake.too-many-cells", path=path, count=len(found), allowed=CELLS)
    return [without_commands(cell) for cell in found]


def _code_cells(book: dict) -> Iterator[str]:  # type: ignore[type-arg]
    """The source of each code cell, of format 4 or 3."""
    for cell in book["cells"] if "cells" in book else book["worksheets"][0]["cells"]:
        if cell["cell_type"] == "code":
            source = cell["source"] if "source" in cell else cell["input"]
            text = "".join(source) if isinstance(source, list) else source
            yield text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")


def _language(book: dict) -> str:  # type: ignore[type-arg]
    """What the notebook says that its code is."""
    about = book.get("metadata", {})
    said = [about.get(part, {}).get(key) for part, key in (("language_info", "name"), ("kernelspec", "language"))]
    return next((name.lower() for name in said if isinstance(name, str)), "")


def without_commands(cell: str) -> str:
    """A cell with `pass` for each line that is a command, empty where all of it is another language's."""
    first = cell.lstrip().split("\n", 1)[0]
    if first.startswith("%%") and not first.startswith(RUN) and not WRITTEN.fullmatch(first):
        return ""
    return "".join(_lines(cell))


def _lines(cell: str) -> Iterator[str]:
    """The lines of a cell, as the grammar has them."""
    place = 0
    while place < len(cell):
        if command := COMMAND.match(cell, place):
            yield f"{command[1]}pass"
            place = command.end()
        elif assigned := ASSIGNED.match(cell, place):
            yield f"{assigned[1]}None"
            place = assigned.end()
        end = _end_of_line(cell, place)
        yield cell[place:end]
        place = end


def _end_of_line(cell: str, place: int) -> int:
    """Behind the end of the line that begins here, brackets and texts in quotes followed."""
    depth = 0
    for match in tokens(cell, place):
        depth += (match[0] in OPENING) - (match[0] in CLOSING)
        if match.lastgroup == "newline" and depth <= 0:
            return match.end()
    return len(cell)


def spacing(found: Sequence[str]) -> int:
    """How far the beginnings of cells are apart in the program."""
    most, lines = max((cell.count("\n") + 1 for cell in found), default=1), CELL_LINES
    while lines <= most:
        lines *= 10
    return lines


# --------------------------------------------------------------------------- what is needed


class Statement:
    """A statement at the margin of a cell: the names it binds or changes, and those it reads, in its functions too."""

    def __init__(self, cell: int, node: ast.stmt) -> None:
        self.cell, self.node = cell, node
        code = compile(ast.Module([node], []), "", "exec", dont_inherit=True)
        self.binds = {name for op, name in _names(code, inside=False) if op in ("STORE_NAME", "STORE_GLOBAL")}
        self.binds |= {name for op, name in _names(code, inside=True) if op == "STORE_GLOBAL"}
        self.changes = set(_changed(node))
        self.reads = {name for op, name in _names(code, inside=True) if op.startswith(("LOAD_NAME", "LOAD_GLOBAL"))}

    @property
    def is_import(self) -> bool:
        return isinstance(self.node, IMPORTS)

    @property
    def always(self) -> bool:
        """What `from module import *` binds is not known; what stands in `__future__` holds for everything."""
        return isinstance(self.node, ast.ImportFrom) and (
            self.node.names[0].name == "*" or self.node.module == "__future__"
        )


def _names(code: CodeType, *, inside: bool) -> Iterator[tuple[str, str]]:
    """Instructions about names of the module, and the names."""
    for instruction in dis.get_instructions(code):
        if instruction.opname.endswith(("_NAME", "_GLOBAL")):
            yield instruction.opname, str(instruction.argval)
    if inside:
        for inner in code.co_consts:
            if isinstance(inner, CodeType):
                yield from _names(inner, inside=True)


def _changed(node: ast.stmt) -> Iterator[str]:
    """The names whose objects a statement changes: `x[0] = 1`, `Net.loss = loss`, `x.append(1)`."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute | ast.Subscript) and isinstance(inner.ctx, ast.Store):
            yield from _owner(inner)
        elif isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Call):
            yield from _owner(inner.value.func) if isinstance(inner.value.func, ast.Attribute) else ()
        if isinstance(inner, DEFINITIONS):
            return


def _owner(node: ast.expr) -> Iterator[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def needed(found: Sequence[Statement], names: Collection[str]) -> list[Statement]:
    """The statements that the definitions of `names` need, in their order."""
    imported = {name for statement in found if statement.is_import for name in statement.binds}
    wanted, kept = set(names), set[int]()
    growing = True
    while growing:
        growing = False
        for number, statement in enumerate(found):
            if number in kept:
                continue
            if statement.always or wanted & (statement.binds | (statement.changes - imported)):
                kept.add(number)
                wanted |= statement.reads
                growing = True
    return [found[number] for number in sorted(kept)]


def statements(trees: Iterable[ast.Module]) -> list[Statement]:
    """The statements at the margin of all cells."""
    return [Statement(cell, node) for cell, tree in enumerate(trees) for node in tree.body]


def kept_lines(text: str, nodes: Sequence[ast.stmt]) -> str:
    """A cell of which only these statements are left, each in its place."""
    lines = text.split("\n")
    stay = set[int]()
    for node in nodes:
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
        stay.update(range(first, (node.end_lineno or first) + 1))
    return "\n".join(line if number in stay else "" for number, line in enumerate(lines, 1))
