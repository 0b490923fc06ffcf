"""The pages over a small course, for tests that need no worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.settings import Settings
from tests.web.world import World, build, populate


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One course for all tests of a file: they add to it, and count on nothing that another adds."""
    folder: Path = tmp_path_factory.mktemp("web")
    settings = Settings(
        database_url=f"sqlite:///{folder / 'grader.db'}", var_dir=folder, base_url="http://127.0.0.1:8000"
    )
    app = build(settings)
    yield populate(app)
    app.state.database.close()
