"""The process that looks into hostile bytes: limited, alone, and free of everything of ours but its own folder."""

import ast
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.core import BoxFault
from grader.intake import Rejected, confine, parse
from grader.intake.confined import caps

CONFINED = Path(confine.HERE) / "confined"
INSTEAD = """
import os, resource, signal, socket, sys, time
sys.path.append(sys.argv[1])
from confined import serving
serving.answer = lambda request: {}
serving.serve(socket.socket(fileno=int(sys.argv[2])))
"""
LIMITS = "resource.getrlimit(resource.RLIMIT_AS)[1], resource.getrlimit(resource.RLIMIT_CPU)[0]"
OURS = '[name for name in sys.modules if "grader" in name or "numpy" in name]'
REQUEST = b"x" * 1_000_000
Making = Callable[..., confine.Readers]


@pytest.fixture
def answering() -> Iterator[Making]:
    """Readers that answer with what an expression gives, in place of reading; or that run another program."""
    made: list[confine.Readers] = []

    def make(answer: str, program: str = INSTEAD) -> confine.Readers:
        made.append(confine.Readers(program.format(answer)))
        return made[-1]

    yield make
    for readers in made:
        readers.close()


def test_it_limits_itself_and_loads_nothing_of_ours_but_its_folder(answering: Making) -> None:
    readers = answering(f"repr(({LIMITS}, {OURS}, request)).encode()")
    assert readers.answer(b"asked") == repr((caps.MEMORY_BYTES, caps.CPU_SECONDS, [], b"asked")).encode()


def test_its_folder_imports_the_standard_library_and_itself_only() -> None:
    for path in CONFINED.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                assert str(node.module).partition(".")[0] in sys.stdlib_module_names, path
            if isinstance(node, ast.ImportFrom):
                assert node.level <= 1, path
            if isinstance(node, ast.Import):
                assert {alias.name.partition(".")[0] for alias in node.names} <= sys.stdlib_module_names, path


def test_a_process_that_a_limit_ends_means_a_submission_that_cannot_be_read(answering: Making) -> None:
    with pytest.raises(confine.Unreadable) as caught:
        answering("os.kill(os.getpid(), signal.SIGXCPU)").answer(REQUEST)
    assert caught.value.message.id == "intake.too-much"
    assert caught.value.message.params == {"seconds": caps.CPU_SECONDS, "mib": caps.MEMORY_BYTES >> 20}


def test_a_process_that_fails_otherwise_is_our_fault(answering: Making) -> None:
    with pytest.raises(BoxFault, match="failed: ZeroDivisionError"):
        answering("1 / 0").answer(REQUEST)


def test_one_that_ends_before_it_begins_has_met_no_limit(answering: Making) -> None:
    with pytest.raises(BoxFault, match="before it begins"):
        answering("", "raise SystemExit").answer(REQUEST)


def test_a_server_that_has_ended_is_started_again(answering: Making) -> None:
    readers = answering("str(os.getppid()).encode()")
    first = readers.answer(b"")
    assert readers.answer(b"") == first
    readers.close()
    assert readers.answer(b"") != first


def test_a_server_that_nobody_asks_ends(answering: Making) -> None:
    readers = answering("request", INSTEAD.replace("serving.answer", "serving.IDLE_SECONDS = 0.01\nserving.answer"))
    assert readers.answer(REQUEST) == REQUEST
    assert readers._server is not None
    assert readers._server.wait(30) == 0
    assert readers.answer(REQUEST) == REQUEST


def test_many_are_read_at_the_same_time(answering: Making) -> None:
    readers, asked = answering("time.sleep(0.1) or request"), [REQUEST + str(number).encode() for number in range(20)]
    with ThreadPoolExecutor(len(asked)) as pool:
        assert list(pool.map(readers.answer, asked)) == asked


def test_nothing_is_executed(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    source = f"open({str(mark)!r}, 'w').close()\ndef f(): pass\n"
    parse([("a.py", source.encode())], ["f"])
    with pytest.raises(Rejected):
        parse([("a.py", source.encode() + b"(")], ["g"])
    assert not mark.exists()
