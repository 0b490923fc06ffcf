"""In a container as Docker makes it: what isolation its own seccomp profile leaves, and what ours gives."""

import json
import os
import shutil
import sys
from collections.abc import Sequence

import pytest

from tests.sandbox.container import DOCKER_CAPABILITIES, ROOT, Profile, docker_default, run, runner, without

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="runc needs root to make containers")
LOOK = """
import json, os
from grader.sandbox.tiers import lacking, tiers
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps([os.getuid(), int(status["CapBnd"], 16), tiers(), str(lacking("ns"))]))
"""


@pytest.fixture(scope="module", autouse=True)
def _runc() -> None:
    """`.ci/run` supplies runc, and CI fails without."""
    if not shutil.which("runc"):
        if os.environ.get("CI") == "true":
            pytest.fail("CI has no runc")
        pytest.skip("no runc")


def look(profile: Profile, *, user: int = 1000, capabilities: Sequence[str] = ()) -> tuple[int, int, list[str], str]:
    """Who one is in a container, with what capabilities, the tiers there, and why `ns` is not."""
    found = run([sys.executable, "-c", LOOK], profile, user=user, capabilities=capabilities)
    assert found.returncode == 0, found.stderr
    uid, bounding, tiers, cause = json.loads(found.stdout)
    return uid, bounding, tiers, cause


def test_with_our_profile_an_ordinary_user_without_a_capability_has_the_tier_of_namespaces() -> None:
    assert look(runner()) == (1000, 0, ["ns", "landlock", "none"], "None")


def test_with_our_profile_a_submission_is_graded_and_the_report_says_how() -> None:
    given = ROOT / "submissions/svm/right_loops.py"
    graded = run([sys.executable, "-m", "grader.cli", "grade", "svm", str(given), "--json", "-"], runner())
    assert graded.returncode == 0, graded.stderr
    report = json.loads(graded.stdout)
    assert report["isolation"] == "ns"
    assert report["score"] == report["max_score"] > 0


@pytest.mark.parametrize("user", [0, 1000])
def test_with_dockers_own_profile_the_tier_is_landlock_whoever_one_is(user: int) -> None:
    uid, _, tiers, cause = look(docker_default(), user=user, capabilities=DOCKER_CAPABILITIES if not user else ())
    assert (uid, tiers) == (user, ["landlock", "none"])
    assert "unshare: Operation not permitted" in cause


def test_with_dockers_own_profile_a_submission_is_graded_as_well() -> None:
    given = ROOT / "submissions/svm/right_loops.py"
    graded = run([sys.executable, "-m", "grader.cli", "grade", "svm", str(given), "--json", "-"], docker_default())
    assert graded.returncode == 0, graded.stderr
    assert json.loads(graded.stdout)["isolation"] == "landlock"


def test_the_capability_sys_admin_is_no_way_around_our_profile() -> None:
    """It would be a high price, too: nobody should be told to add it."""
    _, _, tiers, cause = look(docker_default(), user=0, capabilities=[*DOCKER_CAPABILITIES, "SYS_ADMIN"])
    assert tiers == ["landlock", "none"]
    assert "pivot_root: Operation not permitted" in cause


@pytest.mark.parametrize("call", ["mount", "pivot_root", "setns", "umount2", "unshare"])
def test_each_call_that_our_profile_adds_is_needed(call: str) -> None:
    _, _, tiers, cause = look(without(runner(), call))
    assert tiers == ["landlock", "none"]
    assert "Operation not permitted" in cause
