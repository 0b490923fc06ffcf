"""A grader on a kernel that refuses some calls: `refused.py CALL...` says which tiers are left, why others are not, and
what a submission gives in the best one.

The filter is one of seccomp(2) that this process lays on itself, and that the zygote inherits.
"""

import json
import os
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from grader.core import Limits, SourceFile, Submission
from grader.errors import Unavailable
from grader.sandbox.inside import kernel
from grader.sandbox.tiers import ISOLATING, lacking, open_sandbox, tiers

CALLS = {  # numbers on x86_64 and on aarch64
    "unshare": (272, 97), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "setns": (308, 268),
    "sethostname": (170, 161), "landlock_create_ruleset": (444, 444), "landlock_restrict_self": (446, 446),
    "seccomp": (317, 277), "capset": (126, 91), "close_range": (436, 436),
}  # fmt: skip
LOAD_NUMBER, JUMP_IF_EQUAL, RETURN, ALLOW, REFUSE = (0x20, 0, 0, 0), 0x15, 0x06, 0x7FFF0000, 0x00050000 | 1
TEXT = "def f():\n    return 42\n"


def refuse(names: list[str]) -> None:
    """Answer these calls with EPERM from now on, here and in every child."""
    numbers = [CALLS[name][os.uname().machine == "aarch64"] for name in names]
    tests = [(JUMP_IF_EQUAL, len(numbers) - place, 0, number) for place, number in enumerate(numbers)]
    program = [LOAD_NUMBER, *tests, (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.seccomp(b"".join(struct.pack("=HBBI", *instruction) for instruction in program))


def graded() -> tuple[str, object]:
    """The isolation that `auto` takes, and what the function gave; or the id of the refusal."""
    try:
        sandbox = open_sandbox()
    except Unavailable as error:
        return error.message.id, None
    with sandbox.open(Submission((SourceFile("work.py", TEXT.encode(), TEXT),)), ["f"], Limits()) as box:
        return sandbox.isolation, box.call("f").value


if __name__ == "__main__":
    refuse(sys.argv[1:])
    faults = {tier: str(fault) for tier in ISOLATING if (fault := lacking(tier))}
    print(json.dumps([tiers(), faults, graded()]))
