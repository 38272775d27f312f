"""Readings: what a message means in its conversation, where the classifiers cannot see it. No I/O.

Each reading is a function with a situation in which it applies, its reason in the first line, and examples of what it
catches and what it leaves; `tests/unit/test_readings.py` plays them through the whole chain. Readings are tried in the
order of `CHAIN`. The first that catches a message decides, except that one marked `goes_on` only clears something up
and passes its result to the next.
"""

from __future__ import annotations

from dataclasses import replace

from bot.readings import after_a_ticket, alarms, dangers, intake, matters, people, questions, several, tickets
from bot.readings.dangers import names_whom_to_call
from bot.readings.heard import Heard, Understand
from bot.readings.reading import OF_A_TICKET, Reading, Said, When

CHAIN: tuple[Reading, ...] = (
    # danger, and people who need somebody
    dangers.false_alarm,
    matters.of_harassment,
    people.known_already,
    alarms.weak_in_a_follow_up,
    alarms.weak_beside_its_matter,
    alarms.nothing_happened,
    alarms.many_ill_of_a_meal,
    alarms.only_a_scene,
    alarms.only_asks_of_its_ticket,
    dangers.while_a_danger_stands,
    dangers.real_after_all,
    dangers.only_rages,
    dangers.danger_in_pieces,
    dangers.matter_after_a_danger,
    dangers.news_after_a_danger,
    people.angry_again,
    # messages about what was just said of a ticket
    tickets.noise_now,
    after_a_ticket.withdrawal_refused,
    after_a_ticket.addition_taken_back,
    after_a_ticket.old_one_again,
    after_a_ticket.looks_for_an_old_one,
    after_a_ticket.sent_to_a_unit,
    after_a_ticket.insists_on_another_unit,
    after_a_ticket.known_of_it,
    after_a_ticket.asked_of_it,
    after_a_ticket.waits,
    after_a_ticket.rated,
    after_a_ticket.impatient,
    after_a_ticket.none_besides,
    after_a_ticket.solved,
    # messages that only sound like something
    questions.no_question,
    people.no_goodbye,
    people.wants_messages,
    tickets.without_a_number,
    people.needs_no_call,
    people.calls_nobody,
    tickets.order_on_a_named_one,
    # a matter other than the one understood
    intake.no_end,
    intake.number_of_a_parcel,
    intake.of_the_read_back,
    intake.meant_otherwise,
    matters.told_before_and_still_so,
    matters.another_than_the_ticket,
    matters.of_a_leak,
    # about a ticket
    tickets.put_right,
    tickets.how_to_send,
    tickets.wrong_unit_or_place,
    tickets.without_a_name,
    tickets.how_it_stands,
    tickets.urged,
    tickets.contact_or_proof,
    tickets.let_go,
    tickets.asks_to_withdraw,
    tickets.more_of_it,
    # changes of mind
    intake.told_on_after_an_offer,
    intake.wanted_after_all,
    intake.given_up,
    tickets.all_is_well,
    # questions
    questions.matter_with_a_question,
    questions.question_beside_an_answer,
    questions.question_beside_something,
    questions.in_words,
    # matters
    matters.praise,
    matters.after_thanks,
    matters.nothing_to_correct,
    several.several_matters,
    several.another_matter_begun,
    several.told_in_pieces,
)


async def read(heard: Heard) -> Heard:
    """What a message means; `by` names the readings that decided it."""
    for reading in CHAIN:
        found = await reading(heard)
        if found is None:
            continue
        heard = replace(found, by=(*heard.by, reading.name))
        if not reading.goes_on:
            break
    return heard


__all__ = [
    "CHAIN",
    "OF_A_TICKET",
    "Heard",
    "Reading",
    "Said",
    "Understand",
    "When",
    "names_whom_to_call",
    "read",
]
