"""What hostile code says is data wherever it is shown."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from grader.core import Sandbox
from grader.report import as_json, as_text
from grader.report.as_html import as_html
from tests.sandbox.hostile import attacks
from tests.sandbox.test_attacks import RIGHT, graded


def test_what_they_say_commands_no_terminal_and_no_page(sandbox: Sandbox, tmp_path: Path) -> None:
    shouting = attacks()["output_of_control_characters"].text
    source = f"{RIGHT.read_text()}\n{shouting}\ndef svm_loss_vectorized(W, X, y, reg):\n    return f(None)\n"
    report = graded(source, sandbox, tmp_path)
    shown = [as_text(report, "en"), as_html(report, "en"), *texts(as_json(report, "en"))]
    assert any("\\x1b[2J" in text for text in shown), "it is shown at all"
    assert not [text for text in shown if any(commands(character) for character in text)]
    assert "<script>alert" not in shown[1]


def commands(character: str) -> bool:
    """Whether it is one that a terminal obeys, or that changes the order of others."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs") and character != "\n"


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
