"""Uploaded files become a submission: definitions by name, one broken file of several, notes, near misses."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.core import Submission
from grader.intake import Rejected, parse
from grader.report import text

NAMES = ("svm_loss_naive", "svm_loss_vectorized")


def parsed(*sources: str, names: tuple[str, ...] = NAMES) -> Submission:
    return parse([(f"{'abc'[number]}.py", source.encode()) for number, source in enumerate(sources)], names)


def rejected(*sources: str, names: tuple[str, ...] = NAMES) -> Rejected:
    with pytest.raises(Rejected) as caught:
        parsed(*sources, names=names)
    return caught.value


def defined(source: str) -> list[tuple[str, int, str]]:
    submission = parsed(source + "\ndef svm_loss_naive(): pass\n")
    return [(one.name, one.line, one.kind) for one in submission.definitions[:-1]]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f(): pass", [("f", 1, "function")]),
        ("async def f(): pass", [("f", 1, "function")]),
        ("@cache\ndef f(): pass", [("f", 2, "function")]),
        ("class A:\n    def method(self): pass", [("A", 1, "class")]),
        ("f = lambda x: x", [("f", 1, "value")]),
        ("f = partial(g, 1)", [("f", 1, "value")]),
        ("f = g = h", [("f", 1, "value"), ("g", 1, "value")]),
        ("(f, [g, *h]) = x", [("f", 1, "value"), ("g", 1, "value"), ("h", 1, "value")]),
        ("f: int = 3\ng: int", [("f", 1, "value")]),
        ("from other import g as f, h", [("f", 1, "value")]),
        ("x.f = 3\nx[f] = 4", []),
        ("f()\nprint(f)\nimport f", []),
        ("if a:\n    def f(): pass\nelif b:\n    f = 1", [("f", 2, "function"), ("f", 4, "value")]),
        ("if a:\n    f = 1\nelse:\n    g = 2", [("f", 2, "value"), ("g", 4, "value")]),
        ("try:\n    f = 1\nexcept E:\n    g = 2", [("f", 2, "value"), ("g", 4, "value")]),
        ("try:\n    a\nfinally:\n    f = 1", [("f", 4, "value")]),
        ("with a as b:\n    def f(): pass", [("f", 2, "function")]),
        ("for i in x:\n    f = i", [("f", 2, "value")]),
        ("match x:\n    case 1:\n        f = 2", [("f", 3, "value")]),
        ("def outer():\n    def inner(): pass", [("outer", 1, "function")]),
        ('if __name__ == "__main__":\n    f = 1', []),
    ],
)
def test_what_a_module_defines(source: str, found: list[tuple[str, int, str]]) -> None:
    assert defined(source) == found


def test_of_two_definitions_in_one_file_the_last_counts_with_a_note() -> None:
    submission = parsed("def svm_loss_naive(): pass\n\ndef svm_loss_naive(): return 1\n")
    (note,) = [note for note in submission.notes if note.id == "intake.defined-twice"]
    assert text(note, "en") == "a.py defines svm_loss_naive in line 1 and again in line 3. The last one counts."


def test_two_definitions_of_which_one_runs_are_no_double() -> None:
    submission = parsed("try:\n    from x import svm_loss_naive\nexcept ImportError:\n    def svm_loss_naive(): pass\n")
    assert [note.id for note in submission.notes] == []


def test_a_method_is_looked_for_in_its_class() -> None:
    submission = parsed("class Net:\n    pass\n", names=("Net.loss", "Net.train"))
    assert [one.name for one in submission.definitions] == ["Net"]


def test_the_functions_above_an_error_are_kept_and_the_error_is_told() -> None:
    good = "import numpy as np\n\n\ndef svm_loss_naive(W):\n    return (W,\n            1)\n\n\n"
    submission = parsed(good + "@np.vectorize\ndef svm_loss_vectorized(W)\n    return W\n\n\ndef later():\n    pass\n")
    assert [one.name for one in submission.definitions] == ["svm_loss_naive"]
    assert text(submission.broken["a.py"], "en").startswith("a.py, line 10: a colon is missing")
    assert submission.files[0].text == good
    assert submission.files[0].data.endswith(b"def later():\n    pass\n")


def test_what_stands_right_above_a_line_that_is_no_statement_is_kept() -> None:
    """The mark of a merge is no word, and neither are the words of other alphabets plain letters."""
    for line in ("<<<<<<< HEAD", "손실 = = 1", "1 2"):
        submission = parsed(f"def svm_loss_naive(): pass\nsvm_loss_vectorized = svm_loss_naive\n{line}\n")
        assert [one.name for one in submission.definitions] == ["svm_loss_naive", "svm_loss_vectorized"]


@pytest.mark.parametrize(
    "end", ["\x1a", "\f\f\x1a\r\r\n", "    \x1a\n\n", "\f \f<<<<<<<\n", "\f\u200b", "\u200b\n\x1a\n"]
)
def test_a_mark_at_the_end_costs_no_function_above_it(end: str) -> None:
    """Editors of old leave ^Z and form feeds there, which Python refuses."""
    submission = parsed(f"def svm_loss_vectorized(): pass\ndef svm_loss_naive():\n    return 1\n\n{end}")
    assert [one.name for one in submission.definitions] == ["svm_loss_vectorized", "svm_loss_naive"]
    assert list(submission.broken) == ["a.py"]


def test_half_a_function_is_none() -> None:
    submission = parsed("def svm_loss_vectorized(): pass\ndef svm_loss_naive():\n    x = 1\n    \x1a\n    return x\n")
    assert [one.name for one in submission.definitions] == ["svm_loss_vectorized"]


def test_one_broken_file_of_several_costs_only_its_own() -> None:
    submission = parsed("def svm_loss_naive(): pass\n", "x = (\n", "name = 1\nother = 2\0\n")
    assert [one.name for one in submission.definitions] == ["svm_loss_naive"]
    assert {path: error.id for path, error in submission.broken.items()} == {
        "b.py": "intake.syntax.never-closed",
        "c.py": "intake.nul",
    }
    assert [file.text for file in submission.files] == ["def svm_loss_naive(): pass\n", "", ""]


def test_an_error_that_hides_everything_is_the_reason() -> None:
    refusal = rejected("x = 1\ny = (\n", "def helper(): pass\n")
    assert refusal.message.id == "intake.syntax.never-closed"
    assert [file.path for file in refusal.files] == ["a.py", "b.py"]


def test_mixed_tabs_and_spaces_are_read_with_a_note() -> None:
    submission = parsed("def svm_loss_naive(W):\n\tif W:\n\t    x = 1\n            y = 2\n        return 1\n")
    assert submission.broken == {}
    assert submission.files[0].text.splitlines()[1:] == [
        "        if W:",
        "            x = 1",
        "            y = 2",
        "        return 1",
    ]
    assert [note.id for note in submission.notes] == ["intake.tabs"]


def test_an_error_below_mixed_tabs_is_the_error_that_is_told() -> None:
    """The tabs are read, so what is told is what stands in the way of reading on."""
    refusal = rejected("def svm_loss_naive(W):\n\tif W:\n\t    x = 1\n            y = 2\n        return (\n")
    assert text(refusal.message, "en").startswith("a.py, line 5: the bracket ( opened here")


def test_an_indentation_error_in_tabs_is_told_as_one() -> None:
    refusal = rejected("def svm_loss_naive(W):\n\tx = 1\n\t\ty = 2\n")
    assert refusal.message.id == "intake.syntax.unexpected-indent"
    assert refusal.notes == ()


def test_tabs_alone_are_left_as_they_are() -> None:
    source = "def svm_loss_naive(W):\n\treturn '\t'\n"
    submission = parsed(source)
    assert submission.files[0].text == source
    assert submission.notes == ()


def test_a_rejection_lists_what_is_expected_and_found_and_asks_about_the_spelling() -> None:
    refusal = rejected("def svm_loss_vectorised(W): pass\ndef helper(): pass\n", names=("svm_loss_vectorized",))
    assert text(refusal.message, "en") == (
        "Expected: svm_loss_vectorized. The submission defines svm_loss_vectorised, helper. "
        "Is svm_loss_vectorised meant to be svm_loss_vectorized, and spelt differently?"
    )


def test_a_name_that_differs_in_case_is_a_near_miss() -> None:
    assert rejected("def SVM_Loss_Naive(): pass\n").message.params["meant"] == "svm_loss_naive"


def test_a_submission_that_defines_other_things_is_told_which() -> None:
    message = rejected("def knn(): pass\n").message
    assert text(message, "en") == (
        "Expected: svm_loss_naive, svm_loss_vectorized. The submission defines knn. "
        "Names must be the same, letter by letter."
    )


def test_a_submission_that_defines_nothing_is_told_so() -> None:
    assert rejected("print('hello')\n").message.id == "intake.defines-nothing"


def test_what_others_are_called_does_not_fill_the_answer() -> None:
    many = "".join(f"name_{number} = {number}\n" for number in range(5000))
    submission = parsed(f"{many}{'x' * 5000} = 1\ndef svm_loss_naive(): pass\n")
    assert len(submission.definitions) == 501
    assert submission.definitions[-1].name == "svm_loss_naive"


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        ("svm.py", "svm.py"),
        ("hw/svm.py", "hw/svm.py"),
        ("./hw//svm.py", "hw/svm.py"),
        ("../../etc/svm.py", "svm.py"),
        ("/etc/svm.py", "svm.py"),
        ("C:\\Users\\me\\svm.py", "svm.py"),
        ("hw\\svm.py", "hw/svm.py"),
        ("a\x07b.py", "a_b.py"),
    ],
)
def test_the_path_of_an_upload_never_leads_outside(sent: str, path: str) -> None:
    submission = parse([(sent, b"def svm_loss_naive(): pass\n")], NAMES)
    assert [file.path for file in submission.files] == [path]


def test_reading_what_was_read_changes_nothing() -> None:
    """The worker parses what the door stored: the paths, and so the fingerprint, are the same."""
    once = parse([("./a/b/../x.py", b"def svm_loss_naive(): pass\n"), ("c/d.py", b"x = 1\n")], NAMES)
    again = parse([(file.path, file.data) for file in once.files], NAMES)
    assert again.sha256 == once.sha256


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("svm.ipynb", "bad-notebook"),
        ("svm.tar.gz", "bad-archive"),
        ("svm.tar.bz2", "only-tarball"),
        ("svm.7z", "only-tarball"),
        ("svm.txt", "only-other"),
        ("svm", "only-other"),
        ("svm.pdf", "only-other"),
    ],
)
def test_another_kind_of_file_is_refused_with_a_way_to_go_on(name: str, id: str) -> None:
    with pytest.raises(Rejected) as caught:
        parse([(name, b"def svm_loss_naive(): pass\n")], NAMES)
    assert caught.value.message.id == f"intake.{id}"
    assert name in text(caught.value.message, "en")
    assert caught.value.files[0].data == b"def svm_loss_naive(): pass\n"


def test_a_source_of_five_megabytes_is_refused_with_both_numbers() -> None:
    with pytest.raises(Rejected) as caught:
        parse([("svm.py", b"#" * 5_000_000)], NAMES)
    assert text(caught.value.message, "en").startswith("svm.py has 5000000 bytes; at most 1048576 are read.")


def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(Rejected) as caught:
        parse([("a.py", b"x = 1\n"), ("A.py", b"x = 2\n")], NAMES)
    assert caught.value.message.id == "intake.same-name"


FRAGMENTS = [
    "def f(",
    "):",
    "\n",
    " ",
    "\t",
    "(",
    "]",
    "'",
    '"""',
    "=",
    "print x",
    "lambda",
    "é",
    "\x00",
    "# coding: utf-7\n",
    "\\",
    "if x:",
    "return",
]
SOURCES = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=200).map(str.encode),
    st.lists(st.sampled_from(FRAGMENTS), max_size=30).map(lambda parts: "".join(parts).encode()),
)
NAMES_OF_FILES = st.sampled_from(["a.py", "b.zip", "c.ipynb", "d.PY", "e.tar.gz", "../f.py", "\0.py", "g/h.py", ""])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(NAMES_OF_FILES, SOURCES), min_size=1, max_size=4))
def test_whatever_is_sent_is_a_submission_or_rejected_with_a_sentence(files: list[tuple[str, bytes]]) -> None:
    try:
        said = [one.name for one in parse(files, ["f"]).definitions]
    except Rejected as refusal:
        said = [text(refusal.message, "en") and text(refusal.message, "ko") and "f"]
    assert "f" in said
