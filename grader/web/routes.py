"""All pages, one file each."""

from fastapi import APIRouter

from grader.web.pages import (
    account,
    allowances,
    assignment,
    audit,
    copying,
    drilldown,
    gradebook,
    hints,
    home,
    invitations,
    marking,
    members,
    preferences,
    queue,
    regrades,
    remarks,
    settings,
    sign_in,
    sign_in_mail,
    sign_in_oidc,
    site,
    source,
    statistics,
    submission,
    verify,
)

router = APIRouter(include_in_schema=False)
for room in (
    home,
    assignment,
    submission,
    source,
    hints,
    gradebook,
    drilldown,
    statistics,
    queue,
    sign_in_mail,  # these two before what takes any word for a link
    sign_in_oidc,
    sign_in,
    preferences,
    account,
    members,
    invitations,
    copying,
    site,
    regrades,
    remarks,
    marking,
    audit,
    settings,
    allowances,
    verify,
):
    router.include_router(room.router)
