"""normalization: what is known to go wrong, as edits of the solution."""

from collections.abc import Iterator

from grader.core import Mistake

FORWARD, BACKWARD, ALT = "batchnorm_forward", "batchnorm_backward", "batchnorm_backward_alt"
LAYER, LAYER_BACKWARD = "layernorm_forward", "layernorm_backward"
GRADIENTS = {FORWARD: (BACKWARD, ALT), LAYER: (LAYER_BACKWARD,)}

# Of the forward passes.
HAT = "(x - mean) / np.sqrt(var + eps)"
TEST_HAT = "(x - running_mean) / np.sqrt(running_var + eps)"
SCALED = f"x_hat = {HAT}\n        out = gamma * x_hat + beta"
LAYER_SCALED = f"x_hat = {HAT}\n    out = gamma * x_hat + beta"
TEST_SCALED = "out = gamma * normalized + beta"
EPS = {FORWARD: 'bn_param.get("eps", 1e-5)', LAYER: 'ln_param.get("eps", 1e-5)'}
VAR = {FORWARD: "np.var(x, axis=0)", LAYER: "np.var(x, axis=1, keepdims=True)"}
KEPT_MEAN = "momentum * running_mean + (1 - momentum) * mean"
KEPT_VAR = "momentum * running_var + (1 - momentum) * var"
STORED_MEAN = '    bn_param["running_mean"] = running_mean\n'
STORED_VAR = '    bn_param["running_var"] = running_var\n'

# Of the backward passes.
DX = {
    BACKWARD: "dx_hat / np.sqrt(var + eps) + dvar * 2 * (x - mean) / N + dmean / N",
    ALT: "(dx_hat - mean_path - var_path) / np.sqrt(var + eps)",
    LAYER_BACKWARD: "dx_hat / np.sqrt(var + eps) + dvar * 2 * (x - mean) / D + dmean / D",
}
VAR_SUM = {
    BACKWARD: "np.sum(dx_hat * (x - mean), axis=0) * -0.5",
    LAYER_BACKWARD: "np.sum(dx_hat * (x - mean), axis=1, keepdims=True) * -0.5",
}
VAR_PATH = "x_hat * np.mean(dx_hat * x_hat, axis=0)"
DGAMMA, DBETA, DX_HAT = "np.sum(dout * x_hat, axis=0)", "np.sum(dout, axis=0)", "dx_hat = dout * gamma"
OWN_SHARES = (
    "(1 - 1 / len(x) - x_hat**2 / len(x))",
    "(1 - 1 / len(x) - 2 * (x - mean) ** 2 / (len(x) * (var + eps)))",
)
WITHOUT_SUMS = "gamma * ((dout - 1 / N) / np.sqrt(var + eps) - x_hat * x * (1 - mean) / (var + eps) / N)"
ALL = (BACKWARD, ALT, LAYER_BACKWARD)


def forward(id: str, function: str, *edits: tuple[str, str]) -> Mistake:
    """One of a forward pass, which its backward passes may suffer from."""
    return Mistake(id, function, edits, spoils=GRADIENTS[function])


def of_both(id: str, old: str, new: str) -> Iterator[Mistake]:
    """The same edit of both forward passes."""
    return (forward(id, function, (old, new)) for function in GRADIENTS)


def backward(id: str, *edits: tuple[str, str], of: tuple[str, ...] = ALL) -> Iterator[Mistake]:
    """The same edits of several backward passes."""
    return (Mistake(id, function, edits) for function in of)


def of_dx(id: str, *news: str) -> Iterator[Mistake]:
    """Other right-hand sides of dx, one for each backward pass."""
    return (Mistake(id, function, ((DX[function], new),)) for function, new in zip(ALL, news, strict=True))


FORWARDS = (
    *(forward("variance-ddof-one", name, (VAR[name], VAR[name][:-1] + ", ddof=1)")) for name in GRADIENTS),
    *of_both("eps-outside-sqrt", HAT, "(x - mean) / (np.sqrt(var) + eps)"),
    forward("eps-outside-sqrt", FORWARD, (TEST_HAT, "(x - running_mean) / (np.sqrt(running_var) + eps)")),
    forward(
        "eps-outside-sqrt",
        FORWARD,
        (HAT, "(x - mean) / (np.sqrt(var) + eps)"),
        (TEST_HAT, "(x - running_mean) / (np.sqrt(running_var) + eps)"),
    ),
    *of_both("eps-missing", HAT, "(x - mean) / np.sqrt(var)"),
    forward("eps-missing", FORWARD, (TEST_HAT, "(x - running_mean) / np.sqrt(running_var)")),
    forward(
        "eps-missing",
        FORWARD,
        (HAT, "(x - mean) / np.sqrt(var)"),
        (TEST_HAT, "(x - running_mean) / np.sqrt(running_var)"),
    ),
    *(forward("eps-hard-coded", name, (EPS[name], "1e-5")) for name in GRADIENTS),
    *of_both("divides-by-variance", HAT, "(x - mean) / (var + eps)"),
    forward("gamma-missing", FORWARD, (SCALED, SCALED.replace("gamma * ", ""))),
    forward(
        "momentum-swapped",
        FORWARD,
        (KEPT_MEAN, "(1 - momentum) * running_mean + momentum * mean"),
        (KEPT_VAR, "(1 - momentum) * running_var + momentum * var"),
    ),
    forward("momentum-swapped", FORWARD, (KEPT_MEAN, "(1 - momentum) * running_mean + momentum * mean")),
    forward("momentum-swapped", FORWARD, (KEPT_VAR, "(1 - momentum) * running_var + momentum * var")),
    forward("running-stats-not-stored", FORWARD, (STORED_MEAN, ""), (STORED_VAR, "")),
    forward(
        "running-stats-last-batch",
        FORWARD,
        (KEPT_MEAN, "momentum * mean + (1 - momentum) * mean"),
        (KEPT_VAR, "momentum * var + (1 - momentum) * var"),
    ),
    forward("std-stored-as-variance", FORWARD, (KEPT_VAR, "momentum * running_var + (1 - momentum) * np.sqrt(var)")),
    forward(
        "test-uses-batch-statistics",
        FORWARD,
        (TEST_HAT, "(x - np.mean(x, axis=0)) / np.sqrt(np.var(x, axis=0) + eps)"),
    ),
    forward("test-lacks-gamma-beta", FORWARD, (TEST_SCALED, "out = normalized")),
    forward(
        "layernorm-over-batch",
        LAYER,
        ("np.mean(x, axis=1, keepdims=True)", "np.mean(x, axis=0)"),
        (VAR[LAYER], "np.var(x, axis=0)"),
    ),
)

BACKWARDS = (
    *of_dx("statistics-held-constant", *3 * ["dx_hat / np.sqrt(var + eps)"]),
    *of_dx(
        "mean-path-missing",
        "dx_hat / np.sqrt(var + eps) + dvar * 2 * (x - mean) / N",
        "(dx_hat - var_path) / np.sqrt(var + eps)",
        "dx_hat / np.sqrt(var + eps) + dvar * 2 * (x - mean) / D",
    ),
    *of_dx(
        "variance-path-missing",
        "dx_hat / np.sqrt(var + eps) + dmean / N",
        "(dx_hat - mean_path) / np.sqrt(var + eps)",
        "dx_hat / np.sqrt(var + eps) + dmean / D",
    ),
    *of_dx(
        "one-over-n-missing-in-dx",
        "dx_hat / np.sqrt(var + eps) + dvar * 2 * (x - mean) + dmean",
        "(dx_hat - len(x) * mean_path - len(x) * var_path) / np.sqrt(var + eps)",
        "dx_hat / np.sqrt(var + eps) + dvar * 2 * (x - mean) + dmean",
    ),
    *(
        Mistake("batch-sums-missing-in-dx", name, ((DX[name], f"dx_hat / np.sqrt(var + eps) * {share}"),))
        for name in (BACKWARD, ALT)
        for share in OWN_SHARES
    ),
    Mistake("batch-sums-missing-in-dx", BACKWARD, ((DX[BACKWARD], WITHOUT_SUMS),)),
    Mistake("raw-input-for-centred", BACKWARD, ((DX[BACKWARD], DX[BACKWARD].replace("(x - mean)", "x")),)),
    Mistake(
        "raw-input-for-centred", ALT, ((VAR_PATH, f"x / np.sqrt(var + eps) * {VAR_PATH.removeprefix('x_hat * ')}"),)
    ),
    Mistake(
        "raw-input-for-centred", LAYER_BACKWARD, ((DX[LAYER_BACKWARD], DX[LAYER_BACKWARD].replace("(x - mean)", "x")),)
    ),
    *backward(
        "raw-input-for-centred", (VAR_SUM[BACKWARD], VAR_SUM[BACKWARD].replace("(x - mean)", "x")), of=(BACKWARD,)
    ),
    Mistake("variance-path-sign", BACKWARD, ((VAR_SUM[BACKWARD], VAR_SUM[BACKWARD].replace("-0.5", "0.5")),)),
    Mistake("variance-path-sign", ALT, ((DX[ALT], "(dx_hat - mean_path + var_path) / np.sqrt(var + eps)"),)),
    Mistake("variance-path-exponent", BACKWARD, (("** -1.5", "** -0.5"),)),
    Mistake("variance-path-exponent", BACKWARD, (("** -1.5", "** -1"),)),
    Mistake("variance-path-exponent", ALT, ((VAR_PATH, "(x - mean) * np.mean(dx_hat * (x - mean), axis=0)"),)),
    Mistake("variance-path-exponent", ALT, ((VAR_PATH, "(x - mean) * np.mean(dx_hat * x_hat, axis=0)"),)),
    *backward("gamma-missing-in-dx", (DX_HAT, "dx_hat = dout")),
    *backward("dgamma-from-raw-input", (DGAMMA, "np.sum(dout * x, axis=0)")),
    *backward("dgamma-not-summed", (DGAMMA, "dout * x_hat")),
    *backward("dgamma-not-summed", (DGAMMA, "dout * x_hat"), (DBETA, "dout")),
    *backward("bias-gradient-mean", (DBETA, "np.mean(dout, axis=0)"), of=(BACKWARD, ALT)),
    *backward("layernorm-dgamma-axis", (DGAMMA, "np.sum(dout * x_hat, axis=1)"), of=(LAYER_BACKWARD,)),
    *backward(
        "layernorm-dgamma-axis",
        (DGAMMA, "np.sum(dout * x_hat, axis=1)"),
        (DBETA, "np.sum(dout, axis=1)"),
        of=(LAYER_BACKWARD,),
    ),
    Mistake(
        "layernorm-sums-over-batch",
        LAYER_BACKWARD,
        (
            (VAR_SUM[LAYER_BACKWARD], VAR_SUM[BACKWARD]),
            ("-np.sum(dx_hat, axis=1, keepdims=True)", "-np.sum(dx_hat, axis=0)"),
        ),
    ),
    Mistake("layernorm-n-for-d", LAYER_BACKWARD, ((DX[LAYER_BACKWARD], DX[BACKWARD]),)),
    Mistake(
        "gamma-after-averages",
        LAYER_BACKWARD,
        ((DX_HAT, "dx_hat = dout"), ("return dx, dgamma", "return gamma * dx, dgamma")),
    ),
)

MISTAKES = (*FORWARDS, *BACKWARDS)
