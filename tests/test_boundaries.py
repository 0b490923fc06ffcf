"""The rules of the house, executed: who may import whom, read from the source and never by importing it."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
HTTP = {"fastapi", "starlette", "uvicorn", "httpx2", "httpx", "requests"}
# Rooms of the web process: NumPy there is 25 MiB in every process and a sign that student values are looked at.
NUMPY_FREE = (
    "core",
    "bundles",
    "settings",
    "errors",
    "intake",
    "report",
    "course",
    "api",
    "web",
    "jobs/port",
    "jobs/dispatcher",
)
# What a room of ours may import of ours, besides itself. A room that is not listed may import anything but `cli`.
MAY_IMPORT: dict[str, set[str]] = {
    "core": set(),
    "errors": {"core"},
    "settings": {"errors", "core"},
    "bundles": {"errors", "core"},
    "checks": {"core"},
    "diagnosis": {"core"},
    "intake": {"core", "errors"},
    "sandbox": {"core", "errors"},
    "grading": {"core", "errors", "bundles", "checks", "diagnosis"},
    "verify": {"core", "errors", "checks", "diagnosis", "grading", "intake"},
    "report": {"core", "errors"},
    "course": {"core", "errors", "bundles", "settings", "report", "intake"},
    "api": {"core", "errors", "settings", "report", "intake", "course", "jobs", "integrations"},
    "web": {"core", "errors", "settings", "report", "intake", "course", "api"},
    "integrations": {"core", "errors", "settings", "report"},
}
# Imports inside functions outside `cli`, one by one, each with its reason.
LATE_IMPORTS: dict[str, set[str]] = {
    "grader/sandbox/inside/guest.py": set(),
    # Alembic is 10 MiB that a process whose tables are up to date need not keep.
    "grader/course/database.py": {"grader.course.upgrade", "grader.course.upgrade.upgrade"},
}


class Import(NamedTuple):
    """One imported module as written: `module` is absolute, `late` tells that it stands inside a function."""

    path: Path
    line: int
    module: str
    late: bool

    @property
    def place(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line} imports {self.module}"


def sources(folder: str = "grader") -> list[Path]:
    return sorted(path for path in (ROOT / folder).rglob("*.py") if "static" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> tuple[Import, ...]:
    """Every import of a file, but those for types only."""
    package = path.relative_to(ROOT).with_suffix("").parts[: None if path.name == "__init__.py" else -1]

    def walk(node: ast.AST, late: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                yield from walk(ast.Module(child.orelse, []), late)
                continue
            if isinstance(child, ast.Import):
                yield from (Import(path, child.lineno, alias.name, late) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                base = list(package[: len(package) - child.level + 1]) if child.level else []
                module = ".".join(base + ([child.module] if child.module else []))
                yield from (Import(path, child.lineno, f"{module}.{alias.name}", late) for alias in child.names)
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from walk(child, late or inside)

    return tuple(walk(tree(path), False))


def room(module: str) -> str | None:
    """The room of a module of ours: `grader.checks.closeness` stands in `checks`."""
    parts = module.split(".")
    return parts[1] if parts[0] == "grader" and len(parts) > 1 else None


def in_rooms(path: Path, rooms: tuple[str, ...]) -> bool:
    inside = path.relative_to(ROOT / "grader").with_suffix("").as_posix()
    return any(inside == name or inside.startswith(f"{name}/") for name in rooms)


def all_imports(folder: str = "grader") -> list[Import]:
    return [found for path in sources(folder) for found in imports(path)]


def supplied(path: Path) -> bool:
    """Stand-ins of the box are never imported by us; their own test looks at them."""
    return "supplied" in path.parts


@pytest.mark.parametrize("name", sorted(MAY_IMPORT))
def test_a_room_imports_only_the_rooms_below_it(name: str) -> None:
    wrong = [
        found.place
        for found in all_imports()
        if in_rooms(found.path, (name,)) and not supplied(found.path)
        if (other := room(found.module)) and other != name and other not in MAY_IMPORT[name]
        if (ROOT / "grader" / other).exists() or (ROOT / "grader" / f"{other}.py").exists()
    ]
    assert wrong == []


INSIDE = sorted(path.stem for path in (ROOT / "grader/sandbox/inside").glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("file", INSIDE)
def test_what_enters_the_box_knows_only_the_standard_library_numpy_and_each_other(file: str) -> None:
    found = imports(ROOT / f"grader/sandbox/inside/{file}.py")
    assert found or file == "spellings", "it is where the rule expects it"
    allowed = set(sys.stdlib_module_names) | {"numpy", *INSIDE}
    assert [item.place for item in found if item.module.split(".")[0] not in allowed] == []


def test_of_what_enters_the_box_only_the_wire_and_its_words_are_used_outside_it() -> None:
    inside = "grader.sandbox.inside"
    used = [found for found in all_imports() if found.module.startswith(inside) and not supplied(found.path)]
    assert used, "both ends speak the same wire"
    assert [found.place for found in used if found.module not in (f"{inside}.wire", f"{inside}.spellings")] == []
    words = tree(ROOT / "grader/sandbox/inside/spellings.py").body
    assert {type(node) for node in words} == {ast.Expr, ast.Assign}, "names, and nothing that runs"


def test_no_module_imports_a_reference_and_only_the_registry_names_their_folder() -> None:
    assert [found.place for found in all_imports() if found.module.split(".")[0] == "reference"] == []
    naming = [path.relative_to(ROOT).as_posix() for path in sources() if names_the_folder(tree(path))]
    assert set(naming) <= {"grader/grading/registry.py"}


def names_the_folder(module: ast.Module) -> bool:
    """Whether the text `reference` stands in it, but as the name of a message's parameter."""
    keys = {id(key) for node in ast.walk(module) if isinstance(node, ast.Dict) for key in node.keys}
    texts = [node for node in ast.walk(module) if isinstance(node, ast.Constant) and node.value == "reference"]
    return any(id(node) not in keys for node in texts)


def test_only_the_worker_and_the_shell_join_the_halves() -> None:
    """Whoever imports both the sandbox (or the engine) and the course's database writes verdicts."""
    judges, keeps = {"sandbox", "grading", "checks"}, {"course", "jobs"}
    joined = set()
    for path in sources():
        rooms = {room(found.module) for found in imports(path)} | {path.relative_to(ROOT / "grader").parts[0]}
        if rooms & judges and rooms & keeps:
            joined.add(path.relative_to(ROOT).as_posix())
    in_jobs = {"grader/jobs/worker.py", "grader/jobs/judging.py", "grader/jobs/publishing.py"}
    assert {path for path in joined if not path.startswith("grader/cli/")} <= in_jobs


def test_the_course_knows_no_http() -> None:
    wrong = [
        found.place
        for found in all_imports()
        if in_rooms(found.path, ("course",)) and found.module.split(".")[0] in HTTP
    ]
    assert wrong == []


def test_the_web_process_never_loads_numpy() -> None:
    wrong = [
        found.place
        for found in all_imports()
        if in_rooms(found.path, NUMPY_FREE) and found.module.split(".")[0] == "numpy"
    ]
    assert wrong == []


def test_nothing_unpickles_evaluates_or_loads_array_files() -> None:
    banned_modules = {"pickle", "dill", "cloudpickle", "shelve", "marshal"}
    banned_calls = {"eval", "np.load", "numpy.load"}
    wrong = [
        found.place
        for found in all_imports() + all_imports("reference")
        if found.module.split(".")[0] in banned_modules and not supplied(found.path)
    ]
    for path in sources() + sources("reference"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in banned_calls:
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} calls {ast.unparse(node.func)}")
    assert wrong == []


def test_imports_stand_at_the_top_but_in_the_shell() -> None:
    wrong = [
        found.place
        for found in all_imports()
        if found.late and not in_rooms(found.path, ("cli", "sandbox/inside/supplied"))
        if found.module not in LATE_IMPORTS.get(found.path.relative_to(ROOT).as_posix(), set())
    ]
    assert wrong == []


def test_there_are_no_import_cycles() -> None:
    """Depth-first over the modules of ours; a module met while it is being visited closes a cycle."""
    modules = {name_of(path): path for path in sources() if not supplied(path)}

    def target(name: str) -> str | None:
        """The module of ours that an import of `name` needs: itself, or the one that defines the name."""
        return name if name in modules else target(name.rpartition(".")[0]) if "." in name else None

    edges = {
        name: {other for found in imports(path) if (other := target(found.module))} for name, path in modules.items()
    }
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> tuple[str, ...] | None:
        if name in trail:
            return (*trail[trail.index(name) :], name)
        if name in done:
            return None
        for other in sorted(edges[name]):
            if cycle := visit(other, (*trail, name)):
                return cycle
        done.add(name)
        return None

    cycles = [cycle for name in sorted(edges) if (cycle := visit(name, ()))]
    assert cycles == []


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
