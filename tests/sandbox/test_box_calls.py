"""Calls: what goes in is fresh, what comes out is data or a handle, and what a call did besides is told."""

from typing import Any

import numpy as np
import pytest

from grader.core import BoxFault, Handle, LimitHit, Raised

SOURCE = """
    import random, secrets
    import numpy as np

    kept = []

    def same(*values, **named):
        return values or named

    def kinds(*values):
        return [type(value).__name__ for value in values]

    def mutates(x, config):
        x[0] = 7
        config["t"] += 1
        return x

    def leaves_alone(x, config):
        return x * 2

    def remembers(x, param):
        param["mean"] = param["mean"] + x.mean(axis=0)
        param["last"] = Net(2)
        x -= 1

    def draws():
        return random.random(), np.random.rand(), np.random.default_rng(0).random()

    def seeds_itself(which):
        return getattr(Unseeded, which)()

    def twice(name, which):
        return [globals()[name](which) for _ in range(2)]

    class Unseeded:
        def default_rng():
            return np.random.default_rng().random()

        def state():
            return np.random.RandomState().rand()

        def sequence():
            return np.random.SeedSequence().entropy

        def bits():
            return np.random.Generator(np.random.SFC64()).random()

        def python():
            return random.Random().random()

        def system():
            return random.SystemRandom().random()

        def secret():
            return secrets.token_hex()

        def python_anew():
            random.seed()
            return random.random()

        def numpy_anew():
            np.random.seed()
            return np.random.rand()

    def quiet(x):
        return x

    def forward(x, w):
        return x.dot(w), (x, w)

    def backward(dout, cache):
        x, w = cache
        return dout.dot(w.T)

    def slope(f, x, h=1e-5):
        return (f(x + h) - f(x - h)) / (2 * h)

    def swallows(f):
        try:
            return f(1.0)
        except Exception as error:
            return type(error).__name__ + ": " + str(error)

    def keeps(f):
        kept.append(f)

    def uses_kept():
        return kept[0](1.0)

    def inverse(x):
        return 1 / x[0]

    def generator():
        return (i for i in range(3))

    def liar():
        class Lie(np.ndarray):
            def __eq__(self, other):
                return True
        return np.zeros(2).view(Lie)

    def big():
        return np.zeros(9 << 20)

    def ragged():
        return [[i, str(i)] for i in range(5000)]

    def deep():
        value = []
        value.append(value)
        return value

    def talks(text):
        print(text, end="")

    def asks():
        return input()

    def leaves():
        exit()

    def rude():
        class Rude(Exception):
            def __str__(self):
                raise SystemExit
        raise Rude

    def recurses(n):
        return recurses(n + 1)

    def greedy():
        return np.ones(1 << 28)

    class Net:
        def __init__(self, n, scale=1.0):
            self.params = {"W": np.ones(n) * scale}
            self.name = "net"

        def loss(self, X, y=None):
            return float((self.params["W"] * X).sum())

        def fails(self):
            raise ValueError("no " + self.name)
"""
NAMES = (
    "same kinds mutates leaves_alone remembers draws quiet forward backward slope swallows keeps uses_kept inverse "
    "generator liar big ragged deep talks asks leaves rude recurses greedy Net "
    "seeds_itself twice"
)


@pytest.fixture(scope="module")
def program(open_box: Any) -> Any:
    """One box for every test here: a call leaves nothing that the next one sees but what it is told to keep."""
    with open_box(SOURCE, NAMES) as program:
        yield program


def test_arguments_and_results_keep_their_types(program: Any) -> None:
    given = (1, 2.5, True, None, "text", [1, 2], (3,), {"k": 1.0}, np.arange(3))
    assert program.call("kinds", *given, np.float64(1)).value == (
        ["int", "float", "bool", "NoneType", "str", "list", "tuple", "dict", "ndarray", "float64"]
    )
    back = program.call("same", *given).value
    assert [type(value) for value in back] == [type(value) for value in given]
    assert program.call("same", k=1, other="x").value == {"k": 1, "other": "x"}


def test_a_numpy_scalar_comes_out_as_an_array_without_dimensions(program: Any) -> None:
    (value,) = program.call("same", np.float32(0.5)).value
    assert (type(value), value.shape, value.dtype) == (np.ndarray, (), np.float32)


def test_changed_arguments_are_named_and_the_originals_stay(program: Any) -> None:
    x, config = np.zeros(3), {"t": 0}
    assert program.call("mutates", x, config).mutated == ("0", "1")
    assert program.call("mutates", x=x, config=config).mutated == ("x", "config")
    assert program.call("leaves_alone", x, config).mutated == ()
    assert x.tolist() == [0, 0, 0]
    assert config == {"t": 0}


def test_every_call_is_seeded_and_drawing_is_told(program: Any) -> None:
    first, again, other = (program.call("draws", seed=seed) for seed in (1, 1, 2))
    assert first.value == again.value
    assert first.value[:2] != other.value[:2]
    assert first.drew
    assert not program.call("quiet", 1).drew


@pytest.mark.parametrize(
    "which", ["default_rng", "state", "sequence", "bits", "python", "system", "secret", "python_anew", "numpy_anew"]
)
def test_a_generator_without_a_seed_is_another_in_each_place_and_the_same_in_the_same_call(
    open_box: Any, program: Any, which: str
) -> None:
    """Graded again, in another box and after other calls, a program draws the same numbers."""
    drawn = [program.call("twice", "seeds_itself", which, seed=seed).value for seed in (1, 2, 1)]
    with open_box(SOURCE, NAMES) as other:
        drawn.append(other.call("twice", "seeds_itself", which, seed=1).value)
    assert drawn[0] == drawn[2] == drawn[3]
    assert len({*drawn[0], *drawn[1]}) == 4


def test_a_generator_without_a_seed_leaves_the_global_ones_alone(program: Any) -> None:
    assert not program.call("seeds_itself", "default_rng").drew
    assert program.call("seeds_itself", "numpy_anew").drew
    assert program.call("draws", seed=1).value == program.call("draws", seed=1).value


def test_held_results_come_back_as_handles_and_go_in_as_the_objects(program: Any) -> None:
    x, w = np.ones((2, 3)), np.arange(12.0).reshape(3, 4)
    out, cache = program.call("forward", x, w, hold=[1]).value
    assert out.shape == (2, 4)
    assert cache == Handle(cache.id, "tuple")
    assert np.array_equal(program.call("backward", np.ones((2, 4)), cache).value, np.ones((2, 4)) @ w.T)


def test_a_kept_object_that_a_call_changes_is_not_an_argument_that_changed(program: Any) -> None:
    cache = program.call("same", [0, 1], {"t": 0}, hold=[0, 1]).value
    assert program.call("mutates", *cache).mutated == ()
    assert program.call("same", cache[0]).value == ([7, 1],)


def test_an_argument_that_is_asked_for_comes_back_as_the_call_left_it(program: Any) -> None:
    """A layer keeps its running statistics in a dictionary that it was given: that it changed is the point."""
    given = {"mode": "train", "mean": np.ones(2)}
    called = program.call("remembers", np.arange(4.0).reshape(2, 2), given, bring=[1])
    assert called.mutated == ("0",)
    assert sorted(called.brought[1]) == ["last", "mean", "mode"]
    assert called.brought[1]["mean"].tolist() == [2.0, 3.0]
    assert given["mean"].tolist() == [1.0, 1.0]
    assert program.call("remembers", np.zeros((1, 2)), given).brought == {}


def test_what_is_no_data_in_an_argument_that_comes_back_stays_in_the_box(program: Any) -> None:
    brought = program.call("remembers", np.zeros((1, 2)), {"mean": np.ones(2)}, bring=[1]).brought[1]
    assert brought["last"] == Handle(brought["last"].id, "Net")
    assert program.call("remembers", np.zeros((1, 2)), brought, bring=[1]).brought[1]["mean"].tolist() == [1.0, 1.0]


def test_a_class_makes_an_object_that_stays_and_has_methods_and_attributes(program: Any) -> None:
    net = program.call("Net", 3, scale=2.0).value
    assert net.type == "Net"
    assert program.call((net, "loss"), np.ones(3)).value == 6.0
    assert program.get(net, "params")["W"].tolist() == [2, 2, 2]
    program.set(net, "params", {"W": np.zeros(3)})
    assert program.call((net, "loss"), np.ones(3)).value == 0.0
    with pytest.raises(Raised, match="AttributeError"):
        program.get(net, "missing")
    assert program.call("Net.loss", net, np.ones(3)).value == 0.0


def test_a_callable_argument_is_served_by_this_side(program: Any) -> None:
    calls = []

    def square(x: float) -> float:
        calls.append(x)
        return x * x

    assert program.call("slope", square, 3.0).value == pytest.approx(6.0)
    assert len(calls) == 2


def test_wrong_arguments_and_student_faults_of_a_callable_are_told_to_the_student(program: Any) -> None:
    def refuses(x: Any) -> Any:
        raise Raised("IndexError", "seven is too many")

    assert program.call("swallows", lambda: 1).value.startswith("TypeError")
    assert program.call("swallows", refuses).value == "IndexError: seven is too many"
    with pytest.raises(Raised, match="IndexError: seven is too many") as caught:
        program.call("slope", refuses, 1.0)
    assert caught.value.path == "work.py"


def test_our_own_fault_in_a_callable_is_raised_here_also_when_the_student_swallows_it(program: Any) -> None:
    def breaks(x: Any) -> Any:
        raise ZeroDivisionError("ours")

    with pytest.raises(ZeroDivisionError, match="ours"):
        program.call("swallows", breaks)
    assert program.call("quiet", 1).value == 1


def test_a_callable_can_be_called_only_while_its_request_is_open(program: Any) -> None:
    program.call("keeps", lambda x: x)
    with pytest.raises(Raised, match="a call that is over"):
        program.call("uses_kept")


def test_a_batch_is_evaluated_tuple_by_tuple(program: Any) -> None:
    batch = [(np.array([float(value)]),) for value in range(3000)]
    results = program.map("inverse", batch)
    assert len(results) == 3000
    assert results[4].value.item() == 0.25
    assert program.map("inverse", []) == []


def test_a_call_of_a_batch_that_raises_does_not_end_the_others(program: Any) -> None:
    bad, good = program.map("inverse", [(3.0,), (np.array([2.0]),)])
    assert isinstance(bad, Raised)
    assert (bad.type, bad.path) == ("TypeError", "work.py")
    assert good.value == 0.5


def test_a_batch_says_which_arguments_changed(program: Any) -> None:
    results = program.map("mutates", [(np.zeros(2), {"t": 0}), (np.array([7.0, 0.0]), {"t": 0})])
    assert [result.mutated for result in results] == [("0", "1"), ("1",)]


def test_a_batch_larger_than_a_frame_is_sent_in_several(program: Any) -> None:
    batch = [(np.full(1 << 20, value, float),) for value in range(1, 13)]
    assert [result.value.item() for result in program.map("inverse", batch)] == [1 / value for value in range(1, 13)]


@pytest.mark.parametrize(("name", "kind"), [("generator", "generator"), ("liar", "Lie"), ("deep", "list")])
def test_what_is_not_data_stays_in_the_box(program: Any, name: str, kind: str) -> None:
    assert program.call(name).value.type == kind


@pytest.mark.parametrize("name", ["big", "ragged"])
def test_a_result_that_does_not_fit_into_a_frame_stays_in_the_box(program: Any, name: str) -> None:
    assert isinstance(program.call(name).value, Handle)


def test_an_exception_tells_type_text_file_and_line(program: Any) -> None:
    net = program.call("Net", 1).value
    with pytest.raises(Raised) as caught:
        program.call((net, "fails"))
    fault = caught.value
    assert (fault.type, fault.text, fault.path) == ("ValueError", "no net", "work.py")
    assert fault.line == next(n for n, line in enumerate(SOURCE.split("\n"), 1) if "raise ValueError" in line)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("asks", "EOFError"),
        ("leaves", "SystemExit"),
        ("rude", "Rude"),
        ("recurses", "RecursionError"),
        ("greedy", "MemoryError"),
        ("nowhere", "NameError"),
    ],
)
def test_whatever_is_raised_costs_that_call_only(program: Any, name: str, kind: str) -> None:
    with pytest.raises(Raised) as caught:
        program.call(name, *([0] if name == "recurses" else []))
    assert caught.value.type in (kind, f"_Array{kind}")
    assert program.call("quiet", 1).value == 1


def test_what_is_printed_is_there_after_the_call(program: Any) -> None:
    program.call("talks", "before \x1b[31m end of line missing")
    assert program.output.endswith("before \x1b[31m end of line missing")
    assert program.output_dropped == 0


def test_a_call_says_how_much_cpu_it_used(program: Any) -> None:
    assert 0 < program.call("quiet", 1).cpu_seconds < 1


def test_what_cannot_be_sent_is_our_fault(program: Any) -> None:
    with pytest.raises(TypeError, match="object cannot be sent"):
        program.call("quiet", object())
    with pytest.raises(BoxFault, match="does not fit"):
        program.call("quiet", np.zeros(9 << 20))
    assert program.call("quiet", 1).value == 1


LOOPS = """
    import numpy as np

    def comprehension(x):
        return sum([value * value for value in x])

    def generator(x):
        return sum(value * value for value in x)

    def mapping(x):
        return {i: value for i, value in enumerate(x)}

    def loop(x):
        total = 0
        for value in x: total += value
        return total

    def lambdas(x):
        return list(map(lambda value: value * 2, x))

    def vectorised(x):
        total = x * 2
        for c in range(3):
            total += c
        return (total * total).sum()

    def endless(x):
        while True:
            x = x + 1
"""


@pytest.fixture(scope="module")
def loops(open_box: Any) -> Any:
    with open_box(LOOPS, "comprehension generator mapping loop lambdas vectorised endless") as program:
        yield program


@pytest.mark.parametrize(
    ("name", "grows"),
    [
        ("comprehension", True),
        ("generator", True),
        ("mapping", True),
        ("loop", True),
        ("lambdas", True),
        ("vectorised", False),
    ],
)
def test_tracing_tells_loops_from_vectorised_code(loops: Any, name: str, grows: bool) -> None:
    """Called once before: NumPy loads parts of itself when they are first asked for."""
    loops.call(name, np.ones(64))
    few, many = (loops.trace(name, np.ones(count)) for count in (64, 256))
    more = max(many.lines - few.lines, many.calls - few.calls)
    assert more >= 192 if grows else more == 0


def test_lines_count_wherever_the_code_says_that_it_comes_from(open_box: Any) -> None:
    text = """
        import numpy
        loop = "def f(x):\\n    for value in x:\\n        value + 1"
        def run(name, x):
            made = {}
            exec(compile(loop, name, "exec"), made)
            made["f"](x)
    """
    with open_box(text, "run") as program:
        for name in ("<s>", np.__file__, "<frozen importlib._bootstrap>"):
            few, many = (program.trace("run", name, np.ones(count)) for count in (64, 256))
            assert many.lines - few.lines == 2 * 192, name


def test_a_traced_call_tells_what_it_returned(loops: Any) -> None:
    assert loops.trace("loop", np.ones(5)).value == 5.0


@pytest.mark.parametrize("instead", ["None", "lambda *event: None"])
def test_a_call_that_ends_under_another_tracer_was_not_counted(open_box: Any, instead: str) -> None:
    with open_box(f"import sys\ndef f(x):\n    sys.settrace({instead})\n    return x", "f") as program:
        events = program.trace("f", 2)
    assert events.exhausted
    assert events.lines + events.calls < 10


def test_tracing_stops_at_its_budget(loops: Any) -> None:
    events = loops.trace("endless", np.ones(1), budget=1000)
    assert events.exhausted
    assert events.lines + events.calls == 1000


def test_a_box_that_hit_a_limit_says_so_again(open_box: Any) -> None:
    with open_box("import os\ndef f():\n    os._exit(3)") as program:
        for _ in range(2):
            with pytest.raises(LimitHit) as caught:
                program.call("f")
            assert (caught.value.kind, caught.value.detail) == ("exited", "3")


ODD = """
    import numpy as np
    from typing import NamedTuple

    class Result(NamedTuple):
        loss: float
        dW: object

    class Nameless(type):
        @property
        def __name__(cls):
            raise SystemExit

    class Strange(Exception, metaclass=Nameless):
        pass

    class Closed(type):
        def __getattribute__(cls, name):
            raise KeyboardInterrupt

    class closed(metaclass=Closed):
        pass

    buffer = np.zeros(3)

    def reuses(x):
        buffer[:] = x
        return 0.5, buffer

    def named(x):
        return Result(1.5, x)

    def partly():
        endless = []
        endless.append(endless)
        return 1.5, endless, np.array([1.5, None])

    def by_keyword(W, X, *, reg=0.0, verbose=False):
        return W, X, reg, verbose

    def strange():
        raise Strange("here")

    def misplaced():
        error = SyntaxError("odd")
        error.filename = [1]
        raise error
"""


@pytest.fixture(scope="module")
def odd(open_box: Any) -> Any:
    with open_box(ODD, "by_keyword reuses named partly strange misplaced closed") as program:
        yield program


def test_an_array_that_is_used_again_by_the_next_call_of_a_batch_is_told_as_it_was(odd: Any) -> None:
    results = odd.map("reuses", [(1.0,), (2.0,)])
    assert [result.value[1].tolist() for result in results] == [[1.0] * 3, [2.0] * 3]


def test_a_named_tuple_is_a_tuple(odd: Any) -> None:
    assert odd.call("named", 2.5).value == (1.5, 2.5)
    kept = odd.call("named", 2.5, hold=[1]).value
    assert (kept[0], type(kept[1])) == (1.5, Handle)


def test_of_several_values_only_those_that_are_no_data_stay_in_the_box(odd: Any) -> None:
    loss, endless, objects = odd.call("partly").value
    assert (loss, endless.type, objects.type) == (1.5, "list", "ndarray of object")


def test_an_exception_is_told_whatever_its_class_says_of_itself(odd: Any) -> None:
    for name, kind in (("strange", "Strange"), ("misplaced", "SyntaxError")):
        (result,) = odd.map(name, [()])
        assert isinstance(result, Raised)
        assert result.type == kind


def test_a_class_that_answers_no_question_is_no_definition(odd: Any) -> None:
    assert set(odd.loaded.definitions) == {"by_keyword", "reuses", "named", "partly", "strange", "misplaced"}


def test_where_no_call_of_a_batch_can_be_made_each_of_them_raised(odd: Any) -> None:
    results = odd.map("named.missing", [(1,), (2,)])
    assert [result.type for result in results] == ["AttributeError"] * 2


def test_what_a_function_takes_by_keyword_only_gets_the_arguments_that_are_left(odd: Any) -> None:
    assert odd.call("by_keyword", 1, 2, 3).value == (1, 2, 3, False)
    assert odd.call("by_keyword", 1, 2).value == (1, 2, 0.0, False)
    assert odd.call("by_keyword", 1, 2, verbose=True).value == (1, 2, 0.0, True)
    assert [result.value for result in odd.map("by_keyword", [(1, 2, 3)])] == [(1, 2, 3, False)]
    with pytest.raises(Raised, match="takes 2 positional arguments"):
        odd.call("by_keyword", 1, 2, 3, 4, 5)
