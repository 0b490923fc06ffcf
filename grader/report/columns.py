"""Text in terminal columns, where a Hangul syllable is two cells wide and a combining mark none."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len, chop_cells


def padded(text: str, width: int) -> str:
    """`text` with spaces behind it, `width` cells in all."""
    return text + " " * (width - cell_len(text))


def wrapped(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` cells, broken at spaces, and inside a word only where it is too long."""
    return flowed(text.split(), width, gap=" ")


def flowed(parts: Iterable[str], width: int, gap: str = "   ") -> list[str]:
    """Parts side by side, each in one piece where it fits a line of `width` cells."""
    lines: list[str] = []
    for piece in (piece for part in parts for piece in chop_cells(part, width)):
        longer = f"{lines[-1]}{gap}{piece}" if lines else piece
        if lines and cell_len(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(piece)
    return lines


def table(rows: Sequence[tuple[str, ...]], gap: str = "   ") -> list[str]:
    """Rows in columns as wide as their widest cell; the last column is not padded."""
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    return [gap.join(map(padded, row, widths)).rstrip() for row in rows]
