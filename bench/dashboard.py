"""The dashboard over a class of 1,000 with 160,000 hand-ins: processor time of gradebook and statistics, beside one
query for each cell, and what a first visit of their pages loads.

The class is made once, below `var/bench` (`grader admin seed-demo --large`), and again where the tables are newer.
"""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from bench import Row
from grader.api import create_app
from grader.api.gradebook import as_csv
from grader.cli.seeding import LARGE, SLUGS, grade_samples, seed
from grader.course import access, gradebook, mistakes, people, progress, statistics, units
from grader.course.database import REVISION, Database, migrate
from grader.course.filters import Filters
from grader.settings import Settings
from grader.web import mount_static, problem_page, router

FOLDER = Path("var/bench")
COURSE, SLUG = "large", "softmax"
ROUNDS, CELLS = 15, 3
GOAL_GRADEBOOK, GOAL_PAGE, GOAL_CSV, GOAL_STATISTICS, GOAL_PAINT = 6.0, 1.0, 30.0, 50.0, 60_000
EVERYBODY = Filters()
LOADED = re.compile(r'(?:src|href)="(/static/[^"]+)"')
IMPORTED = re.compile(r'@import url\("([^"]+)"\)|from "\./([^"]+)"')


def large() -> Settings:
    """The settings of the class, which is made where it is not there."""
    path = FOLDER / f"large-{REVISION}.db"
    settings = Settings(database_url=f"sqlite:///{path.resolve()}", var_dir=FOLDER.resolve())
    if not path.exists():
        making = path.with_suffix(".making")
        making.unlink(missing_ok=True)
        made = settings.model_copy(update={"database_url": f"sqlite:///{making.resolve()}"})
        migrate(made.database_url)
        graded = {slug: grade_samples(made, slug) for slug in SLUGS}
        with Database(made) as database, database.write() as session:
            seed(session, COURSE, graded, LARGE, datetime.now(UTC))
        making.rename(path)
    return settings


def ms(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median of the processor time of this thread."""
    work()
    spent = []
    for _ in range(rounds):
        begun = time.thread_time()
        work()
        spent.append(1000 * (time.thread_time() - begun))
    return median(spent)


def measure() -> Iterator[Row]:
    settings = large()
    with Database(settings) as database, database.read() as session:
        yield from queries(session)
    yield from paint(settings)


def queries(session: Session) -> Iterator[Row]:
    course = people.find_course(session, COURSE)
    one_by_one = ms(lambda: each_cell(session, course.id), CELLS)
    against = "one query for each cell"

    def row(what: str, work: Callable[[], object], goal: float) -> Row:
        figure = ms(work)
        return Row(what, figure, "ms", against, figure / one_by_one, f"<= {goal:g} ms", figure <= goal)

    def table() -> list[gradebook.Row]:
        return gradebook.rows(session, course.id, EVERYBODY, sort="name")

    slugs = gradebook.slugs(session, course.id, EVERYBODY)
    yield Row("8,000 cells, one query each", one_by_one, "ms", "itself", 1.0, "-", True)
    yield row("gradebook of 1,000 x 8", table, GOAL_GRADEBOOK)
    yield row(
        "gradebook, a page of 50",
        lambda: gradebook.rows(session, course.id, EVERYBODY, sort="name", limit=50),
        GOAL_PAGE,
    )
    yield row("gradebook as CSV", lambda: as_csv(table(), slugs), GOAL_CSV)
    assignment = units.find_assignment(session, course, SLUG)

    def figures() -> object:
        return (
            statistics.of_assignment(session, assignment, EVERYBODY),
            statistics.sanity(session, assignment, EVERYBODY),
            progress.of_assignment(session, assignment, EVERYBODY, datetime.now(UTC)),
            mistakes.commonest(session, assignment, EVERYBODY),
            mistakes.clusters(session, assignment, EVERYBODY),
        )

    figure = ms(figures, CELLS)
    yield Row("statistics worked out of 20,000 hand-ins", figure, "ms", against, figure / one_by_one, "-", True)


def each_cell(session: Session, course_id: int) -> None:
    """The best score of each student in each assignment, asked for one by one: what a page does that was written cell
    by cell. The driver alone, so that nothing but the queries is counted."""
    cursor = session.connection().connection.cursor()
    users = [row.user for row in gradebook.rows(session, course_id, EVERYBODY)]
    for column in gradebook.columns_of(session, course_id, EVERYBODY):
        for user in users:
            cursor.execute(
                "SELECT max(score) FROM submissions WHERE assignment_id = ? AND user_id = ? AND status = 'done'",
                (column.id, user),
            ).fetchone()


def paint(settings: Settings) -> Iterator[Row]:
    """The pages as a browser asks for them: the time of a request, and all that a first visit loads, compressed."""
    app = create_app(settings, routers=(router,), problem_page=problem_page)
    mount_static(app)
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        client.headers["accept"] = "text/html"
        client.cookies.set("session", sign_in(app))
        for name, path in (
            ("gradebook", f"/courses/{COURSE}/gradebook"),
            ("statistics", f"/courses/{COURSE}/assignments/{SLUG}/statistics"),
        ):
            client.get(path).raise_for_status()
            begun = time.process_time()
            page = client.get(path).raise_for_status().text
            spent = 1000 * (time.process_time() - begun)
            size = sum(len(gzip.compress(part)) for part in loaded(client, page))
            goal = f"<= {GOAL_STATISTICS:g} ms, and {GOAL_PAINT // 1000} KB: {size / 1000:.1f} KB"
            met = spent <= GOAL_STATISTICS and size <= GOAL_PAINT
            yield Row(f"page of {name}, seen before", spent, "ms", "its goal", spent / GOAL_STATISTICS, goal, met)


def sign_in(app: FastAPI) -> str:
    database: Database = app.state.database
    with database.write() as session:
        return access.redeem(session, access.make_link(session, people.find_user(session, f"teacher@{COURSE}.example")))


def loaded(client: TestClient, page: str) -> Iterator[bytes]:
    """The page, and every style sheet and script that it or one of these names."""
    yield page.encode()
    waiting, seen = LOADED.findall(page), set[str]()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        content = client.get(address).raise_for_status().content
        yield content
        waiting += [f"/static/{one or other}" for one, other in IMPORTED.findall(content.decode(errors="replace"))]
