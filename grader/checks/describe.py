"""Words for values that need no translation: `(3, 4)`, `[2, 1]`, `float64 (3, 4)`, `tuple (len 3)`."""

from grader.core import Handle, Value


def shape_text(shape: tuple[int, ...]) -> str:
    return "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"


def place(index: tuple[int, ...]) -> str:
    """`[3, 1]`, or nothing for a single number."""
    return "[" + ", ".join(map(str, index)) + "]" if index else ""


def described(value: Value) -> str:
    """What a returned value is."""
    if isinstance(value, (tuple, list)):
        return f"{type(value).__name__} (len {len(value)})"
    if isinstance(value, Handle):
        return value.type
    if hasattr(value, "dtype") and hasattr(value, "shape"):
        return f"{value.dtype} {shape_text(value.shape)}"
    return "None" if value is None else type(value).__name__
