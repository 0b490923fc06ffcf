"""Where a function stops as a known mistake stops, it is told, whatever comes behind."""

from dataclasses import replace

import numpy as np
import pytest

from grader.core import Diagnosis, Play, Raised, StudentFault
from grader.diagnosis.evidence import Evidence
from grader.diagnosis.naming import named
from grader.report.catalogue import LANGUAGES, text
from tests.diagnosis.staged import changed, evidence_of

LOSS = "TwoLayerNet.loss"
DW2, DB1 = "dW2 = hidden.T.dot(dscores)", "db1 = dbefore.sum(axis=0)"
NOT_TRANSPOSED = (DW2, "dW2 = hidden.dot(dscores)")
NOBODYS = (DB1, "db1 = 1.7 * dbefore.sum(axis=0)")


def placed(evidence: Evidence) -> Evidence:
    """With a line for each exception, as the box has it."""
    plays = (replace(one, play=Play(one.play.outputs, _placed(one.play))) for one in evidence.plays)
    return replace(evidence, plays=tuple(plays))


def _placed(play: Play) -> dict[str, StudentFault]:
    faults = {name: fault for name, fault in play.faults.items() if isinstance(fault, Raised)}
    return {name: Raised(fault.type, fault.text, "neural_net.py", 7) for name, fault in faults.items()}


def said(*edits: tuple[str, str]) -> Diagnosis:
    with np.errstate(all="ignore"):
        ((one,),) = named(placed(evidence_of("two-layer-net", changed("two-layer-net", *edits), LOSS)), [LOSS]).values()
    return one


def test_one_that_stops_everywhere_and_has_no_more_is_named_by_its_numbers() -> None:
    one = said(NOT_TRANSPOSED)
    assert (one.id, one.certainty) == ("dw2-not-transposed", "exact")


def test_one_with_another_mistake_behind_the_exception_is_told_to_stop_alike() -> None:
    one = said(NOT_TRANSPOSED, NOBODYS)
    assert (one.id, one.certainty) == ("dw2-not-transposed", "pattern")
    assert (one.text.params["failed"], one.text.params["total"]) == (16, 17)


def test_one_that_has_other_numbers_before_it_stops_is_not() -> None:
    one = said(NOT_TRANSPOSED, ("scores = hidden.dot(W2) + b2", "scores = 1.3 * hidden.dot(W2) + b2"))
    assert one.id == "shapes-do-not-fit"


def test_one_that_stops_with_other_words_is_not() -> None:
    one = said((DW2, "dW2 = X.dot(dscores)"), NOBODYS)
    assert one.id == "shapes-do-not-fit"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sentence_says_what_the_mistake_does_and_where_it_stops(lang: str) -> None:
    one = said(NOT_TRANSPOSED, NOBODYS)
    whole = text(one.text, lang)
    assert "{" not in whole
    assert "neural_net.py" in whole
    assert "not aligned" in whole
    assert len(one.hints) == 3
