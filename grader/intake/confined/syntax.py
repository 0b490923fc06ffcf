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
SENTENCES: tuple[tuple[str, str], ...] = (
    (r"'(?P<bracket>.)' was never closed", "intake.syntax.never-closed"),
    (rf"{MISMATCH} on line (?P<opened>\d+)", "intake.syntax.mismatch-far"),
    (MISMATCH, "intake.syntax.mismatch"),
    (r"unmatched '(?P<bracket>.)'", "intake.syntax.unmatched"),
    (r"unterminated triple-quoted", "intake.syntax.triple-open"),
    (r"unterminated (f-)?string", "intake.syntax.string-open"),
    (r"expected ':'", "intake.syntax.colon"),
    (r"expected an indented block after (?P<opener>.*) on line (?P<opened>\d+)", "intake.syntax.no-block"),
    (r"unexpected indent", "intake.syntax.unexpected-indent"),
    (r"unindent does not match", "intake.syntax.unindent"),
    (r"inconsistent use of tabs", "intake.syntax.tabs"),
    (r"Missing parentheses in call to '(?P<construct>print)'", "intake.syntax.python2"),
    (r"leading zeros in decimal integer literals", "intake.syntax.python2-octal"),
    (r"invalid character '(?P<character>.)' \((?P<code_point>U\+\w+)\)", "intake.syntax.character"),
    (r"invalid non-printable character (?P<code_point>U\+\w+)", "intake.syntax.invisible"),
    (r".*[Mm]aybe you meant '=='", "intake.syntax.equals"),
    (r".*Perhaps you forgot a comma", "intake.syntax.comma"),
    (r"'(?P<keyword>return|yield|await|yield from|async \w+)' outside", "intake.syntax.outside-function"),
    (r"'(?P<keyword>break)' outside", "intake.syntax.outside-loop"),
    (r"'(?P<keyword>continue)' not properly", "intake.syntax.outside-loop"),
    (r"too many (statically )?nested|too many levels of indentation", "intake.syntax.too-deep"),
    (r"expected 'except' or 'finally' block", "intake.syntax.try"),
    (r"unexpected character after line continuation", "intake.syntax.backslash"),
)
# Where Python has no sentence of its own: the line -> id.
LINES: tuple[tuple[str, str], ...] = (
    (r"^\s*(?P<construct>print)\b\s*[^\s(=.]", "intake.syntax.python2"),
    (r"^\s*(?:%%?|!)\s*[A-Za-z]", "intake.syntax.notebook-command"),
    (r"^(?:<{7}|={7}|>{7})", "intake.syntax.merge-mark"),
    (r"^\s*(?:>>>|\.\.\.|In ?\[\d*\]:)(?:\s|$)", "intake.syntax.prompt"),
    (r"^\s*(?:def|class|if|elif|else|for|while|try|except|finally|with)\b[^:#]*$", "intake.syntax.colon"),
)
VAGUE = r"invalid syntax|invalid decimal literal|expected ':'"


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
    if re.match(VAGUE, message):
        for pattern, id in LINES:
            if match := re.search(pattern, code[:1000]):
                return id, dict(match.groupdict())
    for pattern, id in SENTENCES:
        if match := re.match(pattern, message):
            return _particular(id, dict(match.groupdict()))
    return "intake.syntax.other", {"text": message[:200]}


def _particular(id: str, found: dict[str, Param]) -> Sentence:
    if "opened" in found:
        found["opened"] = int(str(found["opened"]))
    if id == "intake.syntax.character" and str(found["character"]) in QUOTES:
        return "intake.syntax.quote", found
    return id, found
