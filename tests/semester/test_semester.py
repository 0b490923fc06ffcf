"""A term of a whole class, over HTTP, by a real service with a real worker: in the end the gradebook has, to the cent,
what an independent calculation makes of all that happened.

`GRADER_SEMESTER` repeats or shrinks it: `students x tasks seed`, as "6x3 17"; what failed says which it was.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.harness import Service
from tests.semester import script
from tests.semester.campus import Campus
from tests.semester.ledger import Ledger
from tests.semester.outages import outages
from tests.semester.samples import Known, known
from tests.semester.script import DAY, NORTH, SOUTH, Plan, before_the_change, late_days, percent, zone_for
from tests.semester.term import Term

pytestmark = pytest.mark.timeout(3600)

SIZE = re.compile(r"(\d+)x(\d+) (\d+)")
STUDENTS, TASKS, SEED = map(int, SIZE.fullmatch(os.environ.get("GRADER_SEMESTER", "60x8 2026")).groups())  # type: ignore[union-attr]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(scope="module")
def scores() -> Mapping[str, Known]:
    """What the samples of each unit are known to have."""
    return {unit: known(unit) for unit in {task.unit for task in script.TASKS[:TASKS]}}


@pytest.fixture
def term(tmp_path: Path, database_url: str, scores: Mapping[str, Known]) -> Iterator[Term]:
    print(f'GRADER_SEMESTER="{STUDENTS}x{TASKS} {SEED}"')
    zone = zone_for(NORTH, datetime.now(UTC))
    with Service(tmp_path, database_url=database_url) as service, closing(Campus(service, zone)) as campus:
        yield Term(campus, Plan(STUDENTS, TASKS, SEED), Ledger(zone), scores)


def test_a_term_comes_to_the_cent_to_what_was_worked_out_beside_it(term: Term) -> None:
    the_first_uploads(term)
    the_due_times_pass(term)
    the_last_uploads(term)
    staff_mark(term)
    staff_decide(term)
    some_is_graded_again(term)
    the_clocks_change(term)
    everything_tells_the_same(term)
    there_was_everything(term)


# --------------------------------------------------------------------------- the chapters


def the_first_uploads(term: Term) -> None:
    """Everything is due in some days. Each student has four late days for the term."""
    term.begin()
    term.change_course(late_days=4)
    for number, task in enumerate(term.plan.tasks):
        term.hand_out(task, now() + (3 + number % 4) * DAY)
    term.hand_in_all(term.plan.wave(0.75))
    term.wait_until_graded()
    term.compare("after the first uploads")


def the_due_times_pass(term: Term) -> None:
    """What was handed in so far is in time, or now late; what comes now is. In between the worker and then the whole
    service are killed."""
    cut = now()
    ago = {"team-work": DAY, "optimizers": 2 * DAY, "softmax": 5 * MINUTE}
    for slug in list(term.ledger.settings):
        term.change(slug, due=(cut - ago.get(slug, timedelta(0))).isoformat())
    term.change("layers", closes=cut.isoformat())
    for number, slug in term.plan.some(0.2):
        longer = term.plan.random.choice((-DAY, -HOUR, HOUR, 5 * HOUR, 2 * DAY))
        term.extend(number, slug, cut + longer)
    while now() <= cut:
        time.sleep(0.1)
    steps = term.plan.wave(0.4)
    with outages(term, len(steps)):
        term.hand_in_all(steps)
    term.wait_until_graded()
    term.compare("after the due times")


def the_last_uploads(term: Term) -> None:
    """Students choose, rules change under way, attempts run out."""
    for number, slug in term.plan.some(0.5):
        if slug == "choice":
            term.select(number, slug)
    term.change("softmax", grace_minutes=0)
    term.change("optimizers", late_policy=percent(7.5))
    term.compare("after the students chose")
    term.change("optimizers", late_policy=late_days(2, 25))
    for share in (0.15, 0.15):
        term.hand_in_all(term.plan.wave(share))
    term.wait_until_graded()
    term.compare("after the last uploads")


def staff_mark(term: Term) -> None:
    """Questions answered in words, points for them, comments that give or take some. Who changes an answer that was
    marked loses the mark until somebody looks again; a question that is dropped counts no more."""
    random = term.plan.random
    for number, slug in term.plan.some(0.7):
        for question in term.ledger.settings[slug]["questions"]:
            term.answer(number, slug, question["id"], "Because.")
            if random.random() < 0.8:
                term.mark(number, slug, question["id"], random.randrange(int(100 * question["points"]) + 1) / 100)
            if random.random() < 0.1:
                term.answer(number, slug, question["id"], "No: therefore.")
    graded = sorted((one.user, one.slug, id) for id, one in term.ledger.hand_ins.items() if one.status == "done")
    for *_, id in random.sample(graded, len(graded) // 8):
        for _ in range(random.choice((1, 1, 2))):
            term.comment(id, random.choice((None, -300, -25, 33, 250)))
    term.compare("after marking")
    term.take_comments_back(0.2)
    term.change("quota", questions=[one for one in term.ledger.settings["quota"]["questions"] if one["id"] == "Q1"])
    term.compare("without a question")


def staff_decide(term: Term) -> None:
    """Scores by hand, excuses, other teams; some of what was decided is taken back."""
    random = term.plan.random
    for number, slug in term.plan.some(0.08):
        kind = random.choice(("score", "excused", "withheld", "both"))
        score = random.randrange(801) / 100 if kind in ("score", "both") else None
        term.decide(number, slug, score=score, excused=kind == "excused", withheld=kind in ("withheld", "both"))
    for number in random.sample(range(STUDENTS), STUDENTS // 6):
        term.move(number, random.choice(("", "team 0", f"team {number // 3 + 1}")))
    for number, slug in term.plan.some(0.05):
        term.extend(number, slug, now() + random.choice((-DAY, HOUR)), now() + 2 * DAY)
    term.compare("after staff decided")
    term.take_back("extensions", 0.3)
    term.take_back("overrides", 0.3)
    term.compare("after some was taken back")


def some_is_graded_again(term: Term) -> None:
    """By the conventions of another edition of the course: looked at and dropped, applied and rolled back, applied for
    good where nobody loses, applied for good for some."""
    term.change("choice", profile="2015")
    before = term.compare("before the regrade")
    term.decide_regrade(term.regrade("choice", which="all", reason="too early"), "drop", {})
    assert term.compare("dropped under way") == before

    some = [who.id for who in term.people[::2]]
    id = term.regrade("choice", which="all", students=some)
    term.wait_until_regraded(id)
    assert term.compare("dry") == before
    term.decide_regrade(id, "apply", term.all_graded("choice", some))
    term.compare("applied")
    term.decide_regrade(id, "rollback", term.all_graded("choice", some))
    assert term.compare("rolled back") == before

    id = term.regrade("choice", which="counting", never_lower=True)
    term.decide_regrade(id, "apply", term.counting("choice"), never_lower=True)
    term.compare("applied where nobody loses")
    if "dropout" in term.ledger.settings:
        term.change("dropout", profile="2016")
        id = term.regrade("dropout", which="latest", students=some)
        term.decide_regrade(id, "apply", term.latest("dropout", some))
        term.compare("half of the class is graded again")
    term.hand_in_all([step for step in term.plan.wave(0.1) if step.slug != "layers"])
    term.wait_until_graded()
    term.compare("uploads by the new conventions")


def the_clocks_change(term: Term) -> None:
    """Due times lie before the clocks changed: an hour decides on a day. Then the course moves to where they change the
    other way."""
    term.change_course(late_days=400)
    for zone in (term.ledger.zone, zone_for(SOUTH, now())):
        edge = before_the_change(zone, now())
        for number, slug in enumerate(list(term.ledger.settings)):
            minutes = (30, -30, 90, -90)[number % 4] * MINUTE
            policy = late_days(None, 0.25) if number % 3 == 0 else percent(0.25)
            term.change(slug, due=(edge + minutes).isoformat(), closes=None, grace_minutes=0, late_policy=policy)
        term.change_course(timezone=zone)
        term.compare(f"before the clocks of {zone} changed")
        there = worked_out(term)
        term.ledger.zone = "UTC"
        assert worked_out(term) != there, "nothing depended on the clocks"
        term.ledger.zone = zone
    term.change_course(late_days=30)
    term.take_back("extensions", 0.5)
    term.take_back("overrides", 0.5)


def everything_tells_the_same(term: Term) -> None:
    """The table for spreadsheets and what each student sees are what the instructor has."""
    rows = term.compare("in the end")
    table = {int(row["user"]): row for row in term.campus.table("/gradebook.csv")}
    assert set(table) == {row["user"] for row in rows}
    for row in rows:
        for slug in term.ledger.settings:
            cell = row["scores"].get(slug)
            shown = "" if cell is None else "EX" if cell.get("excused") else str(float(cell["score"]))
            assert table[row["user"]][slug] == shown
        assert float(table[row["user"]]["total"]) == row["total"]
    for who in term.people:
        term.check_own(who)


def there_was_everything(term: Term) -> None:
    wanted = {
        "202", "identical", "done", "rejected", "cancelled", "403", "429", "extensions", "overrides", "selected",
        "extensions taken back", "extensions refused", "overrides taken back", "marked", "mark lost", "comments",
        "comments taken back", "worker killed", "service killed", "apply moved", "rollback moved",
        "left as it would be lower",
    }  # fmt: skip
    if (STUDENTS, TASKS) >= (60, 8):
        assert wanted - set(term.happened) == set(), dict(term.happened)
    print(dict(term.happened))


# --------------------------------------------------------------------------- what the chapters need


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def worked_out(term: Term) -> list[object]:
    return [term.ledger.row(who.id) for who in term.people]
