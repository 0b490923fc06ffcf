"""One database, two ways in: `write()` and `read()`.

Theory of operation
-------------------
SQLite has one writer. Left to itself it makes the others sleep and try again, which starves some of them for
seconds; and a transaction that reads first and writes later fails when another wrote in between. So every writing
transaction begins with BEGIN IMMEDIATE, and the writing engine has exactly one connection: to check it out is to
hold the write lock of this process, first come, first served. The lock is taken by the first statement, not by
`write()` itself, so that a thread that waits for it is always a thread that does nothing else. Readers have an engine
of their own, see the last commit (WAL), never wait, and cannot write.

One process should have one `Database` for a file. PostgreSQL needs none of this: both engines are ordinary there.
"""

from __future__ import annotations

import importlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.errors import BadRequest, Unavailable
from grader.settings import Settings

SQLITE_SOUND = (3, 51, 3)
"""From here on two processes may write ahead without a chance of corruption (the WAL-reset bug)."""
SQLITE_UNIXEPOCH = (3, 42, 0)
"""From here on SQLite knows `unixepoch('subsec')`, which the job engine uses."""
BUSY_SECONDS = 30
"""How long a writer waits for other processes (SQLite) and for its turn in this one."""
DRIVERS = ("sqlite", "postgresql+psycopg")
REVISION = "0007"
"""The newest migration: what the tables of this program need."""


def pick_sqlite() -> ModuleType:
    """The soundest SQLite driver there is: the standard one where it is new enough, else pysqlite3."""
    if sqlite3.sqlite_version_info >= SQLITE_SOUND:
        return sqlite3
    try:
        return importlib.import_module("pysqlite3")
    except ImportError:
        return sqlite3


def sqlite_version() -> tuple[int, ...]:
    """The version of SQLite that `make_engine` uses."""
    version: tuple[int, ...] = pick_sqlite().sqlite_version_info
    return version


def make_engine(url: str, *, for_dbos: bool = False, read_only: bool = False) -> sa.Engine:
    """An engine for `url`. `for_dbos` leaves BEGIN to the job engine, which sends its own.

    Raises sqlalchemy.exc.ArgumentError for a text that is no URL.
    """
    if not is_sqlite(url):
        return sa.create_engine(url, pool_size=20, max_overflow=20, pool_pre_ping=True)
    make_folder(url)
    size = {} if for_dbos or read_only else {"pool_size": 1, "max_overflow": 0}
    pool: dict[str, Any] = {"pool_size": 20, "max_overflow": 20, "pool_timeout": BUSY_SECONDS} | size
    engine = sa.create_engine(url, module=pick_sqlite(), **pool)
    sa.event.listen(engine, "connect", _connect_dbos if for_dbos else _connect_reader if read_only else _connect)
    if not for_dbos:
        sa.event.listen(engine, "begin", _begin if read_only else _begin_immediate)
    return engine


def is_sqlite(url: str) -> bool:
    return sa.make_url(url).get_backend_name() == "sqlite"


def make_folder(url: str) -> None:
    """Make the folder of an SQLite file, so that a first start needs no preparation."""
    name = sa.make_url(url).database
    if name and name != ":memory:":
        Path(name).parent.mkdir(parents=True, exist_ok=True)


def _connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=wal", "synchronous=full", f"busy_timeout={BUSY_SECONDS * 1000}", "foreign_keys=on"):
        connection.execute(f"pragma {pragma}")
    if pick_sqlite().sqlite_version_info < SQLITE_UNIXEPOCH:
        connection.create_function("unixepoch", -1, lambda *_: round(time.time(), 3))


def _connect_dbos(connection: Any, record: object) -> None:
    _connect(connection, record)
    connection.isolation_level = "IMMEDIATE"


def _connect_reader(connection: Any, record: object) -> None:
    _connect(connection, record)
    connection.execute("pragma query_only=on")


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_immediate(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


class Database:
    """The two engines of one database. Close it with `close()`, or use it as a context manager."""

    def __init__(self, settings: Settings) -> None:
        url = self.url = settings.database_url
        self.writer = make_engine(url)
        self.writers = 1 if is_sqlite(url) else 10
        """Transactions that can write at the same time; more would only wait."""
        self.reader = make_engine(url, read_only=True) if is_sqlite(url) else self.writer

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that writes: committed at the end, rolled back where anything flies."""
        with Session(self.writer, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment and cannot disturb a writer."""
        with Session(self.reader, expire_on_commit=False) as session:
            yield session

    def close(self) -> None:
        self.writer.dispose()
        self.reader.dispose()

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def migrate(url: str) -> None:
    """Bring the tables of `url` to `REVISION`. Of two at once the second waits, and has nothing to do.

    Raises BadRequest where `url` is not the address of a database we can use, Unavailable where that cannot be opened.
    """
    check_url(url)
    try:
        engine = make_engine(url)
        try:
            if _revision(engine) != REVISION:
                from grader.course.upgrade import upgrade  # noqa: PLC0415 - Alembic is 10 MiB, seldom needed

                upgrade(engine)
        finally:
            engine.dispose()
    except (sa.exc.DBAPIError, OSError) as error:
        cause = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        raise Unavailable(Message("course.database.away", {"url": shown(url), "cause": cause})) from error


def is_there(url: str) -> bool:
    """Whether the file of an SQLite database is there; nothing is made by asking. A server is asked when it is used."""
    name = sa.make_url(url).database if is_sqlite(url) else ""
    return not name or name == ":memory:" or Path(name).exists()


def shown(url: str) -> str:
    """The address of a database as people are told it: without a password, and a file by its whole path."""
    known = sa.make_url(url)
    if is_sqlite(url) and known.database and known.database != ":memory:":
        known = known.set(database=str(Path(known.database).resolve()))
    return known.render_as_string(hide_password=True)


def check_url(url: str) -> None:
    """Raises BadRequest for what is no address, or that of a database other than SQLite and PostgreSQL."""
    try:
        known = sa.make_url(url).drivername in DRIVERS
    except sa.exc.ArgumentError:
        known = False
    if not known:
        raise BadRequest(Message("course.database.url"))


def _revision(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        return revision
