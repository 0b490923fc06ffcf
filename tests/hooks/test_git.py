"""A commit is read without a work tree: only regular Python files come out, within caps, from allowed hosts."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.integrations.git import Access, GitFault, read_commit
from tests.stubs.git_http import GitHost, git

LOOPBACK = Access("github.com", http_hosts={"127.0.0.1"})
MIB = 1 << 20


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHost]:
    with GitHost(tmp_path_factory.mktemp("git")) as host:
        yield host


def test_the_python_files_of_a_commit_come_with_their_paths(host: GitHost) -> None:
    url = host.repository("a/plain")
    first = host.push("a/plain", {"svm/linear_svm.py": b"one", "svm/notes.txt": b"no", "a b/가.py": b"2"})
    host.push("a/plain", {"svm/linear_svm.py": b"two"})
    files = read_commit(url, first, LOOPBACK, max_bytes=MIB)
    assert dict(files) == {"svm/linear_svm.py": b"one", "a b/가.py": b"2"}


def test_links_and_submodules_are_not_followed(host: GitHost, tmp_path: Path) -> None:
    """A symbolic link named like a submission would show a file of the grading machine."""
    url = host.repository("a/links")
    host.push("a/links", {"real.py": b"x = 1\n"})
    work = host.folder / "work" / "a/links"
    (work / "passwd.py").symlink_to("/etc/passwd")
    (work / "folder.py").symlink_to("/etc")
    git(work, "add", "--all")
    git(work, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module.py")
    commit = host.push_staged("a/links")
    assert read_commit(url, commit, LOOPBACK, max_bytes=MIB) == [("real.py", b"x = 1\n")]


def test_attributes_and_hooks_of_the_repository_have_nothing_to_act_on(host: GitHost, tmp_path: Path) -> None:
    url = host.repository("a/filters")
    commit = host.push("a/filters", {".gitattributes": b"*.py filter=lfs text eol=crlf\n", "a.py": b"one\ntwo\n"})
    assert read_commit(url, commit, LOOPBACK, max_bytes=MIB) == [("a.py", b"one\ntwo\n")]


def test_a_commit_with_too_much_python_ends_for_good(host: GitHost) -> None:
    url = host.repository("a/large")
    commit = host.push("a/large", {"a.py": b"#" * 6000, "b.py": b"#" * 6000})
    with pytest.raises(GitFault) as fault:
        read_commit(url, commit, LOOPBACK, max_bytes=10_000)
    assert fault.value.final


def test_a_transfer_that_takes_too_much_disk_is_ended(host: GitHost) -> None:
    url = host.repository("a/fat")
    commit = host.push("a/fat", {"a.py": b"x = 1\n", "data.bin": os.urandom(300_000)})
    with pytest.raises(GitFault, match="takes more than"):
        read_commit(url, commit, LOOPBACK, max_bytes=8_000)


def test_a_commit_that_is_not_there_can_be_asked_for_again(host: GitHost) -> None:
    url = host.repository("a/missing")
    host.push("a/missing", {"a.py": b"x = 1\n"})
    with pytest.raises(GitFault) as fault:
        read_commit(url, "f" * 40, LOOPBACK, max_bytes=MIB)
    assert not fault.value.final


def test_a_host_that_answers_503_can_be_asked_again(host: GitHost) -> None:
    url = host.repository("a/busy")
    commit = host.push("a/busy", {"a.py": b"x = 1\n"})
    host.fail = 1
    with pytest.raises(GitFault) as fault:
        read_commit(url, commit, LOOPBACK, max_bytes=MIB)
    assert not fault.value.final
    assert read_commit(url, commit, LOOPBACK, max_bytes=MIB) == [("a.py", b"x = 1\n")]


def test_a_host_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/a/b.git"
        with pytest.raises(GitFault, match="took longer"):
            read_commit(url, "1" * 40, LOOPBACK, max_bytes=MIB, seconds=1.0)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.2/a/b.git",
        "https://elsewhere.example/a/b.git",
        "file:///etc",
        "ssh://git@github.com/a/b.git",
        "ext::sh -c touch% /tmp/x",
        "--upload-pack=touch",
        "https://user:word@github.com/a/b.git",
        "http://github.com/a/b.git",
    ],
)
def test_an_address_that_is_not_allowed_is_never_asked(url: str) -> None:
    with pytest.raises(GitFault) as fault:
        read_commit(url, "1" * 40, LOOPBACK, max_bytes=MIB)
    assert fault.value.final


@pytest.mark.parametrize("commit", ["main", "--help", "1" * 39, "G" * 40, ""])
def test_what_is_no_commit_id_is_never_asked_for(commit: str) -> None:
    with pytest.raises(GitFault) as fault:
        read_commit("https://github.com/a/b.git", commit, LOOPBACK, max_bytes=MIB)
    assert fault.value.final


def test_the_token_is_not_sent_over_plain_http(host: GitHost) -> None:
    url = host.repository("a/secret")
    commit = host.push("a/secret", {"a.py": b"x = 1\n"})
    host.authorizations.clear()
    read_commit(url, commit, Access("github.com", {"127.0.0.1"}, token="secret"), max_bytes=MIB)
    assert set(host.authorizations) == {None}
