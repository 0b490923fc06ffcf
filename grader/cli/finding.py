"""The assignment that a slug on the command line names."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from grader.core import Message, Param
from grader.errors import NotFound

if TYPE_CHECKING:
    from grader.core import Assignment


def find(slug: str) -> Assignment:
    """Raises NotFound with what is spelt alike, and all there are."""
    from grader.cli.configured import settings
    from grader.grading import registry

    own = settings().assignment_folders
    try:
        return registry.load(slug, own)
    except NotFound:
        known = registry.slugs(own)
        near = get_close_matches(slug.lower(), known, n=1)
        if not near:
            raise
        params: dict[str, Param] = {"slug": slug, "near": near[0], "known": known}
        raise NotFound(Message("cli.unknown-assignment", params)) from None
