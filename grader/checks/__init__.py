"""The instructor's vocabulary: what can be asked of a function, and how an assignment is written with it.

An assignment is ONE file, `reference/<slug>.py` (or the same in a folder of your own), with a constant `ASSIGNMENT`:

    SHARES = {"double": split(10, gradient=False, loss=False)}        # points of each check, exact

    def draw(rng):                                                    # a case: fixed structure, drawn numbers
        return {"x": rng.standard_normal((5, 3))}

    GROUP = Group(
        "double",                                                     # functions that are played together
        functions=(Function("double", "(x) -> out", Fraction(10)),),
        outputs=(Output("out", "double", "value"),),                  # who answers for what; gradients say `of="x"`
        cases=(Case("base", draw), Case("N=1", draw_one, "robustness")),
        play=calls("double", ("x",), ("out",)),                       # student's side: arguments and results by name
        reference=lambda inputs: {"out": 2 * inputs["x"]},            # our side: the same results by name
        checks=(contract(SHARES), value(SHARES), robustness(SHARES), deterministic(SHARES)),
    )
    ASSIGNMENT = Assignment("double", (GROUP,), files=("double.py",), starter={"double.py": "..."})

The rules:

- *Cases.* The first one is `base`, random and with all sizes different. `ordinary` cases earn value and gradient
  points, `robustness` and `stability` cases the points of those checks. `draw(rng)` takes every number from the
  `RandomState` it is given. Keep inputs away from kinks (a margin or pre-activation of 0), drawing again from the same
  `rng`. `graded=("loss",)` limits a case to outputs that have one right value there. Ordinary cases are drawn and
  played twice; one whose numbers are always the same counts only beside one that is drawn.
- *Play.* `calls` for a plain function (all cases travel in one batch), `pair` for forward/backward with the student's
  own cache (`upstream` is then the `loss=` of `gradient` and `numeric_gradient`), `each` for everything else: a
  generator `steps(program, inputs)` that makes calls and yields `(output name, value)`, using `parts(value, "out",
  "cache")` where it cannot go on without several results. An object of a class stays in the box: `program.call("Net",
  ...)` gives a handle, `program.call((handle, "loss"), ...)` calls its method, reported as `Net.loss`.
- *Reference.* Takes the same inputs, returns a value for every output, in float64 (`wide`), and changes nothing.
- *Points.* `split` (or `halves` for a pair) makes the shares; every share must be carried by a check of the group: the
  registry refuses a file in which the points of a function's checks do not add up to its points.
- *Checks* stand in the report in the order given. `skipped` lists one that a function has nothing for.

A new kind of check is a file of this folder with a function that returns a `core.Check`, its test, and a line below.
Its `ask(trial, function) -> Finding` finds everything in `trial` (`trial.Trial`): plays, verdicts, a random stream.
Its sentences are ids of the catalogues; in a file of your own `said("...")` has yours.
"""

from grader.checks.abreast import abreast, ended
from grader.checks.base import said
from grader.checks.contract import contract
from grader.checks.derivative import the_loss, upstream
from grader.checks.deterministic import deterministic
from grader.checks.gradient import gradient
from grader.checks.initial_loss import Sanity, initial_loss
from grader.checks.jacobian import without_jacobian
from grader.checks.learning import Learned, descend, learning
from grader.checks.milestones import learns_images, names_digits
from grader.checks.numeric_gradient import numeric_gradient
from grader.checks.playing import by_name, calls, each, pair, parts
from grader.checks.points import halves, split
from grader.checks.remark import remarked
from grader.checks.robustness import part, robustness, stability
from grader.checks.skipped import skipped
from grader.checks.value import value
from grader.checks.vectorised import vectorised
from grader.checks.wide import wide

__all__ = [
    "Learned",
    "Sanity",
    "abreast",
    "by_name",
    "calls",
    "contract",
    "descend",
    "deterministic",
    "each",
    "ended",
    "gradient",
    "halves",
    "initial_loss",
    "learning",
    "learns_images",
    "names_digits",
    "numeric_gradient",
    "pair",
    "part",
    "parts",
    "remarked",
    "robustness",
    "said",
    "skipped",
    "split",
    "stability",
    "the_loss",
    "upstream",
    "value",
    "vectorised",
    "wide",
    "without_jacobian",
]
