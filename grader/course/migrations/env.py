"""Alembic runs this. The connection, its lock and its transaction belong to `grader.course.database`."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from grader.course.columns import Points, Utc
from grader.course.tables import Base


def ours(_thing: object, name: str | None, kind: str, reflected: bool, _compare_to: object) -> bool:
    """The job engine keeps its tables in the same SQLite file: what we did not declare is not ours to drop."""
    return not (kind == "table" and reflected and name not in Base.metadata.tables)


def frozen(kind: str, thing: object, _context: AutogenContext) -> str | Literal[False]:
    """A migration spells our types out, so that it still means the same when they change."""
    if kind == "type" and isinstance(thing, Utc):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, Points):
        return "sa.Integer()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    include_object=ours,
    render_item=frozen,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
