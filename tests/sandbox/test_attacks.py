"""Hostile modules, one concern each: every one is stopped as it declares, in each tier, and harms nobody after it.

Its positive control is the same module with what stops it taken away: there it succeeds, so that no test passes because
the attack does not work. `hostile.py` says how a module declares all this.
"""

import ast
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.core import Limits, Report, Sandbox, SourceFile, Submission
from grader.grading import grade, registry, seeds
from grader.intake import read
from grader.sandbox import open_sandbox
from grader.sandbox.keeper import Keeper
from grader.sandbox.tiers import BoxSandbox, Tier
from tests.sandbox.conftest import CONFINED, each_tier, require
from tests.sandbox.hostile import NO_CONTROL, ROWS, SECRET, Attack, Control, Told, attacks, is_as, surroundings

RIGHT = Path(__file__).resolve().parents[2] / "submissions/svm/right_einsum.py"
AT_LEAST, WITHOUT_CONTROL = 200, 22
SQUARE = "def square(x):\n    return x * x\n"
IS_ROOT = os.geteuid() == 0
each_attack = pytest.mark.parametrize("attack", attacks(), indirect=True)
Loose = Callable[[Control], Sandbox]


@pytest.fixture
def attack(request: pytest.FixtureRequest) -> Attack:
    return attacks()[request.param]


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    """What an attacker knows, while a secret stands in the grader's environment."""
    os.environ["GRADER_SECRET"] = SECRET
    try:
        with tempfile.TemporaryDirectory() as folder, surroundings(Path(folder)) as given:  # pytest's are private
            yield given
    finally:
        del os.environ["GRADER_SECRET"]


@pytest.fixture(scope="module")
def loose() -> Iterator[Loose]:
    """The sandbox of a control; each kind of it has one zygote."""
    keepers: dict[tuple[str, ...], Keeper] = {}

    def sandbox_of(control: Control) -> Sandbox:
        if not control.program:
            return open_sandbox(control.tier, unsafe=True)
        kind = control.tier, *control.program
        keeper = keepers.setdefault(kind, Keeper(control.tier, control.program))
        return BoxSandbox(control.tier, keeper.start)

    yield sandbox_of
    for keeper in keepers.values():
        keeper.close()


# --------------------------------------------------------------------------- the attacks


@each_tier
@each_attack
def test_it_is_stopped_as_it_declares_and_right_code_goes_on(
    attack: Attack, tier: Tier, sandbox: Sandbox, told: Told
) -> None:
    outcome = attack.run(sandbox, told, attack.limits)
    assert "BREACH" not in outcome
    assert is_as(outcome, attack.expected(tier)), f"{outcome}, and not {attack.expected(tier)}"
    with sandbox.open(Submission((SourceFile("work.py", SQUARE.encode(), SQUARE),), ()), ["square"], Limits()) as box:
        assert box.call("square", 12).value == 144


def controls() -> Iterator[tuple[str, Tier]]:
    """Those that whoever runs the tests can have. One that takes no step away is the same in both tiers: it runs
    once."""
    for name, attack in attacks().items():
        first, second = (attack.control(tier) for tier in CONFINED)
        if first and (IS_ROOT or not first.as_root):
            yield name, CONFINED[0]
        if second and (second.program or not first) and (IS_ROOT or not second.as_root):
            yield name, CONFINED[1]


@pytest.mark.parametrize(("name", "tier"), [*controls()])
def test_where_nothing_stops_it_it_succeeds(name: str, tier: Tier, told: Told, loose: Loose) -> None:
    require(tier)
    attack = attacks()[name]
    control = attack.control(tier)
    assert control
    given, limits = {**told, **control.told}, {**attack.limits, **control.limits}
    outcome = attack.run(loose(control), given, limits, one_box=control.one_box)
    assert is_as(outcome, control.expect), f"{outcome}, and not {control.expect}"


@each_tier
def test_after_all_of_them_right_code_gets_full_marks(tier: Tier, sandbox: Sandbox, tmp_path: Path) -> None:
    report = graded(RIGHT.read_text(), sandbox, tmp_path)
    assert report.score == report.max_score > 0
    assert report.isolation == tier


# --------------------------------------------------------------------------- what they declare


@each_attack
def test_it_says_what_it_tries_and_where_the_idea_comes_from(attack: Attack) -> None:
    module = ast.parse(attack.text)
    said = ast.get_docstring(module) or ""
    assert "\n\nIdea: " in said
    assert "f" in [node.name for node in module.body if isinstance(node, ast.FunctionDef)]
    assert attack.header["row"] in ROWS
    assert all(attack.declared(tier) for tier in CONFINED)


def test_every_row_of_threats_has_attacks() -> None:
    assert {attack.header["row"] for attack in attacks().values()} == ROWS
    assert len(attacks()) >= AT_LEAST


def test_few_attacks_have_no_control_and_those_say_why() -> None:
    without = [
        attack.declared("ns").removeprefix(NO_CONTROL) for attack in attacks().values() if not attack.control("ns")
    ]
    assert all(len(reason) > 20 for reason in without)
    assert len(without) <= WITHOUT_CONTROL


def graded(source: str, sandbox: Sandbox, folder: Path) -> Report:
    """The report of a submission to the assignment `svm`."""
    assignment = registry.load("svm")
    (folder / "svm.py").write_text(source)
    submission = read([folder / "svm.py"], {function.name for function in assignment.functions})
    return grade(assignment, submission, seeds.from_text("attacks"), sandbox)
