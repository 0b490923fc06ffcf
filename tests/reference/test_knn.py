"""The reference of knn against what knows nothing of it: distances pair by pair, votes counted by hand."""

import math
from collections.abc import Iterator
from statistics import multimode

import numpy as np
import pytest

from grader.core import Case, FunctionStatus, Inputs
from grader.grading import registry
from grader.grading.seeds import stream
from grader.report import text
from tests.reference.twins import SPOILS, failed, twin
from tests.students import check, graded, result

KNN = registry.load("knn")
GROUPS = {group.name.rpartition(".")[2]: group for group in KNN.groups}
DISTANCES, VOTES = GROUPS["compute_distances_no_loops"], GROUPS["predict_labels"]
(SOLUTION,) = KNN.solution.values()
CLASS = "KNearestNeighbor."


def drawn(case: Case, draws: int = 5) -> Iterator[Inputs]:
    return (case.draw(stream(bytes([seed]), case.name)) for seed in range(draws))


@pytest.mark.parametrize("case", DISTANCES.cases, ids=lambda case: case.name)
def test_every_distance_is_that_of_its_pair(case: Case) -> None:
    for inputs in drawn(case):
        dists = DISTANCES.reference(inputs)["dists"]
        for (i, j), distance in np.ndenumerate(dists):
            assert distance == pytest.approx(math.dist(inputs["X"][i], inputs["X_train"][j]), rel=1e-12)


def test_no_sample_lies_on_another_one() -> None:
    """The root of the expanded square is a number then, also where it is computed in single precision."""
    for case in DISTANCES.cases:
        for inputs in drawn(case, 20):
            X, T = inputs["X"], inputs["X_train"]
            expanded = np.sum(X**2, axis=1)[:, None] + np.sum(T**2, axis=1) - 2 * X @ T.T
            assert expanded.min() > 0
            tolerance = 1e-4 if case.name == "float32" else 1e-9
            assert np.sqrt(expanded) == pytest.approx(DISTANCES.reference(inputs)["dists"], rel=tolerance)


def test_pixels_are_whole_numbers_from_0_to_255() -> None:
    case = next(case for case in DISTANCES.cases if case.name == "0..255")
    for inputs in drawn(case):
        assert np.array_equal(inputs["X"], np.round(inputs["X"]))
        assert 0 <= inputs["X"].min() < inputs["X"].max() <= 255


@pytest.mark.parametrize("case", VOTES.cases, ids=lambda case: case.name)
def test_every_vote_is_won_by_the_smallest_of_the_most_frequent_labels(case: Case) -> None:
    for inputs in drawn(case):
        for label, row in zip(VOTES.reference(inputs)["labels"], inputs["dists"], strict=True):
            nearest = sorted(range(len(row)), key=lambda j, row=row: row[j])[: inputs["k"]]  # type: ignore[misc]
            assert label == min(multimode(inputs["y"][nearest].tolist()))


def test_votes_are_tied_in_the_cases_that_say_so_alone_and_then_every_rule_shows() -> None:
    """Between any two rules for ties there is a sample that tells them apart."""
    ways = {way.ways["tie"]: way for way in (VOTES, *VOTES.otherwise)}
    assert list(ways) == ["tie-to-smaller-label", "tie-to-nearest", "tie-to-larger-label"]
    for case in VOTES.cases:
        for inputs in drawn(case):
            labels = {name: way.reference(inputs)["labels"].tolist() for name, way in ways.items()}
            different = len({tuple(row) for row in labels.values()})
            assert different == (3 if case.name.startswith("tie") else 1), case.name


def test_the_base_case_tells_the_vote_from_the_nearest_label_the_farthest_and_the_mean() -> None:
    (case,) = (case for case in VOTES.cases if case.name == "base")
    for inputs in drawn(case, 20):
        labels = VOTES.reference(inputs)["labels"]
        order = np.argsort(inputs["dists"], axis=1)
        nearest, farthest = inputs["y"][order[:, : inputs["k"]]], inputs["y"][order[:, -inputs["k"] :]]
        assert (nearest[:, 0] != labels).any()
        assert (np.sort(farthest, axis=1)[:, 1] != labels).any()
        assert (nearest.mean(axis=1) != labels).all()


def test_no_two_distances_of_a_row_are_close_so_any_way_to_sort_them_gives_the_same_neighbours() -> None:
    for case in VOTES.cases:
        for inputs in drawn(case):
            assert inputs["dists"].shape[1] == 1 or np.diff(np.sort(inputs["dists"], axis=1), axis=1).min() > 0.1


def test_the_points_are_those_of_the_catalogue() -> None:
    points = {function.name.removeprefix(CLASS): int(function.points) for function in KNN.functions}
    assert points == {
        "compute_distances_two_loops": 4,
        "compute_distances_one_loop": 4,
        "compute_distances_no_loops": 6,
        "predict_labels": 6,
    }
    vectorised = next(check for check in DISTANCES.checks if check.id == "vectorised")
    assert vectorised.points == {CLASS + "compute_distances_no_loops": 2}


# --------------------------------------------------------------------------- twins

EXPECTED = {
    "right": set(),
    "off by a little": {"value", "robustness", "vectorised"},
    "of another shape": {"contract", "value", "robustness"},
    "complex": {"contract", "value", "robustness"},
    "NaN": {"value", "robustness"},
    "a list": {"contract"},
    "another one each time": {"deterministic"},
}


@pytest.mark.parametrize("spoil", SPOILS)
def test_distances_that_are_spoilt_are_told_from_right_ones(spoil: str) -> None:
    name = CLASS + "compute_distances_no_loops"
    assert failed(twin("knn", name, spoil), name) - {"vectorised"} == EXPECTED[spoil] - {"vectorised"}


@pytest.mark.parametrize(
    ("returns", "expected"),
    [
        ("out", set()),
        ("out.astype(float)", set()),
        ("out + 1", {"value", "robustness"}),
        ("out + 1e-3", {"value", "robustness"}),
        ("out[:, None] + np.zeros((1, 2))", {"contract", "value", "robustness"}),
        ("out == 1", {"contract", "value", "robustness"}),
        ("out * np.nan", {"value", "robustness"}),
        ("out.tolist()", {"contract"}),
    ],
)
def test_labels_that_are_spoilt_are_told_from_right_ones(returns: str, expected: set[str]) -> None:
    name = CLASS + "predict_labels"
    assert failed(twin("knn", name, "right", returns), name) == expected


@pytest.mark.parametrize(
    "body",
    [
        "np.array([np.sqrt(((x - self.X_train) ** 2).sum(axis=1)) for x in X])",
        "np.array([np.sqrt(((X - t) ** 2).sum(axis=1)) for t in self.X_train]).T",
        "np.apply_along_axis(lambda x: np.sqrt(((x - self.X_train) ** 2).sum(axis=1)), 1, X)",
        "self.compute_distances_one_loop(X)",
        "np.array(list(map(lambda x: np.sqrt(((x - self.X_train) ** 2).sum(axis=1)), X)))",
    ],
    ids=["over tests", "over training samples", "apply_along_axis", "the version with a loop", "map"],
)
def test_a_loop_over_either_set_of_samples_costs_the_vectorisation_points(body: str) -> None:
    start = SOLUTION.index("        test_squares = ")
    end = SOLUTION.index("        return dists", start)
    report = graded("knn", SOLUTION[:start] + f"        dists = {body}\n" + SOLUTION[end:])
    name = CLASS + "compute_distances_no_loops"
    assert failed(report, name) == {"vectorised"}
    assert result(report, name).points == 4


@pytest.mark.parametrize(
    "body",
    [
        "np.sqrt(((X[:, None] - self.X_train) ** 2).sum(axis=2))",
        "np.linalg.norm(X[:, None, :] - self.X_train[None, :, :], axis=-1)",
        "np.sqrt(sum((X[:, [d]] - self.X_train[:, d]) ** 2 for d in range(X.shape[1])))",
    ],
    ids=["broadcast", "norm", "a loop over the features"],
)
def test_what_does_not_loop_over_samples_is_vectorised(body: str) -> None:
    start = SOLUTION.index("        test_squares = ")
    end = SOLUTION.index("        return dists", start)
    report = graded("knn", SOLUTION[:start] + f"        dists = {body}\n" + SOLUTION[end:])
    assert result(report, CLASS + "compute_distances_no_loops").points == 6


def test_ten_classes_typed_in_are_warned_of_and_cost_nothing() -> None:
    wrong = "votes = np.bincount(self.y_train[nearest], minlength=10)[:10]"
    report = graded("knn", SOLUTION.replace("votes = np.bincount(self.y_train[nearest])", wrong))
    found = result(report, CLASS + "predict_labels")
    assert found.status is FunctionStatus.PASSED
    assert [warning.id for warning in found.warnings] == ["warning.hard-coded-class-count"]
    assert "labels up to 23" in text(found.warnings[0], "en")


def test_no_class_count_is_spoken_of_where_the_vote_is_wrong_anyway() -> None:
    report = graded("knn", SOLUTION.replace("[:k]", "[-k:]"))
    assert not result(report, CLASS + "predict_labels").warnings


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (("def train(self, X, y):", "def train(self, X):"), "takes 2 positional arguments but 3 were given"),
        (("        self.y_train = y\n", ""), "'y_train'"),
        (
            ("class KNearestNeighbor:", "class KNearestNeighbor:\n    def __init__(self, k):\n        pass\n"),
            "missing 1",
        ),
    ],
    ids=["train takes no labels", "labels not kept", "a constructor that wants more"],
)
def test_an_object_that_cannot_be_made_or_trained_says_why(edit: tuple[str, str], says: str) -> None:
    report = graded("knn", SOLUTION.replace(*edit))
    found = result(report, CLASS + "predict_labels")
    assert found.status is FunctionStatus.RAISED
    assert found.reason is not None
    assert says in text(found.reason, "en")


def test_a_distance_that_changes_the_samples_is_warned_of_by_the_name_of_the_argument() -> None:
    changing = SOLUTION.replace("        test_squares = ", "        X[0, 0] *= 1 + 1e-12\n        test_squares = ")
    report = graded("knn", changing)
    warnings = result(report, CLASS + "compute_distances_no_loops").warnings
    assert [dict(warning.params) for warning in warnings] == [{"argument": "X"}]


def test_a_convention_of_the_distance_costs_its_share_and_is_named() -> None:
    report = graded("knn", SOLUTION.replace("np.sqrt(np.maximum(squares, 0))", "np.maximum(squares, 0)"))
    found = result(report, CLASS + "compute_distances_no_loops")
    assert [one.id for one in found.diagnosis] == ["distance-not-rooted"]
    assert float(found.points) == pytest.approx(6 - 0.15 * 4)
    assert check(report, "vectorised", found.name).points == 2
