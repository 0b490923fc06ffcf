"""The database that a command of the shell works on. It is made by the commands that begin something; every other one
asks for one that is there: in another working folder the default names another file, and would find nobody in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from grader.core import Message
from grader.errors import NotFound

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from grader.course.database import Database
    from grader.settings import Settings


@contextmanager
def opened(*, make: bool = False) -> Iterator[tuple[Database, Settings]]:
    """The database of the settings, brought up to date first; links lead to the service that runs here. What is not
    found in it is told with where was looked. Raises NotFound where there is none, unless the command is to `make` it.
    """
    from grader.cli.address import at_service
    from grader.cli.configured import settings as configured
    from grader.course.database import Database, check_url, is_there, migrate, shown

    settings = configured()
    check_url(settings.database_url)
    where = shown(settings.database_url)
    if not (make or is_there(settings.database_url)):
        raise NotFound(Message("cli.database.none", {"url": where}))
    migrate(settings.database_url)
    with Database(settings) as database:
        try:
            yield database, at_service(settings)
        except NotFound:
            _say(Message("cli.database.looked", {"url": where}))
            raise


@contextmanager
def writing(*, make: bool = False) -> Iterator[tuple[Session, Settings]]:
    """A transaction on it."""
    with opened(make=make) as (database, settings), database.write() as session:
        yield session, settings


def _say(message: Message) -> None:
    from grader.cli.language import from_environment
    from grader.cli.telling import say

    say(message, from_environment(os.environ))
