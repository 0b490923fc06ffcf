"""What a constructor takes is read from the code alone, wherever it stands; attempts at one follow each other."""

from collections.abc import Sequence

import pytest

from grader.checks.constructor import constructor_of
from grader.checks.network import made
from grader.core import Handle, Limits, Raised, Returned, SourceFile, Submission
from tests.students import handed_in, sandbox

PLAIN = "class Net:\n    def __init__(self, hidden_dims, dropout=1): pass\n"
DATACLASS = "@dataclasses.dataclass(frozen=True)\nclass Net(Sized):\n    hidden_dims: list\n    dropout: float = 1\n"
HANDS_ON = "class Net(Base):\n    def __init__(self, *args, **options): CALL\n"
BASE = "class Base:\n    def __init__(self, hidden_dims, dropout=1): pass\n"
KNOWN = {
    "plain": PLAIN,
    "a word in a comment": PLAIN.replace("dropout=1", "\n        dropout=1,  # use_batchnorm: another one\n    "),
    "a word in a string": PLAIN.replace("pass", "self.mode = 'use_batchnorm'"),
    "by name alone": PLAIN.replace("dropout", "*, dropout"),
    "inherited": BASE + "class Net(Base): pass\n",
    "inherited from further away": BASE + "class Middle(Base): pass\nclass Net(Middle): pass\n",
    "another name": PLAIN.replace("Net", "Other") + "Net = Other\n",
    "the last of two": "class Net:\n    def __init__(self, use_batchnorm): pass\n" + PLAIN,
    "in a branch": "try:\n    import gpu\nexcept ImportError:\n    gpu = None\nif True:\n    class Net:\n"
                   "        def __init__(self, hidden_dims, dropout=1): pass\n",
    "a dataclass": DATACLASS,
    "a dataclass of another": "@dataclass\nclass Sized:\n    hidden_dims: list\n"
                              "@dataclass\nclass Net(Sized):\n    dropout: float = 1\n",
    "handed on": BASE + HANDS_ON.replace("CALL", "super().__init__(*args, **options)"),
    "handed on in the old way": BASE + HANDS_ON.replace("CALL", "Base.__init__(self, *args, **options)"),
    "a function": BASE + "def Net(*args, **options):\n    return Base(*args, **options)\n",
    "an error below": PLAIN + "def broken(:\n",
}  # fmt: skip


def read(*texts: str, handout: Sequence[str] = ()) -> Submission:
    return Submission(tuple(SourceFile(f"{number}.py", b"", text) for number, text in enumerate(texts)))


@pytest.mark.parametrize("style", KNOWN)
def test_the_arguments_of_a_constructor_are_those_of_its_code(style: str) -> None:
    constructor = constructor_of(read(KNOWN[style]), "Net", ())
    assert constructor.names == {"hidden_dims", "dropout"}
    assert not constructor.anything
    assert [constructor.takes(name) for name in ("dropout", "use_batchnorm")] == [True, False]


def test_of_options_under_any_name_the_strings_spell_which_they_are() -> None:
    text = "class Net:\n    def __init__(self, hidden_dims, **rest):\n        self.p = rest.get('dropout', 1)\n"
    constructor = constructor_of(read(text), "Net", ())
    assert constructor.anything
    assert constructor.names == {"hidden_dims", "dropout"}
    assert constructor.takes("seed")


@pytest.mark.parametrize(
    "text",
    [
        "class Net: pass\n",
        "Net = make()\n",
        "Net = Net\n",
        "A = Net\nNet = A\n",
        "class Net(Net): pass\n",
        "class A(B): pass\nclass B(A): pass\nclass Net(A): pass\n",
        "".join(f"class A{i}(A{i + 1}): pass\n" for i in range(5000)) + "class Net(A0): pass\n",
        "class Net:\n    def __init__(self, dropout",
    ],
)
def test_where_no_text_says_what_a_constructor_takes_it_takes_anything(text: str) -> None:
    constructor = constructor_of(read(text), "Net", ())
    assert constructor.takes("dropout")
    assert not constructor.names


def test_names_are_followed_into_other_files_and_the_file_of_the_handout_is_asked_first() -> None:
    other = PLAIN.replace("dropout", "use_batchnorm")
    assert constructor_of(read(other, PLAIN), "Net", ("1.py",)).takes("dropout")
    assert not constructor_of(read(other, PLAIN), "Net", ("0.py",)).takes("dropout")
    imported = read("from other import Base as Net\n", BASE)
    assert constructor_of(imported, "Net", ("0.py",)).names == {"hidden_dims", "dropout"}


# --------------------------------------------------------------------------- attempts

NETS = """
class Net:
    def __init__(self, size, **options):
        if options.pop("broken", False):
            raise RuntimeError("out of order")
        self.size = size
        self.dropout = options.pop("dropout", None)
        if options:
            raise ERROR(f"unknown: {list(options)}")
"""
NEWEST, OLDER = {"dropout_keep_ratio": 0.6}, {"dropout": 0.6}


@pytest.mark.parametrize("error", ["TypeError", "ValueError", "KeyError"])
def test_a_keyword_that_a_constructor_does_not_know_is_followed_by_the_next_attempt(error: str) -> None:
    """The others of the batch are made by their first, and each is made once."""
    with sandbox().open(handed_in(NETS.replace("ERROR", error)), ["Net"], Limits()) as program:
        asked = [[((2,), NEWEST), ((3,), OLDER)], [((4,), {}), ((5,), OLDER)], [((6,), OLDER), ((7,), {})]]
        objects = [came.value for came in made(program, "Net", asked) if isinstance(came, Returned)]
        assert all(isinstance(held, Handle) for held in objects)
        assert [program.get(held, "size") for held in objects] == [3, 4, 6]
        assert [program.get(held, "dropout") for held in objects] == [0.6, None, 0.6]


def test_where_every_attempt_is_turned_down_the_fault_is_that_of_the_first() -> None:
    with sandbox().open(handed_in(NETS.replace("ERROR", "TypeError")), ["Net"], Limits()) as program:
        (came,) = made(program, "Net", [[((2,), NEWEST), ((2,), {"use_batchnorm": True})]])
        assert isinstance(came, Raised)
        assert came.text == "unknown: ['dropout_keep_ratio']"


def test_what_a_constructor_raises_once_it_takes_the_keywords_is_what_is_told() -> None:
    with sandbox().open(handed_in(NETS.replace("ERROR", "TypeError")), ["Net"], Limits()) as program:
        (came,) = made(program, "Net", [[((2,), NEWEST), ((2,), {**OLDER, "broken": True}), ((2,), {})]])
        assert isinstance(came, Raised)
        assert came.text == "out of order"


def test_a_fault_that_has_nothing_to_do_with_a_keyword_is_final() -> None:
    with sandbox().open(handed_in(NETS.replace("ERROR", "TypeError")), ["Net"], Limits()) as program:
        (came,) = made(program, "Net", [[((2,), {"broken": True}), ((2,), {})]])
        assert isinstance(came, Raised)
        assert came.type == "RuntimeError"
