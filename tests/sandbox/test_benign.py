"""What ordinary submissions do works in every tier as it does outside, or fails with an error that says why."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.core import Raised, Sandbox
from grader.grading import grade, registry, seeds
from grader.intake import read
from tests.sandbox.conftest import Open, each_tier

pytestmark = each_tier
SUBMISSIONS = Path(__file__).resolve().parents[2] / "submissions"
LIBRARY = """
    abc argparse array ast base64 bisect builtins calendar cmath collections collections.abc concurrent.futures
    configparser contextlib copy csv ctypes dataclasses datetime decimal difflib doctest enum errno fnmatch fractions
    functools gc getpass glob gzip hashlib heapq html importlib inspect io itertools json keyword linecache locale
    logging math multiprocessing numbers operator os os.path pathlib pickle platform pprint queue random re reprlib
    secrets select shutil signal socket statistics string struct subprocess sys tarfile tempfile textwrap threading time
    timeit tokenize traceback types typing unittest urllib.parse urllib.request uuid warnings weakref zipfile zlib
"""
NUMPY = """
    numpy numpy.char numpy.ctypeslib numpy.dtypes numpy.exceptions numpy.fft numpy.lib
    numpy.lib.array_utils numpy.lib.format numpy.lib.mixins numpy.lib.npyio numpy.lib.scimath numpy.lib.stride_tricks
    numpy.linalg numpy.ma numpy.ma.extras numpy.matlib numpy.polynomial numpy.polynomial.chebyshev
    numpy.polynomial.hermite numpy.polynomial.legendre numpy.polynomial.polynomial numpy.random numpy.rec numpy.strings
    numpy.testing numpy.typing numpy.version
"""

WORK = """
    import contextlib, copy, importlib, io, json, os, shutil, subprocess, sys, tempfile, threading, time, traceback
    import numpy as np

    def imports(names):
        failed = {}
        for name in names:
            try:
                importlib.import_module(name)
            except BaseException as error:
                failed[name] = f"{type(error).__name__}: {error}"
        return failed

    def uses(module, name):
        return getattr(importlib.import_module(module), name)(":memory:")

    def prints():
        for number in range(3):
            print("out", number)
            print("err", number, file=sys.stderr)
        print("no line end", end="")

    def divides(x):
        return x / 0  # the line that is shown

    def explains():
        try:
            divides(1)
        except ZeroDivisionError:
            return traceback.format_exc()

    def sleeps():
        before = time.perf_counter()
        time.sleep(0.02)
        return time.perf_counter() - before >= 0.02

    def clocks():
        return time.time() > 1.7e9, time.process_time() > 0, time.monotonic() > 0, time.strftime("%Y") > "2020"

    def surroundings():
        return os.getcwd(), os.cpu_count() or 1, os.getpid() > 0, os.path.exists("/scratch")

    def files():
        with open("notes.txt", "w") as file:
            file.write("kept")
        np.save("weights.npy", np.arange(6.0).reshape(2, 3))
        np.savetxt("weights.txt", np.eye(2))
        os.makedirs("figures/one", exist_ok=True)
        with tempfile.TemporaryFile() as file, tempfile.NamedTemporaryFile() as named:
            file.write(b"x")
            named.write(b"y")
        with tempfile.TemporaryDirectory() as folder:
            seen = os.path.isdir(folder)
        os.rename("notes.txt", "renamed.txt")
        total = np.load("weights.npy").sum() + np.loadtxt("weights.txt").sum()
        text = open("renamed.txt").read()
        os.remove("renamed.txt")
        shutil.rmtree("figures")
        return text, float(total), seen, sorted(os.listdir("."))

    def opens(path):
        open(path, "w")

    def threads():
        threading.Thread(target=print).start()

    def runs():
        subprocess.run(["ls"])

    def system():
        return os.system("true")

    def endless(n):
        return endless(n + 1)

    def factorial(n):
        return 1 if n == 0 else n * factorial(n - 1)

    def nested():
        tree = []
        for _ in range(250):
            tree = [tree]
        return copy.deepcopy(tree) == tree, json.loads(json.dumps(tree)) == tree, len(repr(tree))

    def recurses():
        return factorial(900) > 0, nested()

    def computes(n):
        generator = np.random.default_rng(0)
        a = generator.normal(size=(n, n))
        q, r = np.linalg.qr(a)
        u, s, v = np.linalg.svd(a)
        w = np.linalg.solve(a + n * np.eye(n), np.ones(n))
        f = np.fft.ifft(np.fft.fft(a[0])).real
        e = np.einsum("ij,jk->ik", a, a)
        return [np.allclose(q @ r, a), np.allclose(u * s @ v, a), np.allclose((a + n * np.eye(n)) @ w, 1),
                np.allclose(f, a[0]), np.allclose(e, a @ a)]
"""
NAMES = (
    "imports uses prints explains divides sleeps clocks surroundings files opens threads runs system computes recurses "
    "endless"
)


@pytest.fixture(scope="module")
def box(open_box: Open) -> Any:
    with open_box(WORK, NAMES) as program:
        yield program


def test_the_useful_modules_of_the_library_can_be_imported(box: Any) -> None:
    assert box.call("imports", LIBRARY.split()).value == {}


def test_every_submodule_of_numpy_can_be_imported(box: Any) -> None:
    assert box.call("imports", NUMPY.split()).value == {}


@pytest.mark.parametrize(("module", "used"), [("ssl", "create_default_context"), ("sqlite3", "connect")])
def test_a_shared_library_that_is_not_loaded_cannot_be(box: Any, module: str, used: str) -> None:
    """The import fails; where the user of the box cannot see the file, a stand-in fails when it is used."""
    with pytest.raises(Raised) as caught:
        box.call("uses", module, used)
    assert caught.value.type in ("ImportError", "ModuleNotFoundError")


def test_what_is_printed_arrives_in_its_order(open_box: Open) -> None:
    with open_box(WORK, NAMES) as program:
        program.call("prints")
    for stream in ("out", "err"):  # two pipes: what one of them says may stand behind an unfinished line of the other
        assert re.findall(rf"{stream} \d", program.output) == [f"{stream} {number}" for number in range(3)]
    assert "no line end" in program.output


def test_a_traceback_shows_the_source_and_an_exception_its_line(box: Any) -> None:
    shown = box.call("explains").value
    assert 'File "work.py"' in shown
    assert "return x / 0  # the line that is shown" in shown
    with pytest.raises(Raised) as caught:
        box.call("divides", 1)
    assert (caught.value.type, caught.value.path) == ("ZeroDivisionError", "work.py")


def test_time_passes(box: Any) -> None:
    assert box.call("sleeps").value is True
    assert box.call("clocks").value == (True, True, True, True)


def test_it_knows_where_it_is(box: Any, tier: str) -> None:
    folder, processors, has_pid, scratch = box.call("surroundings").value
    assert (folder, scratch) == (("/scratch", True) if tier == "ns" else ("/", False))
    assert processors >= 1
    assert has_pid


def test_files_can_be_kept_in_the_working_folder_or_the_error_says_that_they_cannot(box: Any, tier: str) -> None:
    if tier == "ns":
        assert box.call("files").value == ("kept", 17.0, True, ["weights.npy", "weights.txt"])
        return
    with pytest.raises(Raised, match=r"Permission denied: 'notes\.txt'") as caught:
        box.call("files")
    assert (caught.value.type, caught.value.path) == ("PermissionError", "work.py")


def test_outside_of_the_working_folder_nothing_can_be_written(box: Any, tier: str) -> None:
    for path in ("/x", "/etc/x", f"{np.__path__[0]}/x"):
        with pytest.raises(Raised) as caught:
            box.call("opens", path)
        assert caught.value.type in ("PermissionError", "OSError", "FileNotFoundError")


def test_threads_and_programs_fail_with_an_error_that_can_be_caught(box: Any) -> None:
    with pytest.raises(Raised, match="RuntimeError: can't start new thread"):
        box.call("threads")
    with pytest.raises(Raised) as caught:
        box.call("runs")
    assert caught.value.type in ("PermissionError", "BlockingIOError", "FileNotFoundError")
    assert box.call("system").value != 0
    assert box.call("computes", 3).value == [True] * 5


def test_linear_algebra_computes(box: Any) -> None:
    assert box.call("computes", 60).value == [True] * 5


def test_recursion_goes_as_deep_as_elsewhere_and_ends_with_its_own_error(box: Any) -> None:
    assert box.call("recurses").value == (True, (True, True, 502))
    with pytest.raises(Raised) as caught:
        box.call("endless", 0)
    assert caught.value.type == "RecursionError"
    assert box.call("recurses").value == (True, (True, True, 502))


def test_every_right_sample_has_full_marks(sandbox: Sandbox) -> None:
    """Code of 100 lines and more, in folders, with classes, in odd encodings: what students hand in."""
    samples = sorted(SUBMISSIONS.glob("*/right_*"))
    assert len(samples) >= 25
    with ThreadPoolExecutor(2) as pool:
        lost = [text for text in pool.map(lambda path: shortfall(path, sandbox), samples) if text]
    assert lost == []


def shortfall(path: Path, sandbox: Sandbox) -> str:
    """What a sample lacks to full marks of the functions that it has, or nothing."""
    assignment = registry.load(path.parent.name)
    submission = read([path], {function.name.partition(".")[0] for function in assignment.functions})
    report = grade(assignment, submission, seeds.from_text("benign"), sandbox)
    present = [function for function in report.functions if function.status.value != "missing"]
    if not present or report.isolation != sandbox.isolation:
        return f"{path.name}: {report.state} {report.reason}"
    short = [function.name for function in present if function.points != function.max_points]
    return f"{path.name}: {short}" if short else ""
