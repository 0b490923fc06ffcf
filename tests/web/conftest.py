"""The pages over a small course, for tests that need no worker."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from grader.settings import Settings
from tests.web.world import World, build, populate

START_SECONDS = 30


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


@pytest.fixture(scope="module")
def site(world: World) -> Iterator[str]:
    """The application on a loopback port, in a thread of this process."""
    server = uvicorn.Server(uvicorn.Config(world.app, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(START_SECONDS)
