"""All pages, one file each."""

from fastapi import APIRouter

from grader.web.pages import (
    account,
    allowances,
    assignment,
    gradebook,
    hints,
    home,
    members,
    preferences,
    queue,
    regrades,
    settings,
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
    regrades,
    settings,
    allowances,
):
    router.include_router(room.router)
