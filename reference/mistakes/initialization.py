"""initialization: what is known to go wrong, as edits of the solution."""

from functools import partial

from grader.core import Mistake


def mistake(function: str, id: str, *edits: tuple[str, str]) -> Mistake:
    return Mistake(id, function, edits)


init, stats = (partial(mistake, function) for function in ("init_weights", "activation_stats"))

# Of the solution.
XAVIER, HE = "np.sqrt(1.0 / fan_in)", "np.sqrt(2.0 / fan_in)"
NORMAL = "np.random.randn(fan_in, fan_out)"
TAKEN = "h = activation(before)"
MEAN, STD, ZEROS = "np.mean(h)", "np.std(h)", "np.mean(h == 0)"

MISTAKES = (
    init("variance-for-std", (XAVIER, "1.0 / fan_in"), (HE, "2.0 / fan_in")),
    init("he-without-two", (HE, "np.sqrt(1.0 / fan_in)")),
    init("fan-out-for-fan-in", (XAVIER, "np.sqrt(1.0 / fan_out)"), (HE, "np.sqrt(2.0 / fan_out)")),
    init("uniform-positive-weights", (NORMAL, "np.random.rand(fan_in, fan_out)")),
    init("glorot-for-fan-in", (XAVIER, "np.sqrt(2.0 / (fan_in + fan_out))")),
    init("fixed-seed-weights", (f"    W = std * {NORMAL}", f"    np.random.seed(0)\n    W = std * {NORMAL}")),
    init("one-column-of-weights", (NORMAL, "np.random.randn(fan_in, 1) * np.ones(fan_out)")),
    init("sorted-weights", (NORMAL, "np.sort(np.random.randn(fan_in * fan_out)).reshape(fan_in, fan_out)")),
    stats(
        "stats-of-pre-activation",
        (MEAN, "np.mean(before)"),
        (STD, "np.std(before)"),
        (ZEROS, "np.mean(before == 0)"),
    ),
    stats("activation-variance-for-std", (STD, "np.var(h)")),
    stats("zeros-counted-not-fraction", (ZEROS, "np.sum(h == 0)")),
    stats("dead-units-for-zeros", (ZEROS, "np.mean(np.all(h == 0, axis=0))")),
)
