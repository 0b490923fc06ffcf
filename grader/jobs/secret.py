"""The key of the hidden inputs: given by the operator, or made at first start and kept."""

import os
import secrets
from pathlib import Path

from grader.settings import Settings

SECRET_BYTES = 32


def secret_of(settings: Settings) -> bytes:
    """`GRADER_SECRET`, else what `var_dir/secret` holds, which is made (mode 0600) where it is not there."""
    if settings.secret is not None:
        return settings.secret.get_secret_value().encode()
    path = settings.var_dir / "secret"
    if not path.exists():
        _make(path)
    return path.read_text(encoding="ascii").strip().encode()


def _make(path: Path) -> None:
    """Write a new secret so that of several starters at once one wins, and none reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"secret.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_hex(SECRET_BYTES), encoding="ascii")
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
