"""What verify asks of names: each claim holds of an assignment that is right, and each can fail."""

from pathlib import Path

import pytest

from grader.core import Mistake
from grader.diagnosis.exceptions import FOR_ARRAY, NOT_PASSED, OTHER_EDITION, RULES
from grader.diagnosis.hypotheses import composed
from grader.diagnosis.runtime import WITHIN
from grader.grading import registry
from grader.sandbox import open_sandbox
from grader.verify import plan
from grader.verify.equivalent import equivalent, reasons
from grader.verify.names import names_of
from grader.verify.rehearsing import Ids, Stage, chosen_pairs, group_of, held_out, hideable, paired, untrue
from grader.verify.subjects import Order
from grader.verify.trying import Outcome, tried
from tests.verify.workshop import MISTAKES, Workshop

SEED = "verify-0"


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def number_of(slug: str, id: str, function: str) -> int:
    mistakes = registry.load(slug).mistakes
    return next(at for at, one in enumerate(mistakes) if (one.id, one.function) == (id, function))


def outcome(**names: int) -> Outcome:
    found = Outcome(Order("slug", "mistake", "name", ()))
    found.names.update({name.replace("_", " "): count for name, count in names.items()})
    return found


def test_every_mistake_of_an_assignment_that_is_right_has_its_name(workshop: Workshop) -> None:
    found = names_of(workshop.outcomes().outcomes)
    assert (found.mistakes, found.named, found.wrong) == (2, 2, 0)


def test_a_mistake_that_is_another_by_its_numbers_is_a_wrong_name(workshop: Workshop) -> None:
    """The library has the same program twice, by two ids: each is given both names, and without its own the other."""
    twice = MISTAKES + '    Mistake("a-half", "double", (("2 * x", "x * 0.5"),), spoils=("triple",)),\n'
    assignment = workshop.but(mistakes=twice).assignment
    found, breaches = held_out(assignment, 0, SEED)
    assert found == "named"
    assert [breach.message.params for breach in breaches] == [{"expected": "halved", "actual": "a-half"}]


def test_a_mistake_that_the_library_does_not_know_has_no_exact_name() -> None:
    number = number_of("svm", "margin-not-one", "svm_loss_vectorized")
    assert held_out(registry.load("svm"), number, SEED) == ("unnamed", [])


def test_what_is_declared_to_be_the_same_is_no_wrong_name() -> None:
    number = number_of("optimizers", "velocity-saved-late", "sgd_nesterov")
    assert held_out(registry.load("optimizers"), number, SEED) == ("named", [])


def test_two_mistakes_that_do_what_one_does_are_rightly_called_by_both_names() -> None:
    """Without its row, a missing regularisation is a missing loss term and a missing gradient term."""
    number = number_of("svm", "reg-missing", "svm_loss_naive")
    assert held_out(registry.load("svm"), number, SEED) == ("named", [])


@pytest.mark.parametrize(
    ("slug", "one", "other"),
    [
        ("svm", ("loss-not-averaged", "svm_loss_naive"), ("reg-gradient-missing", "svm_loss_naive")),
        ("layers", ("bias-missing", "affine_forward"), ("gradients-returned-swapped", "affine_backward")),
        ("two-layer-net", ("log10-for-ln", "TwoLayerNet.loss"), ("relu-mask-missing", "TwoLayerNet.loss")),
    ],
)
def test_both_of_two_mistakes_are_named(slug: str, one: tuple[str, str], other: tuple[str, str]) -> None:
    numbers = (number_of(slug, *one), number_of(slug, *other))
    assert paired(registry.load(slug), numbers, SEED) == ("both", [])


FORWARD, BACKWARD = "dropout_forward", "dropout_backward"
AS_WELL = ("dropout-scale-mismatch+dropout-scaled-at-test",)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({FORWARD: AS_WELL}, []),
        ({FORWARD: ("dropout-scale-mismatch+dropout-mask-shared",)}, [FORWARD]),
        ({FORWARD: AS_WELL, BACKWARD: ("dropout-backward-scale-missing",)}, []),
        ({BACKWARD: ("dropout-backward-scale-missing",)}, [BACKWARD]),
    ],
)
def test_two_mistakes_may_be_called_by_two_others_that_give_the_same(given: dict[str, Ids], wrong: list[str]) -> None:
    """Dropped with p, not scaled by its mask but once by 1 / p: that is a mask with another scale. The backward pass is
    without a scale beside that, and is none of its own."""
    assignment = registry.load("dropout")
    known = assignment.mistakes
    at_test = next(one for one in known if one.id == "vanilla-drop-probability" and one.edits[1][1] == "out = x * p\n")
    program = composed(assignment, (at_test, known[number_of("dropout", "dropout-scale-twice", FORWARD)]))
    assert program is not None
    stage = Stage(assignment, group_of(assignment, at_test), SEED)
    assert [breach.function for breach in untrue(stage, program, given)] == wrong


def test_of_two_mistakes_of_which_one_hides_the_other_nothing_is_asked() -> None:
    numbers = (
        number_of("svm", "loss-not-averaged", "svm_loss_naive"),
        number_of("svm", "input-mutated", "svm_loss_naive"),
    )
    assert paired(registry.load("svm"), numbers, SEED) == ("unseen", [])


def test_a_share_that_is_too_small_breaks_its_claim() -> None:
    few = [outcome(mistake_named=96, mistake_unnamed=4, pair_both=64, pair_one=20, pair_none=16)]
    assert {failure.claim for failure in names_of(few).failures} == {"mistakes-are-named", "pairs-are-named"}
    enough = [outcome(mistake_named=97, mistake_unnamed=3, pair_both=65, pair_one=20, pair_none=15)]
    assert names_of(enough).failures == ()


def test_a_handful_of_runs_is_no_share() -> None:
    assert names_of([outcome(mistake_named=1, mistake_unnamed=4)]).failures == ()


def test_a_long_run_holds_out_every_mistake_on_five_seeds_and_a_short_one_a_few_on_one() -> None:
    assignment = registry.load("svm")
    long, short = ([*plan.rehearsals(assignment, count)] for count in (200, 2))
    held = [order for order in long if order.kind == "held-out"]
    assert [order.number for order in held] == hideable(assignment)
    assert {len(order.seeds) for order in long} == {5}
    assert {len(order.seeds) for order in short} == {1}
    assert len(short) < len(long) / 5


def test_conventions_are_not_held_out() -> None:
    assignment = registry.load("svm")
    hidden = {assignment.mistakes[number].id for number in hideable(assignment)}
    assert "reg-missing" in hidden
    assert not hidden & {"reg-half-convention", "layout-2015", "weights-classes-first"}


def test_pairs_are_always_the_same_and_stand_in_one_group() -> None:
    assignment = registry.load("layers")
    pairs = chosen_pairs(assignment, 10)
    assert pairs == chosen_pairs(assignment, 10)
    assert len(set(pairs)) == 10
    for pair in pairs:
        functions = [assignment.mistakes[number].function for number in pair]
        assert any({*functions} <= {function.name for function in group.functions} for group in assignment.groups), (
            functions
        )


def test_a_rehearsal_is_an_order_like_any_other() -> None:
    assignment = registry.load("knn")
    order = next(order for order in plan.rehearsals(assignment, 2) if order.kind == "pair")
    found = tried(order, assignment, (), open_sandbox())
    assert sum(found.names.values()) == 1
    assert (found.right, found.wrong, found.failures) == (0, 0, [])


# Rows without points: what a check warns of, and what is right.
WARNED = {
    "argument-left-perturbed": "input-mutated",
    "bias-gradient-keepdims": "extra-axis",
    "full-jacobian": "full-jacobian",
    "seed-set-inside": "random-state",
}
ACCEPTED = {"rand-for-randn"}  # either distribution has full marks


def test_every_row_of_the_table_has_a_program_or_a_rule_or_a_warning() -> None:
    programs = {mistake.id for slug in registry.slugs() for mistake in registry.load(slug).mistakes}
    rules = {rule.id for rule in RULES if rule.row} | {FOR_ARRAY, NOT_PASSED, OTHER_EDITION, WITHIN}
    assert set(registry.known_mistakes()) <= programs | rules | WARNED.keys() | ACCEPTED
    assert not (WARNED.keys() | ACCEPTED) & programs


def test_every_declared_equivalence_is_about_mistakes_that_are_known_and_has_a_reason() -> None:
    known: set[str] = {mistake.id for slug in registry.slugs() for mistake in registry.load(slug).mistakes}
    for ids, why in reasons().items():
        assert ids <= known
        assert len(ids) == 2
        assert len(why.split()) > 5


def test_mistakes_that_are_not_declared_are_told_apart() -> None:
    assert equivalent("nesterov-is-plain-momentum", "velocity-saved-late")
    assert not equivalent("no-max-shift", "plus-max-shift")
    assert not equivalent("no-max-shift", "global-max-shift")


def test_an_instructor_may_have_mistakes_of_any_id() -> None:
    mistake = Mistake("their-own", "f", (("a", "b"),))
    assert not equivalent(mistake.id, "reg-missing")
