"""A name is exact where a known wrong program gives the same numbers everywhere, and is not given anywhere else."""

import numpy as np
import pytest

from grader.core import Case, CaseKind, Diagnosis, Message, Mistake, Output, Play, Profile, Raised, Value
from grader.diagnosis.evidence import Played
from grader.diagnosis.explaining import Search
from grader.diagnosis.footprints import footprint
from grader.diagnosis.hypotheses import composed, singles
from grader.diagnosis.likeness import alike, tells
from grader.diagnosis.naming import named
from grader.diagnosis.rehearsal import Rehearsal
from grader.grading import registry
from grader.report.catalogue import LANGUAGES, text
from grader.report.hints import levels
from tests.diagnosis.staged import changed, evidence_of, exact, names_of

VECTORIZED = "svm_loss_vectorized"
MARGINS = "margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)"


# --------------------------------------------------------------------------- one mistake


def test_a_program_is_named_by_its_numbers_whatever_its_text() -> None:
    own = (MARGINS, "margins = np.where(scores > scores[rows, y][:, None], scores - scores[rows, y][:, None], 0.0)")
    assert names_of("svm", VECTORIZED, own) == ["margin-not-one"]


def test_a_mistake_that_nobody_knows_has_no_exact_name() -> None:
    assert names_of("svm", VECTORIZED, (MARGINS, MARGINS.replace("+ 1", "+ 1.5"))) == []


def test_a_program_that_is_right_but_for_one_case_is_not_a_program_that_is_wrong_in_many() -> None:
    """All numbers are those of a missing mean but in one case: that is no program that leaves the mean out."""
    own = ("loss = np.sum(margins)", "loss = np.sum(margins) * (1 if num_train == 1 else num_train + 1e-4)")
    assert names_of("svm", VECTORIZED, own) == []


def test_a_convention_alone_is_no_mistake() -> None:
    assert (
        names_of("svm", VECTORIZED, ("reg * np.sum(W * W)", "0.5 * reg * np.sum(W * W)"), ("2 * reg * W", "reg * W"))
        == []
    )


HALF = (("reg * np.sum(W * W)", "0.5 * reg * np.sum(W * W)"), ("2 * reg * W", "reg * W"))


def test_a_mistake_under_another_convention_has_both_names_where_the_course_refuses_that() -> None:
    edits = (*HALF, (MARGINS, MARGINS.replace("+ 1", "")))
    assert names_of("svm", VECTORIZED, *edits) == ["margin-not-one+reg-half-convention"]


def test_a_mistake_under_a_convention_that_the_course_accepts_has_its_name_alone() -> None:
    profile = Profile("both", {"l2": ("reg-full-convention", "reg-half-convention")})
    edits = (*HALF, (MARGINS, MARGINS.replace("+ 1", "")))
    assert names_of("svm", VECTORIZED, *edits, profile=profile) == ["margin-not-one"]


def test_a_mistake_in_another_layout_is_found_there() -> None:
    """X (D, N) and W (C, D), as handed out in 2015; and no mean."""
    edits = (
        ("num_train = X.shape[0]\n    rows", "num_train = X.shape[1]\n    rows"),
        ("scores = X.dot(W)\n    margins", "scores = W.dot(X).T\n    margins"),
        ("dW = X.T.dot(mask)", "dW = X.dot(mask).T"),
        ("loss = np.sum(margins)", "loss = np.sum(margins) * num_train"),
    )
    assert names_of("svm", VECTORIZED, *edits) == ["loss-not-averaged+layout-2015"]


# --------------------------------------------------------------------------- two


def test_two_mistakes_of_a_function_have_one_name_that_joins_theirs() -> None:
    edits = ((MARGINS, MARGINS.replace("+ 1", "")), ("dW = X.T.dot(mask)", "dW = -X.T.dot(mask)"))
    (name,) = names_of("svm", VECTORIZED, *edits)
    assert set(name.split("+")) == {"margin-not-one", "gradient-sign-flipped"}


def test_two_mistakes_are_found_under_the_numbers_that_the_handout_asks_for() -> None:
    assignment = registry.load("two-layer-net")
    function, ids = "TwoLayerNet.loss", ("loss-not-averaged", "bias-gradient-zero", "reg-half-convention")
    first, second, half = (
        next(one for one in assignment.mistakes if (one.id, one.function) == (id, function)) for id in ids
    )
    made = composed(assignment, [first, second], half)
    assert made is not None
    found = evidence_of(assignment.slug, dict(made.texts), function, Profile("half", {"l2": (half.id,)}))
    (name,) = exact(found, [function])[function]
    assert set(name.split("+")) == {first.id, second.id}


def test_of_two_mistakes_the_first_hint_of_each_speaks_of_that_one_alone() -> None:
    edits = ((MARGINS, MARGINS.replace("+ 1", "")), ("dW = X.T.dot(mask)", "dW = -X.T.dot(mask)"))
    found = evidence_of("svm", changed("svm", *edits), VECTORIZED)
    (one,) = named(found, [VECTORIZED])[VECTORIZED]
    assert "(loss, dW) are exactly those of a program with two mistakes: it " in text(one.text, "en")
    ids = one.id.split("+")
    first, second = one.hints[:2]
    assert [first.params["hint"], second.params["hint"]] == [f"diagnosis.{id}.hint-1" for id in ids]
    hint = text(Message(f"diagnosis.{ids[0]}.hint-1"), "en")
    assert text(first, "en") == f"Each by itself would show like this: (1) {hint}"
    assert text(second, "en").startswith("(2) ")
    told = [hint.params["hint"] for hint in one.hints[2:]]
    assert told == [f"diagnosis.{id}.hint-{level}" for level in (2, 3) for id in ids]


def test_a_net_that_knows_no_option_has_one_name_also_beside_another_mistake() -> None:
    assignment = registry.load("fully-connected-net")
    ids = ("plain-net-only", "bias-regularized-in-gradient-only")
    both = [next(one for one in assignment.mistakes if one.id == id) for id in ids]
    function = both[0].function
    alone, beside = (composed(assignment, mistakes) for mistakes in (both[:1], both))
    assert alone is not None
    assert beside is not None
    assert exact(evidence_of(assignment.slug, dict(alone.texts), function), [function]) == {function: [ids[0]]}
    (name,) = exact(evidence_of(assignment.slug, dict(beside.texts), function), [function])[function]
    assert set(name.split("+")) == set(ids)


@pytest.mark.parametrize(
    "ids",
    [
        ("relu-on-scores", "no-max-shift", "plain-net-only"),
        ("reg-last-layer-missing", "hidden-gradients-missing", "plain-net-only"),
        (
            "reg-gradient-missing-beside-batchnorm",
            "normalization-gradients-under-one-name",
            "dropout-option-ignored",
        ),
    ],
)
def test_three_mistakes_of_which_each_shows_in_cases_of_its_own_have_one_name(ids: tuple[str, ...]) -> None:
    assignment = registry.load("fully-connected-net")
    mistakes = [next(one for one in assignment.mistakes if one.id == id) for id in ids]
    function = mistakes[0].function
    made = composed(assignment, mistakes)
    assert made is not None
    (name,) = exact(evidence_of(assignment.slug, dict(made.texts), function), [function])[function]
    assert set(name.split("+")) == set(ids)


def test_of_three_mistakes_with_one_that_nobody_knows_none_is_named() -> None:
    assignment = registry.load("fully-connected-net")
    mistakes = [next(one for one in assignment.mistakes if one.id == id) for id in ("relu-on-scores", "plain-net-only")]
    function = mistakes[0].function
    made = composed(assignment, mistakes)
    assert made is not None
    shifted = "shifted = x - x.max(axis=1, keepdims=True)"
    texts = {name: text.replace(shifted, "shifted = 1.01 * x") for name, text in made.texts}
    assert exact(evidence_of(assignment.slug, texts, function), [function]) == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_three_mistakes_are_told_in_one_sentence_and_have_hints_in_three_levels(lang: str) -> None:
    assignment = registry.load("fully-connected-net")
    ids = ("relu-on-scores", "no-max-shift", "plain-net-only")
    mistakes = [next(one for one in assignment.mistakes if one.id == id) for id in ids]
    made = composed(assignment, mistakes)
    assert made is not None
    function = mistakes[0].function
    with np.errstate(all="ignore"):
        (one,) = named(evidence_of(assignment.slug, dict(made.texts), function), [function])[function]
    assert "{" not in text(one.text, lang)
    assert all(text(Message(f"diagnosis.{id}.does"), lang) in text(one.text, lang) for id in ids)
    assert [len(level) for level in levels(one)] == [3, 3, 3]


RETURNED = "return dists"


@pytest.mark.parametrize(
    ("new", "names"),
    [
        ("return dists, num_test", ["result-within-a-tuple"]),
        ("return [None, dists]", ["result-within-a-tuple"]),
        ("return dists, dists", ["result-within-a-tuple"]),
        ("return (dists,) * num_test", []),
        ("return 1.001 * dists, num_test", []),
        ("return (dists, None) if num_test > 3 else (None, dists)", []),
        ("return (dists,)", []),
    ],
)
def test_a_right_result_beside_others_is_found_at_its_place(new: str, names: list[str]) -> None:
    assert names_of("knn", "KNearestNeighbor.compute_distances_one_loop", (RETURNED, new)) == names


def test_a_step_that_stops_is_named_where_the_shapes_that_do_not_fit_are_those_of_a_mistake() -> None:
    """Batch normalisation for each channel by itself: its running statistics fit no further channel."""
    assignment = registry.load("conv")
    forward = "spatial_batchnorm_forward"
    channels = next(one for one in assignment.mistakes if one.function == forward and len(one.where) == 2)
    made = composed(assignment, [channels])
    assert made is not None
    found = evidence_of("conv", dict(made.texts), forward)
    assert isinstance(found.plays[0].play.faults[forward], Raised)
    assert exact(found, [forward]) == {forward: ["spatial-statistics-per-pixel"]}


def test_two_mistakes_in_a_forward_and_a_backward_pass_are_named_where_they_stand() -> None:
    pair = [
        next(one for one in registry.load("layers").mistakes if (one.id, one.function) == where)
        for where in (("bias-missing", "affine_forward"), ("bias-gradient-wrong-axis", "affine_backward"))
    ]
    made = composed(registry.load("layers"), pair)
    assert made is not None
    found = evidence_of("layers", dict(made.texts), "affine_forward")
    assert exact(found, ["affine_forward", "affine_backward"]) == {
        "affine_forward": ["bias-missing"],
        "affine_backward": ["bias-gradient-wrong-axis"],
    }


def names_in(slug: str, texts: dict[str, str], function: str) -> tuple[Diagnosis, ...]:
    return tuple(named(evidence_of(slug, texts, function), [function])[function])


def test_where_nothing_comes_that_is_wrong_the_sentence_is_of_what_stops() -> None:
    """Of x with more axes no out comes, so none is `exactly that of` a program."""
    found = {(one.id, one.function): one for one in registry.load("layers").mistakes}
    mistake = found["input-not-flattened", "affine_forward"]
    made = composed(registry.load("layers"), [mistake])
    assert made is not None
    (name,) = names_in("layers", dict(made.texts), "affine_forward")
    assert text(name.text, "en").startswith("affine_forward stops in ")
    assert "cases, just as a program does that multiplies x and w without flattening" in text(name.text, "en")


def test_what_is_called_by_a_plural_is_several_numbers() -> None:
    (mistake,) = [one for one in registry.load("linear-classifier").mistakes if one.id == "argmin-for-argmax"]
    made = composed(registry.load("linear-classifier"), [mistake])
    assert made is not None
    (name,) = names_in("linear-classifier", dict(made.texts), mistake.function)
    assert text(name.text, "en").startswith("Your numbers (labels) are exactly those of a program that ")


def test_edits_that_leave_no_program_make_no_hypothesis() -> None:
    with pytest.raises(Raised, match="IndentationError"):
        Rehearsal({"a.py": "def f(x):\nreturn x\n"})


# --------------------------------------------------------------------------- what is alike


def played(value: Value | Raised, check: CaseKind = "ordinary", *, right: bool = False) -> Played:
    case = Case("case", lambda rng: {}, check)
    play = Play({}, {"f": value}) if isinstance(value, Raised) else Play({"y": value})
    return Played(case, {}, {"y": np.ones(3)}, play, frozenset({"y"} if right else ()))


OUTPUT = Output("y", "f", "value")


def is_alike(
    theirs: Value | Raised, ours: Value | Raised, check: CaseKind = "ordinary", *, right: bool = False
) -> bool:
    return alike(played(theirs, check, right=right), OUTPUT, played(ours).play)


def test_numbers_are_alike_to_seven_digits() -> None:
    assert is_alike(np.array([1.0, 2.0]), np.array([1.0, 2.0 + 1e-8]))
    assert not is_alike(np.array([1.0, 2.0]), np.array([1.0, 2.0 + 1e-5]))


def test_what_is_no_number_is_alike_only_where_it_is_the_same() -> None:
    assert is_alike(None, None)
    assert not is_alike(np.array([1 + 2j]), np.array([3]))
    assert not is_alike({"a": 1}, {"a": 2})
    assert not is_alike(None, np.ones(3))


def test_finite_numbers_beside_an_overflow_count() -> None:
    assert is_alike(np.array([np.nan, 2.0]), np.array([np.inf, 2.0]))
    assert not is_alike(np.array([np.nan, 2.0]), np.array([np.inf, 3.0]))
    assert not is_alike(np.array([1.0, 2.0]), np.array([np.inf, 2.0]))


def test_under_stress_a_wrong_number_is_what_an_overflow_may_become_and_a_right_one_is_not() -> None:
    overflow = np.array([np.nan, np.nan, np.nan])
    assert is_alike(np.zeros(3), overflow, "stability")
    assert not is_alike(np.ones(3), overflow, "stability", right=True)


def test_the_same_exception_has_the_same_words_and_tells_only_where_it_is_about_numbers() -> None:
    shapes, other = (
        Raised("ValueError", "shapes (3,4) and (5,) not aligned"),
        Raised("ValueError", "shapes (3,4) and (6,)"),
    )
    name = Raised("NameError", "name 'dw' is not defined")
    turned = Raised("ValueError", "shapes (5,) and (3,4) not aligned")
    assert is_alike(shapes, shapes)
    assert is_alike(shapes, turned)
    assert not is_alike(shapes, other)
    assert tells(played(shapes), OUTPUT, played(shapes).play)
    assert is_alike(name, name)
    assert not tells(played(name), OUTPUT, played(name).play)


# --------------------------------------------------------------------------- what is played


def test_a_footprint_is_the_same_for_every_submission() -> None:
    edits = (("loss = np.sum(margins)", "loss = 0.0"), ("dW = X.T.dot(mask)", "dW = -X.T.dot(mask)"))
    found = [evidence_of("svm", changed("svm", edit), VECTORIZED) for edit in edits]
    for hypothesis in singles(found[0])[:20]:
        one, other = (footprint(evidence, hypothesis, evidence.group) for evidence in found)
        assert one == other


def test_what_touches_right_outputs_is_not_played() -> None:
    found = evidence_of("svm", changed("svm", ("dW = X.T.dot(mask)", "dW = -X.T.dot(mask)")), VECTORIZED)
    search = Search(found)
    names = {output.name for output in found.group.outputs}
    fitting = {
        one.mistakes[0].id
        for one in search.known
        if one.convention is None and footprint(found, one, found.group).fits(found.plays[0], names)
    }
    assert "gradient-sign-flipped" in fitting
    assert not fitting & {"loss-not-averaged", "margin-not-one", "hinge-without-max"}


def test_an_equal_question_has_an_equal_answer() -> None:
    edits = ((MARGINS, MARGINS.replace("+ 1", "")), ("dW = X.T.dot(mask)", "dW = -X.T.dot(mask)"))
    assert names_of("svm", VECTORIZED, *edits) == names_of("svm", VECTORIZED, *edits)


def test_a_convention_is_given_to_what_a_mistake_has_rewritten() -> None:
    """The mistake rewrites the line of the gradient, and keeps its regularisation: under the half it is halved too."""
    assignment = registry.load("svm")
    known = {(one.id, one.function): one for one in assignment.mistakes}
    half = known["reg-half-convention", VECTORIZED]
    made = composed(assignment, [known["gradient-averaged-twice", VECTORIZED]], half)
    assert made is None or "2 * reg * W" not in _function(dict(made.texts)["linear_svm.py"])
    gone = composed(assignment, [known["reg-gradient-missing", VECTORIZED]], half)
    assert gone is not None
    assert gone.convention == "reg-half-convention"


def _function(text: str) -> str:
    return text[text.index(f"def {VECTORIZED}") :]


def test_two_that_do_not_go_together_make_no_hypothesis() -> None:
    assignment = registry.load("svm")
    one = Mistake("one", VECTORIZED, ((MARGINS, "margins = 0"),))
    other = Mistake("other", VECTORIZED, ((MARGINS, "margins = 1"),))
    assert composed(assignment, [one, other]) is None
