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

import anyio.to_thread
import structlog
from anyio import CapacityLimiter

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
