"""The files of ours that enter the box, and no others: the standard library, NumPy and each other is all they know."""
