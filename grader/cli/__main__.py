"""`python -m grader.cli` is `grader`."""

from grader.cli import run

run()
