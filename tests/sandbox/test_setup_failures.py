"""A box whose confinement fails anywhere never runs student code: it ends, says where, and it is our fault."""

import contextlib
import json
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from grader.core import BoxFault, LimitHit, Limits, Sandbox
from grader.sandbox.box import Box
from grader.sandbox.inside import wire
from grader.sandbox.keeper import Keeper
from tests.sandbox.conftest import CONFINED, Open, each_tier, require, submission

HERE = Path(__file__).parent
OTHERWISE = str(HERE / "otherwise.py")
STEPS = (
    "namespaces", "scratch", "descriptors", "rlimits", "stack", "rules", "identity", "privileges", "landlock",
    "scrub", "seccomp",
)  # fmt: skip
WORK = submission({"work.py": "print('student code ran')\ndef f():\n    return 1\n"})


def refuse(value: object) -> Any:
    raise TypeError(value)


def said(keeper: Keeper) -> str:
    """All that is known of one box: it is sent the source before it says that it is ready, which no grader does, and
    then loads it once more; what it printed, and the fault."""
    limits = Limits()
    caps = wire.Caps(limits.frame_header_bytes, limits.frame_payload_bytes)
    texts = [(file.path, file.text, file.python2) for file in WORK.files]
    body = (texts, ([], [], ""), (["f"], [], {"f": []}), tuple(caps))
    heard = []
    try:
        with closing(keeper), closing(Box(keeper.start(limits), limits)) as box:
            with contextlib.suppress(OSError):
                for piece in wire.pack(1, "load", body, refuse, caps):
                    box.process.channel.send(piece)
            box.process.wait(0.5)
            box.channel.drain()
            heard.append(box.output)
            box.load(WORK, ["f"], {})
    except (BoxFault, LimitHit) as fault:
        heard.append(str(fault))
    return "\n".join(heard)


def test_these_are_the_steps() -> None:
    text = (HERE.parents[1] / "grader/sandbox/inside/confine.py").read_text("utf-8")
    assert tuple(re.findall(r'^    Step\("(\w+)", \w+\),$', text, re.MULTILINE)) == STEPS


@each_tier
def test_one_whose_steps_all_succeed_runs_it(tier: Any) -> None:
    """What the other tests look for is there when nothing fails."""
    assert "student code ran" in said(Keeper(tier))


@each_tier
@pytest.mark.parametrize(("how", "step"), [*(("fail", step) for step in STEPS), ("die", STEPS[0]), ("die", STEPS[-1])])
def test_one_that_fails_at_a_step_never_runs_it(tier: Any, how: str, step: str, open_box: Open) -> None:
    text = said(Keeper(tier, program=(OTHERWISE, how, step)))
    assert "student code ran" not in text
    assert "did not start" in text or "ended at once" in text
    if how == "fail":
        assert f"confinement failed at {step}: [Errno 1] as the test wants it" in text
    with open_box("def f():\n    return 1") as program:
        assert program.call("f").value == 1


@each_tier
@pytest.mark.parametrize(
    ("step", "limits"),
    [
        ("rlimits", Limits(open_files=-5)),
        ("rlimits", Limits(data_bytes=1 << 80)),
        ("rules", Limits(open_files=3)),
        ("scratch", Limits(scratch_bytes=-1)),
    ],
)
def test_limits_that_the_kernel_does_not_take_are_our_fault(
    sandbox: Sandbox, tier: str, step: str, limits: Limits
) -> None:
    if (tier, step) == ("landlock", "scratch"):
        with sandbox.open(WORK, ["f"], limits) as program:
            assert program.call("f").value == 1, "there is none in this tier"
        return
    with pytest.raises(BoxFault, match=f"failed at {step}"), sandbox.open(WORK, ["f"], limits):
        pytest.fail("it must not open")


@pytest.mark.parametrize(
    ("refused", "left", "reasons"),
    [
        (["unshare"], ["landlock", "none"], {"ns": "unshare"}),
        (["mount"], ["landlock", "none"], {"ns": "mount"}),
        (["pivot_root"], ["landlock", "none"], {"ns": "pivot_root"}),
        (["umount2"], ["landlock", "none"], {"ns": "umount"}),
        (["setns"], ["landlock", "none"], {"ns": ""}),
        (["sethostname"], ["ns", "landlock", "none"], {}),
        (["landlock_create_ruleset"], ["none"], {"ns": "Landlock", "landlock": "Landlock"}),
        (["landlock_restrict_self"], ["none"], dict.fromkeys(CONFINED, "restrict_self")),
        (["seccomp"], ["none"], {"ns": "at seccomp", "landlock": "at seccomp"}),
        (["capset"], ["none"], {"ns": "at privileges", "landlock": "at privileges"}),
        (["close_range"], ["none"], {"ns": "at descriptors", "landlock": "at descriptors"}),
        (["mount", "capset"], ["none"], {"ns": "mount", "landlock": "at privileges"}),
    ],
)
def test_a_kernel_that_refuses_a_call_lacks_the_tiers_that_need_it(
    refused: list[str], left: list[str], reasons: dict[str, str]
) -> None:
    """The next tier is taken where there is one; never is a layer left out."""
    for tier in CONFINED:
        require(tier)
    command = [sys.executable, str(HERE / "refused.py"), *refused]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    tiers, faults, (isolation, value) = json.loads(done.stdout)
    assert tiers == left
    assert set(faults) == set(reasons)
    assert all(reason in faults[tier] for tier, reason in reasons.items()), faults
    assert (isolation, value) == (("sandbox.tier.nothing", None) if left == ["none"] else (left[0], 42))
