"""A text in tokens, of Python 2 and 3 alike: Python's own tokenizer refuses backticks, `10L` and `0777`.

Nothing is said of whether the text is a program. Whatever fits nowhere is an operator of one character.
"""

import re
from collections.abc import Iterator

GRAMMAR = r"""
    (?P<space>[ \t\f]+|\\\n)
  | (?P<comment>\#[^\n]*)
  | (?P<newline>\n)
  | (?P<string>(?:[urbfURBF]{1,2})?(?:
        '{3}(?:[^\\']|\\.|'(?!''))*'{3} | "{3}(?:[^\\"]|\\.|"(?!""))*"{3}
      | '(?:[^\\'\n]|\\.)*' | "(?:[^\\"\n]|\\.)*"))
  | (?P<name>[^\W\d]\w*)
  | (?P<number>0[xX][\da-fA-F]+[lL]?|0[bBoO]\d+[lL]?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[jJlL]?)
  | (?P<operator><>|>>=?|<<=?|\*\*=?|//=?|[-+*/%&|^<>=!]=|->|.)
"""
OPENING, CLOSING = frozenset("([{"), frozenset(")]}")


def tokens(text: str, start: int = 0) -> Iterator[re.Match[str]]:
    """All tokens from `start` on, blanks and comments too; `lastgroup` is the kind. The pattern takes a millisecond to
    compile, and most files need none of this."""
    return re.compile(GRAMMAR, re.VERBOSE | re.DOTALL).finditer(text, start)


class Token:
    """`kind` is string, name, number or operator; `start` and `end` count characters from the beginning of the text;
    `depth` is how many brackets are open before it, or of a closing one, how many stay open."""

    __slots__ = ("depth", "end", "kind", "start", "text")

    def __init__(self, kind: str, text: str, start: int, depth: int) -> None:
        self.kind, self.text, self.start, self.depth = kind, text, start, depth
        self.end = start + len(text)


class Edits:
    """Changes of a text that leave its lines where they are."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._edits: list[tuple[int, int, str]] = []

    def replace(self, start: int, end: int, new: str) -> None:
        """Another text for a part; the ends of lines in it stay."""
        self._edits.append((start, end, new + self._text[start:end].count("\n") * "\\\n"))

    def insert(self, at: int, new: str) -> None:
        self._edits.append((at, at, new))

    def applied(self) -> str:
        done = 0
        pieces: list[str] = []
        for start, end, new in sorted(self._edits, key=lambda edit: edit[:2]):
            pieces += [self._text[done:start], new]
            done = end
        return "".join([*pieces, self._text[done:]])


def statements(text: str) -> Iterator[list[Token]]:
    """The tokens of each line as the grammar has it, brackets and continuations followed; without blanks, comments
    and ends of lines. Lines that hold nothing are left out."""
    found: list[Token] = []
    depth = 0
    for match in tokens(text):
        kind = match.lastgroup or ""
        if kind == "newline" and depth == 0:
            if found:
                yield found
            found = []
        elif kind not in ("space", "comment", "newline"):
            depth = max(0, depth - (match[0] in CLOSING))
            found.append(Token(kind, match[0], match.start(), depth))
            depth += match[0] in OPENING
    if found:
        yield found
