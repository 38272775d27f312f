"""Composition: the one place where the hotline's objects are created and connected. Tests call it with other parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from hotline import clock
from hotline.attachments.files import ReplyFiles
from hotline.attachments.service import Attachments
from hotline.audit.service import Audit
from hotline.city import City, load_city
from hotline.clock import Clock
from hotline.conversations.calls import Calls
from hotline.conversations.handoff.desk import AgentDesk
from hotline.conversations.handoff.queue import Queue
from hotline.conversations.handoff.screen import Screen
from hotline.conversations.progress import Progress
from hotline.conversations.service import Conversations
from hotline.delivery.service import Deliveries
from hotline.dialogue.meaning import HttpMeaning
from hotline.personal_data.phones import BlindIndex
from hotline.settings import Settings
from hotline.staff.service import Staff
from hotline.statistics.bulletin import Bulletins
from hotline.statistics.ledger import Ledger
from hotline.statistics.orders import Orders
from hotline.statistics.service import Statistics
from hotline.storage.contents import contents
from hotline.storage.database import Database
from hotline.storage.trackers import TurnLog
from hotline.storage.unit import Transactions
from hotline.tickets.askers import ClientMarks
from hotline.tickets.change import Work
from hotline.tickets.department import DepartmentView
from hotline.tickets.desk import TicketDesk
from hotline.tickets.follow_up import FollowUps
from hotline.tickets.handling import Handling
from hotline.tickets.households import Households
from hotline.tickets.notice import Notices
from hotline.tickets.promise import Promise
from hotline.tickets.register import Register
from hotline.tickets.repeats import unknown_meaning
from hotline.tickets.service import Tickets
from hotline.tickets.timers import Timers

SHOWN_LIVE = {"webchat"}  # channels whose page shows the place in the queue live, so that no messages report it


@dataclass(frozen=True, slots=True)
class Hotline:
    """The use cases of one process and the objects they share."""

    settings: Settings
    city: City
    now: Clock
    database: Database
    transactions: Transactions
    conversations: Conversations
    deliveries: Deliveries
    attachments: Attachments
    reply_files: ReplyFiles
    tickets: Tickets
    client_marks: ClientMarks
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
    agent_desk: AgentDesk
    screen: Screen


def turn_log(settings: Settings, now: Clock = clock.now) -> TurnLog:
    """The log of what was understood of each message. Built apart from `build` because it needs no secret key."""
    return TurnLog(Database(settings.sql_url), now)


def build(settings: Settings, now: Clock = clock.now, city: City | None = None) -> Hotline:
    """Create the use cases and connect them. Opens no connection. Raises hotline.city.CityDataError for broken city
    data, SettingsError when the secret key is missing."""
    city = city or load_city(settings.city_folder)
    settings.data.mkdir(parents=True, exist_ok=True)
    database = Database(settings.sql_url)
    transactions = Transactions(database, BlindIndex(settings.phone_secret()))
    meaning = HttpMeaning(settings.dialogue_url) if settings.dialogue_url else unknown_meaning
    work = Work(transactions, city, now, meaning)
    conversations, tickets, ticket_desk = Conversations(transactions, now), Tickets(work), TicketDesk(work)
    statistics, ledger = Statistics(transactions, now), Ledger(transactions, city, now)
    kept = contents(settings)
    queue = Queue(transactions, city, now, shown_live=SHOWN_LIVE)
    texting = bool(settings.twilio_auth_token and (settings.twilio_from or settings.twilio_messaging_service_sid))
    return Hotline(
        settings=settings,
        city=city,
        now=now,
        database=database,
        transactions=transactions,
        conversations=conversations,
        deliveries=Deliveries(transactions, now),
        attachments=Attachments(transactions, kept, now),
        reply_files=ReplyFiles(transactions, kept, now),
        tickets=tickets,
        client_marks=ClientMarks(settings.phone_secret(), now),
        ticket_desk=ticket_desk,
        handling=Handling(work),
        department=DepartmentView(work),
        notices=Notices(work),
        households=Households(transactions, city, now),
        follow_ups=FollowUps(work),
        timers=Timers(work),
        audit=Audit(transactions, now),
        progress=Progress(tickets, conversations),
        calls=Calls(TurnLog(database, now), conversations, tickets, city, texting),
        register=Register(transactions, ticket_desk, now),
        promise=Promise(transactions, now),
        statistics=statistics,
        bulletins=Bulletins(transactions, statistics, now),
        ledger=ledger,
        orders=Orders(transactions, ledger, settings.data / "ledgers", now),
        staff=Staff(transactions, city, now, timedelta(minutes=settings.staff_idle_minutes)),
        queue=queue,
        agent_desk=AgentDesk(transactions, queue, tickets, city, now),
        screen=Screen(transactions, city, now),
    )
