"""The two switches of the header: language and theme, remembered in cookies, the language also with the person."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from grader.api.dependencies import LANGUAGE_COOKIE, Writer, permission, settings_of, visitor
from grader.api.guard import guarded_router
from grader.course.pages import set_language
from grader.report import LANGUAGES
from grader.web.frame import THEME_COOKIE, THEMES

router = guarded_router(dependencies=[Depends(permission("public"))])
YEAR_SECONDS = 365 * 24 * 3600


@router.post("/preferences")
def switch(
    request: Request,
    session: Writer,
    lang: Annotated[str, Form()] = "",
    theme: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "/",
) -> Response:
    response = RedirectResponse(_inside(back), status_code=303)
    secure = settings_of(request).base_url.startswith("https:")

    def remember(name: str, value: str) -> None:
        response.set_cookie(name, value, max_age=YEAR_SECONDS, httponly=True, samesite="lax", secure=secure)

    if lang in LANGUAGES:
        remember(LANGUAGE_COOKIE, lang)
        if person := visitor(request):
            set_language(session, person.id, lang)
    if theme in THEMES:
        remember(THEME_COOKIE, theme)
    elif theme:
        response.delete_cookie(THEME_COOKIE)
    return response


def _inside(back: str) -> str:
    """An address of ours: what a browser could read as another host's becomes the first page."""
    own = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return back if own else "/"
