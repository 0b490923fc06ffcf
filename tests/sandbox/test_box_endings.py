"""How a box ends by itself is named by this side, whatever it says; what it says that cannot be true ends it."""

import os
import signal
from typing import Any

import pytest

from grader.core import BoxFault, LimitHit, Limits, Sandbox
from tests.sandbox.conftest import each_tier, submission


def hit(box: Any, *args: Any) -> LimitHit:
    with pytest.raises(LimitHit) as caught:
        box.call("f", *args)
    return caught.value


@each_tier
@pytest.mark.parametrize(
    ("body", "kind", "detail"),
    [
        ("os._exit(0)", "exited", "0"),
        ("os._exit(7)", "exited", "7"),
        ("ctypes.string_at(0)", "crashed", "SIGSEGV"),
        ("os.abort()", "crashed", "SIGSEGV"),  # its signal to itself is refused, and then it does what cannot go on
        ("ctypes.CDLL(None).syscall(101 if os.uname().machine == 'x86_64' else 117, 0)", "forbidden_syscall", "SIGSYS"),
        ("os.close(3); time.sleep(9)", "protocol", "the channel was closed"),
        ("os.write(3, b'x' * 400)", "protocol", "frame too large"),
        ("os.write(3, struct.pack('<IQ', 9, 0) + b'not json!')", "protocol", "header is not JSON"),
        ("os.write(3, struct.pack('<IQ', 10, 1 << 40) + b'0' * 10)", "protocol", "frame too large"),
        ("send(1, 'returned', None); time.sleep(9)", "protocol", "a reply to another request"),
        ("send(2, 'loaded', None)", "protocol", "a reply to another request"),
        ("send(2, 'returned', [1])", "protocol", "a malformed reply"),
        ("send(2, 'returned', {'t': [1, 2, 3]})", "protocol", "a malformed reply"),
        ("send(2, 'returned', {'t': [1, [], False, []]})", "protocol", "a malformed reply"),
        ("send(2, 'returned', {'t': [1, [], False, [1]]})", "protocol", "a malformed reply"),
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


@each_tier
def test_a_crash_names_the_line(open_box: Any) -> None:
    with open_box("import ctypes\ndef f():\n    x = 1\n    ctypes.string_at(0)") as box:
        fault = hit(box)
    assert (fault.path, fault.line) == ("work.py", 4)


@each_tier
def test_half_a_frame_is_wall_time(open_box: Any) -> None:
    source = "import os, time\ndef f():\n    os.write(3, b'half')\n    time.sleep(60)"
    with open_box(source, call_wall_seconds=0.3) as box:
        fault = hit(box)
    assert (fault.kind, fault.path) == ("wall_time", "work.py")


@each_tier
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


@each_tier
@pytest.mark.parametrize(
    "line",
    [
        "inside()['naming'].Definitions.find = lambda *given: 1 / 0",
        "inside()['naming'].Definitions.find = lambda *given: [(1, 2)]",
        "send(0, 'fault', 'mine')",
        "send(1, 'raised', {'t': ['ValueError', 'mine', None, None]})",
        "send(1, 'loaded', {'d': [['found', [1]], ['errors', 5], ['absent', None]]})",
    ],
)
def test_code_that_changes_the_guest_while_it_is_loaded_is_not_our_fault(open_box: Any, line: str) -> None:
    source = f"""
        import json, os, struct, sys
        def inside():
            frame = sys._getframe()
            while "naming" not in frame.f_globals:
                frame = frame.f_back
            return frame.f_globals
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


@each_tier
def test_killed_from_outside_is_ours_the_first_time_and_memory_the_second(sandbox: Sandbox, tier: str) -> None:
    work = submission({"work.py": f"def f():\n    return {tier!r}\n"})

    def killed() -> None:
        box: Any
        with sandbox.open(work, ["f"], Limits()) as box:
            os.kill(box.process.pid, signal.SIGKILL)
            box.call("f")

    with pytest.raises(BoxFault):
        killed()
    with pytest.raises(LimitHit) as caught:
        killed()
    assert (caught.value.kind, caught.value.allowed) == ("memory", Limits().data_bytes)
