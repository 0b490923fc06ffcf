"""Every claim can fail: of an assignment that is right all hold, and each thing made wrong breaks one of them, in words
that say what and where."""

from pathlib import Path

import pytest

from grader.report import text
from grader.verify.breach import Failure
from grader.verify.totals import Verified, figures
from tests.verify.workshop import MISTAKES, REFERENCE, RIGHT, SOLUTION, STARTER, WRONG, Workshop


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def of(result: Verified, claim: str) -> list[Failure]:
    return [failure for failure in result.failures if failure.claim == claim]


def claims(result: Verified) -> set[str]:
    return {failure.claim for failure in result.failures}


def said(failure: Failure) -> str:
    return text(failure.message, "en")


def test_of_an_assignment_that_is_right_every_claim_holds(workshop: Workshop) -> None:
    result = workshop.outcomes(seeds=2)
    assert result.failures == ()
    assert result.held
    assert not result.broken
    sums = figures(result.outcomes)
    assert (sums.failed_falsely, sums.passed_falsely) == (0, 0)
    assert (sums.mistakes, sums.caught, sums.score) == (3, 3, 1.0)
    assert [unit.lacks for unit in result.units] == [()]


def test_functions_of_right_programs_are_counted_on_every_seed(workshop: Workshop) -> None:
    sums = figures(workshop.outcomes(seeds=3).outcomes)
    solution_and_sample = 2 * (3 + 2) + 2 * 3  # two functions each; the solution once more, and on two threads
    where_the_other_convention_is_handed_out = 3 + 3  # `double` of both
    the_other_convention_where_it_is_accepted = 2  # beside the contract's, and alone, on one seed
    of_the_wrong_sample = 1
    assert sums.right == (
        solution_and_sample
        + where_the_other_convention_is_handed_out
        + the_other_convention_where_it_is_accepted
        + of_the_wrong_sample
    )
    assert sums.wrong == 1 + 3, "the wrong sample and the mistakes, on one seed"


def test_a_reference_that_is_wrong_fails_the_solution_and_every_right_sample(workshop: Workshop) -> None:
    result = workshop.but(reference=REFERENCE.replace("2 * inputs", "5 * inputs")).outcomes()
    assert {"solution-passes", "sample-passes"} <= claims(result)
    failure = of(result, "solution-passes")[0]
    assert (failure.assignment, failure.program, failure.function) == ("twice", "solution", "double")
    assert (failure.check, failure.case, failure.seed) == ("value", "base", "verify-0")
    assert "y" in said(failure)
    assert figures(result.outcomes).failed_falsely > 0


def test_a_tolerance_that_is_too_tight_is_a_false_fail(workshop: Workshop) -> None:
    tight = REFERENCE.replace('Case("table", numbers(3, 4))', 'Case("table", numbers(3, 4), tolerance=1e-18)')
    result = workshop.but(reference=tight, solution=SOLUTION.replace("2 * x", "2.2 * x / 1.1")).outcomes()
    failure = of(result, "solution-passes")[0]
    assert (failure.function, failure.case) == ("double", "table")


def test_a_starter_that_does_something_earns_something(workshop: Workshop) -> None:
    result = workshop.but(starter=STARTER.replace("y = None", "y = 2 * x", 1)).outcomes()
    # the text of a starter is never called: what it does shows only where it is not recognised as one
    assert claims(result) <= {"starter-earns-nothing"}
    other = STARTER.replace("def double(x):\n    y = None\n    return y", "double = lambda x: 2 * x")
    (failure,) = workshop.but(starter=other).outcomes().failures
    assert (failure.claim, failure.function) == ("starter-earns-nothing", "double")
    assert said(failure) == "It is passed with 4.00 points."


def test_a_mistake_that_survives_is_a_false_pass(workshop: Workshop) -> None:
    mistakes = MISTAKES + '    Mistake("the-same", "double", (("2 * x", "x * 2"),)),\n'
    result = workshop.but(mistakes=mistakes).outcomes()
    (failure,) = result.failures
    assert (failure.claim, failure.program) == ("mistake-is-caught", "the-same in double")
    assert (failure.function, failure.seed, said(failure)) == ("double", "verify-0", "It passed.")
    sums = figures(result.outcomes)
    assert (sums.passed_falsely, sums.mistakes, sums.caught, sums.score) == (1, 4, 3, 0.75)


def test_a_mistake_that_costs_another_function_points_has_to_say_so(workshop: Workshop) -> None:
    result = workshop.but(mistakes=MISTAKES.replace(', spoils=("triple",)', "", 1)).outcomes()
    assert claims(result) == {"mistake-spoils-nothing-else"}
    assert {(failure.program, failure.function) for failure in result.failures} == {("halved in double", "triple")}


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        ('"double", (("2 + x", "x"),)', "The text to replace stands 0 times"),
        ('"double", (("x", "y"),)', "The text to replace stands 2 times"),
        ('"double", (("double(x) + x", "x"),)', "stands 0 times"),
        ('"double", (("2 * x", "x"),), where=("treble",)', "The solution does not define treble."),
        ('"double", (("2 * x", "x"), ("* x", "x"))', "Two edits replace the same text"),
        ('"double", (("2 * x", "2 * x"),)', "The edits of bad change nothing."),
    ],
)
def test_edits_that_do_not_fit_are_told_to_their_author(workshop: Workshop, mistake: str, words: str) -> None:
    result = workshop.but(mistakes=f'{MISTAKES}    Mistake("bad", {mistake}),\n').outcomes()
    (failure,) = result.failures
    assert (failure.claim, failure.program) == ("edits-fit", "bad in double")
    assert words in said(failure)
    assert figures(result.outcomes).caught == 3


@pytest.mark.parametrize(
    ("first_lines", "claim", "words"),
    [
        ("# a sample", "sample-declares", "It does not begin with `# expect:`"),
        ("# expect: double=right", "sample-declares", "double=right is no function with a status"),
        ("# expect: double=raised triple=passed", "sample-as-declared", "It is failed, and is declared raised."),
        ("# expect: double=failed", "sample-as-declared", "It is passed, and is declared missing."),
        ("# expect: rejected", "sample-as-declared", "It is graded, and is declared to be rejected."),
        ("# expect: double=failed triple=passed\n# points: 8.00", "sample-as-declared", "It has 4.00 points"),
        (
            "# expect: double=failed triple=passed\n# expect-failing: double: value",
            "sample-as-declared",
            "The checks that fail are [value, robustness], and are declared [value].",
        ),
        (
            "# expect: double=failed triple=passed\n# expect-failing: double: value[base] robustness",
            "sample-as-declared",
            "The cases that fail are [base, table], and are declared [base].",
        ),
        (
            "# expect: double=failed triple=passed\n# expect-warning: triple: input-mutated",
            "sample-as-declared",
            "Its warnings are [], and are declared [input-mutated].",
        ),
        (
            "# expect: double=failed triple=passed\n# expect-diagnosis: double: offset-one",
            "sample-as-declared",
            "It is named [an-input], and is declared [offset-one].",
        ),
        (
            "# expect: double=failed triple=passed quadruple=missing",
            "sample-as-declared",
            "The assignment does not grade quadruple.",
        ),
    ],
)
def test_a_sample_that_declares_something_else_is_told_apart(
    workshop: Workshop, first_lines: str, claim: str, words: str
) -> None:
    program = WRONG.partition("\n")[2]
    result = workshop.but(samples={"right_sum.py": RIGHT, "wrong_once.py": f"{first_lines}\n{program}"}).outcomes()
    failures = [failure for failure in of(result, claim) if failure.program == "wrong_once.py"]
    assert any(words in said(failure) for failure in failures), [said(failure) for failure in result.failures]


def test_a_right_sample_that_fails_is_a_false_fail(workshop: Workshop) -> None:
    lost = RIGHT.replace("x + x", "x + x + 1e-5")
    result = workshop.but(samples={"right_sum.py": lost, "wrong_once.py": WRONG}).outcomes()
    failures = of(result, "sample-passes")
    assert {(failure.program, failure.function, failure.check) for failure in failures} >= {
        ("right_sum.py", "double", "value"),
        ("right_sum.py", "double", "robustness"),
    }


def test_a_sample_is_what_its_name_says(workshop: Workshop) -> None:
    swapped = {"wrong_sum.py": RIGHT, "right_once.py": WRONG}
    result = workshop.but(samples=swapped).outcomes()
    told = {failure.program: said(failure) for failure in of(result, "wrong-falls-short")}
    assert told["wrong_sum.py"] == "It is called wrong and has full marks."
    assert told["right_once.py"].startswith("It is called right and declares a function that does not pass")


def test_another_convention_that_is_not_recognised_is_neither_named_nor_accepted(workshop: Workshop) -> None:
    result = workshop.but(mistakes=MISTAKES.replace("2 * x + 1", "2 * x + 2")).outcomes()
    (named,) = of(result, "convention-is-named")
    assert (named.program, named.function) == ("offset-one in double", "double")
    assert said(named) == "It should be named offset-one, and is named ."
    assert {failure.program for failure in of(result, "convention-accepted")} == {
        "offset-one in double",
        "offset-one in double (offset-one)",
    }


def test_a_sample_of_another_convention_is_graded_where_it_is_accepted_too(workshop: Workshop) -> None:
    declared = "# expect: double=failed triple=passed\n# expect-diagnosis: double: offset-one\n"
    program = RIGHT.partition("\n")[2].replace("x + x", "x + x + 1")
    samples = {"right_sum.py": RIGHT, "wrong_offset.py": declared + program}
    result = workshop.but(samples=samples).outcomes()
    assert result.failures == ()
    kinds = [(one.order.kind, one.order.name) for one in result.outcomes]
    assert ("accepted", "wrong_offset.py") in kinds


def test_a_reference_that_raises_is_a_fault_of_ours(workshop: Workshop) -> None:
    result = workshop.but(reference=REFERENCE.replace("3 * inputs", "3 / 0 * inputs")).outcomes()
    assert result.broken
    failure = of(result, "not-broken")[0]
    assert said(failure).startswith("The grading broke; the code ")


def test_a_solution_that_intake_turns_away_is_told(workshop: Workshop) -> None:
    result = workshop.but(solution="def doubel(x):\n    return 2 * x\n", mistakes="").outcomes()
    failures = of(result, "solution-is-read")
    assert {failure.program for failure in failures} >= {"solution", "solution (again)"}
    assert "turned away" in said(failures[0])


def test_a_check_that_is_not_the_same_twice_is_reported_as_ours(workshop: Workshop) -> None:
    """The expected values are off by an amount that no seed decides, and that no tolerance notices."""
    noisy = REFERENCE.replace("2 * inputs", "(1 + 1e-9 * os.urandom(1)[0]) * 2 * inputs")
    result = workshop.but(reference=noisy).outcomes(seeds=2)
    assert claims(result) == {"same-bits-again"}
    assert {(failure.function, failure.check) for failure in result.failures} <= {
        ("double", "value"),
        ("double", "robustness"),
    }


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"solution": "", "mistakes": ""}, "no solution"),
        ({"starter": ""}, "no starter"),
        ({"mistakes": ""}, "no mistakes: MISTAKES in mistakes/twice.py"),
        ({"mistakes": MISTAKES.rpartition("    Mistake(")[0]}, "no mistake in triple"),
        ({"samples": {"wrong_once.py": WRONG}}, "no right sample in submissions/twice/ of double"),
        ({"samples": {"right_sum.py": RIGHT}}, "no wrong sample in submissions/twice/"),
        ({"samples": {"right_sum.py": "x = 1\n"}}, "no right sample in submissions/twice/ of double, triple"),
        ({"reference": REFERENCE.replace(', "robustness"),', "),")}, "double has no case of check"),
        ({"reference": REFERENCE.replace('    Case("table", numbers(3, 4)),\n', "")}, "double has one ordinary case"),
    ],
)
def test_what_an_assignment_lacks_is_told_to_its_author(
    workshop: Workshop, parts: dict[str, object], words: str
) -> None:
    (unit,) = workshop.but(**parts).outcomes().units
    assert any(words in text(lack, "en") for lack in unit.lacks), [text(lack, "en") for lack in unit.lacks]
