"""dropout: what is known to go wrong, as edits of the solution."""

from grader.core import Mistake

FORWARD, BACKWARD = "dropout_forward", "dropout_backward"

MASK = "mask = (np.random.rand(*x.shape) < p) / p"
SCALED = "out = x * mask"
TEST = "out = x\n"
SEED = '    if "seed" in dropout_param:\n        np.random.seed(dropout_param["seed"])\n'
DX = "dx = dout * mask"
DROPPED = "np.random.rand(*x.shape) >= p"  # p drops: no convention is put over an edit of the mask, so it has this one
REDRAWN = 'dout * (np.random.rand(*dout.shape) < dropout_param["p"]) / dropout_param["p"]'
SEED_AGAIN = """if "seed" in dropout_param:
            np.random.seed(dropout_param["seed"])
        """


def forward(id: str, *edits: tuple[str, str]) -> Mistake:
    """One of the forward pass, which the backward pass follows."""
    return Mistake(id, FORWARD, edits, spoils=(BACKWARD,))


def drawn(id: str, new: str) -> Mistake:
    """Another mask."""
    return forward(id, (MASK, f"mask = {new}"))


def backward(id: str, new: str) -> Mistake:
    """Another gradient in training."""
    return Mistake(id, BACKWARD, ((DX, f"dx = {new}"),))


MISTAKES = (
    drawn("inverted-dropout-scale-missing", "np.random.rand(*x.shape) < p"),
    drawn("inverted-dropout-scale-missing", DROPPED),
    forward("vanilla-dropout", (MASK, "mask = np.random.rand(*x.shape) < p"), (TEST, "out = x * p\n")),
    forward("vanilla-drop-probability", (MASK, f"mask = {DROPPED}"), (TEST, "out = x * (1 - p)\n")),
    forward("vanilla-drop-probability", (MASK, f"mask = {DROPPED}"), (TEST, "out = x * p\n")),
    forward("dropout-scaled-at-test", (TEST, "out = x * p\n")),
    drawn("dropout-drop-probability", "(np.random.rand(*x.shape) >= p) / (1 - p)"),
    drawn("dropout-scale-mismatch", "(np.random.rand(*x.shape) >= p) / p"),
    drawn("dropout-scale-mismatch", "(np.random.rand(*x.shape) < p) / (1 - p)"),
    forward("dropout-scale-twice", (SCALED, "out = x * mask / p")),
    drawn("dropout-times-p", "(np.random.rand(*x.shape) < p) * p"),
    drawn("dropout-mask-shared", "(np.random.rand(*x.shape[1:]) < p) / p"),
    drawn("dropout-mask-shared", "(np.random.rand(len(x), *(1 for _ in x.shape[1:])) < p) / p"),
    forward("dropout-seed-ignored", (SEED, "")),
    forward("dropout-seed-fixed", (SEED, "    np.random.seed(0)\n")),
    forward("dropout-seed-fixed", (SEED, '    np.random.seed(dropout_param.get("seed", 0))\n')),
    forward("dropout-active-at-test", (TEST, "out = x * ((np.random.rand(*x.shape) < p) / p)\n")),
    drawn("dropout-mask-precedence", "np.random.rand(*x.shape) < p / p"),
    drawn("dropout-normal-mask", "(np.random.randn(*x.shape) < p) / p"),
    backward("dropout-backward-mask-missing", "dout"),
    backward("dropout-backward-mask-missing", 'dout / dropout_param["p"]'),
    backward("dropout-backward-scale-missing", "dout * (mask > 0)"),
    backward("dropout-scale-twice", 'dout * mask / dropout_param["p"]'),
    backward("dropout-mask-redrawn", REDRAWN),
    Mistake("dropout-mask-redrawn", BACKWARD, ((DX, f"{SEED_AGAIN}dx = {REDRAWN}"),)),
)
