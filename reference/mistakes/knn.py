"""knn: what is known to go wrong, as edits of the solution."""

from functools import partial

from grader.core import Mistake

TWO, ONE, NONE = (f"KNearestNeighbor.compute_distances_{loops}" for loops in ("two_loops", "one_loop", "no_loops"))
PREDICT = "KNearestNeighbor.predict_labels"


def mistake(function: str, id: str, *edits: tuple[str, str]) -> Mistake:
    return Mistake(id, function, edits)


two, one, none, predict = (partial(mistake, function) for function in (TWO, ONE, NONE, PREDICT))

# Of the solution.
RETURN = "return dists"
TESTS = "range(num_test)"
DISTANCE = "np.sqrt(np.sum(difference**2))"
DIFFERENCE = "X[i] - self.X_train[j]"
DISTANCES = "np.sqrt(np.sum(differences**2, axis=1))"
DIFFERENCES = "X[i] - self.X_train"
TEST_SQUARES = "test_squares = np.sum(X**2, axis=1)[:, np.newaxis]"
TRAIN_SQUARES = "train_squares = np.sum(self.X_train**2, axis=1)"
CROSS = "- 2 * X.dot(self.X_train.T)"
ROOT = "np.sqrt(np.maximum(squares, 0))"
NEAREST = "[:k]"
VOTES = "votes = np.bincount(self.y_train[nearest])"
WINNER = "np.argmax(votes)"

MISTAKES = (
    *(measure("result-transposed", (RETURN, "return dists.T")) for measure in (two, one, none)),
    two("hard-coded-sample-count", (TESTS, "range(3)")),
    two("distance-not-rooted", (DISTANCE, "np.sum(difference**2)")),
    two("half-power-precedence", (DISTANCE, "np.sum(difference**2) ** 1 / 2")),
    two("norms-over-wrong-axis", (DIFFERENCE, "X[:, i] - self.X_train[:, j]")),
    two("manhattan-distance", (DISTANCE, "np.sum(np.abs(difference))")),
    one("hard-coded-sample-count", (DIFFERENCES, "np.tile(X[i], (5000, 1)) - self.X_train")),
    one("distance-not-rooted", (DISTANCES, "np.sum(differences**2, axis=1)")),
    one("half-power-precedence", (DISTANCES, "np.sum(differences**2, axis=1) ** 1 / 2")),
    one("norms-over-wrong-axis", (DISTANCES, "np.sqrt(np.sum(differences**2, axis=0))")),
    one("manhattan-distance", (DISTANCES, "np.sum(np.abs(differences), axis=1)")),
    none("hard-coded-sample-count", (TEST_SQUARES, "test_squares = np.sum(X**2, axis=1).reshape(500, 1)")),
    none("distance-not-rooted", (ROOT, "np.maximum(squares, 0)")),
    none("half-power-precedence", (ROOT, "np.maximum(squares, 0) ** 1 / 2")),
    none(
        "norms-over-wrong-axis",
        (TEST_SQUARES, "test_squares = np.sum(X**2, axis=0)[:, np.newaxis]"),
        (TRAIN_SQUARES, "train_squares = np.sum(self.X_train**2, axis=0)"),
    ),
    none("manhattan-distance", (ROOT, "np.sum(np.abs(X[:, np.newaxis] - self.X_train), axis=2)")),
    none("cross-term-halved", (CROSS, "- X.dot(self.X_train.T)")),
    none("cross-term-sign", (CROSS, "+ 2 * X.dot(self.X_train.T)")),
    none(
        "norms-broadcast-swapped",
        (TEST_SQUARES, "test_squares = np.sum(X**2, axis=1)"),
        (TRAIN_SQUARES, "train_squares = np.sum(self.X_train**2, axis=1)[:, np.newaxis]"),
    ),
    none("loops-over-samples", (ROOT, "np.array([np.sqrt(np.sum((row - self.X_train) ** 2, axis=1)) for row in X])")),
    none("calls-the-naive-version", (ROOT, "self.compute_distances_two_loops(X)")),
    predict("hard-coded-sample-count", (TESTS, "range(10)")),
    predict(
        "hard-coded-class-count",
        (VOTES, "votes = np.array([np.sum(self.y_train[nearest] == label) for label in range(10)])"),
    ),
    predict("farthest-neighbors", (NEAREST, "[-k:]")),
    predict("order-taken-for-ranks", (NEAREST, " < k")),
    predict("k-off-by-one", (NEAREST, "[: k - 1]")),
    predict("k-ignored", (NEAREST, "[:1]")),
    predict(
        "mean-label",
        ("np.zeros(num_test, dtype=int)", "np.zeros(num_test)"),
        (WINNER, "np.mean(self.y_train[nearest])"),
    ),
    predict("votes-with-indices", (VOTES, "votes = np.bincount(nearest)")),
    predict(
        "tie-to-nearest",
        (VOTES, "labels = self.y_train[nearest].tolist()"),
        (WINNER, "max(labels, key=labels.count)"),
    ),
    predict("tie-to-larger-label", (WINNER, "len(votes) - 1 - np.argmax(votes[::-1])")),
)
