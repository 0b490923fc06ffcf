"""A network is not failed for a layer: where its submission's own stand in the way, it is judged with ours as well."""

from grader.core import FunctionStatus, Report
from grader.grading import grade, registry, seeds
from grader.intake import parse
from tests.students import changed, result, sandbox

NET = registry.load("fully-connected-net")
RIGHT = NET.solution["fc_net.py"]
LAYERS, CLASS = RIGHT[: RIGHT.index("class FullyConnectedNet")], RIGHT[RIGHT.index("class FullyConnectedNet") :]
HALVES = {
    "cs231n/layers.py": LAYERS,
    "cs231n/classifiers/fc_net.py": f"import numpy as np\nfrom ..layers import *\n\n\n{CLASS}",
}
LOSS, CONSTRUCTOR = "FullyConnectedNet.loss", "FullyConnectedNet.__init__"


def graded(files: dict[str, str]) -> Report:
    submission = parse([(path, text.encode()) for path, text in files.items()], {"FullyConnectedNet"})
    return grade(NET, submission, seeds.from_text("a seed"), sandbox())


def with_layers(old: str, new: str) -> dict[str, str]:
    return {**HALVES, "cs231n/layers.py": changed(LAYERS, old, new)}


def warned(report: Report, function: str) -> list[str]:
    return [warning.id for warning in result(report, function).warnings]


def test_right_layers_of_ones_own_are_used_without_a_word() -> None:
    report = graded(HALVES)
    assert report.score == report.max_score
    assert warned(report, LOSS) == []


def test_a_wrong_layer_costs_the_network_nothing_and_it_is_said_what_it_would_cost() -> None:
    report = graded(with_layers("return dout * (x > 0)", "return dout"))
    assert report.score == report.max_score
    (warning,) = result(report, LOSS).warnings
    assert warning.id == "warning.graded-with-our-layers"
    assert (warning.params["most"], 0 < warning.params["own"] < 26) == (26, True)
    assert warned(report, CONSTRUCTOR) == []


def test_a_layer_that_never_ends_costs_the_network_nothing() -> None:
    report = graded(with_layers("    return np.maximum(0, x), x", "    while True:\n        pass"))
    assert result(report, LOSS).status is FunctionStatus.PASSED
    assert report.limits is None


def test_layers_that_are_not_written_yet_leave_the_network_what_it_is() -> None:
    stubs = "\n".join(f"def {name}(*args): return None, None" for name in NET.groups[1].rests_on)
    report = graded({**HALVES, "cs231n/layers.py": stubs})
    assert report.score == report.max_score


def test_a_wrong_network_stays_wrong_with_our_layers() -> None:
    wrong = changed(HALVES["cs231n/classifiers/fc_net.py"], "0.5 * self.reg * np.sum", "self.reg * np.sum")
    report = graded({**with_layers("return dout * (x > 0)", "return dout"), "cs231n/classifiers/fc_net.py": wrong})
    assert result(report, LOSS).status is FunctionStatus.FAILED
    assert warned(report, LOSS) == ["warning.graded-with-our-layers"]


def test_a_network_that_is_wrong_with_any_layers_is_judged_with_its_own() -> None:
    wrong = changed(HALVES["cs231n/classifiers/fc_net.py"], "0.5 * self.reg * np.sum", "self.reg * np.sum")
    report = graded({**HALVES, "cs231n/classifiers/fc_net.py": wrong})
    assert result(report, LOSS).status is FunctionStatus.FAILED
    assert warned(report, LOSS) == []


def test_without_layers_of_ones_own_ours_are_there_from_the_start() -> None:
    report = graded({"fc_net.py": f"import numpy as np\nfrom layers import *\n\n\n{CLASS}"})
    assert report.score == report.max_score
    assert warned(report, LOSS) == []
