"""The Twilio account of a hotline, from its settings."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.settings import Settings

API_BASE = "https://api.twilio.com"


@dataclass(frozen=True, slots=True)
class Account:
    """Credentials and addresses. Twilio reaches this hotline at `public_url`; the hotline reaches Twilio at
    `api_base`."""

    sid: str
    token: str
    sender: str | None
    messaging_service: str | None
    api_base: str
    public_url: str

    @property
    def may_text(self) -> bool:
        """Whether there is a number or a Messaging Service to send texts from."""
        return bool(self.sender or self.messaging_service)


def account(settings: Settings) -> Account | None:
    """The account; None when its credentials are not set, in which case the Twilio channels are off."""
    if not (settings.twilio_account_sid and settings.twilio_auth_token):
        return None
    return Account(
        sid=settings.twilio_account_sid,
        token=settings.twilio_auth_token,
        sender=settings.twilio_from,
        messaging_service=settings.twilio_messaging_service_sid,
        api_base=settings.twilio_api_base or API_BASE,
        public_url=settings.public_url or f"http://localhost:{settings.port}",
    )
