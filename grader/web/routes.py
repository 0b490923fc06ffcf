"""All pages, one file each."""

from fastapi import APIRouter

from grader.web.pages import (
    account,
    assignment,
    gradebook,
    hints,
    home,
    members,
    preferences,
    queue,
    sign_in,
    source,
    statistics,
    submission,
)

router = APIRouter(include_in_schema=False)
for room in (
    home,
    assignment,
    submission,
    source,
    hints,
    gradebook,
    statistics,
    queue,
    sign_in,
    preferences,
    account,
    members,
):
    router.include_router(room.router)
