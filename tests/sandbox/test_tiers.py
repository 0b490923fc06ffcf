"""Tiers are tried, where a process has little of what it takes, and tried again when that may have changed."""

import subprocess
import sys

import pytest

from tests.sandbox.conftest import require

LOOK = "from grader.sandbox.tiers import lacking, tiers; print(tiers(), lacking('ns'), lacking('landlock'))"
AGAIN = """
import resource
from grader.sandbox import tiers
_, most = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (6, most))
print(tiers.tiers())
resource.setrlimit(resource.RLIMIT_NOFILE, (256, most))
print(tiers.tiers())
tiers.LOOKED = {tier: (at - tiers.LOOK_AGAIN_SECONDS, fault) for tier, (at, fault) in tiers.LOOKED.items()}
print(tiers.tiers())
"""


def lines(*command: str) -> list[str]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture(autouse=True)
def _both_tiers_are_here() -> None:
    require("ns")
    require("landlock")


def test_root_of_a_namespace_with_one_user_has_both_tiers() -> None:
    """As `unshare -r` and unprivileged containers make it: there is no other user to give a box."""
    assert lines("unshare", "--map-root-user", sys.executable, "-c", LOOK) == ["('ns', 'landlock', 'none') None None"]


def test_forty_descriptors_are_enough() -> None:
    shell = f'ulimit -n 40 && exec "{sys.executable}" -c "{LOOK}"'
    assert lines("sh", "-c", shell) == ["('ns', 'landlock', 'none') None None"]


def test_a_tier_that_failed_for_want_of_descriptors_is_tried_again_after_a_while() -> None:
    none, same, found = lines(sys.executable, "-c", AGAIN)
    assert (none, same) == ("('none',)", "('none',)")
    assert found == "('ns', 'landlock', 'none')"
