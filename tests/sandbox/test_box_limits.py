"""Limits: what stays below passes, what goes over is ended and named by this side, with the line where it was."""

import os
from typing import Any

import pytest

from grader.core import BoxFault, LimitHit, Limits, Raised, SourceFile, Submission
from grader.sandbox import open_sandbox
from grader.sandbox.limits import run_delay, running_line
from grader.sandbox.output import Output

SPIN = """
    import time
    def f(seconds):
        stop = time.process_time() + seconds
        while time.process_time() < stop:
            pass
        return "done"
"""
SLEEP = """
    import time
    def f(seconds):
        time.sleep(seconds)
        return "done"
"""
FLOOD = """
    def f(count):
        line = "x" * 1023
        for _ in range(count // 1024):
            print(line)
        return "done"
"""
HOLD = """
    import numpy as np
    def f(size):
        return np.ones(size, np.uint8).sum() == size
"""


def hit(box: Any, *args: Any) -> LimitHit:
    with pytest.raises(LimitHit) as caught:
        box.call("f", *args)
    return caught.value


def test_half_of_the_cpu_limit_passes_and_twice_is_cpu_time(open_box: Any) -> None:
    with open_box(SPIN, call_cpu_seconds=0.4, call_wall_seconds=30) as box:
        assert box.call("f", 0.2).value == "done"
        fault = hit(box, 0.8)
    assert (fault.kind, fault.allowed, fault.path) == ("cpu_time", 0.4, "work.py")
    assert 0.4 <= fault.used < 0.8
    assert fault.line in (5, 6)


def test_one_call_may_be_given_more_cpu(open_box: Any) -> None:
    with open_box(SPIN, call_cpu_seconds=0.1, call_wall_seconds=30) as box:
        assert box.call("f", 0.3, cpu_seconds=0.6).value == "done"
        assert hit(box, 0.3).kind == "cpu_time"


def test_half_of_the_wall_limit_passes_and_twice_is_wall_time(open_box: Any) -> None:
    with open_box(SLEEP, call_wall_seconds=1.0) as box:
        assert box.call("f", 0.5).value == "done"
        fault = hit(box, 20)
    assert (fault.kind, fault.allowed, fault.path, fault.line) == ("wall_time", 1.0, "work.py", 4)
    assert fault.used >= 1.0


def test_waiting_for_a_processor_is_not_the_boxs_own_time() -> None:
    assert run_delay(os.getpid()) >= 0.0
    assert run_delay(-1) == 0.0


def test_half_of_the_output_limit_passes_and_twice_is_output(open_box: Any) -> None:
    with open_box(FLOOD, output_bytes=2 << 20, output_kept_bytes=4096) as box:
        assert box.call("f", 1 << 20).value == "done"
        assert len(box.output.encode()) <= 4096 + 5
        assert box.output_dropped == (1 << 20) - 4096
        fault = hit(box, 4 << 20)
    assert (fault.kind, fault.allowed, fault.path) == ("output", 2 << 20, "work.py")
    assert fault.used > 2 << 20


def test_a_flood_that_never_ends_is_output_also_while_it_spins(open_box: Any) -> None:
    with open_box("def f():\n    while True:\n        print('y' * 5000)", output_bytes=1 << 20) as box:
        assert hit(box).kind == "output"


def test_half_of_the_memory_limit_passes_and_twice_is_a_memory_error(open_box: Any) -> None:
    with open_box(HOLD, data_bytes=256 << 20) as box:
        assert box.call("f", 128 << 20).value
        with pytest.raises(Raised, match="MemoryError"):
            box.call("f", 512 << 20)
        assert box.call("f", 1).value


@pytest.mark.parametrize(
    ("body", "kind", "detail"),
    [
        ("os._exit(0)", "exited", "0"),
        ("os._exit(7)", "exited", "7"),
        ("ctypes.string_at(0)", "crashed", "SIGSEGV"),
        ("os.abort()", "crashed", "SIGABRT"),
        ("os.kill(os.getpid(), signal.SIGTERM)", "crashed", "SIGTERM"),
        ("os.kill(os.getpid(), signal.SIGSYS)", "forbidden_syscall", "SIGSYS"),
        ("os.kill(os.getpid(), signal.SIGXCPU)", "cpu_time", ""),
        ("os.close(3); time.sleep(9)", "protocol", "the channel was closed"),
        ("os.write(3, b'x' * 400)", "protocol", "frame too large"),
        ("os.write(3, struct.pack('<IQ', 9, 0) + b'not json!')", "protocol", "header is not JSON"),
        ("os.write(3, struct.pack('<IQ', 10, 1 << 40) + b'0' * 10)", "protocol", "frame too large"),
        ("send(1, 'returned', None); time.sleep(9)", "protocol", "a reply to another request"),
        ("send(2, 'loaded', None)", "protocol", "a reply to another request"),
        ("send(2, 'returned', [1])", "protocol", "a malformed reply"),
        ("send(2, 'returned', {'t': [1, 2, 3]})", "protocol", "a malformed reply"),
        ("send(0, 'fault', 'mine'); time.sleep(9)", "protocol", "a request was not understood"),
        ("send(1, 'callback', {'t': [1, [], 3]})", "protocol", "a malformed callback"),
        ("send(5, 'callback', {'t': [1, {'t': []}, {'d': []}]})", "protocol", "a malformed callback"),
        ("send(2, 'returned', {'t': [{'c': [1, 'f']}, [], False]})", "protocol", "a callable from the box"),
    ],
)
def test_how_a_box_ends_is_named_by_this_side(open_box: Any, body: str, kind: str, detail: str) -> None:
    source = f"""
        import ctypes, json, os, signal, struct, time
        def send(seq, op, body):
            header = json.dumps(dict(seq=seq, op=op, body=body)).encode()
            os.write(3, struct.pack("<IQ", len(header), 0) + header)
        def f():
            {body}
    """
    with open_box(source) as box:
        fault = hit(box)
        assert (fault.kind, fault.detail) == (kind, detail)
        assert hit(box) is fault


def test_a_crash_names_the_line(open_box: Any) -> None:
    with open_box("import ctypes\ndef f():\n    x = 1\n    ctypes.string_at(0)") as box:
        fault = hit(box)
    assert (fault.path, fault.line) == ("work.py", 4)


def test_half_a_frame_is_wall_time(open_box: Any) -> None:
    source = "import os, time\ndef f():\n    os.write(3, b'half')\n    time.sleep(60)"
    with open_box(source, call_wall_seconds=0.3) as box:
        fault = hit(box)
    assert (fault.kind, fault.path) == ("wall_time", "work.py")


def test_a_forged_reply_only_chooses_numbers_and_the_real_one_ends_the_box(open_box: Any) -> None:
    source = """
        import json, os, struct
        def f():
            body = {"t": [[1, 2], [], False]}
            header = json.dumps(dict(seq=2, op="returned", body=body)).encode()
            os.write(3, struct.pack("<IQ", len(header), 0) + header)
            return "real"
    """
    with open_box(source) as box:
        assert box.call("f").value == [1, 2]
        assert hit(box).kind == "protocol"


@pytest.mark.parametrize(
    "line",
    [
        "sys.modules['__main__'].loading.Loading.find = lambda *given: 1 / 0",
        "sys.modules['__main__'].loading.Loading.find = lambda *given: [(1, 2)]",
        "send(0, 'fault', 'mine')",
        "send(1, 'raised', {'t': ['ValueError', 'mine', None, None]})",
        "send(1, 'loaded', {'d': [['found', [1]], ['errors', 5], ['absent', None]]})",
    ],
)
def test_code_that_changes_the_guest_while_it_is_loaded_is_not_our_fault(open_box: Any, line: str) -> None:
    source = f"""
        import json, os, struct, sys
        def send(seq, op, body):
            header = json.dumps(dict(seq=seq, op=op, body=body)).encode()
            os.write(3, struct.pack("<IQ", len(header), 0) + header)
        {line}
        def f():
            pass
    """
    with pytest.raises(LimitHit) as caught, open_box(source):
        pass
    assert caught.value.kind == "protocol"


def test_an_endless_call_of_a_callable_is_ended(open_box: Any) -> None:
    with open_box("def f(g):\n    while True:\n        g(1.0)", call_cpu_seconds=0.2, call_wall_seconds=0.5) as box:
        fault = hit(box, lambda x: x)
    assert fault.kind in ("cpu_time", "wall_time")
    assert fault.path == "work.py"


def test_a_batch_that_never_ends_is_one_call_that_never_ends(open_box: Any) -> None:
    source = "def f(x):\n    while x == 2:\n        pass"
    with open_box(source, call_cpu_seconds=0.2) as box, pytest.raises(LimitHit) as caught:
        box.map("f", [(1,), (2,), (3,)])
    assert caught.value.kind == "cpu_time"
    assert caught.value.line in (2, 3)


def test_a_slow_batch_may_take_longer_than_one_call(open_box: Any) -> None:
    with open_box(SPIN, call_cpu_seconds=0.5, call_wall_seconds=30) as box:
        assert [result.value for result in box.map("f", [(0.15,)] * 6)] == ["done"] * 6


def test_a_slow_batch_that_only_waits_may_take_longer_than_one_call(open_box: Any) -> None:
    source = "import time\ndef f(x):\n    time.sleep(0.2)\n    return x"
    with open_box(source, call_wall_seconds=1.0) as box:
        assert [result.value for result in box.map("f", [(place,) for place in range(8)])] == list(range(8))


def test_killed_from_outside_is_ours_the_first_time_and_memory_the_second() -> None:
    text = "import os, signal\ndef f():\n    os.kill(os.getpid(), signal.SIGKILL)"
    work = Submission((SourceFile("work.py", text.encode(), text),))
    sandbox = open_sandbox()
    with pytest.raises(BoxFault), sandbox.open(work, ["f"], Limits()) as box:
        box.call("f")
    with pytest.raises(LimitHit) as caught, sandbox.open(work, ["f"], Limits()) as box:
        box.call("f")
    assert caught.value.kind == "memory"


def test_kernel_limits_are_set_before_source_is_read(open_box: Any) -> None:
    source = """
        import resource
        names = "DATA AS STACK NOFILE FSIZE CORE NPROC".split()
        seen = [resource.getrlimit(getattr(resource, "RLIMIT_" + name)) for name in names]
        def f():
            return seen
    """
    with open_box(source) as box:
        limits = Limits()
        most = [limits.data_bytes, limits.address_bytes, limits.stack_bytes, limits.open_files, limits.file_bytes, 0, 1]
        assert box.call("f").value == [(value, value) for value in most]


def test_a_file_grows_to_its_limit_only(open_box: Any) -> None:
    source = "def f():\n    with open('x', 'wb') as file:\n        file.write(bytes(2 << 20))"
    with open_box(source, file_bytes=1 << 20) as box, pytest.raises(Raised, match="OSError"):
        box.call("f")


def test_the_line_is_believed_only_where_it_can_be_true() -> None:
    dump = b'File "/etc/passwd", line 1 in x\n  File "work.py", line 99 in f\n  File "work.py", line 3 in g\n'
    assert running_line(dump, {"work.py": 10}) == ("work.py", 3)
    assert running_line(dump, {"other.py": 10}) == (None, None)
    assert running_line(b'File "\\uacfc\\uc81c.py", line 2 in f', {"과제.py": 5}) == ("과제.py", 2)


def test_output_keeps_head_and_tail() -> None:
    kept = Output(8)
    for piece in (b"abc", b"defg", b"h" * 100, b"wxyz"):
        kept.add(piece)
    assert kept.text == "abcd\n…\nwxyz"
    assert kept.dropped == 111 - 8
