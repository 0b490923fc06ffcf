"""What a student and a teacher do with a running service: hand in, follow, look at the queue."""

from __future__ import annotations

from typing import Any

import httpx2

from tests.classroom import Classroom
from tests.harness import Service


def url_of(service: Service) -> str:
    return service.environment["GRADER_DATABASE_URL"]


def upload(service: Service, room: Classroom, data: bytes) -> int:
    answer = httpx2.post(
        service.url + room.path,
        headers={"Authorization": f"Bearer {room.tokens[0]}"},
        files={"files": ("linear_svm.py", data)},
        timeout=20,
    )
    assert answer.status_code == 202, answer.text
    id: int = answer.json()["id"]
    return id


def look(service: Service, room: Classroom, id: int, *, wait: int = 0) -> dict[str, object]:
    answer = httpx2.get(
        f"{service.url}/api/v1/submissions/{id}",
        params={"wait": wait},
        headers={"Authorization": f"Bearer {room.tokens[0]}"},
        timeout=wait + 20,
    )
    state: dict[str, object] = answer.json()
    return state


def status_is(service: Service, room: Classroom, id: int, *wanted: str) -> bool:
    return look(service, room, id)["status"] in wanted


def report_of(service: Service, room: Classroom, id: int) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {room.tokens[0]}"}
    report: dict[str, Any] = httpx2.get(f"{service.url}/api/v1/submissions/{id}/report.json", headers=headers).json()
    return report


def queue_page(service: Service, room: Classroom) -> str:
    headers = {"Authorization": f"Bearer {room.instructor}", "Accept-Language": "en"}
    return httpx2.get(f"{service.url}/queue", headers=headers).raise_for_status().text
