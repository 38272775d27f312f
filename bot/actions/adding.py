"""What a citizen says while there is a ticket. It belongs to the ticket and is added to it, unless something points to
another matter; if the matter got worse, the ticket is urged too. The citizen can take an addition back with
另一件事."""

from __future__ import annotations

import re
from contextlib import suppress
from enum import StrEnum

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.context import as_handled, hotline
from bot.actions.inviting import tells_something
from bot.actions.reading import (
    BEYOND_DOUBT,
    Turn,
    clear_category,
    seconds_since,
    seconds_since_last_word,
    was_asked_to_say_it,
)
from bot.actions.wording import LONGEST_PRAISE, due_day, shortened
from hotline.city import OF_THE_HOTLINES_WORK, PRAISE
from hotline.danger import Kind
from hotline.danger.situations import situation_of
from hotline.intake import (
    HOW_LONG,
    Asked,
    another_begun,
    asks_something,
    belongs_to_it,
    contact_told,
    has_content,
    is_of_the_place,
    lets_one_go,
    objects_to_unit,
    taken_wrongly,
    withdrawal,
)
from hotline.intake import goes_on as is_going_on
from hotline.intake.address import Address
from hotline.intake.asking import only_asks
from hotline.intake.following import (
    another_comes,
    is_back_or_worse,
    is_of_noise,
    is_of_the_last,
    noise_goes_on,
    records_it_again,
    wants_it_again,
)
from hotline.intake.praising import goes_on_praising, wishes_to_praise
from hotline.intake.several import nth
from hotline.intake.splitting import is_bare_addition
from hotline.personal_data.masking import mask_numbers
from hotline.phrases import phrase
from hotline.texts import texts
from hotline.tickets import numbering
from hotline.tickets.access import AccessDenied
from hotline.tickets.model import ENDED, RequestType, Status, Ticket, Urgency
from hotline.tickets.pointing import spoken_of_in, words_of
from hotline.tickets.service import TicketEnded
from hotline.tickets.titles import titled

POINTS = phrase("tickets.points")
"""Words that point at an existing ticket: 人行道那个, 刚才那个表扬."""
OF_ONE = phrase("tickets.of_one")
FOLLOWS = phrase("tickets.follows_from_it")
OF_WHAT_WAS_TOLD = phrase("tickets.of_what_was_told")
OF_WHO_SUFFERS = phrase("tickets.of_who_suffers")
PRAISES = phrase("tickets.of_praise")
OF_IT = phrase("tickets.of_before")
OF_THE_PLACE = phrase("tickets.of_the_place")
HOUSE = re.compile(r"\d+号")
LEAST_SURE, SURE, OF_THE_SAME = 0.5, 0.7, 0.3
"""Confidence needed of a category: after words that announce another matter; for another unit; for the ticket's own."""
MOST_OWN = 20
A_MOMENT = 900.0  # seconds after a ticket was opened in which its contact is used again
A_WHILE = 7200.0  # seconds of silence after which a message that does not name the ticket is not about it


class Belongs(StrEnum):
    """Whether a message belongs to the existing ticket."""

    SURELY = "surely"
    PERHAPS = "perhaps"
    NOT = "not"
    AS_THANKS = "as thanks"


def is_worse(ticket: Ticket, text: str) -> bool:
    """Whether an addition to a ticket shows that delay would do harm: 还有两个娃娃今天住院了."""
    if ticket.category is None:
        return False
    category = hotline().city.category(ticket.category)
    return bool(category.urgent_when) and category.urgency_of(ticket.request_type, text) != Urgency.NORMAL


def is_loud_now(ticket: Ticket, text: str) -> bool:
    """Whether the noise that a ticket is about goes on at this moment, which the police stop: 这会儿又在放音响."""
    return noise_goes_on(text) and is_of_noise(ticket.category, ticket.description)


def hurried(ticket: Ticket, turn: Turn) -> Ticket:
    """The ticket, urged if the matter got worse, is back or goes on. Raises access.AccessDenied, TicketEnded."""
    text = turn.heard.text
    if not is_worse(ticket, text) and not is_back_or_worse(text) and not is_loud_now(ticket, text):
        return ticket
    return hotline().tickets.urge(ticket.number, turn.citizen, turn.message_id)


def asked_besides(turn: Turn) -> str | None:
    """The plain question that a message asks beside what it adds; None where it asks none that is known here."""
    if turn.heard.asks:
        return turn.heard.asks
    return "how_long" if HOW_LONG.search(turn.heard.text) and asks_something(turn.heard.text) else None


def tell_added(dispatcher: CollectingDispatcher, turn: Turn, ticket: Ticket, belongs: Belongs = Belongs.SURELY) -> None:
    """Say that it was added, and urged if it was; a question in it that is not known here goes to the unit. When it may
    be another matter, say how the citizen can tell so."""
    say, number, text = texts(turn.language).say, numbering.spell(ticket.number), turn.heard.text
    asks = asks_something(text) and asked_besides(turn) is None
    if belongs is Belongs.AS_THANKS:
        dispatcher.utter_message(text=say("praised_besides", number=number, unit=ticket.lead))
    elif is_loud_now(ticket, text):
        dispatcher.utter_message(text=say("noise_now_urged", number=number, unit=ticket.lead))
    elif is_worse(ticket, text):
        line = say("added_and_urged", number=number, unit=ticket.lead)
        are_many = situation_of([ticket.description], Kind.INJURY)
        if are_many and are_many.name == "many_ill":
            line += say("danger.many_are_ill")
        dispatcher.utter_message(text=line)
    elif is_back_or_worse(text):
        dispatcher.utter_message(text=say("added_and_hurried", number=number, unit=ticket.lead))
    elif belongs is Belongs.SURELY and asks:
        dispatcher.utter_message(text=say("added_and_asked", number=number, unit=ticket.lead))
    elif belongs is Belongs.SURELY:
        dispatcher.utter_message(response="utter_added", number=number, unit=ticket.lead)
    else:
        title = titled(ticket, hotline().city, texts(turn.language))
        asked = say("asked_for_the_unit", unit=ticket.lead) if asks else ""
        line = say("added_perhaps", number=number, title=title) + asked + say("another_hint")
        dispatcher.utter_message(text=line)


def spoken_of(tracker: Tracker, turn: Turn) -> Ticket | None:
    """The citizen's ticket that this conversation is about and that can take more: the one pointed at, else the last.
    Never a call-back; None for a message that the readings know to be of no ticket."""
    if (tracker.latest_message.get("matter") or {}).get("own_matter"):
        return None
    if pointed := pointed_at(tracker, turn) or _of_its_category(tracker, turn):
        return pointed
    number, silence = tracker.get_slot("ticket"), seconds_since_last_word(tracker)
    if not number or silence is None or silence > A_WHILE:
        return None
    with suppress(AccessDenied):
        ticket = hotline().tickets.for_citizen(number, turn.citizen)
        if ticket and ticket.title == texts().say("title.callback"):
            going_on = hotline().tickets.going_on(turn.citizen)
            ticket = next((t for t in going_on if t.title != ticket.title), None)
        return ticket if ticket and (ticket.status not in ENDED or ticket.status is Status.MERGED) else None
    return None


def _of_its_category(tracker: Tracker, turn: Turn) -> Ticket | None:
    """Of several tickets of this conversation, the one whose category the message most clearly has."""
    here = [t for t in hotline().tickets.going_on(turn.citizen) if t.conversation_id == turn.conversation_id]
    told = clear_category(tracker, LEAST_SURE) if len({t.category for t in here}) > 1 else None
    return next((t for t in here if told and t.category == told), None)


def belonging(tracker: Tracker, turn: Turn, ticket: Ticket) -> Belongs:
    """Whether a message belongs to the ticket. It does not when it says that it is another matter, names another place,
    or states a matter that is clearly of another category."""
    heard, text = turn.heard, turn.heard.text
    if belongs_to_it(text) or is_of_the_last(text) or OF_WHO_SUFFERS.search(text):
        return Belongs.SURELY
    is_announced = another_begun(text) is not None and not is_bare_addition(text)
    if only_asks(text) and not is_announced and not heard.places and words_of(text) & words_of(ticket.description):
        return Belongs.SURELY  # 充电桩好久修嘛
    if (
        was_asked_to_say_it(tracker)
        or another_comes(text)
        or (is_elsewhere(turn, ticket) and not is_of_the_place(text))
    ):
        return Belongs.NOT
    if FOLLOWS.search(text) and not is_announced:
        return Belongs.PERHAPS
    if OF_WHAT_WAS_TOLD.search(text) and not is_announced:
        return Belongs.SURELY
    states = heard.intent == "state_matter"
    if states and heard.category in OF_THE_HOTLINES_WORK and heard.category != ticket.category:
        return Belongs.NOT
    told = clear_category(tracker, BEYOND_DOUBT) or (clear_category(tracker, LEAST_SURE) if is_announced else None)
    likely = told or clear_category(tracker, SURE)
    is_other = likely is not None and likely != ticket.category
    told = None if (only_asks(text) or is_back_or_worse(text)) and not is_announced else told  # 水还没退
    if states and is_other and (told or _lead(likely) != _lead(ticket.category)) and not is_worse(ticket, text):
        return Belongs.NOT
    is_same = ticket.category is not None and clear_category(tracker, OF_THE_SAME) == ticket.category
    if ticket.danger and not tracker.get_slot("danger") and states and not is_same:
        return Belongs.NOT  # the danger is over
    speaks_of_it = POINTS.search(text) or OF_IT.search(text) or (is_going_on(text) and not is_announced)
    return Belongs.SURELY if is_same or speaks_of_it or contact_told(heard) else Belongs.PERHAPS


def seems_besides(tracker: Tracker, turn: Turn) -> Ticket | None:
    """The ticket of this conversation, when only the category shows that a message is another matter: the citizen may
    have to correct that."""
    text, is_told = turn.heard.text, (tracker.latest_message.get("matter") or {}).get("apart")
    if is_told or another_comes(text) or another_begun(text) or records_it_again(text):
        return None
    ticket = spoken_of(tracker, turn)
    return ticket if ticket and not was_asked_to_say_it(tracker) and not is_elsewhere(turn, ticket) else None


def is_elsewhere(turn: Turn, ticket: Ticket) -> bool:
    """Whether a message names another district, another road or another house of the road than the ticket."""
    city, known = hotline().city, Address.of(ticket.location or "")
    district = city.district(turn.heard.district) if turn.heard.district else None
    if district and ticket.district and district.stem in turn.heard.text and district.name != ticket.district:
        return True
    told = [each for place in turn.heard.places if (each := Address.of(place)).road]
    if not known.road:
        return False
    houses = [house[0] for each in told if (house := HOUSE.search(str(each)))]
    own = HOUSE.search(str(known))
    other_house = own is not None and any(house != own[0] for house in houses)
    return other_house or any(each.road not in known.road and known.road not in each.road for each in told)


def _lead(category: str | None) -> str | None:
    return hotline().city.category(category).lead if category else None


def pointed_at(tracker: Tracker, turn: Turn) -> Ticket | None:
    """The citizen's open ticket that a message names by its matter (共享单车那个), or by words that only one of several
    tickets has; None if it names another matter."""
    if lets_one_go(turn.heard.text) or (nth(turn.heard.text) and OF_ONE.search(turn.heard.text)):
        return _in_a_row(turn, nth(turn.heard.text) or 1)
    if another_begun(turn.heard.text) is None and (named := _by_its_words(turn)):
        return named
    if not POINTS.search(turn.heard.text):
        return None
    is_clear = clear_category(tracker, BEYOND_DOUBT) is not None
    if turn.heard.places and not is_clear and not OF_THE_PLACE.search(turn.heard.text):
        return None
    category = PRAISE if PRAISES.search(turn.heard.text) else clear_category(tracker, LEAST_SURE)
    if category is None:
        return None
    return next((t for t in hotline().tickets.going_on(turn.citizen) if t.category == category), None)


def _by_its_words(turn: Turn) -> Ticket | None:
    going_on = hotline().tickets.going_on(turn.citizen)
    titles = [titled(ticket, hotline().city, texts()) for ticket in going_on]
    return spoken_of_in(turn.heard.text, going_on, titles)


def _in_a_row(turn: Turn, number: int) -> Ticket | None:
    """The ticket that was opened as the first, second, … of several in this conversation."""
    own = [t for t in hotline().tickets.own(turn.citizen, MOST_OWN) if t.conversation_id == turn.conversation_id]
    return own[-number] if 1 < len(own) >= number else None


def withdraws_another(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, category: str | None) -> bool:
    """Withdraws the ticket that an order in an intake points at: one of another category than the draft, or of the same
    if the message speaks of an earlier ticket. False for anything else."""
    orders = turn.heard.intent == "withdraw_ticket" and withdrawal(turn.heard.text) is Asked.ORDER
    pointed = pointed_at(tracker, turn) if orders else None
    if pointed is None or (pointed.category == category and not OF_IT.search(turn.heard.text)):
        return False
    with suppress(AccessDenied, TicketEnded):
        ended = as_handled(hotline().tickets.withdraw(pointed.number, turn.citizen, turn.message_id))
        due = due_day(ended.due_at, turn.language)
        number = numbering.spell(ended.number)
        dispatcher.utter_message(response="utter_withdrawn", number=number, unit=ended.lead, due=due)
        dispatcher.utter_message(text=texts(turn.language).say("withdrawn_undo"))
        return True
    return False


def opened_a_moment_ago(tracker: Tracker, turn: Turn) -> Ticket | None:
    """The citizen's ticket that was opened in this conversation a few minutes ago."""
    number, since = tracker.get_slot("ticket"), seconds_since(tracker, "action_open_ticket")
    if not number or since is None or since > A_MOMENT:
        return None
    with suppress(AccessDenied):
        return hotline().tickets.for_citizen(number, turn.citizen)
    return None


def add_told(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, told: str) -> bool:
    """Adds what was told to the existing ticket, when the message says outright that it belongs there and not to the
    matter being taken in."""
    ticket = spoken_of(tracker, turn) if is_of_the_last(turn.heard.text) else None
    return ticket is not None and put_on(dispatcher, turn, ticket, told)


def restored(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> str | None:
    """Takes up again the ticket that the citizen withdrew in this conversation and wants after all, and returns its
    number; None for anything else."""
    number = tracker.get_slot("ticket")
    if not number or not wants_it_again(turn.heard.text):
        return None
    told = clear_category(tracker, SURE)
    with suppress(AccessDenied, TicketEnded):
        ticket = hotline().tickets.for_citizen(number, turn.citizen)
        if ticket is None or ticket.status is not Status.WITHDRAWN or told not in (None, ticket.category):
            return None
        restore(dispatcher, turn, number)
        return str(number)
    return None


def restore(dispatcher: CollectingDispatcher, turn: Turn, number: str) -> Ticket:
    """Takes a withdrawn ticket up again, with what the citizen says of it now, and says so. Raises AccessDenied,
    TicketEnded."""
    ticket = hotline().tickets.restore(number, turn.citizen, turn.message_id)
    if has_content(turn.heard.text):
        ticket = hotline().tickets.add(number, turn.citizen, turn.heard.text, turn.message_id)
    dispatcher.utter_message(text=texts(turn.language).say("restored", number=numbering.spell(ticket.number)))
    return ticket


def take_out(dispatcher: CollectingDispatcher, turn: Turn, number: str, told: str) -> None:
    """Takes the latest addition out of a ticket, because it is another matter, and says so."""
    with suppress(AccessDenied, TicketEnded):
        ticket = hotline().tickets.take_out(number, turn.citizen, told, turn.message_id)
        words = shortened(mask_numbers(told), LONGEST_PRAISE)
        line = texts(turn.language).say("taken_out", number=numbering.spell(ticket.number), words=words)
        dispatcher.utter_message(text=line)


def is_of_another(tracker: Tracker, turn: Turn) -> bool:
    """Whether a message that was taken for an addition tells a matter of another category: 还有，楼道灯也不亮."""
    text, told = turn.heard.text, clear_category(tracker)
    number = tracker.get_slot("ticket")
    if told is None or not number or "ticket_number" in turn.entities or belongs_to_it(text) or taken_wrongly(text):
        return False
    if contact_told(turn.heard) or is_of_the_place(text) or objects_to_unit(text):
        return False
    if OF_IT.search(text) or (FOLLOWS.search(text) and another_begun(text) is None):
        return False
    with suppress(AccessDenied):
        ticket = hotline().tickets.for_citizen(number, turn.citizen)
        return bool(ticket and ticket.category and ticket.category != told and not is_worse(ticket, text))
    return False


def adds_to_last(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> str | None:
    """Adds what is told to the existing ticket (还有，车子一过就响; 公司叫四川恒泰) and returns its number. None for
    another matter, for a message that tells nothing, and when there is no such ticket."""
    ticket = spoken_of(tracker, turn)
    if ticket is None:
        return None
    if ticket.request_type == RequestType.PRAISE and goes_on_praising(turn.heard.text):
        return ticket.number if put_on(dispatcher, turn, ticket, turn.heard.text) else None
    if _praises_in_passing(turn, ticket):
        return ticket.number if put_on(dispatcher, turn, ticket, turn.heard.text, Belongs.AS_THANKS) else None
    belongs = belonging(tracker, turn, ticket)
    tells = tells_something(turn.heard) or has_content(turn.heard.text)
    is_added = belongs is not Belongs.NOT and tells and put_on(dispatcher, turn, ticket, turn.heard.text, belongs)
    return ticket.number if is_added else None


def _praises_in_passing(turn: Turn, ticket: Ticket) -> bool:
    """Whether a message has good words for somebody of the ticket's matter and does not ask that they be praised."""
    heard, own = turn.heard, words_of(f"{ticket.title}\n{ticket.description}")
    is_praise = heard.category == PRAISE and not wishes_to_praise(heard.text) and not another_comes(heard.text)
    return is_praise and bool(words_of(heard.text) & own)


def put_on(
    dispatcher: CollectingDispatcher, turn: Turn, ticket: Ticket, told: str, belongs: Belongs = Belongs.SURELY
) -> bool:
    """Adds what was told to a ticket and says so; False if the ticket has ended."""
    with suppress(AccessDenied, TicketEnded):
        added = hotline().tickets.add(ticket.number, turn.citizen, told, turn.message_id)
        tell_added(dispatcher, turn, as_handled(hurried(added, turn)), belongs)
        return True
    return False
