"""The engines, and migrations that two processes start at once."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import alembic.command
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from grader.course import database as module
from grader.course import hints, workers
from grader.course.database import Database, make_engine, migrate, sqlite_version
from grader.course.tables import Base, Course, CourseAssignment, User
from grader.course.upgrade import configuration
from grader.errors import BadRequest, Unavailable
from grader.report import text
from grader.settings import Settings


def pragma(engine: sa.Engine, name: str) -> object:
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"pragma {name}").scalar()


@pytest.mark.parametrize(("name", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)])
def test_both_engines_write_ahead_flush_every_commit_and_keep_references(
    tmp_path: Path, name: str, value: object
) -> None:
    with Database(Settings(database_url=f"sqlite:///{tmp_path}/x.db")) as database:
        assert pragma(database.writer, name) == value
        assert pragma(database.reader, name) == value


def test_the_reader_cannot_write(migrated: Path) -> None:
    """A reader that wrote would take SQLite's write lock past the line."""
    with Database(Settings(database_url=f"sqlite:///{migrated}")) as database, database.read() as session:
        session.add(User(email="a@example.org"))
        with pytest.raises(sa.exc.OperationalError, match="readonly"):
            session.flush()


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/a/b/x.db")
    assert pragma(engine, "journal_mode") == "wal"
    engine.dispose()


def test_the_driver_is_the_sound_one() -> None:
    """pysqlite3 is a dependency wherever the standard SQLite is old and a wheel exists."""
    assert sqlite_version() >= module.SQLITE_UNIXEPOCH


def test_the_job_engine_begins_its_own_transactions(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/x.db", for_dbos=True)
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.exec_driver_sql("CREATE TABLE t (x)")
        connection.exec_driver_sql("COMMIT")
    engine.dispose()
    assert pragma(engine, "busy_timeout") == 30_000
    engine.dispose()


def test_a_write_that_reads_first_never_finds_the_database_locked(counting: Database) -> None:
    """Thirty threads each read a number and write it back one larger: none is lost, none fails."""

    def add_one() -> None:
        with counting.write() as session:
            user = session.scalars(sa.select(User)).one()
            user.name = str(int(user.name) + 1)

    threads = [threading.Thread(target=add_one) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with counting.read() as session:
        assert session.scalars(sa.select(User)).one().name == "30"


@pytest.fixture
def counting(tmp_path: Path, migrated: Path) -> Database:
    (tmp_path / "x.db").write_bytes(migrated.read_bytes())
    database = Database(Settings(database_url=f"sqlite:///{tmp_path}/x.db"))
    with database.write() as session:
        session.add(User(email="counter@example.org", name="0"))
    return database


def test_what_flies_rolls_everything_back(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as session:  # noqa: PT012
        session.add(User(email="a@example.org"))
        session.flush()
        raise RuntimeError
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count(User.id))) == 0


def test_two_migrations_at_once_both_succeed(empty_url: str) -> None:
    code = "import sys; from grader.course.database import migrate; migrate(sys.argv[1])"
    both = [subprocess.Popen([sys.executable, "-c", code, empty_url]) for _ in range(2)]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    engine = make_engine(empty_url)
    assert "submissions" in sa.inspect(engine).get_table_names()
    engine.dispose()


def test_a_second_migration_changes_nothing(url: str) -> None:
    migrate(url)
    engine = make_engine(url)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("select count(*) from alembic_version")) == 1
    engine.dispose()


def test_tables_of_the_first_version_are_taken_along(empty_url: str) -> None:
    """What people wrote is kept; heartbeats, which workers write anew, are not."""
    engine = make_engine(empty_url)
    with engine.connect() as connection:
        alembic.command.upgrade(configuration(connection), "0001")
        connection.execute(
            sa.text("insert into users (email, name, admin, made_at) values ('ada@example.org', 'Ada', false, :now)"),
            {"now": "2026-11-21 16:00:00"},
        )
        connection.execute(
            sa.text("insert into workers (id, isolation, started_at, beat_at) values ('old', 'none', :now, :now)"),
            {"now": "2026-11-21 16:00:00"},
        )
        connection.commit()
    migrate(empty_url)
    with Database(Settings(database_url=empty_url)) as database, database.write() as session:
        assert session.execute(sa.text("select email from users")).scalars().all() == ["ada@example.org"]
        assert workers.alive(session) == []
        workers.beat(session, "new", "ns")
    engine.dispose()


def test_an_assignment_of_the_first_version_is_of_the_unit_that_it_is_called_by(empty_url: str) -> None:
    engine, now = make_engine(empty_url), {"now": "2026-11-21 16:00:00"}
    rows = (
        "insert into courses (slug, title, timezone, made_at) values ('ml', 'ML', 'UTC', :now)",
        "insert into units (slug, title, functions, files, starter, max_score, revision, written_at)"
        " values ('svm', 'checks.unit.svm', '[]', '[]', '{}', 2000, 'sha256:1', :now)",
        "insert into assignments (course_id, slug, grace_minutes, late_policy, counts, weight, made_at)"
        " values (1, 'svm', 0, '{}', 'best', 100, :now)",
    )
    with engine.connect() as connection:
        alembic.command.upgrade(configuration(connection), "0001")
        for row in rows:
            connection.execute(sa.text(row), now)
        connection.commit()
    migrate(empty_url)
    with Database(Settings(database_url=empty_url)) as database, database.read() as session:
        assignment = session.scalars(sa.select(CourseAssignment)).one()
        assert (assignment.slug, assignment.unit_slug, assignment.unit.titles) == ("svm", "svm", {})
        assert (assignment.profile, assignment.learning, assignment.supply) == (None, 0, True)
        assert hints.rule_of(assignment) == hints.Rule()
        assert session.get_one(Course, assignment.course_id).profile == "default"
    engine.dispose()


def test_the_program_knows_its_newest_migration(database: Database) -> None:
    with database.reader.connect() as connection:
        assert ScriptDirectory.from_config(configuration(connection)).get_current_head() == module.REVISION


def test_a_process_that_finds_its_tables_does_without_alembic(url: str) -> None:
    code = (
        "import sys; from grader.course.database import migrate; migrate(sys.argv[1]); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, url], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_migrations_make_the_tables_that_are_declared(database: Database) -> None:
    """Autogenerate has nothing to add: neither is a table forgotten, nor a column changed without a migration."""
    with database.reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": Base.metadata})
        assert compare_metadata(context, Base.metadata) == []


def test_tables_of_the_job_engine_are_left_alone(tmp_path: Path) -> None:
    """They share the SQLite file; autogenerate, run as a developer does, must not offer to drop them."""
    url = f"sqlite:///{tmp_path}/x.db"
    migrate(url)
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE workflow_status (x)")
    with engine.connect() as connection:
        alembic.command.check(configuration(connection))
        connection.rollback()
    with engine.connect() as connection:
        assert "workflow_status" in sa.inspect(connection).get_table_names()
    engine.dispose()


@pytest.mark.parametrize("url", ["", "bad", "mysql://u@h/n", "postgresql://u@h/n"])
def test_an_address_that_no_driver_of_ours_knows_is_told_with_those_that_are(url: str) -> None:
    with pytest.raises(BadRequest) as refused:
        migrate(url)
    assert "postgresql+psycopg://" in text(refused.value.message, "en")


def test_a_database_that_cannot_be_opened_is_named_without_its_password(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for url in (
        f"sqlite:///{tmp_path}",
        f"sqlite:///{tmp_path}/file/x.db",
        "postgresql+psycopg://u:hunter2@127.0.0.1:1/n",
    ):
        with pytest.raises(Unavailable) as away:
            migrate(url)
        said = text(away.value.message, "en")
        assert url.replace("hunter2", "***") in said
        assert "hunter2" not in said


def test_a_file_that_is_no_database_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, " * 100)
    with pytest.raises(Unavailable, match="not a database"):
        migrate(f"sqlite:///{path}")
    assert path.read_text() == "not a database, " * 100
