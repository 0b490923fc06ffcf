"""A box sees nothing of the grader, the host and other boxes: looked at from inside, and from outside (proc(5))."""

import hashlib
import json
import os
import secrets
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.core import Raised
from tests.sandbox.conftest import Open, each_tier
from tests.sandbox.processes import PROC, group_of, session_of, status

pytestmark = each_tier
ROOT = Path(__file__).resolve().parents[2]
HOST = ("/etc/passwd", "/proc/self/environ", "/proc", "/dev/zero", "/sys")

LOOK = """
    import builtins, fcntl, gc, os, random, resource, socket, sys
    import numpy as np
    os.environ.get("nothing")
    at_start = (random.random(), np.random.rand(), np.random.default_rng().random(), os.urandom(8).hex())

    def numbers():
        return at_start

    def fds():
        def is_open(number):
            try:
                os.fstat(number)
                return True
            except OSError:
                return False
        return [number for number in range(1100) if is_open(number)]

    def users():
        return os.getresuid(), os.getresgid(), os.getgroups()

    def place():
        mask = os.umask(0)
        os.umask(mask)
        return os.getcwd(), mask, os.uname().nodename

    def ids():
        return os.getpid(), os.getppid()

    def surroundings():
        return dict(os.environ), sys.argv, list(sys.orig_argv), sys.path

    def read():
        return sys.stdin.read() if sys.stdin else ""

    def write(path):
        with open(path, "w") as file:
            file.write("mark")
        return os.listdir(".")

    def mark():
        builtins.mark = np.mark = sys.modules["mark"] = 1
        random.seed(5)
        np.random.seed(5)
        np.seterr(all="raise")

    def marks():
        seen = hasattr(builtins, "mark"), hasattr(np, "mark"), "mark" in sys.modules
        return *seen, np.geterr()["divide"], os.listdir(".") if os.getcwd() != "/" else []

    def appends(*to_be_set):
        for number in to_be_set:
            fcntl.fcntl(number, fcntl.F_SETFL, fcntl.fcntl(number, fcntl.F_GETFL) | os.O_APPEND)
        return [bool(fcntl.fcntl(number, fcntl.F_GETFL) & os.O_APPEND) for number in range(4)]

    def can_read(path):
        try:
            return os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(10)
        except OSError as error:
            return type(error).__name__

    def modules():
        names = "grader fastapi sqlalchemy pydantic pytest kernel confine zygote seccomp landlock wire loading guest"
        return [name for name in names.split() if name in sys.modules]

    def imports(name):
        try:
            return __import__(name).__file__
        except Exception as error:
            return type(error).__name__
"""
NAMES = "numbers fds users place ids surroundings read write mark marks appends can_read modules imports"


@pytest.fixture(scope="module")
def box(open_box: Open) -> Any:
    with open_box(LOOK, NAMES) as program:
        yield program


# --------------------------------------------------------------------------- what it sees


def test_four_descriptors_are_open(box: Any) -> None:
    assert box.call("fds").value == [0, 1, 2, 3]


def test_standard_input_is_empty(box: Any) -> None:
    assert box.call("read").value == ""


def test_environment_and_arguments_are_empty_and_no_path_leads_to_our_packages(box: Any) -> None:
    environ, argv, original, path = box.call("surroundings").value
    assert (environ, argv, original) == ({}, [""], [])
    assert path, "the library's"
    assert not any(
        (Path(place) / name).exists() for place in path for name in ("grader", "zygote.py", "pytest", "numpy")
    )


def test_of_our_own_code_and_packages_nothing_is_there_to_import(box: Any) -> None:
    assert box.call("modules").value == []
    for name in ("grader", "fastapi", "sqlalchemy", "pydantic", "pytest", "zygote"):
        assert box.call("imports", name).value in ("AttributeError", "ModuleNotFoundError", None)


def test_it_leads_a_session_and_its_files_are_its_own(box: Any, tier: str) -> None:
    pid = box.process.pid
    assert (group_of(pid), session_of(pid)) == (pid, pid)
    folder, mask, _ = box.call("place").value
    assert (folder, mask) == ({"ns": "/scratch", "landlock": "/"}[tier], 0o077)


def test_with_namespaces_it_is_the_only_process_on_a_host_without_a_name_of_its_own(box: Any, tier: str) -> None:
    host = box.call("place").value[2]
    if tier == "ns":
        assert box.call("ids").value == (1, 0)
        assert host != os.uname().nodename
    else:
        assert box.call("ids").value[0] == box.process.pid


@pytest.mark.parametrize("path", [*HOST, str(ROOT / "pyproject.toml"), str(ROOT / "reference")])
def test_of_the_host_it_can_list_and_read_nothing(box: Any, tier: str, path: str) -> None:
    """In tier `landlock` the names are there, and nothing behind them."""
    assert box.call("can_read", path).value == {"ns": "FileNotFoundError", "landlock": "PermissionError"}[tier]


def test_the_root_holds_the_runtime_only_and_cannot_be_listed(box: Any, tier: str) -> None:
    assert box.call("can_read", "/").value == "PermissionError"
    if tier == "ns" and os.geteuid() == 0:
        runtime = (sysconfig.get_path("stdlib"), np.__file__, sys.base_prefix)
        seen = {path.name for path in (PROC / f"{box.process.pid}/root").iterdir()}
        assert seen == {"scratch", *(path.split("/")[1] for path in runtime)}


# --------------------------------------------------------------------------- what the kernel says of it


def test_it_has_no_privilege_and_can_gain_none(box: Any, tier: str) -> None:
    said = status(box.process.pid)
    for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert int(said[name], 16) == 0, name
    assert (said["NoNewPrivs"], said["Seccomp"], said["Threads"]) == ("1", "2", "1")
    assert int(said["CapBnd"], 16) == 0 or (tier == "landlock" and os.geteuid() != 0), "only root can lower its bound"


def test_it_is_a_user_of_its_own(box: Any, tier: str) -> None:
    said, ours = status(box.process.pid), (os.geteuid(), os.getegid())
    users, groups = set(said["Uid"].split()), set(said["Gid"].split())
    assert len(users) == len(groups) == 1
    if os.geteuid() == 0:
        assert (users | groups) & {"0", "65534", *map(str, ours)} == set()
        assert said["Groups"] == ""
    else:
        assert users == {str(os.geteuid())}


def test_others_cannot_look_into_it(box: Any) -> None:
    """What belongs to root although its user is another is not dumpable (proc(5))."""
    assert (PROC / str(box.process.pid) / "maps").stat().st_uid == 0


def test_with_namespaces_it_has_a_network_of_nothing_and_shares_no_namespace(box: Any, tier: str) -> None:
    if tier != "ns":
        with pytest.raises(Raised, match="PermissionError"):
            box.call("write", "/scratch")
        return
    devices = (PROC / str(box.process.pid) / "net/dev").read_text().splitlines()[2:]
    assert [line.split(":")[0].strip() for line in devices] in (["lo"], [])
    if os.geteuid() == 0:
        for name in ("user", "mnt", "pid", "net", "ipc", "uts", "cgroup"):
            assert (PROC / f"{box.process.pid}/ns/{name}").readlink() != (PROC / f"self/ns/{name}").readlink(), name


# --------------------------------------------------------------------------- other boxes


def test_two_boxes_share_nothing(open_box: Open, tier: str) -> None:
    one: Any
    other: Any
    with open_box(LOOK, NAMES) as one, open_box(LOOK, NAMES) as other:
        one.call("mark")
        if tier == "ns":
            assert one.call("write", "mark").value == ["mark"]
        assert one.call("marks").value[:4] == (True, True, True, "raise")
        with open_box(LOOK, NAMES) as later:
            for box in (other, later):
                assert box.call("marks").value[:4] == (False, False, False, "ignore")
                assert tier != "ns" or box.call("marks").value[4] == []
        if os.geteuid() == 0:
            users = [status(box.process.pid)["Uid"] for box in (one, other)]
            assert users[0] != users[1]


def test_what_one_box_sets_on_its_descriptors_another_does_not_see(open_box: Open) -> None:
    """Two descriptors of one open file have one set of flags."""
    with open_box(LOOK, NAMES) as one, open_box(LOOK, NAMES) as other:
        assert one.call("appends", 0, 1, 2, 3).value == [True] * 4
        assert other.call("appends").value == [False] * 4
        with open_box(LOOK, NAMES) as later:
            assert later.call("appends").value == [False] * 4


def test_the_kernels_random_numbers_differ_and_those_of_generators_are_the_gradings(open_box: Open) -> None:
    """Drawn at module level, before anything seeds: a submission graded twice must draw the same, from a generator of
    its own as well."""
    with open_box(LOOK, NAMES) as one, open_box(LOOK, NAMES) as other:
        (first, second) = (box.call("numbers").value for box in (one, other))
    assert first[:3] == second[:3]
    assert first[3] != second[3]


# --------------------------------------------------------------------------- secrets

GRADER = """
import json, os, sys
from pathlib import Path
from grader.core import Limits, SourceFile, Submission
from grader.sandbox import open_sandbox
tier, path, digests, in_argv, descriptor = sys.argv[1:]
text, digests = Path(path).read_text(), json.loads(digests)
in_memory = sys.stdin.readline().strip()
os.set_inheritable(int(descriptor), True)
sandbox, limits = open_sandbox(tier), Limits(call_cpu_seconds=60, call_wall_seconds=200)
work = Submission((SourceFile("search.py", text.encode(), text),))
names = "keep in_objects in_frames in_surroundings in_files in_descriptors in_memory".split()
with sandbox.open(work, names, limits) as other:
    other.call("keep", in_memory)
with sandbox.open(work, names, limits) as other, sandbox.open(work, names, limits) as box:
    other.call("keep", in_memory)
    paths = [os.path.abspath("secret"), "secret", f"/proc/{os.getpid()}/environ", f"/proc/{os.getpid()}/mem"]
    places = ["objects", "frames", "surroundings", "descriptors", "memory"]
    found = {place: box.call("in_" + place, digests).value for place in places}
    found["files"] = box.call("in_files", digests, paths).value
    box.call("keep", in_memory)
    control = {place: box.call("in_" + place, digests).value for place in ("objects", "frames", "memory")}
    print(json.dumps([found, control]))
"""


def test_planted_secrets_are_not_found_and_one_that_is_there_is(tmp_path: Path, tier: str) -> None:
    """In the grader's environment, arguments, memory, an open file, its folder, and another box before and beside."""
    environ, argv, memory, file, held = planted = ["PLNT" + secrets.token_hex(16) for _ in range(5)]
    digests = [hashlib.sha256(secret.encode()).hexdigest() for secret in planted]
    (tmp_path / "secret").write_text(file)
    (tmp_path / file).write_text(file)
    with tempfile.TemporaryFile() as opened:
        opened.write(held.encode())
        opened.flush()
        search = Path(__file__).with_name("search.py")
        arguments = [tier, str(search), json.dumps(digests), argv, str(opened.fileno())]
        done = subprocess.run(
            [sys.executable, "-c", GRADER, *arguments],
            input=memory + "\n",
            env={**os.environ, "GRADER_SECRET": environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            cwd=tmp_path,
            pass_fds=[opened.fileno()],
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    found, control = json.loads(done.stdout)
    count, walked = found.pop("memory")
    assert found == dict.fromkeys(found, 0)
    assert count == 0
    assert walked > 32 << 20, "it looked at what NumPy and Python take at least"
    assert (control["objects"], control["frames"], control["memory"][0]) == (1, 1, 1)
