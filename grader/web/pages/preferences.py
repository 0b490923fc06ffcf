"""The two switches of the header, language and theme, remembered in cookies, the language also with the person; and
`/account/preferences`: in which language and zone does this service speak to me, and does it write to me?"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from grader.api.dependencies import LANGUAGE_COOKIE, Reader, Writer, permission, settings_of, visitor
from grader.api.guard import guarded_router
from grader.course import preferences
from grader.course.permissions import Grant
from grader.course.tables import User
from grader.report import LANGUAGES
from grader.web.frame import THEME_COOKIE, THEMES, frame_of
from grader.web.rendering import page, say

router = guarded_router()
YEAR_SECONDS = 365 * 24 * 3600


@router.post("/preferences", dependencies=[Depends(permission("public"))])
def switch(
    request: Request,
    session: Writer,
    lang: Annotated[str, Form()] = "",
    theme: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "/",
) -> Response:
    response = RedirectResponse(_inside(back), status_code=303)
    if lang in LANGUAGES:
        _remember(request, response, LANGUAGE_COOKIE, lang)
        if person := visitor(request):
            preferences.change(session, person.id, {"language": lang})
    if theme in THEMES:
        _remember(request, response, THEME_COOKIE, theme)
    elif theme:
        response.delete_cookie(THEME_COOKIE)
    return response


def _remember(request: Request, response: Response, name: str, value: str) -> None:
    secure = settings_of(request).base_url.startswith("https:")
    response.set_cookie(name, value, max_age=YEAR_SECONDS, httponly=True, samesite="lax", secure=secure)


def _inside(back: str) -> str:
    """An address of ours: what a browser could read as another host's becomes the first page."""
    own = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return back if own else "/"


@router.get("/account/preferences")
def show(
    request: Request,
    session: Reader,
    grant: Annotated[Grant, Depends(permission("account.read"))],
    saved: bool = False,
) -> Response:
    frame = frame_of(request, session, grant.person)
    title = say(frame, "student.preferences.title")
    user = session.get_one(User, grant.person.id)
    return page(frame, "preferences.html", title=title, here="account", me=user, zones=preferences.zones(), saved=saved)


@router.post("/account/preferences")
def save(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request,
    session: Writer,
    grant: Annotated[Grant, Depends(permission("account.edit"))],
    lang: Annotated[str, Form(max_length=8)] = "",
    timezone: Annotated[str, Form(max_length=64)] = "",
    mail: Annotated[bool, Form()] = False,
) -> Response:
    """Set all three by the API's own door; the page comes back in the new language."""
    preferences.change(session, grant.person.id, {"language": lang or None, "timezone": timezone or None, "mail": mail})
    response = RedirectResponse("/account/preferences?saved=1", status_code=303)
    if lang:
        _remember(request, response, LANGUAGE_COOKIE, lang)
    else:
        response.delete_cookie(LANGUAGE_COOKIE)
    return response
