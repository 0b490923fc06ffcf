"""Waiting for submissions to change, at the price of one query for all who wait.

Theory of operation
-------------------
A request that waits holds neither a thread nor a connection: it registers the mark it has seen and awaits a future.
One task per process asks the database, ten times a second and only while someone waits, for the marks of all
watched submissions together, and wakes those whose mark is another. So it makes no difference which process
changed the row, and nothing needs to be told.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import anyio.to_thread
import structlog
from anyio import CapacityLimiter

from grader.course.changes import Newest, courses_since, newest
from grader.course.database import Database
from grader.course.standing import Mark, marks

POLL_SECONDS = 0.1
log = structlog.get_logger("grader.api.watch")


class Watcher:
    """`run()` is the task; `changed()` is what requests await."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: defaultdict[int, set[tuple[Mark, asyncio.Future[None]]]] = defaultdict(set)
        self._someone = asyncio.Event()
        self._thread = CapacityLimiter(1)

    async def changed(self, id: int, seen: Mark, seconds: float | None) -> bool:
        """Wait until the mark of submission `id` is not `seen`; False where that took longer than `seconds`."""
        entry = (seen, asyncio.get_running_loop().create_future())
        self._waiting[id].add(entry)
        self._someone.set()
        try:
            async with asyncio.timeout(seconds):
                await entry[1]
        except TimeoutError:
            return False
        finally:
            self._waiting[id].discard(entry)
            if not self._waiting[id]:
                del self._waiting[id]
        return True

    async def run(self) -> None:
        """Poll for as long as someone waits. A database that fails for a while is asked again."""
        while True:
            await self._someone.wait()
            self._someone.clear()
            while self._waiting:
                await asyncio.sleep(POLL_SECONDS)
                try:
                    self._wake(await anyio.to_thread.run_sync(self._look, limiter=self._thread))
                except Exception:
                    log.exception("cannot look for changes")

    def _look(self) -> dict[int, Mark]:
        with self._database.read() as session:
            return marks(session, list(self._waiting))

    def _wake(self, current: dict[int, Mark]) -> None:
        for id, entries in list(self._waiting.items()):
            for seen, future in entries:
                if current.get(id) != seen and not future.done():
                    future.set_result(None)


class Listener:
    """Someone who is told when something is new in a course."""

    def __init__(self, course_id: int) -> None:
        self.course_id = course_id
        self.told = asyncio.Event()


class CourseWatcher:
    """The same for whole courses: one look a second for all who listen, who are `most` at most, and none where nobody
    does."""

    POLL_SECONDS = 1.0

    def __init__(self, database: Database, *, most: int = 200) -> None:
        self._database, self._most = database, most
        self._listeners: set[Listener] = set()
        self._someone = asyncio.Event()
        self._thread = CapacityLimiter(1)

    @contextmanager
    def listening(self, course_id: int) -> Iterator[Listener | None]:
        """A listener for as long as the context lasts; None where there are too many."""
        if len(self._listeners) >= self._most:
            yield None
            return
        listener = Listener(course_id)
        self._listeners.add(listener)
        self._someone.set()
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    async def changed(self, listener: Listener, until: float) -> bool:
        """Wait until something is new since the last time; False where nothing is by `until` of the loop's clock."""
        try:
            async with asyncio.timeout_at(until):
                await listener.told.wait()
        except TimeoutError:
            return False
        listener.told.clear()
        return True

    async def run(self) -> None:
        """Look for as long as someone listens. A database that fails for a while is asked again."""
        while True:
            await self._someone.wait()
            self._someone.clear()
            seen: Newest | None = None
            while self._listeners:
                try:
                    seen, courses = await anyio.to_thread.run_sync(self._look, seen, limiter=self._thread)
                    self._tell(courses)
                except Exception:
                    log.exception("cannot look for changes")
                await asyncio.sleep(self.POLL_SECONDS)

    def _look(self, seen: Newest | None) -> tuple[Newest, set[int]]:
        with self._database.read() as session:
            now = newest(session)
            return now, courses_since(session, seen) if seen is not None and seen != now else set()

    def _tell(self, courses: set[int]) -> None:
        for listener in self._listeners:
            if listener.course_id in courses:
                listener.told.set()
