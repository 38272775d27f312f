"""Sends texts to citizens through Twilio."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from connectors.sms.pages import first_page
from connectors.twilio.account import Account
from connectors.twilio.rest import TwilioApi
from hotline.delivery.model import Outgoing

CLOCKS_DIFFER = timedelta(minutes=2)


class SmsSender:
    """Implements hotline.delivery.model.Sender. Use inside a running loop."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._api = TwilioApi(account)

    async def send(self, outgoing: Outgoing) -> str:
        """See hotline.delivery.model.Sender."""
        ours = self._account
        origin = {"MessagingServiceSid": ours.messaging_service} if ours.messaging_service else {"From": ours.sender}
        fields = {
            "To": outgoing.to,
            **{name: value for name, value in origin.items() if value},
            "Body": first_page(outgoing.text, outgoing.author),
            "StatusCallback": f"{ours.public_url}/webhooks/twilio/status?message={outgoing.message_id}",
        }
        return await self._api.create_message(fields)

    async def find(self, outgoing: Outgoing, since: datetime, besides: Set[str]) -> str | None:
        """See hotline.delivery.model.Sender. Compares the words, because Twilio keeps no id of ours."""
        body = first_page(outgoing.text, outgoing.author)
        for message in await self._api.messages_to(outgoing.to):
            made = parsedate_to_datetime(message["date_created"])
            if message["sid"] not in besides and message["body"] == body and made >= since - CLOCKS_DIFFER:
                return str(message["sid"])
        return None

    async def close(self) -> None:
        """See hotline.delivery.model.Sender."""
        await self._api.close()
