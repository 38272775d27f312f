"""Intake: builds the draft of a ticket from a citizen's messages and chooses the one question to ask next. No I/O.

A "matter" (诉求) is the one issue that a draft, and later its ticket, is about. The "read-back" repeats the whole draft
to the citizen, who confirms or corrects it.
"""

from hotline.intake.acknowledging import Acknowledgement, acknowledgement
from hotline.intake.agreeing import opens_with_yes
from hotline.intake.asking import FAQ, asks_something, asks_when_back, is_of_the_matter, may_be_of_the_hotline, parted
from hotline.intake.corrections import is_of_the_place, place_put_right, put_in_its_place, says_only_that_it_is_wrong
from hotline.intake.draft import Draft, Remark, Understood
from hotline.intake.ending import is_declined, is_given_up, is_over, is_taken_back, is_wanted_after_all, may_end
from hotline.intake.facts import contact_told, told_more
from hotline.intake.following import (
    anonymity,
    asks_how_to_hurry,
    asks_what_is_in_it,
    asks_whether_added,
    belongs_to_it,
    by_phone,
    goes_on,
    has_no_number,
    has_proof,
    leaves_contact,
    lets_one_go,
    may_be_closed,
    orders_something,
    taken_wrongly,
    tells_of_a_leak,
    told_anew,
    told_before,
    urges,
    wants_no_person,
)
from hotline.intake.listening import (
    ASKS,
    CLEAN_ENDS,
    HOW_LONG,
    asks_to_send,
    asks_when_answered,
    has_content,
    is_only_a_phone,
)
from hotline.intake.meant import (
    OWN_WORDS,
    Meant,
    affirmed,
    after_the_opening,
    denied_in,
    meant_apart,
    meant_instead,
    read_anew,
)
from hotline.intake.named import named_in
from hotline.intake.objecting import objects_to_unit
from hotline.intake.praising import praises, speaks_ill
from hotline.intake.privacy import (
    answer_about,
    cannot_be_called,
    chooses_messages,
    declines_contact,
    how_to_reach,
    leaves_the_police_out,
    wish_for_secrecy,
)
from hotline.intake.questions import Question, next_question
from hotline.intake.sorting_anew import wrongly_sorted
from hotline.intake.splitting import Half, Split, another_begun, are_new, matters_of, possible_splits, share_a_place
from hotline.intake.taking import begin, ends_kindly, take, takes_out, with_all_told, with_told_before, with_wishes
from hotline.intake.withdrawing import Asked, asks_about_withdrawing, withdrawal

__all__ = [
    "ASKS",
    "CLEAN_ENDS",
    "FAQ",
    "HOW_LONG",
    "OWN_WORDS",
    "Acknowledgement",
    "Asked",
    "Draft",
    "Half",
    "Meant",
    "Question",
    "Remark",
    "Split",
    "Understood",
    "acknowledgement",
    "affirmed",
    "after_the_opening",
    "anonymity",
    "another_begun",
    "answer_about",
    "are_new",
    "asks_about_withdrawing",
    "asks_how_to_hurry",
    "asks_something",
    "asks_to_send",
    "asks_what_is_in_it",
    "asks_when_answered",
    "asks_when_back",
    "asks_whether_added",
    "begin",
    "belongs_to_it",
    "by_phone",
    "cannot_be_called",
    "chooses_messages",
    "contact_told",
    "declines_contact",
    "denied_in",
    "ends_kindly",
    "goes_on",
    "has_content",
    "has_no_number",
    "has_proof",
    "how_to_reach",
    "is_declined",
    "is_given_up",
    "is_of_the_matter",
    "is_of_the_place",
    "is_only_a_phone",
    "is_over",
    "is_taken_back",
    "is_wanted_after_all",
    "leaves_contact",
    "leaves_the_police_out",
    "lets_one_go",
    "matters_of",
    "may_be_closed",
    "may_be_of_the_hotline",
    "may_end",
    "meant_apart",
    "meant_instead",
    "named_in",
    "next_question",
    "objects_to_unit",
    "opens_with_yes",
    "orders_something",
    "parted",
    "place_put_right",
    "possible_splits",
    "praises",
    "put_in_its_place",
    "read_anew",
    "says_only_that_it_is_wrong",
    "share_a_place",
    "speaks_ill",
    "take",
    "taken_wrongly",
    "takes_out",
    "tells_of_a_leak",
    "told_anew",
    "told_before",
    "told_more",
    "urges",
    "wants_no_person",
    "wish_for_secrecy",
    "with_all_told",
    "with_told_before",
    "with_wishes",
    "withdrawal",
    "wrongly_sorted",
]
