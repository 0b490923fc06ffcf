"""The assignment that `docs/add-an-assignment.md` makes, as somebody gets it who does as the page says."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "add-an-assignment.md"
FILE = re.compile(r"^`([\w/.-]+)`\n\n```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
RIGHT = "assignments/submissions/squared-hinge/right_loops.py"


def written(folder: Path) -> Path:
    """Write the files of the page at their places below `folder`; the assignment's own."""
    for name, text in FILE.findall(PAGE.read_text(encoding="utf-8")):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "assignments" / "squared-hinge.py"
