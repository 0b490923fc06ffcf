"""A mistake that an instructor lists is told in the instructor's own words, or by what it is called."""

from dataclasses import replace

import pytest

from grader.core import Diagnosis, Mistake
from grader.report.catalogue import text
from tests.students import VECTORISED, changed, graded, only, result

NAME = "svm_loss_vectorized"
EDIT = (("dW = dW / num_train + 2 * reg * W", "dW = dW / num_train + 7 * reg * W"),)
WRONG = changed(VECTORISED, "+ 2 * reg * W", "+ 7 * reg * W")
DOES = {"en": "adds 7 * reg * W to the gradient", "ko": "기울기에 7 * reg * W를 더하는"}
HINTS = {"en": ("Compare reg = 0 and reg = 1.",), "ko": ("reg = 0과 reg = 1을 비교해 보십시오.",)}


def named(mistake: Mistake) -> Diagnosis:
    (found,) = result(graded(replace(only("svm", NAME), mistakes=(mistake,)), WRONG), NAME).diagnosis
    assert (found.id, found.certainty) == ("sevenfold", "exact")
    return found


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_words_of_an_author_are_those_of_the_report(lang: str) -> None:
    found = named(Mistake("sevenfold", NAME, EDIT, own=True, does=DOES, hints=HINTS))
    assert DOES[lang] in text(found.text, lang)
    assert [text(hint, lang) for hint in found.hints] == list(HINTS[lang])


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_mistake_without_words_is_told_by_its_id_and_has_no_hints(lang: str) -> None:
    found = named(Mistake("sevenfold", NAME, EDIT, own=True))
    assert "sevenfold" in text(found.text, lang)
    assert found.hints == ()
