"""The database of a simulated course: a fresh one, on SQLite and on PostgreSQL."""

from tests.jobs.conftest import database_url

__all__ = ["database_url"]
