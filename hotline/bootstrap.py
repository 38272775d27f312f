"""Composition: the one place where the parts of the hotline are put together. Tests call it with other parts."""

from __future__ import annotations

from dataclasses import dataclass

from hotline import clock
from hotline.attachments.service import Attachments
from hotline.audit.service import Audit
from hotline.calls import Calls
from hotline.city import City, load_city
from hotline.clock import Clock
from hotline.conversations.handoff.desk import Desk
from hotline.conversations.handoff.queue import Queue
from hotline.conversations.handoff.screen import Screen
from hotline.conversations.service import Conversations
from hotline.delivery.service import Deliveries
from hotline.phones import mobile_address
from hotline.settings import Settings
from hotline.storage.database import Database
from hotline.storage.trackers import TurnLog
from hotline.storage.unit import Units
from hotline.tickets import numbering
from hotline.tickets.model import Ticket
from hotline.tickets.service import Tickets
from hotline.wording import texts

SPOKEN_TO_UNASKED = {"webchat", "sms"}
SHOWN_LIVE = {"webchat"}  # where the place in the queue stands on the page, so that no message tells each change


@dataclass(frozen=True, slots=True)
class Hotline:
    """The use cases of one process and what they stand on."""

    settings: Settings
    city: City
    now: Clock
    database: Database
    units: Units
    conversations: Conversations
    deliveries: Deliveries
    attachments: Attachments
    tickets: Tickets
    audit: Audit
    calls: Calls
    queue: Queue
    desk: Desk
    screen: Screen

    def tell_progress(self, number: str, key: str) -> str | None:
        """Tell a ticket's citizen its latest step by the channel they used, or by text when it was a call.

        The conversation told, or None when there is no way to speak to them unasked.
        """
        ticket = self.tickets.for_staff_of_the_hotline(number)
        if ticket is None or not ticket.timeline or (place := self._where_to_tell(ticket)) is None:
            return None
        line = texts().say("progress", number=numbering.spell(number), text=ticket.timeline[-1].text)
        told = self.conversations.tell(place, f"progress:{key}", line, about=number, urgent=ticket.danger is not None)
        return place if told else None

    def _where_to_tell(self, ticket: Ticket) -> str | None:
        """The conversation in which a ticket's citizen can be spoken to unasked."""
        if ticket.channel in SPOKEN_TO_UNASKED:
            return ticket.conversation_id
        called = self.conversations.get(ticket.conversation_id) if ticket.channel == "voice" else None
        mobile = mobile_address(called.verified_phone) if called and called.verified_phone else None
        return self.conversations.conversation_with("sms", mobile).id if mobile else None


def build(settings: Settings, now: Clock = clock.now, city: City | None = None) -> Hotline:
    """Put the hotline together. Opens no connection. Raises hotline.city.CityDataError for broken city data."""
    city = city or load_city(settings.city_folder)
    settings.data.mkdir(parents=True, exist_ok=True)
    database = Database(settings.sql_url)
    units = Units(database)
    conversations, tickets = Conversations(units, now), Tickets(units, city, now)
    queue = Queue(units, city, now, shown_live=SHOWN_LIVE)
    texting = bool(settings.twilio_auth_token and (settings.twilio_from or settings.twilio_messaging_service_sid))
    return Hotline(
        settings=settings,
        city=city,
        now=now,
        database=database,
        units=units,
        conversations=conversations,
        deliveries=Deliveries(units, now),
        attachments=Attachments(units, settings.data / "attachments", now),
        tickets=tickets,
        audit=Audit(units, now),
        calls=Calls(TurnLog(database, now), conversations, tickets, city, texting),
        queue=queue,
        desk=Desk(units, queue, tickets, city, now),
        screen=Screen(units, city, now),
    )
