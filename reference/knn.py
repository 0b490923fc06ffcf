"""knn: the k-nearest-neighbour classifier: distances with two loops, one and none, and the vote.

dists[i, j] = sqrt(sum_d (X[i, d] - X_train[j, d])^2) for test sample i and training sample j; the label of a sample is
the most frequent one among its k nearest training samples, of several the smallest. No test sample lies on a training
sample: the expanded square that the course teaches may be -1e-16 there, and its root no number.

The objects are made and trained side by side, and each method of all cases is one frame (`abreast`).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from grader.checks import (
    abreast,
    contract,
    deterministic,
    ended,
    names_digits,
    remarked,
    robustness,
    split,
    value,
    vectorised,
    wide,
)
from grader.checks.abreast import Step
from grader.checks.arrays import every_second, single
from grader.checks.images import Images
from grader.checks.playing import Player
from grader.core import Assignment, Case, Function, Group, Inputs, Output, Outputs, Play, Program, StudentFault, Value

Array = NDArray[np.float64]
Labels = NDArray[np.int64]
Rule = Callable[[Sequence[int], Sequence[int]], int]

CLASS = "KNearestNeighbor"
NAIVE = ("compute_distances_two_loops", "compute_distances_one_loop")
BINS = 8  # labels lie below, so that a vote in a set of labels comes out in their order
MANY = (2, 9, 16, 23)  # labels beyond the ten of the course's images


# --------------------------------------------------------------------------- the solution


def squares(inputs: Inputs) -> Outputs:
    """The squared distances (tests, training samples)."""
    differences = wide(inputs["X"])[:, np.newaxis] - wide(inputs["X_train"])
    return {"dists": np.sum(differences**2, axis=2)}


def distances(inputs: Inputs) -> Outputs:
    return {"dists": np.sqrt(squares(inputs)["dists"])}


def smaller(tied: Sequence[int], nearest: Sequence[int]) -> int:
    return min(tied)


def larger(tied: Sequence[int], nearest: Sequence[int]) -> int:
    return max(tied)


def first_met(tied: Sequence[int], nearest: Sequence[int]) -> int:
    """Of the labels with equally many votes, the one that is nearest."""
    return next(label for label in nearest if label in tied)


def voted(rule: Rule) -> Callable[[Inputs], Outputs]:
    """The most frequent label of the k nearest; `rule` picks one of several."""

    def reference(inputs: Inputs) -> Outputs:
        order = np.argsort(inputs["dists"], axis=1, kind="stable")[:, : inputs["k"]]
        return {"labels": np.array([winner(row) for row in inputs["y"][order].tolist()])}

    def winner(nearest: Sequence[int]) -> int:
        votes = Counter(nearest)
        most = max(votes.values())
        return rule([label for label, count in votes.items() if count == most], nearest)

    return reference


# --------------------------------------------------------------------------- the cases


@dataclass(frozen=True, slots=True)
class Samples:
    """Draws X (tests, features) and X_train (train, features), shifted by `offset`, no two nearer than `apart`.

    `shape` comes last.
    """

    tests: int
    train: int
    features: int
    offset: float = 0.0
    scale: float = 1.0
    apart: float = 0.5
    shape: Callable[[Array], Array] = np.asarray

    def __call__(self, rng: np.random.RandomState) -> Inputs:
        while True:
            X, X_train = (
                self.offset + self.scale * rng.standard_normal((rows, self.features))
                for rows in (self.tests, self.train)
            )
            if np.sqrt(squares({"X": X, "X_train": X_train})["dists"]).min() > self.apart * self.scale:
                return {"X": self.shape(X), "X_train": self.shape(X_train), "y": rng.randint(10, size=self.train)}


def pixels(array: Array) -> Array:
    """Whole numbers from 0 to 255, as floats."""
    return np.clip(np.round(array), 0, 255)


BASE = Samples(4, 7, 5)
DISTANCE_CASES = (
    Case("base", BASE),
    Case("more tests", Samples(9, 3, 6)),
    Case("offset 30", Samples(6, 5, 8, offset=30.0)),
    Case("0..255", Samples(5, 6, 7, offset=128.0, scale=50.0, shape=pixels), "robustness"),
    Case("M=1", Samples(1, 6, 5), "robustness"),
    Case("one training sample", Samples(6, 1, 5), "robustness"),
    Case("D=1", Samples(5, 4, 1, apart=0.02), "robustness"),
    Case("square", Samples(5, 5, 5), "robustness"),
    Case("F-order", replace(BASE, shape=np.asfortranarray), "robustness"),
    Case("strided", replace(BASE, shape=every_second), "robustness"),
    Case("float32", replace(BASE, shape=single), "robustness", tolerance=1e-3),
)


def none_on_another(inputs: Inputs) -> Inputs:
    """The same, where no test sample lies on a training sample; else a ValueError."""
    if not squares(inputs)["dists"].all():
        raise ValueError("a distance of 0")
    return inputs


@dataclass(frozen=True, slots=True)
class Votes:
    """Draws distances and labels such that the labels of the k nearest follow `patterns`, one a test sample.

    Every letter is another label of four, a < b < c: "baa" is a sample whose nearest neighbour is outvoted by a smaller
    label. Each label stands three times in y, and one of them a fourth time: that one wins when all vote (`k` is None).
    """

    patterns: tuple[str, ...]
    everybody: bool = False
    labels: tuple[int, ...] = ()
    dtype: type = np.int64
    shape: Callable[[Array], Array] = np.asarray

    def __call__(self, rng: np.random.RandomState) -> Inputs:
        labels = np.sort(rng.permutation(BINS)[:4]) if not self.labels else np.array(self.labels)
        y = rng.permutation(np.append(np.repeat(labels, 3), labels[rng.randint(4)]))
        order = [self.neighbours(rng, labels, y, self.patterns[i]) for i in rng.permutation(len(self.patterns))]
        dists = np.zeros((len(order), len(y)))
        for row, near in zip(dists, order, strict=True):
            row[near] = 1 + np.arange(len(y)) + 0.5 * rng.random_sample(len(y))
        k = len(y) if self.everybody else len(self.patterns[0])
        return {"dists": self.shape(dists), "X_train": np.zeros((len(y), 2)), "y": y.astype(self.dtype), "k": k}

    def neighbours(self, rng: np.random.RandomState, labels: Labels, y: Labels, pattern: str) -> list[int]:
        """The training samples from the nearest to the farthest; the first have the labels of `pattern`."""
        letters = sorted(set(pattern))
        meant = dict(zip(letters, np.sort(rng.choice(labels, len(letters), replace=False)), strict=True))
        free = rng.permutation(len(y)).tolist()
        near = []
        for letter in pattern:
            near.append(next(i for i in free if y[i] == meant[letter]))
            free.remove(near[-1])
        return [*near, *free]


def lonely(rng: np.random.RandomState) -> Inputs:
    """One training sample."""
    return {
        "dists": 1 + rng.random_sample((3, 1)),
        "X_train": np.zeros((1, 2)),
        "y": 1 + rng.randint(BINS - 1, size=1),
        "k": 1,
    }


THREE = ("baa", "abb", "aba", "bab", "bba", "aab")
FIVE = ("bacaa", "abcbb", "cbabb", "acaba", "cabbb", "dabca")
BASE_VOTES = Votes(THREE)
MANY_LABELS = Case("labels to 23", Votes(THREE, labels=MANY), "robustness", graded=())
PREDICT_CASES = (
    Case("base", BASE_VOTES),
    Case("k=1", Votes(("a", "a", "a", "a", "a"))),
    Case("k=5", Votes(FIVE)),
    Case("all vote", Votes(("a", "a", "a", "a"), everybody=True)),
    Case("tie of 2", Votes(("ba", "ab", "ba", "ab"))),
    Case("tie of 4", Votes(("baab", "abba", "baba", "abab", "aaab"))),
    Case("M=1", Votes(("baa",)), "robustness"),
    Case("one training sample", lonely, "robustness"),
    Case("labels int32", replace(BASE_VOTES, dtype=np.int32), "robustness"),
    Case("labels uint8", replace(BASE_VOTES, dtype=np.uint8), "robustness"),
    Case("F-order", replace(BASE_VOTES, shape=np.asfortranarray), "robustness"),
    Case("strided", replace(BASE_VOTES, shape=every_second), "robustness"),
    MANY_LABELS,
)


# --------------------------------------------------------------------------- the objects in the box


def trained(program: Program, batch: Sequence[Inputs]) -> list[Step]:
    """An object for each case, trained with its X_train and y."""
    made = abreast(program, CLASS, [None] * len(batch), batch, lambda _, inputs: ())
    taught = abreast(
        program, f"{CLASS}.train", made, batch, lambda held, inputs: (held, inputs["X_train"], inputs["y"])
    )
    return [said if isinstance(said, StudentFault) else held for said, held in zip(taught, made, strict=True)]


def method(name: str, arguments: Sequence[str], output: str) -> Player:
    """Plays `name(*arguments) -> output` of an object for each case."""

    def play(program: Program, batch: Sequence[Inputs]) -> list[Play]:
        objects = trained(program, batch)
        steps = abreast(program, name, objects, batch, lambda held, inputs: (held, *(inputs[one] for one in arguments)))
        return [ended(name, step, output) for step in steps]

    return play


# --------------------------------------------------------------------------- what is asked of whom


def grown(rng: np.random.RandomState, n: int) -> Inputs:
    """n test samples and an eighth as many to train with, to see how the work of a call grows."""
    train = n // 8
    return {
        "X": rng.standard_normal((n, 3)),
        "X_train": rng.standard_normal((train, 3)),
        "y": rng.randint(10, size=train),
    }


def with_object(program: Program, inputs: Inputs) -> Inputs:
    (held,) = trained(program, [inputs])
    if isinstance(held, StudentFault):
        raise held
    return {**inputs, "self": held}


def measuring(loops: str, points: int, vectorisation: int = 0) -> Group:
    """One of the three versions; who leaves the root out follows another convention."""
    name = f"{CLASS}.compute_distances_{loops}"
    shares = {name: split(points, gradient=False, loss=False, vectorised=vectorisation)}
    without_loops = vectorised(shares, grown, ("self", "X"), naive=NAIVE, ready=with_object)
    group = Group(
        name,
        functions=(Function(name, "(X) -> dists", Fraction(points)),),
        outputs=(Output("dists", name, "value"),),
        cases=DISTANCE_CASES,
        play=method(name, ("X",), "dists"),
        reference=distances,
        checks=(
            contract(shares),
            value(shares),
            robustness(shares),
            *([without_loops] if vectorisation else []),
            deterministic(shares),
        ),
        ways={"distance": "distance-rooted"},
        fitted=none_on_another,
    )
    return replace(group, otherwise=(replace(group, reference=squares, ways={"distance": "distance-not-rooted"}),))


def named(program: Program, images: Images) -> Value:
    """The labels of the nearest digits; the distances are ours, since the vote alone is asked."""
    held = program.call(CLASS).value
    program.call((held, "train"), images.X, images.y)
    return program.call((held, "predict_labels"), _between(images), 1).value


def nearest(images: Images) -> Labels:
    found: Labels = images.y[_between(images).argmin(axis=1)]
    return found


def _between(images: Images) -> Array:
    far: Array = distances({"X": images.others, "X_train": images.X})["dists"]
    return far


def voting() -> Group:
    """The vote, under each of three rules for ties."""
    name = f"{CLASS}.predict_labels"
    shares = {name: split(6, gradient=False, loss=False)}
    group = Group(
        name,
        functions=(Function(name, "(dists, k=1) -> labels", Fraction(6)),),
        outputs=(Output("labels", name, "value", integer=True),),
        cases=PREDICT_CASES,
        play=method(name, ("dists", "k"), "labels"),
        reference=voted(smaller),
        checks=(
            contract(shares),
            value(shares),
            remarked(robustness(shares), MANY_LABELS, "hard-coded-class-count"),
            names_digits(shares, named, nearest),
            deterministic(shares),
        ),
        ways={"tie": "tie-to-smaller-label"},
    )
    others = {"tie-to-nearest": first_met, "tie-to-larger-label": larger}
    return replace(
        group,
        otherwise=tuple(replace(group, reference=voted(rule), ways={"tie": way}) for way, rule in others.items()),
    )


STARTER = '''"""The k-nearest-neighbour classifier with the Euclidean (L2) distance."""

import numpy as np


class KNearestNeighbor:
    def train(self, X, y):
        """Remember the training samples X (num_train, D) and their labels y (num_train,)."""
        self.X_train = X
        self.y_train = y

    def predict(self, X, k=1, num_loops=0):
        """The labels of the test samples X (num_test, D), by the vote of the k nearest training samples."""
        if num_loops == 0:
            dists = self.compute_distances_no_loops(X)
        elif num_loops == 1:
            dists = self.compute_distances_one_loop(X)
        else:
            dists = self.compute_distances_two_loops(X)
        return self.predict_labels(dists, k=k)

    def compute_distances_two_loops(self, X):
        """dists[i, j]: the Euclidean distance between X[i] and self.X_train[j], with a loop over each of them."""
        dists = np.zeros((X.shape[0], self.X_train.shape[0]))
        return dists

    def compute_distances_one_loop(self, X):
        """The same, with a loop over the test samples only."""
        dists = np.zeros((X.shape[0], self.X_train.shape[0]))
        return dists

    def compute_distances_no_loops(self, X):
        """The same, without any loop. Hint: (a - b)^2 = a^2 - 2ab + b^2."""
        dists = np.zeros((X.shape[0], self.X_train.shape[0]))
        return dists

    def predict_labels(self, dists, k=1):
        """For each row of dists the most frequent label among the k nearest training samples; of several labels with
        equally many votes the smallest. The result is (num_test,)."""
        y_pred = np.zeros(dists.shape[0])
        return y_pred
'''

SOLUTION = '''import numpy as np


class KNearestNeighbor:
    """Remembers the training samples and lets the nearest ones vote."""

    def train(self, X, y):
        self.X_train = X
        self.y_train = y

    def predict(self, X, k=1):
        return self.predict_labels(self.compute_distances_no_loops(X), k=k)

    def compute_distances_two_loops(self, X):
        num_test, num_train = len(X), len(self.X_train)
        dists = np.zeros((num_test, num_train))
        for i in range(num_test):
            for j in range(num_train):
                difference = X[i] - self.X_train[j]
                dists[i, j] = np.sqrt(np.sum(difference**2))
        return dists

    def compute_distances_one_loop(self, X):
        num_test, num_train = len(X), len(self.X_train)
        dists = np.zeros((num_test, num_train))
        for i in range(num_test):
            differences = X[i] - self.X_train
            dists[i] = np.sqrt(np.sum(differences**2, axis=1))
        return dists

    def compute_distances_no_loops(self, X):
        test_squares = np.sum(X**2, axis=1)[:, np.newaxis]
        train_squares = np.sum(self.X_train**2, axis=1)
        squares = test_squares + train_squares - 2 * X.dot(self.X_train.T)
        dists = np.sqrt(np.maximum(squares, 0))
        return dists

    def predict_labels(self, dists, k=1):
        num_test = len(dists)
        y_pred = np.zeros(num_test, dtype=int)
        for i in range(num_test):
            nearest = np.argsort(dists[i])[:k]
            votes = np.bincount(self.y_train[nearest])
            y_pred[i] = np.argmax(votes)
        return y_pred
'''

ASSIGNMENT = Assignment(
    slug="knn",
    groups=(
        measuring("two_loops", 4),
        measuring("one_loop", 4),
        measuring("no_loops", 6, vectorisation=2),
        voting(),
    ),
    files=("k_nearest_neighbor.py",),
    supply=("linear_svm", "softmax", "linear_classifier", "data_utils", "gradient_check", "vis_utils"),
    starter={"k_nearest_neighbor.py": STARTER},
    solution={"k_nearest_neighbor.py": SOLUTION},
)
