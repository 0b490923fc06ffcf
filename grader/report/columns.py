"""Text in terminal columns, where a Hangul syllable is two cells wide and a combining mark none."""

from collections.abc import Iterable

from rich.cells import cell_len, chop_cells


def padded(text: str, width: int) -> str:
    """`text` with spaces behind it, `width` cells in all."""
    return text + " " * (width - cell_len(text))


def wrapped(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` cells, broken at spaces, and inside a word only where it is too long."""
    return flowed(text.split(), width, gap=" ")


def flowed(parts: Iterable[str], width: int, gap: str = "   ") -> list[str]:
    """Parts side by side, each in one piece where it fits a line of `width` cells, else broken at spaces."""
    lines: list[str] = []
    for piece in (piece for part in parts for piece in _pieces(part, width)):
        longer = f"{lines[-1]}{gap}{piece}" if lines else piece
        if lines and cell_len(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(piece)
    return lines


def _pieces(part: str, width: int) -> list[str]:
    if cell_len(part) > width and " " in part.strip():
        return wrapped(part, width)
    return chop_cells(part, width)
