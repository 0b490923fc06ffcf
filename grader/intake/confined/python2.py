"""Python 2 -> Python 3, token by token, so that every line stays where it is.

What is changed is what Python 3 cannot read: statements of print, exec, raise and except, backticks, `<>`, numbers with
L or a leading zero, `ur''`, parameters in brackets; and methods of dict that are gone. What it reads otherwise (`/`
between whole numbers, `range` as a list) is not in the text: the box knows that the file is Python 2.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from .lexing import CLOSING, OPENING, Edits, Token, statements

BLOCKS = frozenset(("class", "def", "elif", "else", "except", "finally", "for", "if", "try", "while", "with"))
PRINT_FUNCTION = re.compile(r"^from[ \t]+__future__[ \t]+import\b[^\n]*(?:\n[^\n)]*)*?\bprint_function\b", re.MULTILINE)
VIEWS = {f"{kind}{what}": what for kind in ("iter", "view") for what in ("items", "keys", "values")}
# Names of methods are changed in every file that has them: a file of Python 3 cannot mean anything else by them.
METHODS = re.compile(r"\.[ \t]*(?:iteritems|iterkeys|itervalues|viewitems|viewkeys|viewvalues|has_key)\b")
OCTAL = re.compile(r"0+([0-7]+)")


class Conversion:
    """A text on its way; `done` counts what was changed, by the name of the construct."""

    def __init__(self, text: str) -> None:
        self.text, self.edits = text, Edits(text)
        self.done: Counter[str] = Counter()
        self._backtick_open = False

    def everything(self) -> str:
        """The text in Python 3."""
        prints = not PRINT_FUNCTION.search(self.text)
        for line in statements(self.text):
            self._tokens(line)
            self._lambdas(line)
            for statement in simple(line):
                self._statement(statement, prints)
        return self.edits.applied()

    def methods(self) -> str:
        """The text with the methods that dict has."""
        for line in statements(self.text):
            self._methods(line)
        return self.edits.applied()

    # ----------------------------------------------------------------- tokens

    def _tokens(self, line: Sequence[Token]) -> None:
        self._methods(line)
        for token in line:
            if token.kind == "number":
                self._number(token)
            elif token.text == "<>":
                self._put(token, "!=", "<>")
            elif token.text == "`":
                self._put(token, ")" if self._backtick_open else "repr(", "``")
                self._backtick_open = not self._backtick_open
            elif token.kind == "string" and token.text[:2].lower() == "ur":
                self._put(token, token.text[1:], "ur''")

    def _number(self, token: Token) -> None:
        plain = token.text.rstrip("lL")
        if octal := OCTAL.fullmatch(plain):
            self._put(token, f"0o{octal[1]}" if octal[1] != "0" else "0", "0777")
        elif plain != token.text:
            self._put(token, plain, "10L")

    def _methods(self, line: Sequence[Token]) -> None:
        for dot, name, bracket, last in zip(line, line[1:], line[2:], [*line[3:], *line[-1:]], strict=False):
            if dot.text != "." or bracket.text != "(":
                continue
            if name.text in VIEWS and last.text == ")":
                self._put(name, VIEWS[name.text], name.text)
            elif name.text == "has_key":
                self._put(name, "__contains__", name.text)

    def _put(self, token: Token, new: str, construct: str) -> None:
        self.edits.replace(token.start, token.end, new)
        self.done[construct] += 1

    # ----------------------------------------------------------------- statements

    def _statement(self, tokens: Sequence[Token], prints: bool) -> None:
        first, rest = tokens[0], tokens[1:]
        if first.text == "print" and prints and not _is_name(rest):
            self._print(first, rest)
        elif first.text == "exec" and rest and not _one_group(rest):
            self._exec(first, rest)
        elif first.text == "raise" and (commas := _outside(rest, ",", first.depth)):
            self._raise(rest, commas)
        elif first.text == "except" and (commas := _outside(rest, ",", first.depth)):
            self._put(commas[-1], " as", "except")

    def _print(self, first: Token, rest: Sequence[Token]) -> None:
        if _one_group(rest):
            return None
        self.done["print"] += 1
        if not rest:
            return self.edits.insert(first.end, "()")
        named: list[str] = []
        begin, end = rest[0].start, rest[-1].end
        if rest[-1].text == ",":
            self.edits.replace(rest[-1].start, end, "")
            named.append('end=" "')
        if rest[0].text == ">>":
            commas = _outside(rest, ",", first.depth)
            stop = commas[0].start if commas else end
            named.append(f"file={self.text[rest[0].end : stop].strip()}")
            begin = commas[0].end if commas else end
        self.edits.replace(first.end, begin, "(")
        said = ", ".join(["", *named] if begin < end else named)
        return self.edits.insert(end, f"{said})")

    def _exec(self, first: Token, rest: Sequence[Token]) -> None:
        self.done["exec"] += 1
        self.edits.replace(first.end, rest[0].start, "(")
        for token in _outside(rest, "in", first.depth)[:1]:
            self.edits.replace(token.start, token.end, ",")
        self.edits.insert(rest[-1].end, ")")

    def _raise(self, rest: Sequence[Token], commas: Sequence[Token]) -> None:
        self.done["raise"] += 1
        self.edits.replace(commas[0].start, commas[0].end, "(")
        if len(commas) > 1:
            self.edits.replace(commas[1].start, commas[1].end, ").with_traceback(")
        self.edits.insert(rest[-1].end, ")")

    def _lambdas(self, line: Sequence[Token]) -> None:
        """`lambda (k, v): ...` takes one argument and takes it apart."""
        closing = _closing(line)
        for place, token in enumerate(line[:-1]):
            last = closing.get(place + 1, len(line))
            if (
                token.text != "lambda"
                or line[place + 1].text != "("
                or [one.text for one in line[last + 1 : last + 2]] != [":"]
            ):
                continue
            self.done["lambda (a, b)"] += 1
            self.edits.replace(token.start, line[place + 1].end, "lambda both: (lambda ")
            self.edits.replace(line[last].start, line[last].end, "")
            self.edits.insert(_end_of_expression(line, last + 1), ")(*both)")


def convert(text: str) -> tuple[str, dict[str, int]]:
    """The text in Python 3, and how often each construct of Python 2 was changed: nothing where there was none."""
    conversion = Conversion(text)
    return conversion.everything(), dict(conversion.done)


def convert_methods(text: str) -> tuple[str, dict[str, int]]:
    """The same for the methods of dict alone, which Python 3 reads and dict no longer has."""
    if not METHODS.search(text) or re.search(r"\bdef[ \t]+(?:iter|view|has_key)", text):
        return text, {}
    conversion = Conversion(text)
    return conversion.methods(), dict(conversion.done)


def simple(line: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The simple statements of a line, and the headers of blocks."""
    begin, lambdas, block = 0, 0, bool(line) and line[0].text in BLOCKS
    for place, token in enumerate(line):
        if token.depth != line[0].depth or token.text in OPENING | CLOSING:
            continue
        lambdas += token.text == "lambda"
        if token.text == ":" and lambdas:
            lambdas -= 1
        elif token.text == ";" or (token.text == ":" and block):
            if place > begin:
                yield line[begin:place]
            block, begin = False, place + 1
    if begin < len(line):
        yield line[begin:]


def _outside(tokens: Sequence[Token], text: str, depth: int) -> list[Token]:
    """The tokens of this text outside of all brackets."""
    return [token for token in tokens if token.text == text and token.depth == depth]


def _one_group(tokens: Sequence[Token]) -> bool:
    """Whether the tokens are one pair of brackets and what is in it."""
    if len(tokens) < 2 or tokens[0].text != "(" or tokens[-1].text != ")":
        return False
    return all(token.depth > tokens[0].depth for token in tokens[1:-1])


def _is_name(rest: Sequence[Token]) -> bool:
    """Whether what precedes `rest` is used as a name: assigned to, or an attribute's owner."""
    return bool(rest) and (rest[0].text in ("=", ".", ",", ")", "]") or rest[0].text[1:].endswith("="))


def _closing(line: Sequence[Token]) -> dict[int, int]:
    """The place of each opening bracket's closing one."""
    opened: list[int] = []
    closing: dict[int, int] = {}
    for place, token in enumerate(line):
        if token.text in OPENING:
            opened.append(place)
        elif token.text in CLOSING and opened:
            closing[opened.pop()] = place
    return closing


def _end_of_expression(line: Sequence[Token], colon: int) -> int:
    """Where the lambda with this colon ends: before the bracket that closes around it, or the comma behind it."""
    depth = line[colon].depth
    for before, token in zip(line[colon:], line[colon + 1 :], strict=False):
        if token.depth < depth or (token.depth == depth and token.text in (",", ";", "for", "if")):
            return before.end
    return line[-1].end
