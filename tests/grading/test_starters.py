"""Bodies that courses have handed out: known by a fingerprint alone, on every Python, and never more than these."""

import csv
import re
from dataclasses import replace

import pytest

from grader.core import FunctionStatus
from grader.grading import registry
from grader.grading.starters import fingerprints, untouched
from tests.students import NAIVE, graded, handed_in, result

BODY = '''
def loss(W, X, y=None, *, reg=0.0):
    """A docstring is no part."""
    total = 0.0  # nor is a comment
    for i in range(len(X)):
        if i > 0x10 and X[i, 0] >= -1.5:
            total += f"{i:03d}" == 'seven'
    return total, None
'''
PRINT = "3:a271eb82f6b78c5a736b57a515f654e2f758e3f7115df9a663456ff1df926875"


def known(text: str) -> dict[str, frozenset[str]]:
    return {name: frozenset((one,)) for name, one in fingerprints(text).items()}


def test_a_known_body_is_unwritten_whatever_its_docstring_comments_and_spacing() -> None:
    text = BODY.replace('"""A docstring is no part."""', "'Mine.'").replace("# nor is a comment", "# TODO\n\n")
    assert untouched((), known(BODY), handed_in(text)) == {"loss"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("total = 0.0", "total = 0"),
        ("range(len(X))", "range(1, len(X))"),
        (">= -1.5", "> -1.5"),
        ("y=None", "y=0"),
        ("return total, None", "return None, total"),
        ("0x10", "17"),
        ("    return total, None", "    pass\n    return total, None"),
    ],
)
def test_whatever_changes_the_code_of_a_known_body_makes_it_the_students(old: str, new: str) -> None:
    assert old in BODY
    assert untouched((), known(BODY), handed_in(BODY.replace(old, new))) == frozenset()


def test_a_body_is_known_for_its_own_function_only() -> None:
    assert untouched((), known(BODY), handed_in(BODY.replace("def loss", "def other"))) == frozenset()


def test_a_method_is_known_by_its_class_and_name() -> None:
    text = "class Net:\n    def loss(self, X):\n        scores = X + 0\n        return scores\n"
    assert fingerprints(text).keys() == {"Net.loss"}
    assert untouched((), known(text), handed_in(text)) == {"Net.loss"}


def test_one_written_definition_of_several_is_enough_to_be_written() -> None:
    written = handed_in(BODY + "def loss(W):\n    return W.sum()\n")
    assert untouched((), known(BODY), written) == frozenset()


def test_a_fingerprint_counts_the_statements_and_is_the_same_on_every_python() -> None:
    """The list that is shipped was made by one Python; these tests run on several."""
    assert fingerprints(BODY)["loss"] == PRINT


@pytest.mark.parametrize(
    "text",
    ["def loss(W):\n    return W" + " + 1" * 3000, "def loss(W):\n    return 0x" + "f" * 9000, "def loss(W, *, "],
    ids=["a sum of thousands of terms", "a number that Python does not write out", "no Python"],
)
def test_odd_texts_have_fingerprints_or_none_and_raise_nothing(text: str) -> None:
    assert set(fingerprints(text)) <= {"loss"}


def test_a_known_body_has_no_points_even_where_it_computes_something_right() -> None:
    """The starter of a loss may come with the loss written, and its gradient not."""
    svm = registry.load("svm")
    assert result(graded(svm, NAIVE), "svm_loss_naive").points > 0
    given = result(graded(replace(svm, known_starters=known(NAIVE)), NAIVE), "svm_loss_naive")
    assert (given.status, given.points) == (FunctionStatus.NOT_IMPLEMENTED, 0)


def test_every_public_starter_is_one_of_a_function_that_we_grade() -> None:
    """Of some edition: the constructor of the two-layer net is graded in one of two."""
    second = handed_in(
        "class TwoLayerNet:\n    def __init__(self, input_dim, hidden_dim, num_classes): ...\n", "fc_net.py"
    )
    ours = [registry.load(slug) for slug in registry.slugs()]
    groups = [group for one in ours for group in (*one.groups, *one.groups_of(second))]
    assert registry.starters().keys() <= {function.name for group in groups for function in group.functions}
    assert registry.load("svm").known_starters == registry.starters()


def test_the_list_holds_fingerprints_of_what_several_repositories_have_and_nothing_else() -> None:
    with registry.STARTERS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert rows == sorted(rows, key=lambda row: (row["function"], row["fingerprint"]))
    assert len({(row["function"], row["fingerprint"]) for row in rows}) == len(rows) > 0
    for row in rows:
        assert re.fullmatch(r"[A-Za-z_.]+", row["function"]), row
        assert re.fullmatch(r"[1-9]\d?:[0-9a-f]{64}", row["fingerprint"]), row
        assert int(row["repositories"]) >= 2, row


@pytest.mark.parametrize("slug", registry.slugs())
def test_no_solution_of_ours_is_taken_for_a_starter(slug: str) -> None:
    assignment = registry.load(slug)
    ours = {function.name for function in assignment.functions}
    for name, text in assignment.solution.items():
        assert not ours & untouched((), assignment.known_starters, handed_in(text, name))
