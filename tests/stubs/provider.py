"""An OpenID provider on loopback: it signs everybody in as the account it was told, and hands out codes and tokens as
OpenID Connect Core says, unless it was told to go wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet, OctKey, RSAKey

CLIENT, SECRET = "grader", "a secret: with + and %"
RSA = RSAKey.generate_key(2048, parameters={"kid": "one"}, auto_kid=False)
OTHER_RSA = RSAKey.generate_key(2048, parameters={"kid": "one"}, auto_kid=False)
ELLIPTIC = ECKey.generate_key("P-256", parameters={"kid": "two"}, auto_kid=False)


@dataclass
class Account:
    """Whom it signs in."""

    email: str = "ada@example.org"
    verified: object = True
    subject: str = "248289761001"


@dataclass
class Provider:
    """`claims` changes what stands in a token (None removes one), `metadata` what is published of itself; `key`,
    `algorithm` and `published` say how tokens are signed and which keys are shown; `slim`: the address stands in
    userinfo alone; `answers` are (status, body) by path in place of what it would say. `asked` are the paths."""

    account: Account = field(default_factory=Account)
    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    key: Key = field(default_factory=lambda: RSA)
    algorithm: str = "RS256"
    published: list[Key] = field(default_factory=lambda: [RSA, ELLIPTIC])
    slim: bool = False
    public: bool = False
    subject_of_userinfo: str | None = None
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> Provider:
        self._codes: dict[str, dict[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    # ------------------------------------------------------------------ what it answers: status, body, location

    def discovery(self, _: dict[str, str], __: str | None) -> tuple[int, Any, str]:
        known = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize?tenant=uni",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "userinfo_endpoint": f"{self.url}/userinfo",
        }
        return 200, known | self.metadata, ""

    def keys(self, _: dict[str, str], __: str | None) -> tuple[int, Any, str]:
        return 200, KeySet(self.published).as_dict(private=False), ""

    def authorize(self, asked: dict[str, str], _: str | None) -> tuple[int, Any, str]:
        """What a person would be asked stands here already: straight back with a code."""
        needed = {"response_type": "code", "client_id": CLIENT, "code_challenge_method": "S256", "tenant": "uni"}
        if {name: asked.get(name) for name in needed} != needed or "openid" not in asked["scope"].split():
            return 400, {"error": "invalid_request"}, ""
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.url}
        return 302, {}, f"{asked['redirect_uri']}?{urlencode(back)}"

    def token(self, asked: dict[str, str], authorization: str | None) -> tuple[int, Any, str]:
        if not self._is_client(asked, authorization):
            return 401, {"error": "invalid_client"}, ""
        begun = self._codes.pop(asked["code"], None)
        if begun is None or asked["redirect_uri"] != begun["redirect_uri"]:
            return 400, {"error": "invalid_grant"}, ""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(asked["code_verifier"].encode()).digest())
        if challenge.rstrip(b"=").decode() != begun["code_challenge"]:
            return 400, {"error": "invalid_grant"}, ""
        given = {"access_token": "opens-userinfo", "token_type": "Bearer", "id_token": self._signed(begun["nonce"])}
        return 200, given, ""

    def _is_client(self, asked: dict[str, str], authorization: str | None) -> bool:
        if self.public:
            return authorization is None and asked["client_id"] == CLIENT
        if "client_secret_post" in self.metadata.get("token_endpoint_auth_methods_supported", []):
            return authorization is None and asked.get("client_secret") == SECRET
        scheme, _, login = (authorization or "").partition(" ")
        name, _, secret = base64.b64decode(login).decode().partition(":")
        return (scheme, unquote(name), unquote(secret)) == ("Basic", CLIENT, SECRET)

    def userinfo(self, _: dict[str, str], authorization: str | None) -> tuple[int, Any, str]:
        if authorization != "Bearer opens-userinfo":
            return 401, {}, ""
        return 200, {"sub": self.subject_of_userinfo or self.account.subject, **self._address()}, ""

    def _address(self) -> dict[str, Any]:
        return {"email": self.account.email, "email_verified": self.account.verified}

    def _signed(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "sub": self.account.subject, "nonce": nonce}
        claims |= {"iat": now, "exp": now + 300} | ({} if self.slim else self._address()) | self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.algorithm == "none":
            return ".".join((_part({"alg": "none"}), _part(claims), ""))
        header = {"alg": self.algorithm, "kid": self.key.kid}
        return jwt.encode(header, claims, self.key, algorithms=[self.algorithm])


def shared_key() -> OctKey:
    """The published key, taken for one that is shared: what a forger of HS256 would sign with."""
    return OctKey.import_key(RSA.as_pem(private=False).hex(), parameters={"kid": "one"})


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    Answer = Callable[[dict[str, str], str | None], tuple[int, Any, str]]
    routes: dict[str, Answer] = {
        "/.well-known/openid-configuration": provider.discovery,
        "/authorize": provider.authorize,
        "/token": provider.token,
        "/keys": provider.keys,
        "/userinfo": provider.userinfo,
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self.answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def answer(self, sent: str) -> None:
            path = urlsplit(self.path).path
            provider.asked.append(path)
            if path in provider.answers:
                status, body = provider.answers[path]
                location = ""
            else:
                asked = {name: values[0] for name, values in parse_qs(sent).items()}
                status, told, location = routes[path](asked, self.headers["Authorization"])
                body = json.dumps(told).encode()
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler
