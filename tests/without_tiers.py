"""Runs a command on a machine that has no isolation to offer: `python -m tests.without_tiers COMMAND...`.

The kernel itself refuses: a system-call filter, which everything that the command starts inherits, answers EPERM to
`unshare` and `landlock_create_ruleset`, as a container's profile or an old kernel would. It works for any user.
"""

from __future__ import annotations

import os
import sys

from tests.sandbox.refused import refuse

if __name__ == "__main__":
    refuse(["unshare", "landlock_create_ruleset"])
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - a launcher
