"""A SyntaxError in words that tell how to mend it.

Python's own sentence decides, and where it says only "invalid syntax", the line does. What is in no table is told in
Python's words. The tables know the sentences of Python 3.11 to 3.13.
"""

import re

from .refused import Param, Sentence

CODE = 80  # characters of the line that are shown
QUOTES = "‘’‚‛“”„‟′″«»"

MISMATCH = r"closing parenthesis '(?P<closing>.)' does not match opening parenthesis '(?P<opening>.)'"

# Python's sentence -> id; named groups become parameters.
SENTENCES: tuple[tuple[str, str], ...] = tuple(
    (rf"^{sentence}", f"intake.syntax.{id}")
    for sentence, id in (
        (r"'(?P<bracket>.)' was never closed", "never-closed"),
        (rf"{MISMATCH} on line (?P<opened>\d+)", "mismatch-far"),
        (MISMATCH, "mismatch"),
        (r"unmatched '(?P<bracket>.)'", "unmatched"),
        (r"unterminated triple-quoted", "triple-open"),
        (r"unterminated (f-)?string", "string-open"),
        (r"expected ':'", "colon"),
        (r"expected an indented block after (?P<opener>.*) on line (?P<opened>\d+)", "no-block"),
        (r"unexpected indent", "unexpected-indent"),
        (r"unindent does not match", "unindent"),
        (r"inconsistent use of tabs", "tabs"),
        (r"Missing parentheses in call to '(?P<construct>print|exec)'", "python2"),
        (r"multiple exception types must be parenthesized", "python2-except"),
        (r"leading zeros in decimal integer literals", "python2-octal"),
        (r"invalid character '(?P<character>.)' \((?P<code_point>U\+\w+)\)", "character"),
        (r"invalid non-printable character (?P<code_point>U\+\w+)", "invisible"),
        (r".*[Mm]aybe you meant '=='", "equals"),
        (r".*Perhaps you forgot a comma", "comma"),
        (r"'(?P<keyword>return|yield|await|yield from|async \w+)' outside", "outside-function"),
        (r"'(?P<keyword>break)' outside|'(?P<keyword2>continue)' not properly", "outside-loop"),
        (r"too many (statically )?nested|too many levels of indentation", "too-deep"),
        (r"expected 'except' or 'finally' block", "try"),
        (r"unexpected character after line continuation", "backslash"),
    )
)
# Where Python has no sentence of its own: the line -> id.
LINES: tuple[tuple[str, str], ...] = (
    (r"^\s*(?P<construct>print)\b\s*[^\s(=.]", "intake.syntax.python2"),
    (r"^\s*(?P<construct>exec)\s+[\"'\w]", "intake.syntax.python2"),
    (r"^\s*raise\s+[\w.]+\s*,", "intake.syntax.python2-raise"),
    (r"^\s*except\s+[\w.]+\s*,\s*\w+\s*:", "intake.syntax.python2-except"),
    (r"<>", "intake.syntax.python2-unequal"),
    (r"\b\d+[lL]\b", "intake.syntax.python2-long"),
    (r"^\s*(?:%%?|!)\s*[A-Za-z]", "intake.syntax.notebook-command"),
    (r"^(?:<{7}|={7}|>{7})", "intake.syntax.merge-mark"),
    (r"^\s*(?:>>>|\.\.\.|In ?\[\d*\]:)(?:\s|$)", "intake.syntax.prompt"),
    (r"^\s*(?:def|class|if|elif|else|for|while|try|except|finally|with)\b[^:#]*$", "intake.syntax.colon"),
)
VAGUE = re.compile(r"^(invalid syntax|invalid decimal literal|expected ':')")


def explain(path: str, error: SyntaxError, text: str) -> Sentence:
    """The sentence for what stops Python from reading `text`."""
    line = max(1, error.lineno or 1)
    lines = text.split("\n")
    code = lines[line - 1].strip() if line <= len(lines) else ""
    id, found = _cause(str(error.msg), code)
    place: dict[str, Param] = {"path": path, "line": line, "code": code[:CODE]}
    return id, place | found


def _cause(message: str, code: str) -> Sentence:
    """The id of the cause, and what its sentence needs besides the place."""
    if VAGUE.match(message):
        for pattern, id in LINES:
            if match := re.search(pattern, code[:1000]):
                return id, dict(match.groupdict())
    for pattern, id in SENTENCES:
        if match := re.match(pattern, message):
            return _particular(id, {key.rstrip("2"): value for key, value in match.groupdict().items() if value})
    return "intake.syntax.other", {"text": message[:200]}


def _particular(id: str, found: dict[str, Param]) -> Sentence:
    if "opened" in found:
        found["opened"] = int(str(found["opened"]))
    if id == "intake.syntax.character" and str(found["character"]) in QUOTES:
        return "intake.syntax.quote", found
    return id, found
