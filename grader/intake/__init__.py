"""Bytes -> Submission: files, folders and archives; encodings, names and caps. Parses, and never executes.

`read` takes paths (the shell; `collect` is its first half), `parse` takes files as uploaded (the worker), and `door` is
the web process's first look, at what the bytes show. What cannot be graded is `Rejected` with a sentence that says how
to mend it. Everything that looks into student bytes with more than a regular expression runs in `confined/`, a process
with limits.
"""

from grader.intake.doorway import door
from grader.intake.parsing import parse
from grader.intake.reading import collect, exists, read
from grader.intake.rejected import Rejected

__all__ = ["Rejected", "collect", "door", "exists", "parse", "read"]
