"""A picture of each kind, built by hand, with what is no number among them."""

from grader.core import Message, Param, Picture

ERRORS = [[-16.0, 0.3, None, -2.5], [-7.1, 1.0, -0.4, -6.5], [-16.0, 2.2, 9.0, -4.0]]
HEAT = Picture(
    "heat",
    "gradient",
    Message("picture.heat.title", {"output": "dW"}),
    Message("picture.heat.not-finite", {"output": "dW", "wrong": 1, "total": 12}),
    {"cells": ERRORS, "right": -6.0, "every": [1, 1]},
    Message("picture.drawn-on.case", {"case": "base"}),
)
LARGE = Picture(
    "heat",
    "value",
    Message("picture.heat.title", {"output": "out"}),
    Message("picture.heat.all", {"output": "out", "wrong": 4096, "total": 4096, "most": 1e9}),
    {"cells": [[1.0] * 32] * 32, "right": -6.0, "every": [2, 2]},
)
RATIOS = Picture(
    "ratios",
    "gradient",
    Message("picture.ratios.title", {"output": "dW"}),
    Message("picture.ratios.named", {"output": "dW", "factor": 7.0, "name": "N", "alike": 19, "total": 20}),
    {
        "low": -0.3,
        "high": 7.3,
        "counts": [0] * 3 + [1] + [0] * 19 + [19],
        "ticks": [["0", 0.0], ["1", 1.0], ["N", 7.0]],
    },
)
OF_W: dict[str, Param] = {"output": "dW", "of": "W", "slope": -1.0, "name": "-2 * reg"}
SCATTER = Picture(
    "scatter",
    "gradient",
    Message("picture.scatter.title", OF_W),
    Message("picture.scatter.named", OF_W),
    {"of": "W", "x": [-1.0, 0.25, 0.0, None, 2.0], "y": [1.0, -0.25, 0.0, 3.0, -2.0], "slope": -1.0},
)
STEPS = Picture(
    "steps",
    "numeric-gradient",
    Message("picture.steps.title", {"output": "dW"}),
    Message("picture.steps.loss-stays", {"output": "dW", "best": 0.31, "reference": 1e-11, "h": 1e-3}),
    {
        "powers": list(range(-1, -12, -1)),
        "yours": [-0.5, -0.5, -0.5, None, -0.5, None, None, -0.5, -0.4, 0.0, 0.2],
        "ours": [-3.0, -5.0, -7.0, -9.0, -11.0, -10.0, -9.0, -8.0, -7.0, -6.0, -5.0],
    },
)
LOSS = Picture(
    "loss",
    "value",
    Message("picture.loss.title"),
    Message("picture.loss.beside", {"first": 180.0, "last": 5.7, "start": 9.0, "end": 0.8, "steps": 4}),
    {"yours": [180.0, 60.0, None, 5.7], "ours": [9.0, 3.0, 1.2, 0.8], "chance": 9.0},
)
ACCURACY = Picture(
    "accuracy",
    "learning",
    Message("picture.accuracy.title"),
    Message("picture.accuracy.digits", {"steps": 9, "shown": 1.0, "others": 0.77}),
    {"steps": [0, 3, 6, 9], "training": [0.1, 0.9, 0.85, 1.0], "validation": [0.1, 0.6, 0.7, 0.77], "chance": 0.1},
)
HISTORIES = Picture(
    "accuracy",
    "value",
    Message("picture.accuracy.title"),
    Message("picture.accuracy.histories"),
    {
        "training": [0.25, 0.5],
        "validation": [],
        "ours-training": [0.0, 0.5, 1.0],
        "ours-validation": [0.25, 0.25, 0.25],
    },
)
PLACE: dict[str, Param] = {"output": "dx", "place": "dx[0, 1]", "wrong": 2, "total": 4, "images": 1, "all": 6}
WINDOW = Picture(
    "window",
    "gradient",
    Message("picture.window.title", PLACE),
    Message("picture.window.text", PLACE),
    {
        "expected": [[0.1, 2.0], [3.0, -4.125]],
        "actual": [[0.1, None], [3.0, 4.125]],
        "wrong": [[0, 1], [0, 1]],
        "start": [2, 0],
    },
)
TEMPLATES = Picture(
    "templates",
    "learning",
    Message("picture.templates.title"),
    Message("picture.templates.text", {"steps": 9, "classes": 3}),
    {
        "side": 2,
        "weights": [[9, -9, 4, 1], [0, 0, 0, -1], [6, 7, 8, 9]],
        "ends": [[-1.0, 1.0], [-0.1, 0.0], [0.2, 0.3]],
    },
)
SPREADS: dict[str, Param] = dict.fromkeys(("zeros", "small", "xavier", "he"), 0.25)
ACTIVATIONS = Picture(
    "activations",
    "value",
    Message("picture.activations.title"),
    Message("picture.activations.text", {**SPREADS, **{f"reference_{kind}": 0.5 for kind in SPREADS}, "layers": 2}),
    {
        "kinds": ["zeros", "he"],
        "counts": [[[0, 0, 80, 0, 0], [0, 0, 80, 0, 0]], [[4, 20, 30, 20, 6], [0, 0, 0, 0, 0]]],
        "spread": [[0.0, 0.0], [0.4, None]],
        "ours": [[0.0, 0.0], [0.5, 0.45]],
    },
)
RULES = ("sgd", "sgd_momentum", "sgd_nesterov", "rmsprop", "adagrad", "adam")
PATHS = Picture(
    "paths",
    "value",
    Message("picture.paths.title", {"name": "adam"}),
    Message("picture.paths.leaves", {"name": "adam", "steps": 3, "made": 1, "own": 40.0, "reference": 0.2}),
    {
        "rule": "adam",
        "yours": [[-4.0, 1.0], [-40.0, 1.0]],
        "rules": {rule: [[-4.0, 1.0], [-2.0, -0.5], [-0.5, 0.1], [-0.2, 0.0]] for rule in RULES},
        "curvature": [1.0, 20.0],
    },
)
EVERY = (HEAT, LARGE, RATIOS, SCATTER, STEPS, LOSS, ACCURACY, HISTORIES, WINDOW, TEMPLATES, ACTIVATIONS, PATHS)
