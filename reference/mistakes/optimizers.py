"""optimizers: what is known to go wrong, as edits of the solution."""

from functools import partial

from grader.core import Mistake


def mistake(function: str, id: str, *edits: tuple[str, str]) -> Mistake:
    return Mistake(id, function, edits)


NAMES = ("sgd", "sgd_momentum", "sgd_nesterov", "rmsprop", "adagrad", "adam")
sgd, momentum, nesterov, rmsprop, adagrad, adam = (partial(mistake, name) for name in NAMES)

# Of the solution.
PUSHED, PULLED = "v = mu * v - lr * dw", "next_w = w + v"
VELOCITY = 'config["velocity"] = v'
LOOKED = "- mu * v_prev + (1 + mu) * v"
SAVED = "    v_prev = v\n"
CACHE = 'config["cache"] = cache'
ROOT, CORRECTED_ROOT = "(np.sqrt(cache) + eps)", "(np.sqrt(v_hat) + eps)"
SQUARES = "dw**2"
M_HAT, V_HAT = "m / (1 - beta1**t)", "v / (1 - beta2**t)"
T, T_KEPT = 't = config["t"] + 1', 'config["t"] = t'
MOMENTS = 'config["m"], config["v"] = m, v'
FIXED = "    eps = 1e-8\n"

ADAPTIVE = (
    (rmsprop, "    cache = decay", ROOT),
    (adagrad, "    cache = cache", ROOT),
    (adam, "    m_hat =", CORRECTED_ROOT),
)
MISTAKES = (
    sgd("gradient-ascent", ("w - config", "w + config")),
    sgd("learning-rate-missing", ('config["learning_rate"] * dw', "dw")),
    momentum("gradient-ascent", (PUSHED, "v = mu * v + lr * dw")),
    momentum("state-not-stored", (f"    {VELOCITY}\n", "")),
    momentum("momentum-coefficient-fixed", (PUSHED, "v = 0.9 * v - lr * dw")),
    momentum("momentum-damped", (PUSHED, "v = mu * v - (1 - mu) * lr * dw")),
    momentum("velocity-without-rate", (PUSHED, "v = mu * v + dw"), (PULLED, "next_w = w - lr * v")),
    momentum("gradient-step-twice", (PULLED, "next_w = w - lr * dw + v")),
    nesterov("momentum-coefficient-fixed", (PUSHED, "mu = 0.9\n    v = mu * v - lr * dw")),
    nesterov("nesterov-is-plain-momentum", (LOOKED, "+ v")),
    nesterov("nesterov-sign", (LOOKED, "+ mu * v_prev + (1 + mu) * v")),
    nesterov("nesterov-term-missing", (LOOKED, "+ (1 + mu) * v")),
    nesterov("velocity-saved-late", (SAVED, ""), (f"    {PUSHED}\n", f"    {PUSHED}\n{SAVED}")),
    *(rule("eps-hard-coded", (line, FIXED + line)) for rule, line, _ in ADAPTIVE),
    *(rule("eps-inside-sqrt", (root, root.replace(") + eps)", " + eps))"))) for rule, _, root in ADAPTIVE),
    *(rule("gradient-not-squared", (SQUARES, "dw")) for rule, _, _ in ADAPTIVE),
    *(rule("sqrt-missing-in-step", (root, root.replace("np.sqrt(", "("))) for rule, _, root in ADAPTIVE),
    *(rule("weights-squared-for-gradient", (SQUARES, "w**2")) for rule, _, _ in ADAPTIVE),
    rmsprop("state-not-stored", (f"    {CACHE}\n", "")),
    rmsprop("decay-swapped", ("decay * cache + (1 - decay)", "(1 - decay) * cache + decay")),
    rmsprop("decay-missing", ("decay * cache + (1 - decay) * ", "cache + ")),
    adagrad("state-not-stored", (f"    {CACHE}\n", "")),
    adagrad("adagrad-decayed", ("cache + dw**2", "0.99 * cache + 0.01 * dw**2")),
    adam("state-not-stored", (f"    {MOMENTS}\n", "")),
    adam("adam-no-bias-correction", (M_HAT, "m"), (V_HAT, "v")),
    adam("adam-bias-correction-m-only", (V_HAT, "v")),
    adam("adam-t-not-stored", (f"    {T_KEPT}\n", "")),
    adam("adam-t-used-before-increment", (T, 't = config["t"]'), (T_KEPT, 'config["t"] = t + 1')),
    adam("adam-t-starts-at-one", ('"t": 0', '"t": 1'), (T, 't = config["t"]'), (T_KEPT, 'config["t"] = t + 1')),
    adam(
        "adam-betas-swapped",
        ('("learning_rate", "beta1", "beta2", "epsilon")', '("learning_rate", "beta2", "beta1", "epsilon")'),
    ),
    adam("adam-beta-times-t", (M_HAT, "m / (1 - beta1 * t)"), (V_HAT, "v / (1 - beta2 * t)")),
    adam("adam-beta-squared-for-power", (M_HAT, "m / (1 - beta1**2)"), (V_HAT, "v / (1 - beta2**2)")),
    adam("adam-corrected-state-stored", (MOMENTS, 'config["m"], config["v"] = m_hat, v_hat')),
)
