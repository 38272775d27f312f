"""Composition: the one place where the parts of the hotline are put together. Tests call it with other parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline import clock
from hotline.audit.service import Audit
from hotline.city import City, load_city
from hotline.clock import Clock
from hotline.conversations.handoff.desk import Desk
from hotline.conversations.handoff.queue import Queue
from hotline.conversations.handoff.screen import Screen
from hotline.conversations.service import Conversations
from hotline.settings import Settings
from hotline.staff.service import Staff
from hotline.storage.database import Database
from hotline.storage.unit import Units
from hotline.tickets import numbering
from hotline.tickets.change import Work
from hotline.tickets.department import DepartmentView
from hotline.tickets.desk import Desk as TicketDesk
from hotline.tickets.follow_up import FollowUps
from hotline.tickets.handling import Handling
from hotline.tickets.register import Register
from hotline.tickets.service import Tickets
from hotline.tickets.timers import Timers
from hotline.wording import texts

SPOKEN_TO_UNASKED = {"webchat"}
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
    tickets: Tickets
    ticket_desk: TicketDesk
    handling: Handling
    department: DepartmentView
    follow_ups: FollowUps
    timers: Timers
    audit: Audit
    staff: Staff
    register: Register
    queue: Queue
    desk: Desk
    screen: Screen

    def reporters(self, number: str) -> list[str]:
        """The numbers of a ticket and of all that are merged into it: each has a citizen who wants to know."""
        return [number, *(part.number for part in self.tickets.parts_of(number))]

    def tell_progress(self, number: str, key: str, at: datetime) -> str | None:
        """Tell a ticket's citizen the step of a moment where the channel can be spoken to unasked; the conversation told.

        An answer is told with its words.
        """
        ticket = self.tickets.for_staff_of_the_hotline(number)
        if ticket is None or ticket.channel not in SPOKEN_TO_UNASKED:
            return None
        step = next((entry for entry in reversed(ticket.timeline) if entry.at == at), None)
        if step is None:
            return None
        answer = f"\n{ticket.reply}" if step.node in REPLIES and ticket.reply else ""
        line = texts().say("progress", number=numbering.spell(number), text=step.text + answer)
        choices = tuple(texts().group("rate_choices").values()) if step.node == "follow_up" else ()
        told = self.conversations.tell(ticket.conversation_id, f"progress:{key}", line, choices)
        return ticket.conversation_id if told else None


def build(settings: Settings, now: Clock = clock.now, city: City | None = None) -> Hotline:
    """Put the hotline together. Opens no connection. Raises hotline.city.CityDataError for broken city data."""
    city = city or load_city(settings.city_folder)
    settings.data.mkdir(parents=True, exist_ok=True)
    database = Database(settings.sql_url)
    units = Units(database)
    work = Work(units, city, now)
    tickets = Tickets(work)
    ticket_desk = TicketDesk(work)
    queue = Queue(units, city, now, shown_live=SHOWN_LIVE)
    return Hotline(
        settings=settings,
        city=city,
        now=now,
        database=database,
        units=units,
        conversations=Conversations(units, now),
        tickets=tickets,
        ticket_desk=ticket_desk,
        handling=Handling(work),
        department=DepartmentView(work),
        follow_ups=FollowUps(work),
        timers=Timers(work),
        audit=Audit(units, now),
        register=Register(units, ticket_desk, now),
        staff=Staff(units, city, now, timedelta(minutes=settings.staff_idle_minutes)),
        queue=queue,
        desk=Desk(units, queue, tickets, city, now),
        screen=Screen(units, city, now),
    )
