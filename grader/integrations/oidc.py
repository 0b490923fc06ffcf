"""OpenID Connect: signing in with an account of somebody else's, by authorization code and PKCE.

Theory of operation
-------------------
A browser that begins gets one random secret in a cookie (`Ticket`). `state`, `nonce` and the verifier of PKCE are drawn
from it by HMAC, so that nothing is kept here, any machine can take the answer, and an answer that was begun in another
browser fits nothing. The code is redeemed by us over TLS; the `id_token` that comes back is believed only where its
signature is that of a published key by an asymmetric algorithm, and issuer, audience, nonce and times are as they
must be (OpenID Connect Core 1.0, 3.1.3.7). What the provider publishes about itself is asked for again every ten
minutes, and at once for a key that is not known.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

import httpx2
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from grader.core import Message
from grader.errors import Forbidden, Unavailable

ANSWER_SECONDS = 10.0
LARGEST = 256 << 10
"""Bytes of an answer."""
KEPT_SECONDS = 600.0
LEEWAY_SECONDS = 60
"""By which two clocks may differ."""
SCOPE = "openid email"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
"""By which a token may be signed: with a key that is published, so neither `none` nor one that is shared (HS256)."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Client:
    """What the provider knows this service as. `issuer` is written exactly as the provider writes it; `secret` None:
    a public client; `redirect` is where it sends the browser back to."""

    issuer: str
    id: str
    secret: str | None
    redirect: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """What one browser's sign-in is recognised by; `secret` stays in its cookie."""

    secret: str

    @classmethod
    def new(cls) -> Ticket:
        return cls(secrets.token_urlsafe(32))

    @property
    def state(self) -> str:
        return self._drawn(b"state")

    @property
    def nonce(self) -> str:
        return self._drawn(b"nonce")

    @property
    def verifier(self) -> str:
        return self._drawn(b"verifier")

    @property
    def challenge(self) -> str:
        """`S256` of RFC 7636."""
        return _base64(hashlib.sha256(self.verifier.encode()).digest())

    def fits(self, state: str) -> bool:
        return hmac.compare_digest(self.state.encode(), state.encode())

    def _drawn(self, what: bytes) -> str:
        return _base64(hmac.digest(self.secret.encode(), what, "sha256"))


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the provider signed in: `subject` is its own name for them, `email` is empty where it told none."""

    subject: str
    email: str
    verified: bool


class Provider:
    """One provider. Every call may ask it over HTTP, and raises Unavailable where it does not answer as it should."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._about: tuple[float, Mapping[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def address(self, ticket: Ticket) -> str:
        """Where the browser is sent to sign in."""
        asked = {
            "response_type": "code",
            "client_id": self._client.id,
            "redirect_uri": self._client.redirect,
            "scope": SCOPE,
            "state": ticket.state,
            "nonce": ticket.nonce,
            "code_challenge": ticket.challenge,
            "code_challenge_method": "S256",
        }
        return str(httpx2.URL(self._endpoint("authorization_endpoint")).copy_merge_params(asked))

    def redeem(self, code: str, ticket: Ticket) -> Account:
        """Whom a code stands for. Raises Forbidden where what the provider says does not hold."""
        given = self._token(code, ticket)
        claims = self._claims(given.get("id_token"), ticket.nonce)
        if "email" not in claims and self._described().get("userinfo_endpoint"):
            claims |= self._userinfo(given.get("access_token"), claims["sub"])
        email = claims.get("email")
        verified = claims.get("email_verified") in (True, "true")
        return Account(claims["sub"], email if isinstance(email, str) else "", verified)

    def _token(self, code: str, ticket: Ticket) -> dict[str, Any]:
        client, headers = self._client, {"Accept": "application/json"}
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": client.redirect,
            "code_verifier": ticket.verifier,
            "client_id": client.id,
        }
        methods = self._described().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if client.secret and "client_secret_basic" in methods:
            login = f"{quote(client.id, safe='')}:{quote(client.secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(login.encode()).decode()}"
        elif client.secret:
            form["client_secret"] = client.secret
        return self._json("POST", self._endpoint("token_endpoint"), data=form, headers=headers)

    def _userinfo(self, access_token: object, subject: str) -> dict[str, Any]:
        """Core 5.3: where the claims are of which the scopes speak, if the token does not have them."""
        headers = {"Authorization": f"Bearer {access_token}"}
        told = self._json("GET", self._endpoint("userinfo_endpoint"), headers=headers)
        if told.get("sub") != subject:
            raise unproved("userinfo: sub")
        return {name: told[name] for name in ("email", "email_verified") if name in told}

    # ------------------------------------------------------------------ the token

    def _claims(self, token: object, nonce: str) -> dict[str, Any]:
        if not isinstance(token, str):
            raise unproved("id_token: missing")
        try:
            claims = self._signed(token).claims
            self._rules(nonce).validate(claims)
        except (JoseError, ValueError) as error:
            raise unproved(f"id_token: {error}") from None
        audience = claims["aud"]
        several = isinstance(audience, list) and len(audience) > 1
        if claims.get("azp", None if several else self._client.id) != self._client.id:
            raise unproved("id_token: azp")
        return claims

    def _signed(self, token: str) -> jwt.Token:
        decode = partial(jwt.decode, token, algorithms=ALGORITHMS)
        try:
            return decode(self._published())
        except InvalidKeyIdError:  # a key that came after ours were read
            return decode(self._published(anew=True))

    def _rules(self, nonce: str) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._client.issuer},
            aud={"essential": True, "value": self._client.id},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )

    # ------------------------------------------------------------------ what it publishes

    def _described(self) -> Mapping[str, Any]:
        if self._about is None or _old(self._about[0]):
            issuer = self._client.issuer
            if not may_be_asked(issuer, issuer):
                raise unreachable(f"issuer: {issuer}")
            about = self._json("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if about.get("issuer") != issuer:
                raise unreachable(f"issuer: {about.get('issuer')}")
            self._about = time.monotonic(), about
        return self._about[1]

    def _published(self, *, anew: bool = False) -> KeySet:
        if anew or self._keys is None or _old(self._keys[0]):
            listed: Any = self._json("GET", self._endpoint("jwks_uri"))
            try:
                self._keys = time.monotonic(), KeySet.import_key_set(listed)
            except (JoseError, ValueError, KeyError, TypeError) as error:
                raise unreachable(f"jwks_uri: {type(error).__name__}") from None
        return self._keys[1]

    def _endpoint(self, name: str) -> str:
        address = self._described().get(name)
        if not isinstance(address, str) or not may_be_asked(address, self._client.issuer):
            raise unreachable(f"{name}: {address}")
        return address

    def _json(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        try:
            with httpx2.stream(method, url, timeout=ANSWER_SECONDS, follow_redirects=False, **options) as answer:
                body = b""
                for piece in answer.iter_bytes():
                    body += piece
                    if len(body) > LARGEST:
                        raise unreachable(f"{urlsplit(url).path}: {LARGEST} B")
            told = json.loads(body) if answer.status_code == 200 else None
        except (httpx2.HTTPError, ValueError, RecursionError) as error:
            raise unreachable(f"{urlsplit(url).path}: {type(error).__name__}") from None
        if answer.status_code in (400, 401):
            raise unproved(f"{urlsplit(url).path}: {answer.status_code}")
        if not isinstance(told, dict):
            raise unreachable(f"{urlsplit(url).path}: {answer.status_code}")
        return told


def may_be_asked(address: str, issuer: str) -> bool:
    """By https; by plain http on loopback where the issuer is there too."""
    parts, of = urlsplit(address), urlsplit(issuer)
    local = of.scheme == "http" and of.hostname in LOOPBACK and parts.hostname in LOOPBACK
    return (parts.scheme == "https" and bool(parts.hostname)) or (parts.scheme == "http" and local)


def unproved(reason: str) -> Forbidden:
    return Forbidden(Message("oidc.unproved", {"reason": reason[:200]}))


def unreachable(reason: str) -> Unavailable:
    return Unavailable(Message("oidc.unreachable", {"reason": reason[:200]}))


def _old(since: float) -> bool:
    return time.monotonic() - since > KEPT_SECONDS


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
