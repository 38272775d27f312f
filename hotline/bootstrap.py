"""Composition: the one place where the parts of the hotline are put together. Tests call it with other parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

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
from hotline.staff.service import Staff
from hotline.statistics.ledger import Ledger
from hotline.statistics.service import Statistics
from hotline.storage.database import Database
from hotline.storage.trackers import TurnLog
from hotline.storage.unit import Units
from hotline.tickets import numbering
from hotline.tickets.change import Work
from hotline.tickets.department import DepartmentView
from hotline.tickets.desk import Desk as TicketDesk
from hotline.tickets.follow_up import FollowUps
from hotline.tickets.handling import Handling
from hotline.tickets.model import Ticket
from hotline.tickets.register import Register
from hotline.tickets.service import Tickets
from hotline.tickets.timers import Timers
from hotline.wording import texts

SPOKEN_TO_UNASKED = {"webchat", "sms"}
SHOWN_LIVE = {"webchat"}  # where the place in the queue stands on the page, so that no message tells each change
REPLIES = {"replied", "answered"}


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
    ticket_desk: TicketDesk
    handling: Handling
    department: DepartmentView
    follow_ups: FollowUps
    timers: Timers
    audit: Audit
    calls: Calls
    staff: Staff
    register: Register
    statistics: Statistics
    ledger: Ledger
    queue: Queue
    desk: Desk
    screen: Screen

    def reporters(self, number: str) -> list[str]:
        """The numbers of a ticket and of all that are merged into it: each has a citizen who wants to know."""
        return [number, *self.tickets.parts_of(number)]

    def tell_progress(self, number: str, key: str, at: datetime) -> str | None:
        """Tell a ticket's citizen the step of a moment by the channel they used, or by text when it was a call.

        An answer is told with its words. The conversation told, or None when they cannot be spoken to unasked.
        """
        ticket = self.tickets.for_staff_of_the_hotline(number)
        if ticket is None or (place := self._where_to_tell(ticket)) is None:
            return None
        step = next((entry for entry in reversed(ticket.timeline) if entry.at == at), None)
        if step is None:
            return None
        answer = f"\n{ticket.reply}" if step.node in REPLIES and ticket.reply else ""
        line = texts().say("progress", number=numbering.spell(number), text=step.text + answer)
        choices = tuple(texts().group("rate_choices").values()) if step.node == "follow_up" else ()
        danger = ticket.danger is not None
        told = self.conversations.tell(place, f"progress:{key}", line, about=number, choices=choices, urgent=danger)
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
    work = Work(units, city, now)
    conversations, tickets, ticket_desk = Conversations(units, now), Tickets(work), TicketDesk(work)
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
        ticket_desk=ticket_desk,
        handling=Handling(work),
        department=DepartmentView(work),
        follow_ups=FollowUps(work),
        timers=Timers(work),
        audit=Audit(units, now),
        calls=Calls(TurnLog(database, now), conversations, tickets, city, texting),
        register=Register(units, ticket_desk, now),
        statistics=Statistics(units, now),
        ledger=Ledger(units, city, now),
        staff=Staff(units, city, now, timedelta(minutes=settings.staff_idle_minutes)),
        queue=queue,
        desk=Desk(units, queue, tickets, city, now),
        screen=Screen(units, city, now),
    )
