"""Reads one commit of a repository, with the git command and nothing checked out.

Theory of operation
-------------------
A repository is a student's: its objects, paths and attributes are hostile input. So no work tree is ever made: the
commit is fetched alone (depth 1) into a bare repository in a throw-away folder, its tree is listed, and the blobs
that look like submissions are read through `git cat-file`. Symbolic links, submodules, hooks, filters, LFS and odd
file names have nothing to act on. The transfer is ended when it takes too long or too much disk. Only https is
allowed, and http to the hosts the operator names; redirects are not followed; git asks nobody for a password.
"""

from __future__ import annotations

import base64
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

SUFFIXES = (".py", ".ipynb")
"""What is read of a repository: the rest is data, pictures and text."""
FETCH_SECONDS = 60.0
READ_SECONDS = 20.0
DISK_FACTOR = 8
"""Times the most bytes of an upload that a fetched commit may take on disk: data and pictures come along."""
REFS_BYTES = 1 << 20
"""What listing branches may leave on disk."""
MOST_FILES = 2000
TICK_SECONDS = 0.02
_KEPT = ("PATH", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE", "GIT_SSL_CAINFO")
_REGULAR = (b"100644", b"100755")
_ABSENT = (
    "not found",
    "could not read Username",
    "Authentication failed",
    "returned error: 403",
    "returned error: 404",
)
"""What git says, in English, of a repository that is not there for everybody."""
COMMIT = re.compile(r"[0-9a-f]{40}")


class GitFault(Exception):
    """git could not do it: the text says what it said. Trying again later may help, unless `final`. `absent`: the host
    says that there is no such repository, or none that is public."""

    def __init__(self, text: str, *, final: bool = False, absent: bool = False) -> None:
        super().__init__(text)
        self.final, self.absent = final, absent


@dataclass(frozen=True, slots=True)
class Access:
    """What may be fetched from: `https_host` by https, with `token` where there is one; `http_hosts` by plain http."""

    https_host: str
    http_hosts: Collection[str] = ()
    token: str | None = None


def read_commit(
    url: str, commit: str, access: Access, *, max_bytes: int, seconds: float = FETCH_SECONDS
) -> list[tuple[str, bytes]]:
    """The Python files and notebooks of `commit` with their paths, `max_bytes` in all at most, fetched in `seconds`.

    Raises GitFault: final for an address that is not allowed or a commit that is too large, else to be tried again.
    """
    _check(url, access)
    if not COMMIT.fullmatch(commit):
        raise GitFault("not the id of a commit", final=True)
    with tempfile.TemporaryDirectory(prefix="grader-git-") as folder:
        git = _Git(Path(folder), _environment(url, folder, access), max_bytes * DISK_FACTOR)
        git.run("init", "--quiet", "--bare", ".", seconds=READ_SECONDS)
        git.run("fetch", *_FETCH, "--", url, commit, seconds=seconds)
        listed = git.run("ls-tree", "-r", "-z", "-l", "--full-tree", commit, seconds=READ_SECONDS)
        chosen = list(_choose(listed, max_bytes))
        names = "".join(f"{blob}\n" for blob, _ in chosen).encode()
        contents = git.run("cat-file", "--batch", seconds=READ_SECONDS, given=names)
        return list(zip((path for _, path in chosen), _split(contents), strict=True))


def resolve(url: str, ref: str, access: Access) -> str | None:
    """The commit that a branch or tag of a repository stands at now; `ref` empty: what it shows first. None where there
    is no such one. Raises GitFault as `read_commit`."""
    _check(url, access)
    wanted = (f"refs/heads/{ref}", f"refs/tags/{ref}^{{}}", f"refs/tags/{ref}") if ref else ("HEAD",)
    with tempfile.TemporaryDirectory(prefix="grader-git-") as folder:
        git = _Git(Path(folder), _environment(url, folder, access), REFS_BYTES)
        listed = git.run("ls-remote", "--quiet", "--", url, *wanted, seconds=READ_SECONDS)
    lines = (line.partition("\t") for line in listed.decode(errors="replace").splitlines())
    at = {name: commit for commit, _, name in lines}
    return next((at[name] for name in wanted if name in at), None)


_FETCH = ("--quiet", "--depth", "1", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-gc")


def _check(url: str, access: Access) -> None:
    parts = urlsplit(url)
    https = parts.scheme == "https" and parts.hostname == access.https_host
    if not https and not (parts.scheme == "http" and parts.hostname in access.http_hosts):
        raise GitFault(f"{parts.scheme}://{parts.hostname} may not be fetched from", final=True)
    if parts.username or parts.password:
        raise GitFault("an address with a password in it is not fetched", final=True)


def _environment(url: str, folder: str, access: Access) -> Mapping[str, str]:
    settings = {
        "core.hooksPath": "/dev/null",
        "core.symlinks": "false",
        "protocol.allow": "never",
        f"protocol.{urlsplit(url).scheme}.allow": "always",
        "http.followRedirects": "false",
        "credential.helper": "",
        "gc.auto": "0",
    }
    if access.token and urlsplit(url).scheme == "https":
        login = base64.b64encode(f"x-access-token:{access.token}".encode()).decode()
        settings["http.extraHeader"] = f"Authorization: Basic {login}"
    given = {f"GIT_CONFIG_KEY_{at}": key for at, key in enumerate(settings)}
    given |= {f"GIT_CONFIG_VALUE_{at}": value for at, value in enumerate(settings.values())}
    return {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        "HOME": folder,
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_CONFIG_COUNT": str(len(settings)),
        **given,
    }


class _Git:
    """git in one folder, with one environment, watched."""

    def __init__(self, folder: Path, environment: Mapping[str, str], max_disk: int) -> None:
        self.folder, self.environment, self.max_disk = folder, environment, max_disk

    def run(self, *arguments: str, seconds: float, given: bytes = b"") -> bytes:
        """What `git arguments` wrote. It and what it started are killed at either cap."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as fed:
            fed.write(given)
            fed.seek(0)
            process = subprocess.Popen(
                ["git", *arguments],
                cwd=self.folder,
                env=dict(self.environment),
                stdin=fed,
                stdout=out,
                stderr=said,
                start_new_session=True,
            )
            try:
                self._watch(process, seconds)
            finally:
                _kill(process)
            said.seek(0)
            if process.returncode:
                cause = said.read(2000).decode(errors="replace").strip()
                raise GitFault(f"git {arguments[0]}: {cause}", absent=any(word in cause for word in _ABSENT))
            out.seek(0)
            return out.read()

    def _watch(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while process.poll() is None:
            if time.monotonic() > deadline:
                raise GitFault(f"git took longer than {seconds:.0f} s")
            if _size(self.folder) > self.max_disk:
                raise GitFault(f"the commit takes more than {self.max_disk} bytes", final=True)
            time.sleep(TICK_SECONDS)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _size(folder: Path) -> int:
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(root) / name).lstat().st_size
            except FileNotFoundError:  # git renames its temporary files while we look
                continue
    return total


def _choose(listed: bytes, max_bytes: int) -> Iterator[tuple[str, str]]:
    """Blob id and path of the files to read, from `ls-tree -z -l`: `mode type id size TAB path NUL`."""
    total = count = 0
    for line in listed.split(b"\0")[:-1]:
        about, path = line.split(b"\t", 1)
        mode, _, blob, size = about.split()
        if mode not in _REGULAR or not path.lower().endswith(tuple(suffix.encode() for suffix in SUFFIXES)):
            continue
        total, count = total + int(size), count + 1
        if total > max_bytes or count > MOST_FILES:
            raise GitFault(f"the commit holds more than {max_bytes} bytes or {MOST_FILES} files of Python", final=True)
        yield blob.decode(), path.decode(errors="replace")


def _split(contents: bytes) -> Iterator[bytes]:
    """The blobs of `cat-file --batch`: `id type size LF content LF`, again and again."""
    at = 0
    while at < len(contents):
        end = contents.index(b"\n", at)
        size = int(contents[at:end].split()[2])
        yield contents[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
