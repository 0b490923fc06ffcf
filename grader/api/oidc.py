"""Signing in with an account of the OpenID provider that the operator named: people are known by their e-mail address,
as the roster has it, and nobody gets an account by this door.

What ties the answer to the browser that began is a cookie of its own, for ten minutes. What is refused after the
provider was asked stands in the record of the site; an answer that fits no browser is only logged, since anybody can
send any number of those.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import anyio
import structlog
from fastapi import Request, Response
from limits import RateLimitItemPerMinute
from sqlalchemy.orm import Session

from grader.api import rates, signin
from grader.api.dependencies import database_of, settings_of
from grader.core import Message
from grader.course import audit, people
from grader.course.tables import User
from grader.errors import BadRequest, Forbidden, GraderError, NotFound
from grader.integrations.oidc import Account, Client, Provider, Ticket
from grader.settings import Settings

BACK = "/sign-in/oidc/back"
TRIES = RateLimitItemPerMinute(60)
"""Of one network."""
COOKIE_SECONDS = 600
AT_A_TIME = 8
CODE = re.compile(r"[a-z_]{1,40}")
"""What an OAuth error is; anything else in the address is not repeated."""

log = structlog.get_logger("grader.api")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider gave the browser to bring: a code or an error, and who it says it is (RFC 9207) if it does."""

    state: str
    code: str
    error: str
    issuer: str

    @property
    def reason(self) -> str:
        return self.error if CODE.fullmatch(self.error) else "issuer" if self.issuer else "code"


def provider_of(settings: Settings) -> Provider | None:
    """The provider that is configured; None where there is none."""
    if not settings.signs_in_elsewhere:
        return None
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None
    redirect = settings.base_url.rstrip("/") + BACK
    return Provider(Client(settings.oidc_issuer, settings.oidc_client_id, secret, redirect))


def asking() -> anyio.CapacityLimiter:
    """Threads of their own for what waits for the provider: if it hangs, sign-in hangs and nothing else."""
    return anyio.CapacityLimiter(AT_A_TIME)


def begin(request: Request) -> tuple[str, Ticket]:
    """Where to send the browser, and what to give it. Raises NotFound, TooMany or Unavailable."""
    provider, ticket = _provider(request), Ticket.new()
    return provider.address(ticket), ticket


def remember(request: Request, response: Response, ticket: Ticket) -> None:
    name, secure = _cookie(request)
    response.set_cookie(name, ticket.secret, COOKIE_SECONDS, httponly=True, samesite="lax", secure=secure)


def forget(request: Request, response: Response) -> None:
    name, secure = _cookie(request)
    response.delete_cookie(name, httponly=True, samesite="lax", secure=secure)


def finish(request: Request, response: Response, answer: Answer) -> None:
    """Sign in whoever comes back from the provider. Raises BadRequest where it was not begun in this browser, Forbidden
    where the provider or we refuse, and what `begin` raises."""
    provider = _provider(request)
    ticket = Ticket(request.cookies.get(_cookie(request)[0], ""))
    if not ticket.secret or not ticket.fits(answer.state):
        log.warning("sign-in refused", reason="oidc.state", network=rates.network(request))
        raise BadRequest(Message("oidc.state"))
    account = None
    try:
        if answer.error or not answer.code or answer.issuer not in ("", settings_of(request).oidc_issuer):
            raise Forbidden(Message("oidc.declined", {"reason": answer.reason}))
        account = provider.redeem(answer.code, ticket)
        _enter(request, response, account)
    except GraderError as refusal:
        _write_down(request, account, refusal)
        raise


def _enter(request: Request, response: Response, account: Account) -> None:
    with database_of(request).write() as session:
        user = _person(session, account)
        detail = {"issuer": settings_of(request).oidc_issuer}
        audit.record(session, "sign-in-oidc", user.email, user_id=user.id, detail=detail)
        signin.begin(session, user.id, request, response)


def _person(session: Session, account: Account) -> User:
    """Raises Forbidden for an address that is not told, not verified, or nobody's here."""
    if not account.email:
        raise Forbidden(Message("oidc.no-email"))
    if not account.verified:
        raise Forbidden(Message("oidc.unverified", {"email": account.email}))
    try:
        return people.find_user(session, account.email)
    except (NotFound, BadRequest):
        raise Forbidden(Message("oidc.unknown", {"email": account.email})) from None


def _write_down(request: Request, account: Account | None, refusal: GraderError) -> None:
    subject = account.email[:254] if account else ""
    detail = {"issuer": settings_of(request).oidc_issuer, "refusal": refusal.message.id, **refusal.message.params}
    with database_of(request).write() as session:
        audit.record(session, "refuse-oidc", subject, detail=detail)


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise NotFound(Message("oidc.off"))
    rates.check(request, TRIES, "oidc.fast", "oidc", rates.network(request))
    return provider


def _cookie(request: Request) -> tuple[str, bool]:
    """Its name, and whether it is for https alone; `__Host-` as for the session."""
    secure = settings_of(request).base_url.startswith("https:")
    return ("__Host-oidc" if secure else "oidc"), secure
