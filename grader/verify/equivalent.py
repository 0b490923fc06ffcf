"""Mistakes that are one program to any case, by declaration: `reference/mistakes/equivalent.tsv` gives the reasons."""

from functools import cache

from grader.grading.registry import MISTAKES

FILE = MISTAKES.with_name("equivalent.tsv")


def equivalent(one: str, other: str) -> bool:
    """Is a program with one of them rightly called by the other?"""
    return frozenset((one, other)) in reasons()


@cache
def reasons() -> dict[frozenset[str], str]:
    """Every two that are declared, and why no case tells them apart."""
    lines = FILE.read_text("utf-8").splitlines()[1:]
    rows = (line.split("\t") for line in lines)
    return {frozenset((one, other)): why for one, other, why in rows}
