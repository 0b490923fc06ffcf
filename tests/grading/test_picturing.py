"""What pictures show is true of the program, of public numbers, and costs nobody anything."""

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest

from grader.checks.trial import Situations, Trial
from grader.checks.watch import Watch
from grader.core import (
    Assignment,
    Case,
    CheckResult,
    CheckStatus,
    Finding,
    FunctionResult,
    FunctionStatus,
    Group,
    Inputs,
    LimitHit,
    Message,
    Mistake,
    Picture,
    Play,
    Program,
)
from grader.diagnosis.edits import edited
from grader.diagnosis.rehearsal import Rehearsal
from grader.grading import registry
from grader.grading.picturing.choosing import with_pictures
from grader.grading.picturing.few import few, magnitudes
from grader.grading.picturing.scene import public
from grader.grading.seeds import lender, stream
from grader.report.catalogue import text
from tests.students import NAIVE, VECTORISED, changed, graded, handed_in

VECTOR = "svm_loss_vectorized"
Edit = tuple[str, str]


@cache
def assignment(slug: str) -> Assignment:
    return registry.load(slug)


def trial_of(slug: str, function: str, *edits: Edit, seed: bytes = b"\7" * 32) -> Trial:
    """Our solution with these edits, on trial in this process."""
    unit = assignment(slug)
    texts = edited(unit.solution, Mistake("edited", function, edits)) if edits else dict(unit.solution)
    group = next(group for group in unit.groups if function in [one.name for one in group.functions])
    watch = Watch(Rehearsal(texts), [one.name for one in group.functions], seed=5)
    return Trial(group, handed_in(""), watch, Situations(lender(seed), lender(seed)))


def pictured(trial: Trial, slug: str, function: str, *checks: CheckResult) -> list[Picture]:
    result = FunctionResult(function, FunctionStatus.FAILED, Fraction(0), Fraction(1), slug, checks=checks)
    (shown,) = with_pictures(assignment(slug), trial, (result,))
    return list(shown.pictures)


def of(slug: str, function: str, *edits: Edit) -> list[Picture]:
    return pictured(trial_of(slug, function, *edits), slug, function)


def kinds(pictures: list[Picture]) -> list[str]:
    return [picture.kind for picture in pictures]


def svm(*edits: Edit) -> list[Picture]:
    return of("svm", VECTOR, *edits)


REG = "dW = dW / num_train + 2 * reg * W"

# --------------------------------------------------------------------------- golden meanings


def test_one_wrong_class_is_a_dark_column() -> None:
    first, _ = svm((REG, f"{REG}\n    dW[:, 2] = 0"))
    cells = np.array(first.numbers["cells"])
    assert first.kind == "heat"
    assert (cells[:, 2] > -1).all()
    assert (np.delete(cells, 2, axis=1) <= first.numbers["right"]).all()
    assert text(first.text, "en").startswith("Columns of dW that are wrong: 2 (of 4")


def test_a_wrong_bias_is_a_dark_row() -> None:
    first, _ = svm((REG, f"{REG}\n    dW[-1] += 1"))
    cells = np.array(first.numbers["cells"])
    assert (cells[-1] > -1).all()
    assert (cells[:-1] <= first.numbers["right"]).all()
    assert text(first.text, "en").startswith("Rows of dW that are wrong: 4 (of 5")


@pytest.mark.parametrize(
    ("factor", "name"),
    [("num_train", "N"), ("2", "2"), ("-1", "-1"), ("1 / num_train", "1/N"), ("np.log(10)", "ln 10")],
)
def test_a_factor_is_a_bar_at_its_name(factor: str, name: str) -> None:
    """Also where the term of regularisation is right, which hides it: without that one the factor is bare."""
    first, _ = svm((REG, f"dW = dW / num_train * ({factor}) + 2 * reg * W"))
    assert first.kind == "ratios"
    assert first.drawn_on == Message("picture.drawn-on.plain", {"case": "base"})
    assert first.text.params["name"] == name
    assert first.text.id == f"picture.ratios.{'one' if name in ('2', '-1') else 'named'}", "no number equals itself"
    assert first.numbers["ticks"][-1][0] == name
    assert max(first.numbers["counts"]) == sum(first.numbers["counts"]) == 20


@pytest.mark.parametrize(
    ("term", "slope", "name"),
    [("", -1.0, "-2 * reg"), (" + reg * W", -0.5, "-reg"), (" + 4 * reg * W", 1.0, "2 * reg")],
)
def test_a_missing_term_is_a_line_against_the_weights(term: str, slope: float, name: str) -> None:
    first, _ = svm((REG, f"dW = dW / num_train{term}"))
    assert first.kind == "scatter"
    assert first.numbers["slope"] == slope
    assert first.text.params["name"] == name
    x, y = np.array(first.numbers["x"]), np.array(first.numbers["y"])
    assert np.allclose(y, slope * x, rtol=1e-3, atol=1e-3)


def test_a_wrong_gradient_is_a_flat_line_and_the_reference_a_v() -> None:
    _, second = of("softmax", "softmax_loss_vectorized", (REG, f"{REG}\n    dW[0] *= 1.5"))
    yours, ours = second.numbers["yours"], second.numbers["ours"]
    assert second.text.id == "picture.steps.loss-stays"
    assert max(yours) - min(yours) < 0.5
    lowest = ours.index(min(ours))
    assert 0 < lowest < len(ours) - 1
    assert ours[0] - ours[1] > 1.8, "centred: a hundredth of the error at a tenth of the step"


def test_what_another_call_gives_otherwise_has_no_derivative_to_be_drawn() -> None:
    trial = trial_of("softmax", "softmax_loss_vectorized", (REG, f"{REG}\n    dW[0] *= 1.5"))
    ours = Message("checks.not-implemented", {"function": "f"})
    changing = CheckResult("deterministic", CheckStatus.FAILED, Fraction(0), Fraction(0), ours)
    assert kinds(pictured(trial, "softmax", "softmax_loss_vectorized", changing)) == ["heat"]


def test_the_right_gradient_of_a_wrong_loss_falls_like_the_reference() -> None:
    loss = "loss = loss / num_train + reg * np.sum(W * W)"
    _, second = svm((loss, loss.replace("reg", "0.5 * reg")), (REG, REG.replace("2 * reg", "reg")))
    assert second.text.id == "picture.steps.loss-falls"
    assert min(second.numbers["yours"]) < -8


def test_a_loss_that_is_not_averaged_lies_above_the_reference_step_by_step() -> None:
    (first,) = svm(("loss = loss / num_train + reg", "loss = loss + reg"))
    assert first.kind == "loss"
    assert len(first.numbers["yours"]) == len(first.numbers["ours"]) == 20
    assert first.numbers["yours"][0] == 20 * first.numbers["ours"][0]
    assert first.numbers["chance"] == 9.0, "C - 1"
    assert all(a > b for a, b in zip(first.numbers["yours"], first.numbers["ours"], strict=True))


def test_a_window_shows_where_the_images_differ_and_only_there() -> None:
    first, second = of(
        "conv", "max_pool_backward_naive", ("dx = np.zeros(x.shape)", "dx = np.zeros(x.shape); dx[0, 1, 2, 3] = 9")
    )
    assert kinds([first, second]) == ["window", "steps"]
    wrong = np.argwhere(first.numbers["wrong"]) + first.numbers["start"]
    assert wrong.tolist() == [[2, 3]]
    assert first.text.params["place"] == "dx[0, 1]"
    assert (first.text.params["images"], first.text.params["all"]) == (1, 6)


def test_the_path_of_an_optimiser_lies_among_the_six() -> None:
    first, _ = of(
        "optimizers",
        "sgd",
        ('next_w = w - config["learning_rate"] * dw', 'next_w = w - 0.5 * config["learning_rate"] * dw'),
    )
    rules = first.numbers["rules"]
    assert first.kind == "paths"
    assert set(rules) == {"sgd", "sgd_momentum", "sgd_nesterov", "rmsprop", "adagrad", "adam"}
    assert len(first.numbers["yours"]) == len(rules["sgd"]) == 25
    across = np.array([point[1] for point in rules["sgd"]])
    assert (across[:-1] * across[1:] < 0)[:8].all(), "SGD zigzags"
    assert np.all(np.array(first.numbers["yours"])[:, 1] >= 0), "at half the rate it does not"


def test_a_rule_that_goes_the_way_of_the_reference_is_not_drawn_beside_it() -> None:
    """It is wrong elsewhere: where no config is given."""
    wrong = of("optimizers", "rmsprop", ('"decay_rate": 0.99', '"decay_rate": 0.5'))
    assert "paths" not in kinds(wrong)


def test_statistics_of_a_mask_are_no_entries_to_be_shown() -> None:
    seeded = of("dropout", "dropout_forward", ('if "seed" in', 'np.random.seed(231)\n    if "seed" in'))
    assert kinds(seeded) == []


def test_a_path_ends_as_far_away_as_its_picture_says_and_leaves_it_for_good() -> None:
    (first,) = of(
        "optimizers",
        "sgd",
        ('next_w = w - config["learning_rate"] * dw', "next_w = w - dw"),
    )[:1]
    assert first.text.id == "picture.paths.leaves"
    assert first.text.params["made"] == len(first.numbers["yours"]) - 1 == 1
    assert first.text.params["own"] == np.hypot(*first.numbers["yours"][-1])
    assert "for 1 of 24 steps" in text(first.text, "en")


def test_activations_vanish_where_weights_are_too_small() -> None:
    (first, *_) = of("initialization", "init_weights", ("std = np.sqrt(1.0 / fan_in)", "std = 1.0 / fan_in"))
    place = first.numbers["kinds"].index("xavier")
    own, ours = first.numbers["spread"][place], first.numbers["ours"][place]
    assert first.kind == "activations"
    assert own[-1] < 1e-3
    assert ours[-1] > 0.2
    assert all(sum(counts) == 80 * 50 for row in first.numbers["counts"] for counts in row)


def test_weights_of_the_right_spread_are_not_drawn_beside_ours() -> None:
    """Glorot's differ from the notes' where the layer has other sizes on both sides, and the picture's has not."""
    glorot = ("std = np.sqrt(1.0 / fan_in)", "std = np.sqrt(2.0 / (fan_in + fan_out))")
    assert kinds(of("initialization", "init_weights", glorot)) == []


def test_a_loss_that_is_right_on_the_digits_is_not_drawn_beside_ours() -> None:
    """It is wrong where labels are in three classes at most, and the digits are in ten."""
    last = "    loss = loss / num_train + reg * np.sum(W * W)"
    wrong = svm((last.strip(), f"{last.strip()}; loss = loss + (W.shape[1] < 10)"))
    assert kinds(wrong) == []


# --------------------------------------------------------------------------- right code


def test_right_code_shows_what_its_learning_check_has_played_and_plays_nothing_more() -> None:
    trial = trial_of("svm", VECTOR)
    (check,) = [one for one in trial.group.checks if one.id == "learning"]
    finding = check.ask(trial, VECTOR)
    calls = Counted(trial.program)
    trial.program = calls  # type: ignore[assignment]
    result = FunctionResult(
        VECTOR, FunctionStatus.PASSED, Fraction(1), Fraction(1), "svm", checks=(_result_of(finding),)
    )
    (shown,) = with_pictures(assignment("svm"), trial, (result,))
    templates = shown.pictures[0]
    assert templates.kind == "templates"
    assert len(templates.numbers["weights"]) == 10
    assert {len(weights) for weights in templates.numbers["weights"]} == {64}
    assert calls.made == 0


def _result_of(finding: Finding) -> CheckResult:
    return CheckResult("learning", finding.status, Fraction(0), Fraction(0), finding.message)


class Counted:
    """A program that counts what is asked of it."""

    def __init__(self, program: Program) -> None:
        self.program, self.made = program, 0

    def __getattr__(self, name: str) -> Any:
        self.made += 1
        return getattr(self.program, name)


# --------------------------------------------------------------------------- public numbers


def test_two_submissions_with_one_mistake_have_the_same_pictures_whatever_their_seeds() -> None:
    """So no hidden number can be in them."""
    edit = (REG, f"{REG}\n    dW[1] += W[0]")
    one, other = (
        pictured(trial_of("svm", VECTOR, edit, seed=seed), "svm", VECTOR) for seed in (b"\1" * 32, b"\2" * 32)
    )
    assert one == other
    assert kinds(one) == ["heat", "steps"]
    assert [picture.drawn_on for picture in one] == [Message("picture.drawn-on.plain", {"case": "base"})] * 2


def every_case() -> Iterator[tuple[Group, Case]]:
    for slug in registry.slugs():
        for group in assignment(slug).groups:
            yield from ((group, case) for case in group.cases)


def test_every_case_can_be_drawn_for_everybody() -> None:
    drawn = [case.draw(public(f"{group.name}/{case.name}")) for group, case in every_case()]
    assert len(drawn) > 200


def test_the_public_stream_is_that_of_no_submission() -> None:
    assert public("x").rand() == public("x").rand() != stream(b"\0" * 32, "x").rand()


# --------------------------------------------------------------------------- bounds


@pytest.mark.parametrize("slug", ["svm", "normalization", "two-layer-net", "optimizers", "initialization"])
def test_every_mistake_gives_two_pictures_at_most_of_some_kilobytes_that_json_takes(slug: str) -> None:
    seen = 0
    for mistake in assignment(slug).mistakes[::5]:
        trial = trial_of(slug, mistake.function, *mistake.edits) if not mistake.where else None
        pictures = pictured(trial, slug, mistake.function) if trial and _plays(trial) else []
        seen += len(pictures)
        assert len(pictures) <= 2, mistake.id
        for picture in pictures:
            assert len(json.dumps(dict(picture.numbers), allow_nan=False)) < 6_000, (mistake.id, picture.kind)
            assert all(text(message, lang) for message in (picture.title, picture.text) for lang in ("en", "ko"))
    assert seen


def _plays(trial: Trial) -> bool:
    try:
        return bool(trial.plays)
    except NameError:
        return False


def test_a_large_array_is_shown_by_the_largest_error_of_each_patch() -> None:
    (first, *_) = of("dropout", "dropout_forward", ("out = x * mask", "out = x * mask; out[63, 49] += 1"))
    cells = first.numbers["cells"]
    assert first.numbers["every"] == [2, 2]
    assert (len(cells), len(cells[0])) == (32, 25)
    assert sum(cell > first.numbers["right"] for row in cells for cell in row) == 1
    assert cells[-1][-1] > first.numbers["right"]


def test_what_is_no_number_is_none_in_a_map() -> None:
    (first, *_) = svm((REG, f"{REG}\n    dW[0, 0] = np.nan; dW[1, 1] = np.inf"))
    cells = first.numbers["cells"]
    assert [cells[0][0], cells[1][1]] == [None, None]
    assert first.text.id == "picture.heat.not-finite"
    assert first.text.params["wrong"] == 2


@pytest.mark.parametrize("huge", ["1e308", "-1e308 * W", "1e200 * W", "np.where(W > 0, 1e308, -1e308)"])
def test_numbers_near_the_end_of_the_range_are_drawn_all_the_same(huge: str) -> None:
    for picture in svm((REG, f"{REG}\n    dW = dW * 0 + {huge}")):
        assert json.dumps(dict(picture.numbers), allow_nan=False)


@pytest.mark.parametrize(
    "written", ["[[1.0], [1.0, 2.0]]", "None", "'high'", "[1j]", "[float('nan')] * 3", "np.ones((2, 2))"]
)
def test_a_history_of_another_kind_is_no_curve_and_no_fault_of_ours(written: str) -> None:
    solution = assignment("two-layer-net").solution["neural_net.py"]
    (line,) = [line for line in solution.splitlines() if '"val_acc_history": val_acc_history' in line]
    edits = ((line.strip(), line.strip().replace(": val_acc_history", f": {written}")),)
    pictures = of("two-layer-net", "TwoLayerNet.train", *edits)
    assert all(json.dumps(dict(picture.numbers), allow_nan=False) for picture in pictures)


def test_numbers_have_few_digits() -> None:
    assert (few(1 / 3), few(float("nan")), few(-1e300)) == (0.3333, None, -1e300)
    assert magnitudes(np.array([0.0, 1e-3, 1e30, np.inf, np.nan])) == [-16.0, -3.0, 9.0, None, None]


# --------------------------------------------------------------------------- what cannot be drawn


class Ends:
    """A player like another one, in whose box a limit is hit from the given call on."""

    def __init__(self, play: Any, calls: int) -> None:
        self.play, self.calls = play, calls

    def __call__(self, program: Program, batch: list[Inputs]) -> list[Play]:
        self.calls -= 1
        if self.calls < 0:
            raise LimitHit("cpu_time", allowed=2.0, used=2.0)
        played: list[Play] = self.play(program, batch)
        return played


@pytest.mark.parametrize(("calls", "seen"), [(2, []), (3, ["heat"])])
def test_a_limit_that_ends_the_box_meanwhile_takes_only_pictures_away(calls: int, seen: list[str]) -> None:
    trial = trial_of("svm", VECTOR, (REG, f"{REG}\n    dW[:, 2] = 0"))
    trial.group = replace(trial.group, play=Ends(trial.group.play, calls))
    assert trial.plays
    assert kinds(pictured(trial, "svm", VECTOR)) == seen


def hanging(name: str) -> str:
    """An endless loop on the public numbers of the base case of a function, and on no others."""
    base = assignment("svm").groups[0].cases[0]
    first = base.draw(public(f"{name}/base"))["X"][0, 0]
    return f"\n    while X[0, 0] == {float(first)!r}:\n        pass\n"


def test_who_hangs_on_public_numbers_loses_pictures_and_nothing_else() -> None:
    naive = changed(NAIVE, "    dW = np.zeros(W.shape)\n", "    dW = np.zeros(W.shape)" + hanging("svm_loss_naive"))
    wrong = changed(naive, "+ 2 * reg * W", "+ reg * W")
    quiet = changed(NAIVE, "+ 2 * reg * W", "+ reg * W")
    hung, calm = (graded("svm", code + VECTORISED) for code in (wrong, quiet))
    told = [[(one.name, one.status, one.points) for one in report.functions] for report in (hung, calm)]
    assert told[0] == told[1]
    assert hung.limits is None
    assert hung.functions[0].pictures == ()
    assert kinds(list(calm.functions[0].pictures)) == ["scatter", "steps"]


def test_a_function_that_raises_everywhere_has_no_pictures() -> None:
    assert of("svm", VECTOR, ("scores = X.dot(W)", "scores = X.dot(W.T.T.T)")) == []
