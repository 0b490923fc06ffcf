"""Notebooks: the code of their cells, without what only trains or plots, at lines that a student can find."""

import json
from typing import Any

import pytest

from grader.core import Submission
from grader.grading import registry
from grader.grading.grade import grade
from grader.intake import Rejected, door, parse
from grader.intake.confined.notebook import without_commands
from grader.report import text
from grader.sandbox import open_sandbox

NAMES = ("svm_loss_naive", "svm_loss_vectorized")


def book(*cells: str, **metadata: Any) -> bytes:
    """A notebook as Jupyter saves one, with a cell of text between any two."""
    written: list[dict[str, Any]] = []
    for source in cells:
        written.append({"cell_type": "markdown", "metadata": {}, "source": ["# def svm_loss_naive(): text\n"]})
        output = {"output_type": "stream", "name": "stdout", "text": ["def svm_loss_vectorized(): output\n"]}
        code = {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [output]}
        written.append({**code, "source": source.splitlines(keepends=True)})
    return json.dumps({"cells": written, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}).encode()


def parsed(*cells: str, names: tuple[str, ...] = NAMES, **metadata: Any) -> Submission:
    return parse([("hw.ipynb", book(*cells, **metadata))], names)


def lines(submission: Submission) -> dict[int, str]:
    """What is run, by its line."""
    text = submission.files[0].text.split("\n")
    return {number: line for number, line in enumerate(text, 1) if line.strip()}


def test_the_cells_are_one_program_whose_lines_say_the_cell() -> None:
    submission = parsed(
        "import numpy as np\n", "def helper(x):\n    return np.sum(x)\n\ndef svm_loss_naive(W):\n    return helper(W)\n"
    )
    assert lines(submission) == {
        1001: "import numpy as np",
        2001: "def helper(x):",
        2002: "    return np.sum(x)",
        2004: "def svm_loss_naive(W):",
        2005: "    return helper(W)",
    }
    (definition,) = (one for one in submission.definitions if one.name == "svm_loss_naive")
    assert (definition.path, definition.line) == ("hw.ipynb", 2004)
    (note,) = submission.notes
    assert text(note, "en").startswith("hw.ipynb is a notebook: line 2004 is line 4 of its code cell 2, and so on")


def test_what_only_trains_plots_or_prints_is_not_run() -> None:
    submission = parsed(
        "%matplotlib inline\nimport numpy as np\nimport matplotlib.pyplot as plt\nplt.rcParams['figure.figsize'] = 3\n",
        "X_train, y_train = load('cifar')\nprint(X_train.shape)\n",
        "margin = 1.0\nscale = {'a': 2}\nscale['b'] = 3\n",
        "def svm_loss_naive(W):\n    scores = np.dot(W, W)\n    return scores * margin * scale['a']\n",
        "loss = svm_loss_naive(X_train)\nprint('loss', loss)\nfor step in range(9):\n    loss -= 1\nplt.plot(loss)\n",
        "def train():\n    return X_train\nW = train()\n",
    )
    assert list(lines(submission)) == [1002, 3001, 3002, 3003, 4001, 4002, 4003]
    assert submission.broken == {}


def test_what_a_graded_function_needs_is_run_however_far_it_reaches() -> None:
    submission = parsed(
        "start = 2\n",
        "table = []\nfor k in range(start):\n    table.append(k)\n",
        "total = 0\nfor k in table:\n    total += k\nother = [k for k in table]\n",
        "class Base:\n    pass\n",
        "class Net(Base):\n    def loss(self):\n        return total\n",
        "def better(self):\n    return table\nNet.loss = better\n",
        "net = Net()\nnet.loss()\n",
        names=("Net",),
    )
    assert list(lines(submission)) == [
        1001,
        2001,
        2002,
        2003,
        3001,
        3002,
        3003,
        4001,
        4002,
        5001,
        5002,
        5003,
        6001,
        6002,
        6003,
    ]


def test_names_of_a_functions_own_need_nothing() -> None:
    """`W` and `X` are parameters here, and what trains them somewhere else is not run."""
    submission = parsed(
        "W = train()\nX = load()\nscores = 3\n", "def svm_loss_naive(W, X):\n    scores = W * X\n    return scores\n"
    )
    assert list(lines(submission)) == [2001, 2002, 2003]


COMMANDS = {
    "%matplotlib inline\nx = 1": "pass\nx = 1",
    "!pip install it's (\nx = 1": "pass\nx = 1",
    "if a:\n    %time f()\n    !ls\nx = 1": "if a:\n    pass\n    pass\nx = 1",
    "files = !ls *.py\nt = %timeit -o f()": "files = None\nt = None",
    "?np.dot\nnp.dot?\nf??": "pass\npass\npass",
    "%%time\nx = 1": "pass\nx = 1",
    "%%bash\nrm -rf x": "",
    "%%writefile a.txt\nx = 1": "",
    "x = (1\n     % y)\nz = 'a'\\\n    '%d' % 3": "x = (1\n     % y)\nz = 'a'\\\n    '%d' % 3",
    "'''\n%matplotlib\n!ls\n'''": "'''\n%matplotlib\n!ls\n'''",
    "x = a if b != c else 5 % 3": "x = a if b != c else 5 % 3",
    "d[a %\n  b] = 1": "d[a %\n  b] = 1",
}


@pytest.mark.parametrize("cell", COMMANDS)
def test_commands_of_the_notebook_are_dropped_and_python_is_not(cell: str) -> None:
    assert without_commands(cell) == COMMANDS[cell]


@pytest.mark.parametrize("magic", ["%%writefile linear_svm.py", "%%file 'my losses.py'", "%%writefile -a losses.py"])
def test_a_cell_that_is_saved_as_a_program_is_one(magic: str) -> None:
    submission = parsed(f"{magic}\ndef svm_loss_naive(W):\n    return W\n")
    assert [one.name for one in submission.definitions] == ["svm_loss_naive"]


def test_a_cell_that_is_saved_as_anything_else_is_not() -> None:
    assert without_commands("%%writefile notes.txt\ndef svm_loss_naive(W): nothing\n") == ""


def test_a_cell_that_does_not_parse_costs_its_own_names_only() -> None:
    submission = parsed(
        "x = (\n", "def svm_loss_naive(W):\n    return W\n", "def svm_loss_vectorized(W)\n    return W\n"
    )
    assert [one.name for one in submission.definitions if one.name in NAMES] == ["svm_loss_naive"]
    assert text(submission.broken["hw.ipynb"], "en").startswith("hw.ipynb, line 1001: the bracket ( opened here")


def test_a_notebook_of_python_2_is_converted() -> None:
    submission = parsed("def svm_loss_naive(W):\n    print 'a'\n    return W\n", "n = 3\n")
    assert lines(submission)[1002] == "    print('a')"
    assert submission.files[0].python2
    assert {note.id for note in submission.notes} == {"intake.notebook", "intake.python2"}


def test_a_notebook_of_format_3_is_read() -> None:
    cells = [{"cell_type": "code", "input": "def svm_loss_naive(W):\r\n    return W\r\n", "language": "python"}]
    data = json.dumps({"nbformat": 3, "metadata": {}, "worksheets": [{"cells": cells}]}).encode()
    assert lines(parse([("old.ipynb", data)], NAMES)) == {1001: "def svm_loss_naive(W):", 1002: "    return W"}


def test_long_cells_are_further_apart() -> None:
    submission = parsed("x = 1\n" * 1200, "def svm_loss_naive(W):\n    return W\n")
    assert list(lines(submission)) == [20001, 20002]
    assert "line 20001 is line 1 of its code cell 2" in text(submission.notes[0], "en")


def test_a_program_of_its_own_makes_the_notebook_beside_it_needless() -> None:
    """The course's notebooks, with their cells of training, lie beside the student's files."""
    program = b"def svm_loss_naive(W):\n    return W\ndef svm_loss_vectorized(W):\n    return W\n"
    notebook = book("from svm import *\ndef svm_loss_naive(W):\n    return 2\n")
    submission = parse([("svm.py", program), ("svm.ipynb", notebook)], NAMES)
    assert [file.path for file in submission.files] == ["svm.py", "svm.ipynb"]
    assert {one.path for one in submission.definitions} == {"svm.py"}
    assert submission.files[1].text == ""
    assert [note.id for note in submission.notes] == ["intake.ignored-notebook"]


def test_a_notebook_is_read_for_what_the_programs_lack() -> None:
    notebook = book("def svm_loss_naive(W):\n    return 2\n", "def svm_loss_vectorized(W):\n    return 3\n")
    submission = parse([("svm.py", b"def svm_loss_naive(W):\n    return W\n"), ("svm.ipynb", notebook)], NAMES)
    assert list(lines(Submission(submission.files[1:]))) == [2001, 2002]


BAD = {
    "no JSON": (b"hello", "bad-notebook"),
    "another JSON": (b"[1, 2]", "bad-notebook"),
    "cells that are none": (b'{"cells": [1]}', "bad-notebook"),
    "JSON without an end of brackets": (b"[" * 200_000, "bad-notebook"),
    "another language": (book("f <- 1", language_info={"name": "R"}), "notebook-language"),
    "too many cells": (book(*["x = 1"] * 501), "too-many-cells"),
    "no definition": (book("x = 1\n"), "nothing-defined"),
    "none of the names": (book("def svm_loss_naiv(W):\n    pass\n"), "near-misses"),
    "no cell": (book(), "defines-nothing"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_notebook_with_the_functions_is_refused(what: str) -> None:
    data, id = BAD[what]
    with pytest.raises(Rejected) as caught:
        parse([("hw.ipynb", data)], NAMES)
    assert caught.value.message.id == f"intake.{id}"
    assert text(caught.value.message, "ko")


def test_a_notebook_saved_as_a_program_is_told_what_to_do() -> None:
    with pytest.raises(Rejected) as caught:
        parse([("hw.py", book("x = 1\n"))], NAMES)
    assert "Rename it so that it ends in .ipynb" in text(caught.value.message, "en")


def test_the_door_keeps_notebooks_and_looks_for_names_in_them() -> None:
    one_text = json.dumps(
        {"cells": [{"cell_type": "code", "source": "x = 1\ndef svm_loss_naive(W):\n    pass"}]}
    ).encode()
    for data in (book("def svm_loss_naive(W):\n    pass\n"), one_text):
        assert door([("a/hw.ipynb", data)], NAMES, 1 << 20) == [("a/hw.ipynb", data)]
        assert parse([("a/hw.ipynb", data)], NAMES).files[0].data == data


SOLUTION = """def svm_loss_naive(W, X, y, reg):
    scores = X.dot(W)
    margins = np.maximum(0, scores - scores[np.arange(len(y)), y][:, None] + DELTA)
    margins[np.arange(len(y)), y] = 0
    dscores = (margins > 0).astype(float)
    dscores[np.arange(len(y)), y] = -dscores.sum(axis=1)
    loss = margins.sum() / len(y) + reg * np.sum(W * W)
    return loss, X.T.dot(dscores) / len(y) + 2 * reg * W

svm_loss_vectorized = svm_loss_naive
"""


def test_a_right_notebook_gets_full_marks_whatever_else_is_in_it() -> None:
    assignment = registry.load("svm")
    data = book(
        "%matplotlib inline\nimport numpy as np\nfrom cs231n.data_utils import load_CIFAR10\n!pip install x",
        "X_train = load_CIFAR10('data')\n",
        "DELTA = 1.0\nunused = open('nothing')\n",
        SOLUTION,
        "while True:\n    svm_loss_naive(X_train)\n",
    )
    submission = parse([("svm.ipynb", data)], [function.name for function in assignment.functions])
    report = grade(assignment, submission, bytes(32), open_sandbox())
    assert report.score == assignment.max_score
    assert {result.file for result in report.functions} == {"svm.ipynb"}


def test_what_a_needed_statement_lacks_does_not_stop_the_others() -> None:
    assignment = registry.load("svm")
    data = book("import numpy as np\nDELTA = np.load('delta.npy')\n", "DELTA = 1.0\n", SOLUTION)
    submission = parse([("svm.ipynb", data)], [function.name for function in assignment.functions])
    report = grade(assignment, submission, bytes(32), open_sandbox())
    assert report.score == assignment.max_score
