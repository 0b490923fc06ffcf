"""GitHub: what its hooks send, what a commit status is, and nothing else about it.

A hook is signed with HMAC-SHA256 over the raw body. The signature is checked before anything is parsed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

import httpx2

SIGNATURE = "X-Hub-Signature-256"
DELIVERY = "X-GitHub-Delivery"
EVENT = "X-GitHub-Event"
FULL_NAME = re.compile(r"[\w.-]{1,100}/[\w.-]{1,100}", re.ASCII)
NO_COMMIT = "0" * 40
"""What `after` holds when a branch was deleted."""
DESCRIPTION_CHARACTERS = 140
"""GitHub refuses a longer description of a status."""
ANSWER_SECONDS = 15.0

Outcome = Literal["success", "failure", "error"]


@dataclass(frozen=True, slots=True)
class Push:
    """A branch moved to `commit` in `repository` (`owner/name`), which is fetched from `clone_url`."""

    repository: str
    clone_url: str
    commit: str
    ref: str


class NotAPush(ValueError):
    """The body is not what GitHub sends for a push."""


def signed(secret: str, body: bytes, signature: str) -> bool:
    """Whether `signature` (the header's value) is that of `body`. Takes the same time whatever differs."""
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


def push_of(body: bytes) -> Push | None:
    """The push that `body` tells of; None where no commit of a branch came (a tag, a deleted branch).

    Raises NotAPush where the body is something else.
    """
    try:
        sent = json.loads(body)
        repository = sent["repository"]
        texts = (repository["full_name"], repository["clone_url"], sent["after"], sent["ref"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotAPush(f"{type(error).__name__}: {error}") from None
    if not all(isinstance(text, str) for text in texts):
        raise NotAPush("a text was expected")
    push = Push(*texts)
    if not FULL_NAME.fullmatch(push.repository):
        raise NotAPush("repository.full_name is not owner/name")
    return push if push.ref.startswith("refs/heads/") and push.commit != NO_COMMIT else None


def git_host(api_url: str) -> str:
    """The host that repositories are fetched from: `api.github.com` -> `github.com`, an enterprise host is itself."""
    return (urlsplit(api_url).hostname or "").removeprefix("api.")


def post_status(
    api_url: str,
    token: str | None,
    repository: str,
    commit: str,
    *,
    outcome: Outcome,
    description: str,
    context: str,
    target_url: str,
) -> None:
    """Set the status `context` of a commit. Raises httpx2.HTTPError where GitHub does not take it."""
    headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    status = {
        "state": outcome,
        "description": description[:DESCRIPTION_CHARACTERS],
        "context": context,
        "target_url": target_url,
    }
    url = f"{api_url.rstrip('/')}/repos/{repository}/statuses/{commit}"
    httpx2.post(url, json=status, headers=headers, timeout=ANSWER_SECONDS).raise_for_status()
