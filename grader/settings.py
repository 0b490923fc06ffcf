"""Environment, `.env` or the file named by `GRADER_CONFIG` -> one frozen `Settings`."""

import os
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

TIERS = ("none", "landlock", "ns")  # of isolation, the weakest first
Tier = Literal["auto", "ns", "landlock", "none"]


class Settings(BaseSettings):
    """What an operator may choose. `grader doctor` prints it without secrets."""

    model_config = SettingsConfigDict(env_prefix="GRADER_", frozen=True, extra="ignore", populate_by_name=True)

    database_url: str = "sqlite:///var/grader.db"
    """`sqlite:///path`, or `postgresql+psycopg://...` for several machines."""
    secret: SecretStr | None = None
    """Key of the hidden inputs; made at first start and kept in `var_dir/secret` where it is not given."""
    base_url: str = "http://127.0.0.1:8000"
    """Where the service is reached; links and cookies are made from it."""
    max_upload: int = Field(default=32 << 20, gt=0)
    """Bytes of one upload; one source file may have at most 1 MiB."""
    assignments: str = ""
    """More folders of assignment files, separated by `:`; `assignment_folders` has them one by one."""
    var_dir: Path = Path("var")
    """Where what runs writes: the secret, fetched repositories."""
    git_http_hosts: str = ""
    """Hosts that may be fetched from over plain http, separated by commas (tests name loopback)."""
    git_hosts: str = "github.com,gitlab.com,codeberg.org,bitbucket.org"
    """Hosts of whose public repositories students may hand in a link, by https, separated by commas; empty: none."""
    github_api_url: str = "https://api.github.com"
    """Where commit statuses are posted."""
    github_token: SecretStr | None = None
    """Token for commit statuses and for fetching private repositories."""
    smtp_host: str = ""
    """The relay that e-mail is handed to; empty: none is sent."""
    smtp_port: int = Field(default=587, gt=0, lt=65536)
    smtp_user: str = ""
    smtp_password: SecretStr | None = None
    smtp_starttls: bool = True
    """Whether the connection is encrypted before anything is said; the relay's certificate is checked."""
    smtp_from: str = ""
    """Who it is from: `Grader <grader@example.org>`; empty: `grader` at the host of `base_url`."""
    oidc_issuer: str = ""
    """The OpenID provider by which people may sign in, as it writes itself; https, or http on loopback; empty: none."""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None
    """Empty: a public client, which PKCE alone protects."""
    oidc_name: str = ""
    """What the provider is called on the sign-in page; empty: the host of `oidc_issuer`."""
    sandbox_tier: Tier = Field(default="auto", validation_alias=AliasChoices("SANDBOX_TIER", "sandbox_tier"))
    """`auto` takes the best tier of this machine; `none` only together with `--unsafe-no-isolation`, on loopback."""
    sandbox_min_tier: Literal["ns", "landlock", "none"] = Field(
        default="landlock", validation_alias=AliasChoices("SANDBOX_MIN_TIER", "sandbox_min_tier")
    )
    """Below this tier uploads are kept and not run; `least_tier` is what counts."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def assignment_folders(self) -> tuple[Path, ...]:
        return tuple(Path(name) for name in self.assignments.split(":") if name)

    @property
    def sends_mail(self) -> bool:
        return bool(self.smtp_host)

    @property
    def signs_in_elsewhere(self) -> bool:
        return bool(self.oidc_issuer and self.oidc_client_id)

    @property
    def provider(self) -> str:
        """What the OpenID provider is called."""
        return self.oidc_name or urlsplit(self.oidc_issuer).hostname or ""

    @property
    def plain_git_hosts(self) -> frozenset[str]:
        return _names(self.git_http_hosts)

    @property
    def link_hosts(self) -> frozenset[str]:
        return _names(self.git_hosts)

    @property
    def least_tier(self) -> str:
        """`sandbox_min_tier` where it is given. Else `none` is enough for SANDBOX_TIER=none, which every command that
        runs student code has confirmed by a flag of its own."""
        asks_for_none = self.sandbox_tier == "none" and "sandbox_min_tier" not in self.model_fields_set
        return "none" if asks_for_none else self.sandbox_min_tier

    @property
    def unconfined(self) -> bool:
        """Whether student code runs without isolation: asked for by name, and allowed."""
        return self.sandbox_tier == "none" and self.allows("none")

    def allows(self, isolation: str) -> bool:
        """Whether student code may run with this isolation: it is at least `least_tier`."""
        return TIERS.index(isolation) >= TIERS.index(self.least_tier)


def _names(listed: str) -> frozenset[str]:
    return frozenset(name.strip().lower() for name in listed.split(",") if name.strip())


def load() -> Settings:
    """Settings from the environment, over `GRADER_CONFIG` (an env file), over `.env`."""
    return Settings(_env_file=os.environ.get("GRADER_CONFIG", ".env"))


@cache
def repository_root() -> Path:
    """The folder that holds `reference/` and `submissions/`."""
    return Path(__file__).resolve().parent.parent
