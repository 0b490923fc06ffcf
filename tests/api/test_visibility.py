"""What students read of checks that are not shown to them: by every way that leads to a submission."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from fastapi import FastAPI

from grader.api import create_app
from grader.core import (
    CheckResult,
    CheckStatus,
    Diagnosis,
    FunctionResult,
    FunctionStatus,
    LimitRecord,
    Message,
    Report,
    Tally,
    Worst,
)
from grader.course.tables import Extension
from grader.settings import Settings
from grader.web import mount_static, problem_page, router
from tests.api.conftest import Site
from tests.cast import EXAMPLE, SOURCE, report
from tests.report.sample_pictures import HEAT

COURSE = "/courses/ml"
ASSIGNMENT = "/api/v1/courses/ml/assignments/svm"
SECRETS = ("0.987654", "0.123456", "reg-gradient-halved", "secret-case", "13.79", "secret-seed")
"""What only the hidden check has found: both numbers, the name, a case, the points with it, and the seed."""
HIDDEN_ONLY = 8


def failing(points: str = "1.79") -> Report:
    """`value` is right (6 of 6), `gradient` is not: 1.79 of 8; `stability` is right: 6 of 6. A name, an example and a
    picture come of the gradient alone."""
    right = Message("checks.right", {"outputs": "loss", "total": 12})
    about = {"output": "dW", "place": "[3, 1]", "actual": 0.987654, "case": "secret-case", "expected": 0.123456}
    wrong = Message("checks.wrong", {**about, "error": 0.31, "tolerance": 1e-6})
    checks = (
        CheckResult("value", CheckStatus.PASSED, Fraction(6), Fraction(6), right, cases=Tally(12, 0)),
        CheckResult(
            "gradient",
            CheckStatus.FAILED,
            Fraction(points),
            Fraction(HIDDEN_ONLY),
            wrong,
            error=0.31,
            tolerance=1e-6,
            worst=Worst("dW", (3, 1), 0.123456, 0.987654),
            cases=Tally(6, 6, ("secret-case",)),
        ),
        CheckResult("stability", CheckStatus.PASSED, Fraction(6), Fraction(6), right, cases=Tally(2, 0)),
    )
    said = Message("diagnosis.exact.one", {"outputs": ("dW",), "does": ("diagnosis.reg-gradient-halved.does",)})
    hints = tuple(Message(f"diagnosis.reg-gradient-halved.hint-{level}") for level in (1, 2, 3))
    function = FunctionResult(
        "svm_loss_naive",
        FunctionStatus.FAILED,
        Fraction(12) + Fraction(points),
        Fraction(20),
        "svm",
        "svm.py",
        1,
        diagnosis=(Diagnosis("reg-gradient-halved", "exact", "one-term", said, hints),),
        checks=checks,
        counterexample=EXAMPLE,
        pictures=(replace(HEAT, check="gradient"),),
    )
    return replace(report(0), functions=(function,), seed="secret-seed")


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    """The whole web process: pages too."""
    made = create_app(settings, routers=(router,), problem_page=problem_page)
    mount_static(made)
    return made


class Reading:
    """A submission of Ada's, and everything that leads to it."""

    def __init__(self, site: Site) -> None:
        self.site, self.cast = site, site.cast
        self.id = self.hand_in(SOURCE)

    def hand_in(self, data: bytes, points: str = "1.79", **more: Any) -> int:
        id = self.cast.accept(data, **more).id
        self.cast.finish(id, failing(points))
        return id

    def rule(self, **visibility: str) -> None:
        self.cast.assignment(visibility={name.replace("_", "-"): rule for name, rule in visibility.items()})

    def forms(self, query: str = "") -> dict[str, str]:
        """Every answer about the submission, as JSON, files and pages."""
        one, pages = f"/api/v1/submissions/{self.id}", f"/submissions/{self.id}"
        parts = ("", "/events", "/report.json", "/report.html", "/report.xml", "/hints", "/since", "/counterexample.py")
        paths = [*(one + part for part in parts), pages, pages + "/live", pages + "/files/svm.py"]
        return {path: self.site.get(path + query).text for path in paths}

    def around(self) -> dict[str, str]:
        """Every answer in which its score or its first sentence stands among others."""
        paths = (f"{ASSIGNMENT}", "/api/v1/courses/ml/assignments", "/api/v1/courses/ml/gradebook")
        pages = ("/", f"{COURSE}/assignments/svm", f"{COURSE}/assignments/svm/attempts", f"{COURSE}/gradebook")
        csv = "/api/v1/courses/ml/gradebook.csv"
        return {path: self.site.get(path).text for path in (*paths, *pages, csv)}

    def told(self, who: str = "ada") -> dict[str, Any]:
        report: dict[str, Any] = self.site.get(f"/api/v1/submissions/{self.id}/report.json", who).json()
        return report

    def check(self, id: str = "gradient", who: str = "ada") -> dict[str, Any]:
        checks = self.told(who)["functions"][0]["checks"]
        return next(check for check in checks if check["id"] == id)


@pytest.fixture
def reading(site: Site) -> Reading:
    return Reading(site)


# --------------------------------------------------------------------------- nothing of a hidden check is told


@pytest.mark.parametrize("rule", ["after-due", "after-release"])
@pytest.mark.parametrize("named", ["gradient", "svm_loss_naive/gradient", "*"])
def test_no_way_to_a_submission_tells_what_a_check_that_waits_has_found(
    reading: Reading, rule: str, named: str
) -> None:
    for text in (*SECRETS[:-1], "dW"):
        assert any(text in form for form in (*reading.forms().values(), *reading.around().values())), text
    reading.cast.assignment(visibility={named: rule}, due=datetime.now(UTC) + timedelta(hours=1))
    for path, form in (*reading.forms().items(), *reading.around().items()):
        for secret in SECRETS:
            assert secret not in form, (path, secret)


def test_a_check_that_is_never_shown_counts_and_tells_its_title_and_points(reading: Reading) -> None:
    reading.rule(gradient="never")
    assert reading.check() == {"id": "gradient", "title": "gradient", "points": 1.79, "max_points": 8, "hidden": True}
    told = reading.told()
    assert (told["score"], told["max_score"], told["hidden_points"]) == (13.79, 20, 8)
    assert told["functions"][0]["diagnosis"] == []
    assert told["functions"][0]["counterexample"] is None
    page = reading.site.get(f"/submissions/{reading.id}").text
    assert "Hidden checks: 1, worth 8 points. They are counted and not shown." in page
    for path, form in reading.forms().items():
        for secret in (*SECRETS[:4], SECRETS[-1]):
            assert secret not in form, (path, secret)


def test_a_check_that_waits_is_no_part_of_the_score_that_is_shown(reading: Reading) -> None:
    reading.rule(gradient="after-release")
    check = reading.check()
    assert check == {
        "id": "gradient",
        "title": "gradient",
        "points": None,
        "max_points": 8,
        "hidden": True,
        "waits": "release",
    }
    told, state = reading.told(), reading.site.get(f"/api/v1/submissions/{reading.id}").json()
    for one in (told, state, state["report"], told["functions"][0]):
        assert one["max_score" if "max_score" in one else "max_points"] == 12
        assert one["score" if "score" in one else "points"] == 12
    assert (state["shown"], told["functions"][0]["status"]) == ("part", "passed")
    assert reading.site.get(ASSIGNMENT).json()["best"] == {
        "score": 12,
        "max_score": 12,
        "late": 0,
        "submission": None,
        "shown": "part",
    }
    page = reading.site.get(f"/submissions/{reading.id}").text
    assert "of what is shown so far" in page
    assert "leaves 8 of these points out until scores are released" in page


def test_where_every_check_waits_no_score_is_shown(reading: Reading) -> None:
    reading.rule(**{"*": "after-release"})
    state = reading.site.get(f"/api/v1/submissions/{reading.id}").json()
    assert (state["score"], state["max_score"], state["shown"], state["status"]) == (None, None, "none", "done")
    assert state["report"]["functions"][0]["status"] == "hidden"
    assert "not shown yet" in reading.site.get(f"/submissions/{reading.id}").text
    reading.id = reading.hand_in(SOURCE + b"# again")
    ways = (f"/submissions/{reading.id}", f"{COURSE}/assignments/svm", f"/api/v1/submissions/{reading.id}/since")
    assert all("Since attempt 1" not in reading.site.get(path).text for path in ways)
    (row,) = reading.site.get("/api/v1/courses/ml/gradebook").json()["items"]
    assert (row["scores"], row["total"]) == ({}, 0)


def test_staff_see_everything(reading: Reading) -> None:
    before = reading.told("ines")
    reading.rule(**{"*": "after-release"})
    assert reading.told("ines") == before
    assert before["score"] == 13.79
    assert before["seed"] == "secret-seed"


# --------------------------------------------------------------------------- when it is shown


def test_the_release_shows_what_waits_for_it_and_the_seed(reading: Reading) -> None:
    reading.rule(gradient="after-release", stability="never")
    kept = reading.told()
    assert "seed" not in kept
    assert len(kept["seed_commitment"]) == 64
    answer = reading.site.call("PATCH", ASSIGNMENT, "ines", json={"released": True})
    assert answer.status_code == 200
    told = reading.told()
    assert (told["score"], told["seed"], "seed_commitment" in told) == (13.79, "secret-seed", False)
    assert reading.check()["worst"]["actual"] == 0.987654
    assert "message" not in reading.check("stability")


def test_after_the_due_time_is_after_that_of_the_student(reading: Reading) -> None:
    now = datetime.now(UTC)
    reading.rule(gradient="after-due")
    reading.cast.assignment(due=now - timedelta(hours=1))
    assert "message" in reading.check()
    with reading.cast.database.write() as session:
        session.add(Extension(assignment_id=reading.cast.svm, user_id=reading.cast.ada, due=now + timedelta(hours=1)))
    assert "message" not in reading.check()


def test_the_grace_is_waited_for_too(reading: Reading) -> None:
    reading.rule(gradient="after-due")
    reading.cast.assignment(due=datetime.now(UTC) - timedelta(minutes=10), grace_minutes=20)
    assert "message" not in reading.check()
    reading.cast.assignment(grace_minutes=5)
    assert "message" in reading.check()


def test_an_assignment_that_is_never_due_shows_its_checks_with_the_release(reading: Reading) -> None:
    reading.rule(gradient="after-due")
    assert "message" not in reading.check()
    reading.cast.assignment(released_at=datetime.now(UTC))
    assert "message" in reading.check()


def test_what_is_named_most_closely_holds(reading: Reading) -> None:
    reading.cast.assignment(visibility={"*": "never", "gradient": "after-release", "svm_loss_naive/gradient": "always"})
    assert "message" in reading.check()
    assert "message" not in reading.check("value")


# --------------------------------------------------------------------------- the score of one student


def test_a_withheld_score_is_shown_nowhere(reading: Reading) -> None:
    answer = reading.site.call("PUT", f"{ASSIGNMENT}/overrides/ada@example.org", "ines", json={"withheld": True})
    assert answer.status_code == 200
    for path, form in (*reading.forms().items(), *reading.around().items()):
        for secret in SECRETS:
            assert secret not in form, (path, secret)
    assert reading.site.get(ASSIGNMENT).json()["best"]["score"] is None
    assert "have not shown this score yet" in reading.site.get(f"/submissions/{reading.id}").text
    assert reading.told("ines")["score"] == 13.79


def test_the_best_of_what_is_shown_stands_for_the_score_while_checks_wait(reading: Reading) -> None:
    """The second attempt counts, by a check that is not shown: what is shown does not tell so."""
    reading.rule(gradient="after-release")
    reading.hand_in(SOURCE + b"#2", "7")
    best = reading.site.get(ASSIGNMENT).json()["best"]
    assert (best["score"], best["max_score"], best["submission"]) == (12, 12, None)
    (row,) = reading.site.get("/api/v1/courses/ml/gradebook").json()["items"]
    assert row["scores"]["svm"] == {"score": 12, "max_score": 12, "late": 0, "submission": None}


def test_a_late_score_in_part_pays_for_being_late(reading: Reading) -> None:
    reading.rule(gradient="after-release")
    reading.site.call(
        "PATCH",
        ASSIGNMENT,
        "ines",
        json={
            "due": (datetime.now(UTC) - timedelta(hours=1)).isoformat(),
            "late_policy": {"kind": "percent", "percent_per_day": 25},
        },
    )
    assert reading.site.get(ASSIGNMENT).json()["best"]["score"] == 9
    assert "10.3" not in reading.site.get(f"/submissions/{reading.id}").text


# --------------------------------------------------------------------------- beside visible mistakes


def test_a_name_that_a_visible_check_found_too_is_shown_beside_a_hidden_one(reading: Reading) -> None:
    whole = failing()
    (function,) = whole.functions
    value = replace(
        function.checks[0], status=CheckStatus.FAILED, points=Fraction(0), worst=Worst("dW", (0,), 1.0, 2.0)
    )
    both = replace(whole, functions=(replace(function, checks=(value, *function.checks[1:])),))
    id = reading.cast.accept(SOURCE + b"#3").id
    reading.cast.finish(id, both)
    reading.id = id
    reading.rule(gradient="never")
    told = reading.told()["functions"][0]
    assert [one["id"] for one in told["diagnosis"]] == ["reg-gradient-halved"]
    assert told["counterexample"] is None


def test_a_limit_is_not_told_of_a_function_of_which_nothing_is_shown(reading: Reading) -> None:
    (function,) = failing().functions
    stopped = replace(function, status=FunctionStatus.LIMIT, diagnosis=(), reason=Message("course.not-allowed"))
    limits = LimitRecord("cpu_time", 2.0, 2.0, "svm_loss_naive", "svm.py", 17)
    id = reading.cast.accept(SOURCE + b"#4").id
    reading.cast.finish(id, replace(failing(), functions=(stopped,), limits=limits))
    reading.id = id
    assert reading.told()["limits"]["line"] == 17
    reading.rule(**{"*": "after-release"})
    assert reading.told()["limits"] is None


def test_what_the_cap_of_a_mistake_gave_back_tells_nothing_of_the_hidden_check(reading: Reading) -> None:
    """Two reports that differ in the hidden check alone are the same to the student."""
    seen = []
    for number, lost in enumerate((2, 8)):
        whole = failing(str(8 - lost))
        (function,) = whole.functions
        value = replace(function.checks[0], status=CheckStatus.FAILED, worst=Worst("dW", (0,), 1.0, 2.0))
        share = Fraction(4, 6 + lost)  # of the 6 + `lost` points that were lost, the cap leaves 4
        checks = (
            replace(value, points=6 - share * 6),
            replace(function.checks[1], points=8 - share * lost),
            function.checks[2],
        )
        capped = replace(
            function,
            checks=checks,
            given_back=Fraction(6 + lost - 4),
            points=sum((c.points for c in checks), Fraction(0)),
        )
        id = reading.cast.accept(SOURCE + b"#5" * (number + 1)).id
        reading.cast.finish(id, replace(whole, functions=(capped,)))
        reading.id = id
        reading.rule(gradient="after-release")
        seen.append(reading.told()["functions"])
    assert seen[0] == seen[1]


# --------------------------------------------------------------------------- as the student


def test_staff_who_look_as_the_student_get_the_students_very_bytes(reading: Reading) -> None:
    reading.rule(gradient="after-release")
    parts = ("", "/events", "/report.json", "/report.html", "/report.xml", "/hints", "/since", "/counterexample.py")
    for part in parts:
        path = f"/api/v1/submissions/{reading.id}{part}"
        theirs, ours = reading.site.get(path), reading.site.get(path + "?as=student", "ines")
        assert (theirs.status_code, theirs.content) == (ours.status_code, ours.content), path
        assert ours.content != reading.site.get(path, "ines").content or part == "/since", path


def test_the_page_as_the_student_is_the_students_page(reading: Reading) -> None:
    reading.rule(gradient="after-release")
    path = f"/submissions/{reading.id}"
    theirs, ours = (
        _main(reading.site.get(path + query, who).text) for query, who in (("", "ada"), ("?as=student", "ines"))
    )
    assert "disabled" not in theirs
    assert theirs == plain(ours)
    banner = "This is what the student sees."
    assert banner in reading.site.get(path + "?as=student", "ines").text
    assert banner not in reading.site.get(path + "?as=student", "ada").text


def test_to_look_as_a_student_one_must_be_staff_of_that_student(reading: Reading) -> None:
    for who, status in (("ben", 404), ("stan", 404), ("otto", 404), ("asa", 200)):
        path = f"/api/v1/submissions/{reading.id}/report.json?as=student"
        assert reading.site.get(path, who).status_code == status


def plain(page: str) -> str:
    """A page without what is added where somebody else looks: a frame in which nothing can be pressed, and links that
    stay in the same sight."""
    frame = '<fieldset class="bare" disabled>\n'
    assert frame in page
    unframed = page.replace(frame, "").replace("</fieldset>\n", "")
    return unframed.replace("?as=student&amp;", "?").replace("?as=student", "")


@pytest.mark.parametrize("counts", ["best", "chosen"])
def test_what_a_student_could_do_is_shown_to_staff_and_cannot_be_pressed(reading: Reading, counts: str) -> None:
    """While it waits, and when it may be chosen; what follows it live stays in the student's sight."""
    reading.cast.assignment(counts=counts)
    waits = reading.cast.accept(SOURCE + b"# waits").id
    for id, button in ((waits, "cancel"), (reading.id, "select")):
        page = _main(reading.site.get(f"/submissions/{id}?as=student", "ines").text)
        there = f'action="/submissions/{id}/{button}"' in page.partition("<fieldset")[2].partition("</fieldset>")[0]
        assert there == (button == "cancel" or counts == "chosen")
    live = _main(reading.site.get(f"/submissions/{waits}?as=student", "ines").text)
    for part in (f"/submissions/{waits}/live", f"/api/v1/submissions/{waits}/events"):
        assert f'"{part}?as=student"' in live
    theirs = reading.site.get(f"/submissions/{waits}/live").text
    assert reading.site.get(f"/submissions/{waits}/live?as=student", "ines").text == theirs
    assert "as=student" not in _main(reading.site.get(f"/submissions/{waits}", "ada").text)


def _main(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]
