"""Composition: the one place where the parts of the hotline are put together. Tests call it with other parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from hotline import clock
from hotline.attachments.files import ReplyFiles
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
from hotline.meaning import HttpMeaning
from hotline.phones import BlindIndex
from hotline.progress import Progress
from hotline.settings import Settings
from hotline.staff.service import Staff
from hotline.statistics.bulletin import Bulletins
from hotline.statistics.ledger import Ledger
from hotline.statistics.orders import Orders
from hotline.statistics.service import Statistics
from hotline.storage.contents import contents
from hotline.storage.database import Database
from hotline.storage.trackers import TurnLog
from hotline.storage.unit import Units
from hotline.tickets.change import Work
from hotline.tickets.department import DepartmentView
from hotline.tickets.desk import Desk as TicketDesk
from hotline.tickets.follow_up import FollowUps
from hotline.tickets.handling import Handling
from hotline.tickets.households import Households
from hotline.tickets.notice import Notices
from hotline.tickets.promise import Promise
from hotline.tickets.register import Register
from hotline.tickets.repeats import unknown_meaning
from hotline.tickets.service import Tickets
from hotline.tickets.timers import Timers

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
    reply_files: ReplyFiles
    tickets: Tickets
    ticket_desk: TicketDesk
    handling: Handling
    department: DepartmentView
    notices: Notices
    households: Households
    follow_ups: FollowUps
    timers: Timers
    audit: Audit
    calls: Calls
    progress: Progress
    staff: Staff
    register: Register
    promise: Promise
    statistics: Statistics
    bulletins: Bulletins
    ledger: Ledger
    orders: Orders
    queue: Queue
    desk: Desk
    screen: Screen


def turn_log(settings: Settings, now: Clock = clock.now) -> TurnLog:
    """What was understood of each message; by itself, because it needs no key."""
    return TurnLog(Database(settings.sql_url), now)


def build(settings: Settings, now: Clock = clock.now, city: City | None = None) -> Hotline:
    """Put the hotline together. Opens no connection. Raises hotline.city.CityDataError for broken city data, SettingsError
    when the secret key is missing."""
    city = city or load_city(settings.city_folder)
    settings.data.mkdir(parents=True, exist_ok=True)
    database = Database(settings.sql_url)
    units = Units(database, BlindIndex(settings.phone_secret()))
    meaning = HttpMeaning(settings.dialogue_url) if settings.dialogue_url else unknown_meaning
    work = Work(units, city, now, meaning)
    conversations, tickets, ticket_desk = Conversations(units, now), Tickets(work), TicketDesk(work)
    statistics, ledger = Statistics(units, now), Ledger(units, city, now)
    kept = contents(settings)
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
        attachments=Attachments(units, kept, now),
        reply_files=ReplyFiles(units, kept, now),
        tickets=tickets,
        ticket_desk=ticket_desk,
        handling=Handling(work),
        department=DepartmentView(work),
        notices=Notices(work),
        households=Households(units, city, now),
        follow_ups=FollowUps(work),
        timers=Timers(work),
        audit=Audit(units, now),
        progress=Progress(tickets, conversations),
        calls=Calls(TurnLog(database, now), conversations, tickets, city, texting),
        register=Register(units, ticket_desk, now),
        promise=Promise(units, now),
        statistics=statistics,
        bulletins=Bulletins(units, statistics, now),
        ledger=ledger,
        orders=Orders(units, ledger, settings.data / "ledgers", now),
        staff=Staff(units, city, now, timedelta(minutes=settings.staff_idle_minutes)),
        queue=queue,
        desk=Desk(units, queue, tickets, city, now),
        screen=Screen(units, city, now),
    )
