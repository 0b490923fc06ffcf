"""Learning small sets of images: what a right loss comes to, and what is said of one that does not."""

import hashlib
import zlib
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from grader.checks.images import CLASSES, DIGITS, EACH, HELD_OUT, Images, coloured, digits
from grader.checks.learning import beside
from grader.checks.milestones import RATE, STEPS, names_digits
from grader.core import CheckStatus, Program, Value
from grader.grading import registry
from grader.grading.weights import as_asked
from tests.students import SOFTMAX, VECTORISED, changed, check, graded, only

SVM = only("svm", "svm_loss_vectorized")
SETS = pytest.mark.parametrize("drawn", [digits, coloured])
SUM = hashlib.sha256


def test_the_shipped_digits_are_the_bytes_that_the_page_beside_them_names() -> None:
    data = zlib.decompress(DIGITS.read_bytes())
    assert len(data) == 1797 * 65
    assert SUM(data).hexdigest() in (DIGITS.parent / "README.md").read_text()
    assert np.bincount(np.frombuffer(data, np.uint8)[64::65]).tolist() == [
        178,
        182,
        177,
        183,
        181,
        182,
        181,
        179,
        174,
        180,
    ]


@SETS
def test_a_set_has_as_many_of_each_class_a_bias_and_nothing_shown_among_the_others(drawn) -> None:  # type: ignore[no-untyped-def]
    images = drawn(np.random.RandomState(3))
    assert np.bincount(images.y).tolist() == [EACH] * CLASSES
    assert np.bincount(images.truth).tolist() == [HELD_OUT] * CLASSES
    assert (images.X[:, -1] == 1).all()
    shown = {row.tobytes() for row in images.X}
    assert not any(row.tobytes() in shown for row in images.others)
    assert not np.array_equal(images.X, drawn(np.random.RandomState(4)).X)
    assert np.array_equal(images.X, drawn(np.random.RandomState(3)).X)


@SETS
@pytest.mark.parametrize("slug", ["svm", "softmax"])
def test_the_reference_learns_every_draw_by_heart_and_names_most_of_what_it_was_not_shown(slug: str, drawn) -> None:  # type: ignore[no-untyped-def]
    reference = registry.load(slug).groups[0].reference
    for seed in range(60):
        images = drawn(np.random.RandomState(seed))
        W, losses = np.zeros((images.X.shape[1], CLASSES)), []
        for _ in range(STEPS):
            step = reference({"W": W, "X": images.X, "y": images.y, "reg": 0.0})
            losses.append(step["loss"])
            W = W - RATE * step["dW"]
            if ((images.X @ W).argmax(axis=1) == images.y).all() and losses[-1] < 0.8 * losses[0]:
                break
        assert ((images.X @ W).argmax(axis=1) == images.y).all(), seed
        assert np.mean((images.others @ W).argmax(axis=1) == images.truth) > 0.4, seed


def test_a_right_loss_is_told_what_it_comes_to_and_nothing_is_counted() -> None:
    found = check(graded(SVM, VECTORISED), "learning")
    assert (found.status, found.max_points, found.message.id) == (CheckStatus.PASSED, 0, "checks.learning.held-out")
    assert found.message.params["held_out"] == found.message.params["reference"]


def test_where_a_course_wants_it_a_tenth_of_the_points_is_for_learning_and_images_are_learnt_too() -> None:
    report = graded(as_asked(registry.load("svm"), learning=10), VECTORISED)
    found = check(report, "learning")
    assert found.points == found.max_points == Fraction(12, 10)
    assert report.max_score == 20
    (function,) = [one for one in report.functions if one.name == "svm_loss_vectorized"]
    assert function.points == function.max_points == 12
    assert sum(one.max_points for one in function.checks) == 12


@pytest.mark.parametrize(
    ("new", "id"),
    [
        ("return loss, -dW if X.shape[1] == 65 else dW", "checks.learning.loss-stays"),
        ("return loss, dW * (np.arange(10) > 7) if X.shape[1] == 65 else dW", "checks.learning"),
        ("return loss, 'dW' if X.shape[1] == 65 else dW", "checks.learning.no-number"),
        ("return (None if X.shape[1] == 65 else loss), dW", "checks.learning.no-number"),
        ("return loss if X.shape[1] == 65 else (loss, dW)", "checks.learning.no-number"),
        ("return loss, dW[:3] if X.shape[1] == 65 else dW", "checks.learning.no-number"),
        ("return loss, dW * np.nan if X.shape[1] == 65 else dW", "checks.learning.no-number"),
    ],
)
def test_a_loss_that_does_not_learn_is_told_what_was_seen(new: str, id: str) -> None:
    found = check(graded(SVM, changed(VECTORISED, "return loss, dW", new)), "learning")
    assert found.status is CheckStatus.FAILED
    assert found.message.id.startswith(id)
    assert found.points == 0


def test_nothing_is_learnt_by_a_function_that_is_wrong_in_an_ordinary_case() -> None:
    found = check(graded(SVM, changed(VECTORISED, "2 * reg * W", "3 * reg * W")), "learning")
    assert (found.status, found.message.id) == (CheckStatus.SKIPPED, "checks.learning.once-right")


def test_a_loss_that_fails_on_large_images_only_fails_where_points_are_given_for_them() -> None:
    text = changed(VECTORISED, "return loss, dW", "return loss, -dW if X.shape[1] > 3000 else dW")
    assert check(graded(SVM, text), "learning").status is CheckStatus.PASSED
    assert check(graded(as_asked(SVM, learning=10), text), "learning").status is CheckStatus.FAILED


def test_who_learns_less_than_the_reference_by_more_than_5_points_is_told_both() -> None:
    assert beside(0.70, 0.74).status is CheckStatus.PASSED
    found = beside(0.60, 0.74)
    assert (found.status, found.message.params) == (CheckStatus.FAILED, {"held_out": 0.60, "reference": 0.74})


def test_a_course_of_another_layout_is_learnt_in_it() -> None:
    """The images are handed over as the submission's layout has them."""
    report = graded("softmax", SOFTMAX)
    assert check(report, "learning").status is CheckStatus.PASSED


def nearest(images: Images) -> np.ndarray:
    far = ((images.others[:, None] - images.X[None]) ** 2).sum(axis=2)
    return images.y[far.argmin(axis=1)]


@pytest.mark.parametrize(
    ("names", "status"),
    [
        (lambda program, images: nearest(images), CheckStatus.PASSED),
        (lambda program, images: list(nearest(images)), CheckStatus.PASSED),
        (lambda program, images: np.zeros(len(images.truth)), CheckStatus.FAILED),
        (lambda program, images: None, CheckStatus.FAILED),
        (lambda program, images: nearest(images)[:3], CheckStatus.FAILED),
    ],
)
def test_a_class_that_names_images_is_held_against_the_reference(names, status: CheckStatus) -> None:  # type: ignore[no-untyped-def]
    def name(program: Program, images: Images) -> Value:
        return names(program, images)

    group = SVM.groups[0]
    asked = names_digits({"svm_loss_vectorized": {}}, name, nearest)
    others = tuple(one for one in group.checks if one.id != "learning")
    whole = replace(SVM, groups=(replace(group, checks=(*others, asked), otherwise=()),))
    assert check(graded(whole, VECTORISED), "learning").status is status
