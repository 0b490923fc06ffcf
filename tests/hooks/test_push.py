"""A student pushes, and the commit gets its status: the whole way, with a real push and the real service."""

from __future__ import annotations

from pathlib import Path

import httpx2

from tests.classroom import sample
from tests.harness import Service, wait_for
from tests.stubs.forge import TOKEN, Forge, deliver, push_body
from tests.stubs.git_http import GitHost

GRADED_SECONDS = 120.0


def test_a_push_to_a_repository_in_the_roster_is_graded_listed_and_answered_once(
    tmp_path: Path, host: GitHost, forge: Forge
) -> None:
    url = host.repository("cs-org/ada")
    host.push("cs-org/ada", {"README.md": b"my homework\n"})
    environment = {
        "GRADER_GIT_HTTP_HOSTS": "127.0.0.1",
        "GRADER_GITHUB_API_URL": forge.url,
        "GRADER_GITHUB_TOKEN": TOKEN,
    }
    with Service(tmp_path, environment=environment) as service:
        secret, token = set_up(service, tmp_path)
        commit = host.push("cs-org/ada", {"svm/linear_svm.py": sample("svm/right_einsum.py")})
        body = push_body("cs-org/ada", url, commit)
        for _ in range(2):
            assert deliver(service.url, secret, body, delivery="one").status_code == 202
        wait_for(lambda: bool(forge.statuses or forge.refused), GRADED_SECONDS, service.log_text)
        assert deliver(service.url, secret, body, delivery="one").status_code == 202
        (item,) = listed(service, token)
    assert forge.refused == []
    (status,) = forge.statuses
    assert (status["repository"], status["commit"], status["state"]) == ("cs-org/ada", commit, "success")
    assert status["description"] == "20 / 20"
    (made,) = item["submissions"]
    assert status["target_url"] == f"{service.url}/submissions/{made['submission']}"
    assert (item["state"], made["assignment"]) == ("answered", "svm")


def set_up(service: Service, folder: Path) -> tuple[str, str]:
    """A course, its roster with a repository, and a hook, all from the shell: the hook's secret and a staff token."""
    service.admin("create-course", "cs")
    roster = folder / "roster.csv"
    roster.write_text("email,name,role,group,external_id,repository\nada@example.org,Ada,student,,,cs-org/ada\n")
    service.admin("import-roster", "cs", str(roster))
    service.admin("create-user", "teacher@example.org")
    service.admin("add-member", "cs", "teacher@example.org", "--role", "instructor")
    service.admin("enable", "cs", "svm")
    hook = service.admin("hook", "cs", "--forge", "github").split()
    assert f"{service.url}/hooks/github" in hook
    return hook[-1], service.admin("token", "teacher@example.org")


def listed(service: Service, token: str) -> list[dict[str, object]]:
    answer = httpx2.get(
        f"{service.url}/api/v1/courses/cs/deliveries", headers={"Authorization": f"Bearer {token}"}, timeout=20
    )
    items: list[dict[str, object]] = answer.json()["items"]
    return items
