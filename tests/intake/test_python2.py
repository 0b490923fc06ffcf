"""Files of Python 2: converted line by line, with a note; what is Python 3 already is left as it is."""

import ast

import pytest

from grader.core import Submission
from grader.intake import parse
from grader.intake.confined.python2 import convert, convert_methods
from grader.report import text

# What Python 2 says -> what Python 3 says in its place.
STATEMENTS = {
    "print": "print()",
    "print x": "print(x)",
    "print 'a', x": "print('a', x)",
    "print 'a',": "print('a', end=\" \")",
    "print 'a %d' % x  # note": "print('a %d' % x)  # note",
    "print (a), b": "print((a), b)",
    "print ('%d') % x": "print(('%d') % x)",
    "print >>f": "print(file=f)",
    "print >> f.out, a, b": "print( a, b, file=f.out)",
    "print >>f, a,": 'print( a, end=" ", file=f)',
    "print -x": "print(-x)",
    "print [1, 2][0]": "print([1, 2][0])",
    "print lambda: 1": "print(lambda: 1)",
    "if x: print x": "if x: print(x)",
    "if x: y = 1; print x; z = 2": "if x: y = 1; print(x); z = 2",
    "if (lambda: x)(): print x": "if (lambda: x)(): print(x)",
    "if {1: 2}[x:y]: print x": "if {1: 2}[x:y]: print(x)",
    "f = lambda x: x; print f": "f = lambda x: x; print(f)",
    "exec code": "exec(code)",
    "exec 'x = 1' in a": "exec('x = 1' , a)",
    "exec code in a, b": "exec(code , a, b)",
    "raise E, 'text'": "raise E( 'text')",
    "raise E, 'text', trace": "raise E( 'text').with_traceback( trace)",
    "a <> b": "a != b",
    "`a + 1` + `b`": "repr(a + 1) + repr(b)",
    "x = 0777 + 10L + 0xFFl + 00": "x = 0o777 + 10 + 0xFF + 0",
    "x = ur'a' + UR\"b\"": "x = r'a' + R\"b\"",
    "d.iteritems()": "d.items()",
    "d.has_key(k)": "d.__contains__(k)",
    "sorted(d, key=lambda (k, v): v)": "sorted(d, key=lambda both: (lambda k, v: v)(*both))",
    "f = lambda (k, v): (k, v)": "f = lambda both: (lambda k, v: (k, v))(*both)",
}
UNCHANGED = [
    "print(x)",
    "print (x, y)",
    "print(x, file=f)",
    "print = log",
    "log(print)",
    "raise E('a, b')",
    "raise E(a) from b",
    "try:\n    x\nexcept (A, B) as e:\n    pass",
    "exec('x = 1', a)",
    "x = 0 + 1.5e-3 + 0.07 + 07.5 + 1j + 0b1 + 0o17",
    "x = '10L <> `a` print x'  # print x, 0777",
    "'''\nprint x\n'''",
    "six.iteritems(d)",
    "a = {'iteritems': 1}",
]


@pytest.mark.parametrize("source", STATEMENTS)
def test_a_construct_of_python_2_becomes_that_of_python_3(source: str) -> None:
    converted, done = convert(f"{source}\n")
    assert converted == f"{STATEMENTS[source]}\n"
    assert sum(done.values()) >= 1
    assert ast.parse(converted).body


@pytest.mark.parametrize("source", UNCHANGED)
def test_what_python_3_reads_is_left_as_it_is(source: str) -> None:
    assert convert(source) == (source, {})


def test_an_exception_that_is_caught_gets_its_name_by_as() -> None:
    converted, _ = convert("try:\n    x\nexcept (A, B), e:\n    pass\nexcept A, e: pass\n")
    assert converted == "try:\n    x\nexcept (A, B) as e:\n    pass\nexcept A as e: pass\n"


def test_print_is_a_function_where_the_file_says_so() -> None:
    source = "from __future__ import (division,\n    print_function)\nprint `x`\n"
    assert convert(source)[0] == source.replace("`x`", "repr(x)")


def test_every_line_stays_where_it_is() -> None:
    source = "print 'a', \\\n    x, \\\n    (1,\n     2)\nexec \\\n  code\nraise E, \\\n  'text'\nlast = 1\n"
    converted, _ = convert(source)
    assert converted.count("\n") == source.count("\n")
    assert {node.lineno: type(node).__name__ for node in ast.parse(converted).body} == {
        1: "Expr",
        5: "Expr",
        7: "Raise",
        9: "Assign",
    }


def test_methods_that_dict_lost_are_replaced_in_files_of_python_3_as_well() -> None:
    assert convert_methods("for k, v in d.iteritems():\n    pass\n") == (
        "for k, v in d.items():\n    pass\n",
        {"iteritems": 1},
    )
    own = "class Table:\n    def iteritems(self):\n        pass\nTable().iteritems()\n"
    assert convert_methods(own) == (own, {})


PYTHON2 = """def svm_loss_naive(W):
    if W.verbose:
        print 'step', 3,
    return W


def svm_loss_vectorized(W):
    return %s
"""


def parsed(source: str) -> Submission:
    return parse([("linear_svm.py", source.encode())], ["svm_loss_naive", "svm_loss_vectorized"])


def test_a_file_of_python_2_is_read_with_a_note_that_names_it_and_what_was_changed() -> None:
    submission = parsed(PYTHON2 % "`W`")
    assert [(one.name, one.line) for one in submission.definitions] == [
        ("svm_loss_naive", 1),
        ("svm_loss_vectorized", 7),
    ]
    assert submission.broken == {}
    assert submission.files[0].python2
    assert submission.files[0].data == (PYTHON2 % "`W`").encode(), "what was sent is kept as it was"
    (note,) = submission.notes
    assert note.params["constructs"] == ("print", "``")
    assert "converted to be run: linear_svm.py (print, ``)" in text(note, "en")
    assert "linear_svm.py" in text(note, "ko")


def test_an_error_below_what_is_converted_is_the_one_that_is_told() -> None:
    submission = parsed(PYTHON2 % "(W")
    assert [one.name for one in submission.definitions] == ["svm_loss_naive"]
    assert submission.files[0].python2
    assert text(submission.broken["linear_svm.py"], "en").startswith("linear_svm.py, line 8: the bracket ( opened here")


def test_an_error_above_python_2_is_told_as_it_is() -> None:
    submission = parsed("def svm_loss_naive(W):\n    return W\nx = 5 5\nprint x\n")
    assert text(submission.broken["linear_svm.py"], "en").startswith("linear_svm.py, line 3: ")
    assert submission.notes == ()
    assert not submission.files[0].python2


def test_tabs_of_eight_columns_and_python_2_come_together() -> None:
    submission = parsed("def svm_loss_naive(W):\n\tif W:\n\t    x = 1\n            y = 2\n        print x\n")
    assert submission.broken == {}
    assert {note.id for note in submission.notes} == {"intake.tabs", "intake.python2"}


def test_what_is_converted_is_said_once_of_all_files() -> None:
    files = [(f"{name}.py", b"def svm_loss_naive():\n    print 1\n    return `2`\n") for name in "ab"]
    (note,) = parse([*files, ("c.py", b"x = 1\n")], ["svm_loss_naive"]).notes
    assert note.params == {"paths": ("a.py", "b.py"), "constructs": ("print", "``")}


def test_a_file_of_python_3_with_a_method_that_dict_lost_stays_python_3() -> None:
    submission = parsed("def svm_loss_naive(d):\n    return list(d.iteritems())\n")
    assert "d.items()" in submission.files[0].text
    assert not submission.files[0].python2
    assert [note.id for note in submission.notes] == ["intake.python2"]


@pytest.mark.parametrize("source", ["print " * 50_000, "`" * 100_000, "lambda (" * 20_000, "print (" * 30_000 + "\n"])
def test_hostile_texts_are_converted_in_linear_time(source: str) -> None:
    converted, _ = convert(source)
    assert converted.count("\n") == source.count("\n")
