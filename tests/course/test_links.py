"""What a link means, and which are refused before anything is fetched."""

from __future__ import annotations

import pytest

from grader.core import Message
from grader.course import links
from grader.course.links import Link, read
from grader.course.tables import CourseAssignment
from grader.errors import Unprocessable
from tests.cast import Cast

HOSTS = ("github.com", "gitlab.com")
SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://github.com/ada/svm", Link("https://github.com/ada/svm")),
        (" https://github.com/ada/svm.git/ ", Link("https://github.com/ada/svm.git")),
        ("https://github.com/ada/svm?tab=readme#top", Link("https://github.com/ada/svm")),
        ("https://github.com/ada/svm/tree/main", Link("https://github.com/ada/svm", "main")),
        ("https://github.com/ada/svm/tree/main/hw1/svm", Link("https://github.com/ada/svm", "main", "hw1/svm")),
        ("https://github.com/ada/svm/blob/v2/a%20b.py", Link("https://github.com/ada/svm", "v2", "a b.py")),
        (f"https://github.com/ada/svm/commit/{SHA}", Link("https://github.com/ada/svm", SHA)),
        ("https://gitlab.com/uni/ml/ada", Link("https://gitlab.com/uni/ml/ada")),
        ("https://gitlab.com/uni/ml/ada/-/tree/main/hw1", Link("https://gitlab.com/uni/ml/ada", "main", "hw1")),
        ("HTTPS://GitHub.com/ada/svm", Link("https://GitHub.com/ada/svm")),
    ],
)
def test_a_link_is_read_as_the_address_of_a_page_or_of_a_repository(text: str, link: Link) -> None:
    assert read(text, HOSTS) == link


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("", "student.link.https"),
        ("svm", "student.link.https"),
        ("http://github.com/ada/svm", "student.link.https"),
        ("git@github.com:ada/svm.git", "student.link.https"),
        ("ssh://git@github.com/ada/svm", "student.link.password"),
        ("file:///etc/passwd", "student.link.https"),
        ("ext::sh -c id", "student.link.malformed"),
        ("https://evil.example/ada/svm", "student.link.host"),
        ("https://127.0.0.1/ada/svm", "student.link.host"),
        ("https://github.com.evil.example/ada/svm", "student.link.host"),
        ("https://ada:secret@github.com/ada/svm", "student.link.password"),
        ("https://github.com", "student.link.malformed"),
        ("https://github.com/ada", "student.link.malformed"),
        ("https://github.com/ada/../../etc", "student.link.malformed"),
        ("https://github.com/ada/svm/tree/main/%2e%2e/x", "student.link.malformed"),
        ("https://github.com/ada/svm\nX: y", "student.link.malformed"),
        ("https://github.com/a b/svm", "student.link.malformed"),
        ("https://[::1/ada/svm", "student.link.malformed"),
        ("https://github.com/ada/" + "x" * 500, "student.link.malformed"),
    ],
)
def test_what_may_not_be_fetched_is_refused_with_its_cure(text: str, id: str) -> None:
    with pytest.raises(Unprocessable) as refusal:
        read(text, HOSTS)
    assert refusal.value.message.id == id


def test_where_no_host_is_named_no_link_is_taken() -> None:
    with pytest.raises(Unprocessable) as refusal:
        read("https://github.com/ada/svm", ())
    assert refusal.value.message.id == "student.link.host"


@pytest.mark.parametrize(
    ("path", "file", "name"),
    [
        ("", "hw1/svm.py", "hw1/svm.py"),
        ("hw1", "hw1/svm.py", "svm.py"),
        ("hw1", "hw10/svm.py", None),
        ("hw1/svm.py", "hw1/svm.py", "svm.py"),
        ("hw1/svm.py", "hw1/knn.py", None),
    ],
)
def test_a_folder_or_file_is_all_that_a_link_to_it_brings(path: str, file: str, name: str | None) -> None:
    assert Link("https://github.com/ada/svm", "main", path).holds(file) == name


def ask(cast: Cast, text: str) -> links.Asked:
    with cast.database.write() as session:
        return links.ask(session, session.get_one(CourseAssignment, cast.svm), cast.ada, read(text, HOSTS))


def test_a_new_link_takes_the_place_of_the_one_that_waits(cast: Cast) -> None:
    first, second = ask(cast, "https://github.com/ada/one"), ask(cast, "https://github.com/ada/two")
    with cast.database.write() as session:
        assert [one.link.repository for one in links.waiting(session)] == ["https://github.com/ada/two"]
        assert not links.still(session, first)
        assert links.still(session, second)


def test_what_fails_is_tried_again_later_and_refused_in_the_end(cast: Cast) -> None:
    asked = ask(cast, "https://github.com/ada/one")
    why = Message("student.link.failed", {"cause": "no network"})
    for tries in range(links.MOST_TRIES):
        with cast.database.write() as session:
            now = links.latest(session, cast.svm, cast.ada)
            assert now is not None
            assert (now.state, now.tries) == ("asked", tries)
            links.postpone(session, now, why)
            assert links.waiting(session) == []
    with cast.database.read() as session:
        last = links.latest(session, cast.svm, cast.ada)
    assert last is not None
    assert (last.state, last.message, last.nonce) == ("refused", why, asked.nonce)
