"""The key of the hidden inputs: made once, kept, readable by its owner only."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from grader.jobs.secret import secret_of
from grader.settings import Settings


def test_it_is_made_at_the_first_start_and_the_same_ever_after(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path / "var")
    made = secret_of(settings)
    assert len(made) == 64
    assert secret_of(settings) == made
    assert stat.S_IMODE((tmp_path / "var" / "secret").stat().st_mode) == 0o600


def test_an_operators_own_secret_is_used_and_none_is_made(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path / "var", secret="from the operator")
    assert secret_of(settings) == b"from the operator"
    assert not (tmp_path / "var").exists()


def test_several_that_start_at_once_agree_on_one(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path / "var")
    with ThreadPoolExecutor(8) as starters:
        secrets = set(starters.map(lambda _: secret_of(settings), range(40)))
    assert len(secrets) == 1
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret"]
