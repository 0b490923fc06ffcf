"""Twenty-four posts at once over HTTP, to a server with threads, on both databases: nobody gets an attempt too many."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator

import httpx2
import pytest
import sqlalchemy as sa
import uvicorn

from grader.api import create_app
from grader.course import access
from grader.course.schedule import COSTS_AN_ATTEMPT
from grader.course.tables import Membership, Submission, User
from grader.settings import Settings
from tests.cast import Cast, assemble

POSTS, START_SECONDS = 24, 30
UPLOAD = "/api/v1/courses/ml/assignments/svm/submissions"


@pytest.fixture
def served(url: str) -> Iterator[tuple[str, Cast]]:
    """A server on a loopback port, in a thread of this process, and who is in its database."""
    app = create_app(Settings(database_url=url, base_url="http://127.0.0.1"))
    cast = assemble(app.state.database)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", cast
    server.should_exit = True
    thread.join(START_SECONDS)


def race(site: str, cast: Cast, who: list[int]) -> Counter[int]:
    """Post as many different files at once, in turn by each of `who`: how often each status was answered."""
    with cast.database.write() as session:
        tokens = [access.make_token(session, session.get_one(User, user)) for user in who]
    start, statuses = threading.Barrier(POSTS), [0] * POSTS

    def post(number: int) -> None:
        with httpx2.Client(base_url=site, timeout=60) as client:
            start.wait()
            answer = client.post(
                UPLOAD,
                files=[("files", ("svm.py", b"def svm_loss_naive():\n    return %d\n" % number))],
                headers={"Authorization": f"Bearer {tokens[number % len(tokens)]}"},
            )
            statuses[number] = answer.status_code

    threads = [threading.Thread(target=post, args=(number,)) for number in range(POSTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(statuses)


def kept(cast: Cast) -> int:
    with cast.database.read() as session:
        return (
            session.scalar(sa.select(sa.func.count(Submission.id)).where(Submission.status.in_(COSTS_AN_ATTEMPT))) or 0
        )


def test_twenty_four_posts_at_once_get_the_attempts_that_there_are(served: tuple[str, Cast]) -> None:
    site, cast = served
    cast.assignment(attempts_per_day=5)
    assert race(site, cast, [cast.ada]) == {202: 5, 429: POSTS - 5}
    assert kept(cast) == 5


def test_a_team_shares_its_attempts_also_when_all_of_it_post_at_once(served: tuple[str, Cast]) -> None:
    site, cast = served
    cast.assignment(attempts_total=7, teams=True)
    with cast.database.write() as session:
        for user in (cast.ada, cast.ben):
            session.get_one(Membership, (cast.course, user)).group = "pair"
    assert race(site, cast, [cast.ada, cast.ben]) == {202: 7, 403: POSTS - 7}
    assert kept(cast) == 7
