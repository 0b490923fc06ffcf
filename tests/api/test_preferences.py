"""What people choose for themselves: set by the API, seen on the pages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Site

ME = "/api/v1/me"


def test_a_person_is_told_who_they_are_and_what_they_chose(site: Site) -> None:
    said = site.get(ME).json()
    known = {"email": "ada@example.org", "name": "Ada", "language": None, "timezone": None, "mail": True}
    assert said == known | {"id": site.cast.ada}


def test_what_is_given_is_set_and_the_rest_stays(site: Site) -> None:
    site.call("PATCH", ME, json={"timezone": "America/New_York", "language": "ko"})
    said = site.call("PATCH", ME, json={"mail": False, "language": None}).json()
    assert (said["timezone"], said["language"], said["mail"]) == ("America/New_York", None, False)
    assert site.get(ME, "ben").json()["mail"] is True


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"timezone": "Mars/Olympus"}, 400),
        ({"timezone": "../../etc/passwd"}, 400),
        ({"timezone": "x" * 65}, 422),
        ({"language": "tlh"}, 400),
        ({"mail": None}, 422),
        ({"admin": True}, 422),
        ({"email": "root@example.org"}, 422),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(site: Site, body: dict[str, Any], status: int) -> None:
    before = site.get(ME).json()
    assert site.call("PATCH", ME, json={"mail": False} | body).status_code == status
    assert site.get(ME).json() == before


def test_the_language_of_refusals_is_the_chosen_one(site: Site) -> None:
    site.call("PATCH", ME, json={"language": "ko"})
    assert "시간대" in site.call("PATCH", ME, json={"timezone": "Mars/Olympus"}).json()["detail"]
