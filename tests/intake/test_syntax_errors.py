"""A syntax error names file, line and cause in our words, with a cure; both languages have the sentence."""

import pytest

from grader.intake import Rejected, parse
from grader.report import text

# What is wrong -> (source, line, id, what the English sentence says).
CAUSES = {
    "bracket never closed": ("x = 1\ny = (1 +\n\ndef g():\n    pass\n", 2, "never-closed", "bracket ( opened here"),
    "bracket closed by another": ("x = [1, 2)\n", 1, "mismatch", "bracket [ is closed by )"),
    "bracket of an earlier line closed by another": ("x = [1,\n  2)\n", 2, "mismatch-far", "opened in line 1"),
    "bracket never opened": ("x = 1)\n", 1, "unmatched", ") closes a bracket that was never opened"),
    "colon missing": ("def f(x)\n    return x\n", 1, "colon", "colon is missing"),
    "colon missing after for": ("for i in range(3)\n    pass\n", 1, "colon", "colon is missing"),
    "block missing": ("def f():\nreturn 1\n", 2, "no-block", "function definition of line 1"),
    "indented too far": ("x = 1\n  y = 2\n", 2, "unexpected-indent", "indented further"),
    "indentation fits nothing": ("def f():\n    x = 1\n  y = 2\n", 3, "unindent", "fits no block above"),
    "quote not closed": ("x = 'abc\n", 1, "string-open", "quote opened here"),
    "triple quotes not closed": ("x = 1\ny = '''abc\n\n\n", 2, "triple-open", "never ends"),
    "print of Python 2 in Python 3": (
        "from __future__ import print_function\nprint x\n",
        2,
        "python2",
        "`print x` is Python 2",
    ),
    "number that begins with 0": ("x = 08\n", 1, "python2-octal", "begins with 0"),
    "curly quotes": ("x = “a”\n", 1, "quote", "“ (U+201C) is a typographic quote"),
    "dash for minus": ("x = 1 – 2\n", 1, "character", "– (U+2013)"),
    "no-break space": ("x = 1\u00a0+ 2\n", 1, "invisible", "U+00A0"),
    "= for ==": ("if x = 3:\n    pass\n", 1, "equals", "== compares"),
    "comma missing": ("f(a b)\n", 1, "comma", "a comma or an operator is missing"),
    "return outside a function": ("return 3\n", 1, "outside-function", "return stands outside a function"),
    "break outside a loop": ("break\n", 1, "outside-loop", "break stands outside a loop"),
    "continue outside a loop": ("continue\n", 1, "outside-loop", "continue stands outside a loop"),
    "too many brackets": ("x = " + "(" * 300, 1, "too-deep", "nested too deeply"),
    "try alone": ("try:\n    x\ny = 1\n", 3, "try", "neither except nor finally"),
    "blank after a backslash": ("x = 1 \\ \n + 2\n", 1, "backslash", "follows the backslash"),
    "notebook magic": ("%matplotlib inline\n", 1, "notebook-command", "command of the notebook"),
    "notebook shell line": ("!pip install numpy\n", 1, "notebook-command", "command of the notebook"),
    "merge mark": ("<<<<<<< HEAD\nx = 1\n", 1, "merge-mark", "unresolved git merge"),
    "prompt": (">>> x = 1\n", 1, "prompt", "prompt of an interactive session"),
    "anything else, in Python's words": ("x = 5 5\n", 1, "other", "invalid syntax"),
    "repeated argument, in Python's words": ("def f(a, a):\n    pass\n", 1, "other", "duplicate argument 'a'"),
}


def refusal(source: str) -> Rejected:
    with pytest.raises(Rejected) as caught:
        parse([("linear_svm.py", source.encode())], ["svm_loss_naive"])
    return caught.value


@pytest.mark.parametrize("cause", CAUSES)
def test_the_sentence_names_file_line_and_cause(cause: str) -> None:
    source, line, id, says = CAUSES[cause]
    message = refusal(source).message
    assert message.id == f"intake.syntax.{id}"
    sentence = text(message, "en")
    assert sentence.startswith(f"linear_svm.py, line {line}: ")
    assert says in sentence
    assert "was run" not in sentence, "what stands above may have been"


@pytest.mark.parametrize("cause", CAUSES)
def test_the_korean_sentence_names_file_and_line(cause: str) -> None:
    source, line, _, _ = CAUSES[cause]
    sentence = text(refusal(source).message, "ko")
    assert sentence.startswith(f"linear_svm.py {line}행: ")
    assert "실행하지" not in sentence


def test_a_long_line_is_shown_by_its_beginning() -> None:
    message = refusal("x = " + "5 " * 10_000).message
    assert len(str(message.params["code"])) <= 80


@pytest.mark.parametrize(
    "source",
    ["x = " + "-" * 100_000 + "1", "x = " + "+".join(["1"] * 100_000), "x" + ".b" * 300_000, "lambda:" * 50_000],
    ids=["signs", "sums", "attributes", "lambdas"],
)
def test_a_chain_that_python_cannot_nest_is_refused_by_name(source: str) -> None:
    assert refusal(source).message.id == "intake.too-deep"


def test_a_source_that_needs_too_much_memory_is_refused_and_named() -> None:
    """One MiB of comparisons takes some 600 MiB to compile: the process with limits cannot have them."""
    message = refusal("x = 1" + "<1" * 500_000).message
    assert message.id in {"intake.too-deep", "intake.too-much"}
