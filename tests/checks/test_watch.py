"""A program that knows which graded function runs, what it changed, and until when it may."""

import pytest

from grader.checks.faults import Missing
from grader.checks.watch import Watch
from grader.core import Handle, LimitHit, Returned

NET = Handle(1, "TwoLayerNet")


class Box:
    """Answers every call with what it was asked."""

    def call(self, target: object, *args: object, **options: object) -> Returned:
        return Returned((target, options), mutated=("0",), drew=True)

    def map(
        self, target: object, batch: object, *, seed: int, cpu_seconds: float | None, **how: object
    ) -> list[Returned]:
        return [Returned(seed)] * 2


class DeadBox:
    def call(self, *args: object, **options: object) -> Returned:
        raise LimitHit("memory")


@pytest.mark.parametrize(
    ("functions", "target", "running"),
    [
        (["relu_forward", "relu_backward"], "relu_backward", "relu_backward"),
        (["TwoLayerNet.__init__", "TwoLayerNet.loss"], "TwoLayerNet", "TwoLayerNet.__init__"),
        (["TwoLayerNet.loss"], "TwoLayerNet", "TwoLayerNet.loss"),
        (["TwoLayerNet.loss", "TwoLayerNet.predict"], (NET, "predict"), "TwoLayerNet.predict"),
        (["TwoLayerNet.loss", "TwoLayerNet.predict"], (Handle(1, "MyNet"), "predict"), "TwoLayerNet.predict"),
        (["TwoLayerNet.train"], (NET, "loss"), "TwoLayerNet.train"),
    ],
)
def test_a_call_is_made_for_a_graded_function(functions: list[str], target: object, running: str) -> None:
    watch = Watch(Box(), functions)
    watch.call(target, 1)
    assert watch.running == running
    assert watch.mutated == {running: {"0"}}
    assert watch.drew == {running}


def test_calls_are_seeded_with_the_seed_of_the_group_or_their_own() -> None:
    watch = Watch(Box(), ["f"], seed=7)
    assert watch.call("f").value[1]["seed"] == 7
    assert watch.call("f", seed=0).value[1]["seed"] == 0
    assert [one.value for one in watch.map("f", [(), ()])] == [7, 7]


def test_calls_have_the_cpu_limit_of_the_group_or_their_own() -> None:
    watch = Watch(Box(), ["f"], cpu_seconds=4.0)
    assert watch.call("f").value[1]["cpu_seconds"] == 4.0
    assert watch.call("f", cpu_seconds=0.5).value[1]["cpu_seconds"] == 0.5


def test_a_barred_function_is_not_called() -> None:
    watch = Watch(Box(), ["f", "g"], barred={"g": Missing("g")})
    assert watch.call("f")
    with pytest.raises(Missing):
        watch.call("g")
    with pytest.raises(Missing):
        watch.map("g", [()])


def test_what_a_method_changed_that_is_called_by_its_class_is_told_by_the_places_behind_the_object() -> None:
    class Changing(Box):
        def map(self, *args: object, **how: object) -> list[Returned]:
            return [Returned(None, mutated=("1", "reg"))]

    watch = Watch(Changing(), ["TwoLayerNet.loss", "affine_backward"])
    watch.map("TwoLayerNet.loss", [(NET, 1, 2)])
    watch.map("affine_backward", [(1, NET)])
    assert watch.mutated == {"TwoLayerNet.loss": {"0", "reg"}, "affine_backward": {"1", "reg"}}


def test_a_place_that_is_no_number_is_told_as_it_is() -> None:
    class Forging(Box):
        def map(self, *args: object, **how: object) -> list[Returned]:
            return [Returned(None, mutated=("\u00b2",))]

    watch = Watch(Forging(), ["TwoLayerNet.loss"])
    watch.map("TwoLayerNet.loss", [(NET, 1)])
    assert watch.mutated == {"TwoLayerNet.loss": {"\u00b2"}}


def test_a_limit_is_remembered() -> None:
    watch = Watch(DeadBox(), ["f"])
    with pytest.raises(LimitHit):
        watch.call("f")
    assert watch.dead


def test_after_the_deadline_every_call_is_a_limit() -> None:
    watch = Watch(Box(), ["f"], deadline=10.0, allowed=60.0, clock=lambda: 10.1)
    with pytest.raises(LimitHit) as hit:
        watch.call("f")
    assert (hit.value.kind, hit.value.allowed, watch.dead) == ("wall_time", 60.0, True)
