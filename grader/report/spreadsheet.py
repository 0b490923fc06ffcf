"""Texts that people open in a spreadsheet, which takes some of them for formulas and runs them."""

from __future__ import annotations

FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet takes for the beginning of a formula, some of them also in full width."""


def safe(text: str) -> str:
    """`text` as a spreadsheet shows it and does not run it: with an apostrophe before it, where it could be one. Blanks
    before it do not hide it."""
    return "'" + text if text.startswith(FORMULA) or text.lstrip(" ").startswith(FORMULA) else text
