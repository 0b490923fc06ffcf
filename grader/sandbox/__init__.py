"""Boxes for untrusted code. `open_sandbox` is the door; `core.Sandbox` and `core.Program` say what is behind it."""

from grader.sandbox.tiers import open_sandbox as open_sandbox
