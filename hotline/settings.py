"""Every setting of the hotline: typed, read once from the environment (`YHT_*`), checked at start."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parent.parent
BUCKET = re.compile(r"https?://[^/\s?#@]+(/[^/\s?#]+)?")
TRANSFER_NAME = re.compile(r"[a-z_]{2,40}|[0-9]{3,5}")
TRANSFER_TARGET = re.compile(r"\+[1-9]\d{6,14}|sips?:[^\s,=]{3,200}|queue:[\w\-]{1,60}")


class SettingsError(Exception):
    """A setting is missing or wrong; the message names it in one line."""


def _without_trailing_slash(url: str | None) -> str | None:
    return url.rstrip("/") if url else None


Url = Annotated[str | None, AfterValidator(_without_trailing_slash)]


class Settings(BaseSettings):
    """Settings of one process; the environment wins over the defaults. Each is described in docs/settings.md."""

    model_config = SettingsConfigDict(env_prefix="YHT_", frozen=True, extra="ignore")

    city: str = Field(
        "chengdu", pattern=r"^[a-z][a-z0-9_]*$", description="Folder under `cities/` that this hotline serves."
    )
    data: Path = Field(PROJECT_ROOT / "var", description="Folder for everything the embedded mode keeps.")
    database_url: str | None = Field(
        None, description="SQL database, `postgresql://…` or `sqlite:///…`; embedded SQLite when empty."
    )
    redis_url: str | None = Field(None, description="Redis or Valkey, `redis://…`; embedded Valkey when empty.")
    secret_key: str | None = Field(
        None, min_length=16, description="Signs sessions; made and kept under `var/` in embedded mode."
    )
    phone_key: str | None = Field(
        None, min_length=16, description="Key of the index by which phones are found; `YHT_SECRET_KEY` when empty."
    )
    public_url: Url = Field(
        None, description="The address citizens and providers see, `https://…`; used in links and signatures."
    )
    api_token: str | None = Field(
        None, min_length=16, description="Bearer token of trusted systems for `/api/v1`; off when empty."
    )
    rest_token: str | None = Field(
        None, min_length=16, description="Bearer token for the REST channel from other machines."
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Addresses of reverse proxies whose `X-Forwarded-For` is believed, comma separated."
    )
    host: str = Field("127.0.0.1", description="Address the gateway listens on; `0.0.0.0` behind a load balancer.")
    port: int = Field(12345, ge=1, le=65535, description="Port of the gateway.")
    dialogue_url: Url = Field(None, description="Address of the dialogue process; `yihaotong up` sets it.")
    actions_url: Url = Field(None, description="Address of the actions process; `yihaotong up` sets it.")
    twilio_account_sid: str | None = Field(None, description="Twilio account; SMS and voice are off when empty.")
    twilio_auth_token: str | None = Field(None, description="Twilio token; also checks webhook signatures.")
    twilio_from: str | None = Field(None, description="Number that texts are sent from.")
    twilio_messaging_service_sid: str | None = Field(
        None, description="Messaging Service that texts are sent from, instead of one number."
    )
    twilio_api_base: Url = Field(None, description="Base address of the Twilio API; only tests change it.")
    attachments_url: Url = Field(
        None,
        description="S3-compatible bucket for pictures, `https://host/bucket` or `https://bucket.host`; a folder when empty.",
    )
    attachments_key: str | None = Field(None, description="Access key of the bucket.")
    attachments_secret: str | None = Field(None, description="Secret key of the bucket.")
    attachments_region: str = Field("us-east-1", description="Region of the bucket, as its provider names it.")
    voice_language: str = Field(
        "cmn-Hans-CN", pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="What calls are recognised as."
    )
    voice_speaker: str = Field("Polly.Zhiyu", pattern=r"^[\w.\-]+$", description="Voice that speaks to callers.")
    voice_transfers: Annotated[Mapping[str, str], NoDecode] = Field(
        {}, description="Where calls are put through to, `general=+86…, 119=+86…, tax=queue:tax`; nowhere when empty."
    )
    voice_least_confidence: float = Field(
        0.5, ge=0, le=1, description="Words recognised with less confidence are read back before anything is done."
    )
    voice_records: bool = Field(True, description="Calls are recorded, and the opening says so.")
    alert_url: Url = Field(
        None, description="Address that gets a POST for every danger and every call for a person; off when empty."
    )
    staff_idle_minutes: int = Field(
        30, ge=1, le=720, description="Minutes without a request after which one of the staff is signed out."
    )
    staff_language: str = Field(
        "zh", pattern="^(zh|en)$", description="Language of the console until a person chooses."
    )
    oidc_issuer: Url = Field(
        None, description="OpenID provider that the staff may sign in with, `https://…`; off when empty."
    )
    oidc_client_id: str | None = Field(None, description="Who the console is to the OpenID provider.")
    oidc_client_secret: str | None = Field(None, description="The console's secret with the OpenID provider.")
    oidc_claim: str = Field(
        "preferred_username", description="Claim of the OpenID provider that holds the login of an account."
    )
    log_format: str = Field(
        "auto",
        pattern="^(auto|json|text)$",
        description="`json`, `text`, or `auto`: text on a terminal, JSON elsewhere.",
    )
    keep_notice_after: float = Field(
        3.0, gt=0, le=5, description="Seconds without an answer after which a citizen is told that the message is kept."
    )

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str | None) -> str | None:
        if value and not value.startswith(("postgresql://", "postgres://", "postgresql+psycopg://", "sqlite://")):
            raise ValueError("must begin with postgresql:// or sqlite://")
        return value

    @field_validator("attachments_url")
    @classmethod
    def _known_bucket(cls, value: str | None) -> str | None:
        if value and not BUCKET.fullmatch(value):
            raise ValueError("must be https://host/bucket or https://bucket.host")
        return value

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split_commas(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("voice_transfers", mode="before")
    @classmethod
    def _split_transfers(cls, value: Any) -> Any:
        """`name=target` pairs; a target is a number with its country code, a SIP address or `queue:name`."""
        if not isinstance(value, str):
            return value
        pairs = [part.partition("=") for part in value.split(",") if part.strip()]
        transfers = {name.strip(): target.strip() for name, _, target in pairs}
        for name, target in transfers.items():
            if not TRANSFER_NAME.fullmatch(name) or not TRANSFER_TARGET.fullmatch(target):
                raise ValueError(f"{name!r} must be name=+86…, name=sip:… or name=queue:…")
        return transfers

    @property
    def city_folder(self) -> Path:
        """Folder with the city's data."""
        return PROJECT_ROOT / "cities" / self.city

    @property
    def models_folder(self) -> Path:
        """Folder with the trained models; the newest file sorts last."""
        return PROJECT_ROOT / "models"

    @property
    def sql_url(self) -> str:
        """SQLAlchemy URL of the database in use: the configured one, else the embedded SQLite."""
        url = self.database_url or f"sqlite:///{self.data / 'hotline.db'}"
        return url.replace("postgresql://", "postgresql+psycopg://", 1).replace(
            "postgres://", "postgresql+psycopg://", 1
        )

    @property
    def embedded(self) -> bool:
        """True when neither `database_url` nor `redis_url` is set."""
        return self.database_url is None and self.redis_url is None

    def session_secret(self) -> str:
        """The key that signs sessions; the embedded mode makes and keeps one. Raises SettingsError when it is required
        and missing."""
        if self.secret_key:
            return self.secret_key
        if not self.embedded:
            raise SettingsError(
                "YHT_SECRET_KEY is required when YHT_DATABASE_URL or YHT_REDIS_URL is set (any 32 random characters)"
            )
        path = self.data / "secret_key"
        if not path.exists():
            self.data.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(f".{os.getpid()}")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(32), encoding="ascii")
            with suppress(FileExistsError):
                os.link(fresh, path)  # the first process wins; the others read what it made
            fresh.unlink()
        return path.read_text(encoding="ascii").strip()

    def phone_secret(self) -> str:
        """The key of the blind index for phones. Raises SettingsError as `session_secret` does."""
        return self.phone_key or self.session_secret()


def read_settings(**overrides: Any) -> Settings:
    """Read the environment; keyword arguments win over it. Raises SettingsError naming the first wrong setting."""
    try:
        settings = Settings(**overrides)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = "YHT_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name}: {first['msg'].lower()}") from None
    if not settings.city_folder.is_dir():
        raise SettingsError(f"YHT_CITY: there is no folder cities/{settings.city}")
    return settings
