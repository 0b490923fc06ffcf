"""Inside the box: submitted texts become modules, however they import each other, and names become callables.

Every file is one module, made from text (there are no files in the box) and run once. `Submitted` stands first on
`sys.meta_path` and answers relative imports, absolute ones with any package name, and plain sibling imports: the
longest common tail of the dotted name and a file's path wins. Packages are synthetic: an `__init__.py` is a module
like any other and runs only for what it defines. The library comes first: a submitted `numpy.py` shadows nothing.
An exception at load ends its own file only; what was defined before it stays. `LastResort` stands last and answers
what nobody has with a stand-in that fails when used, or for plots does nothing.

Relative imports may climb above the submitted folder, since files are moved out of packages: all modules lie
below `ROOT`, four packages deep. This file enters the box.
"""

from __future__ import annotations

import builtins
import functools
import importlib.abc
import linecache
import re
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from importlib.machinery import ModuleSpec
from types import CodeType, FrameType, ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from grader.sandbox.inside import older, rewriting
else:
    import older
    import rewriting

ROOT = ("<submitted>", "<up>", "<up>", "<up>")
# Parts of the library that need a screen, a terminal or a compiler: they are as good as absent.
UNSERVED = frozenset(("curses", "distutils", "idlelib", "readline", "tkinter", "turtle", "turtledemo"))
LIBRARY = (frozenset(sys.stdlib_module_names) | {"numpy"}) - UNSERVED
# Packages whose submodules are never taken for submitted files (`torch.nn` is not the student's nn.py).
FOREIGN = frozenset((
    "IPython", "PIL", "cv2", "future", "jax", "keras", "matplotlib", "mpl_toolkits", "numba", "pandas", "past", "scipy",
    "seaborn", "six", "skimage", "sklearn", "tensorflow", "theano", "torch", "torchvision", "tqdm",
))  # fmt: skip
INERT = UNSERVED | frozenset((
    "Cython", "IPython", "Tkinter", "google", "ipywidgets", "matplotlib", "mpl_toolkits", "plotly", "pylab",
    "pyximport", "seaborn", "setuptools",
))  # fmt: skip
STRANGE = FOREIGN | INERT
OFFLINE = frozenset(("http.client", "urllib.error", "urllib.request"))  # where no file can be read: of no use anyway
IMPORT = builtins.__import__
IMPORTING = (__name__, "importlib", "importlib._bootstrap", "importlib._bootstrap_external")
INSIDE = re.compile(r"(?:<submitted>|<up>)\.")  # where modules lie in here is nobody's business
TYPE_NAME = vars(type)["__name__"].__get__
MOST_TEXT = 2000  # characters of an exception's text that leave the box
MOST_CUTS = 200  # tries to find the part of a file before its syntax error


class Fault(NamedTuple):
    """An exception of student code: `path` and `line` are the innermost submitted line that was running."""

    type: str
    text: str
    path: str | None
    line: int | None


class Package(ModuleType):
    """A folder: its attributes are its submodules, and what the files below it define. One that was not
    submitted (`absent`) answers like the whole submission, and else with stand-ins."""

    def __init__(self, name: str, loading: Loading, folder: tuple[str, ...], absent: bool = False) -> None:
        super().__init__(name)
        self.__path__: list[str] = []
        self.__package__ = name
        self._loading, self._folder, self._absent = loading, folder, absent

    def __getattr__(self, name: str) -> Any:
        if name == "__all__" and not self._absent:
            return sorted({key for module in self._modules() for key in vars(module) if not key.startswith("_")})
        if name.startswith("__"):
            raise AttributeError(name)
        dotted = f"{self.__name__}.{name}"
        if self._loading.resolve(dotted):
            return importlib.import_module(dotted)
        for module in self._modules(name):
            if name in vars(module):
                return vars(module)[name]
        if name in self._loading.supplied and top_of(self.__name__) not in STRANGE:
            return self._loading.run_supplied(name)
        if self._absent:
            return self._loading.stand_in(dotted)
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def _modules(self, name: str = "") -> list[ModuleType]:
        """The files below; of one `name`, those that may define it: others would run before their time."""
        if self._absent and top_of(self.__name__) in STRANGE:
            return []
        depth = len(self._folder)
        inside = [path for path in self._loading.sources if parts_of(path)[:depth] == self._folder]
        return [self._loading.load(path) for path in inside if not name or self._may_define(path, name)]

    def _may_define(self, path: str, name: str) -> bool:
        """Whether a name is bound at the margin of a file, or by the package's own `__init__.py`."""
        bound = rf"^(?:(?:async[ \t]+)?def|class)[ \t]+{name}\b|^{name}[ \t]*[=:]"
        own = parts_of(path) == (*self._folder, "__init__")
        return own or re.search(bound, self._loading.sources[path], re.MULTILINE) is not None


def parts_of(path: str) -> tuple[str, ...]:
    """`cs231n/classifiers/linear_svm.py` -> ("cs231n", "classifiers", "linear_svm")."""
    return tuple(path.removesuffix(".py").removesuffix(".ipynb").split("/"))


class Loading:
    """The modules of one submission; the files `python2` run by the rules of Python 2."""

    def __init__(self, sources: Mapping[str, str], supplied: Mapping[str, str], python2: Collection[str] = ()) -> None:
        self.sources, self.supplied, self.python2 = dict(sources), dict(supplied), python2
        self.modules: dict[str, ModuleType] = {}
        self.made: dict[str, ModuleType] = {}  # supplied modules
        self.errors: dict[str, Fault] = {}
        self.imported: set[str] = set()
        self.absent: dict[str, str] = {}  # package whose stand-in was taken -> the file that asked
        self.started: set[str] = set()
        stems = [parts_of(path)[-1] for path in self.sources]
        self.twins = {stem for stem in stems if stems.count(stem) > 1}
        for path, text in self.sources.items():
            linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
        for depth in range(1, len(ROOT) + 1):
            name = ".".join(ROOT[:depth])
            sys.modules[name] = Package(name, self, ())
        self._finders = Submitted(self), LastResort(self)
        sys.meta_path[:] = [self._finders[0], *sys.meta_path, self._finders[1]]
        builtins.__import__ = self.bring

    def withdraw(self) -> None:
        """Answer no imports any more."""
        builtins.__import__ = IMPORT
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder not in self._finders]

    def load_all(self) -> None:
        """Run every file, packages' `__init__.py` last."""
        for path in sorted(self.sources, key=lambda path: path.endswith("__init__.py")):
            self.load(path)

    def replace(self, names: Sequence[str], text: str) -> None:
        """Give `names` in every submitted or supplied module what `text` defines by them."""
        ours: dict[str, Any] = {}
        exec(compile(text, "<supplied>/layers.py", "exec", dont_inherit=True), ours)  # noqa: S102  our own text
        for module in (*self.modules.values(), *self.made.values()):
            vars(module).update({name: ours[name] for name in names})

    def module(self, path: str) -> ModuleType:
        """The module of a file, run or not."""
        if path not in self.modules:
            parts = ROOT + parts_of(path)
            module = ModuleType(".".join(parts))
            module.__package__ = ".".join(parts[:-1])
            module.__file__ = path
            self._make_folders(parts[:-1])
            if path in self.python2:
                rewriting.furnish(module)
            self.modules[path] = sys.modules[module.__name__] = module
        return self.modules[path]

    def _make_folders(self, parts: tuple[str, ...]) -> None:
        for depth in range(len(ROOT) + 1, len(parts) + 1):
            name = ".".join(parts[:depth])
            if name not in sys.modules:
                sys.modules[name] = Package(name, self, parts[len(ROOT) : depth])

    def load(self, path: str) -> ModuleType:
        """Run a file once; its exception is noted and what it had defined by then stays. In a notebook each statement
        stands for itself: what one of them lacks does not stop the others."""
        module = self.module(path)
        if path not in self.started:
            self.started.add(path)
            for code in self._compiled(path):
                try:
                    exec(code, module.__dict__)  # noqa: S102  the purpose of the box
                except BaseException as error:
                    self.errors.setdefault(path, fault_of(error, self.sources))
        return module

    def _compiled(self, path: str) -> list[CodeType]:
        """The code of a file, of a notebook's each statement; of one with a syntax error, what stands before it."""
        text = self.sources[path]
        try:
            return self.compiled(path, text, path)
        except SyntaxError as error:
            self.errors[path] = fault_of(error, self.sources)
            before = _before(text, path, error.lineno or 1)
            return [before] if before else []
        except BaseException as error:
            self.errors[path] = fault_of(error, self.sources)
            return []

    def compiled(self, path: str, text: str, place: str) -> list[CodeType]:
        """A text as the file `path` is run, that says it stands at `place`."""
        if path in self.python2 or path.endswith(".ipynb"):
            return rewriting.compiled(text, place, python2=path in self.python2, apart=path.endswith(".ipynb"))
        return [compile(text, place, "exec", dont_inherit=True)]

    def resolve(self, dotted: str) -> str | None:
        """The submitted file that an import means, or None."""
        parts, rooted = below_root(dotted), dotted.startswith(ROOT[0])
        if not parts or (parts[0] in LIBRARY and not rooted):
            return None
        if len(parts) > 1 and parts[0] in STRANGE and not self.folder(parts[:1]):
            return None
        tails = {path: common_tail(parts, parts_of(path)) for path in self.sources}
        best = max(tails.values(), default=0)
        exact = any(parts_of(path) == parts for path in self.sources)
        if best == 0 or (self.folder(parts) and not exact):
            return None
        asking = parts_of(self.asking() or "")
        ties = [path for path, tail in tails.items() if tail == best]
        return min(ties, key=lambda path: (-common_head(asking, parts_of(path)), len(parts_of(path))))

    def bring(self, name: str, *rest: Any, **named: Any) -> Any:
        """`__import__`, past the cache of modules where several files have the name: the nearest one is meant."""
        level = rest[3] if len(rest) > 3 else named.get("level", 0)
        fromlist = rest[2] if len(rest) > 2 else named.get("fromlist")
        if fromlist and level == 0 and top_of(name) in LIBRARY and self._asks_itself():
            return self._with_all(IMPORT(name, *rest, **named), fromlist)
        if level == 0 and name.rpartition(".")[2] in self.twins and (fromlist or "." not in name):
            path = self.resolve(name) if self.asking() else None
            if path is not None:
                self.imported.add(path)
                return self.load(path)
        return IMPORT(name, *rest, **named)

    def _asks_itself(self) -> bool:
        """Whether the import that is being answered stands in a submitted file."""
        return sys._getframe(2).f_code.co_filename in self.sources

    def _with_all(self, module: ModuleType, names: Iterable[str]) -> ModuleType:
        """A module of the library, with stand-ins for names that it lacks: editors add imports, Python drops names."""
        missing = [name for name in names if name != "*" and not hasattr(module, name)]
        if not missing or module.__name__ == "numpy":
            return module
        copy = ModuleType(module.__name__)
        vars(copy).update(vars(module))
        vars(copy).update({name: self.stand_in(f"{module.__name__}.{name}") for name in missing})
        return copy

    def folder(self, parts: tuple[str, ...]) -> bool:
        """Whether files were submitted below this folder."""
        return any(parts_of(path)[: len(parts)] == parts and len(parts_of(path)) > len(parts) for path in self.sources)

    def asking(self, name: str = "") -> str | None:
        """The submitted file whose import is being answered. A part of the library, `name`, has to be asked for by that
        file itself: the library tries what other systems have (`_winapi`), and goes by the answer."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename not in self.sources:
            if top_of(name) in LIBRARY and frame.f_globals.get("__name__") not in IMPORTING:
                return None
            frame = frame.f_back
        return frame.f_code.co_filename if frame else None

    def run_supplied(self, name: str) -> ModuleType:
        """The supplied module `name`, from its text. Of a package that everybody knows stand-ins are what it lacks, and
        of a starter's module what was cut out."""
        if name not in self.made:
            module = self.made[name] = ModuleType(name)
            code = compile(self.supplied.get(name, ""), f"<supplied>/{name}.py", "exec", dont_inherit=True)
            exec(code, module.__dict__)  # noqa: S102  our own text
            vars(module)["__getattr__"] = functools.partial(self._lacking, name)
        return self.made[name]

    def _lacking(self, package: str, name: str) -> Any:
        dotted = f"{package}.{name}"
        if name.startswith("__") or not (
            top_of(package) in FOREIGN or name in vars(self.made[package]).get("GONE", ())
        ):
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        if any(other == dotted or other.startswith(f"{dotted}.") for other in self.supplied):
            return importlib.import_module(dotted)
        return self.stand_in(dotted)

    def stand_in(self, dotted: str) -> Any:
        """What stands for an attribute of a package that is not there."""
        top = top_of(dotted)
        if top not in INERT | LIBRARY:
            self.absent.setdefault(top, self.asking() or "")
        make: Callable[[str, bool], Any] = self.run_supplied("stand_ins").stand_in
        return make(dotted, top in INERT)


def common_head(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many first parts two dotted names share."""
    return common_tail(one[::-1], other[::-1])


def common_tail(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many last parts two dotted names share."""
    count = 0
    for first, second in zip(reversed(one), reversed(other), strict=False):
        if first != second:
            break
        count += 1
    return count


def _before(text: str, path: str, line: int) -> CodeType | None:
    """The longest part of `text` that ends before a top-level statement at or above `line` and compiles."""
    lines = text.split("\n")
    starts = [number for number in range(min(line, len(lines)) - 1, 0, -1) if lines[number][:1].strip(" \t#)]}\\")]
    for start in starts[:MOST_CUTS]:
        try:
            return compile("\n".join(lines[:start]) + "\n", path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            continue
    return None


class Submitted(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Serves submitted and supplied modules under whatever name they are asked for; they are the same objects."""

    def __init__(self, loading: Loading) -> None:
        self.loading = loading

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        file = self.loading.resolve(name)
        if file is not None:
            self.loading.imported.add(file)
            return ModuleSpec(name, self, origin=file)
        parts = below_root(name)
        if not parts or parts[0] in LIBRARY:
            return None
        if parts[0] in UNSERVED and self.loading.asking():
            return ModuleSpec(name, LastResort(self.loading), is_package=True)
        if self.loading.folder(parts):
            return ModuleSpec(name, self, is_package=True)
        if supplied := self._supplied(parts):
            return ModuleSpec(name, self, origin=f"supplied:{supplied}", is_package=True)
        left_behind = top_of(name) == ROOT[0] and len(parts) == 1  # the folder of `..classifiers.linear_svm`
        return ModuleSpec(name, self, is_package=True) if left_behind else None

    def _supplied(self, parts: tuple[str, ...]) -> str | None:
        """The supplied module meant: by its whole name, or a starter's (`cs231n.data_utils`) by its last part."""
        whole = ".".join(parts)
        if any(name == whole or name.startswith(f"{whole}.") for name in self.loading.supplied):
            return whole
        return parts[-1] if parts[0] not in FOREIGN and parts[-1] in self.loading.supplied else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        if spec.origin is None:
            return Package(spec.name, self.loading, below_root(spec.name))
        if spec.origin.startswith("supplied:"):
            return self.loading.run_supplied(spec.origin.removeprefix("supplied:"))
        return self.loading.module(spec.origin)

    def exec_module(self, module: ModuleType) -> None:
        file = vars(module).get("__file__")
        if file in self.loading.sources:
            module.__spec__ = None  # relative imports go by __package__, whatever name it was asked for under
            self.loading.load(file)


class LastResort(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers an import of student code that nobody can serve."""

    def __init__(self, loading: Loading) -> None:
        self.loading = loading

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        top, _, part = name.partition(".")
        moved = top == "numpy" and name.rpartition(".")[2] in older.MODULES
        known = top == ROOT[0] or (top in LIBRARY and part and not moved and name not in OFFLINE)
        return None if known or self.loading.asking(name) is None else ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return (
            older.moved(spec.name)
            if top_of(spec.name) == "numpy"
            else Package(spec.name, self.loading, (), absent=True)
        )

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def top_of(dotted: str) -> str:
    """`torch` of `torch.nn`."""
    return dotted.partition(".")[0]


def below_root(dotted: str) -> tuple[str, ...]:
    """A dotted name without the packages that all submitted modules lie in."""
    return tuple(part for part in dotted.split(".") if part not in ROOT)


def fault_of(error: BaseException, sources: Mapping[str, str]) -> Fault:
    """What is said outside of an exception of student code. Its `__str__` may be theirs."""
    path, line = None, None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in sources:
            path, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)
        if isinstance(error, SyntaxError) and error.filename in sources:
            path, line = error.filename, error.lineno
    except BaseException:
        text = ""
    return Fault(name_of(type(error))[:100], INSIDE.sub("", str.__str__(text))[:MOST_TEXT], path, line)


def name_of(kind: type) -> str:
    """The name of a class, past whatever its metaclass says of it."""
    name: str = TYPE_NAME(kind)
    return name
