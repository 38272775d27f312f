"""Taking a matter in: what is known of it, what the citizen adds, and the one question to ask next. No I/O."""

from hotline.intake.acknowledging import Acknowledgement, acknowledgement
from hotline.intake.draft import Draft, Understood
from hotline.intake.phrases import CLEAN_ENDS
from hotline.intake.questions import Question, next_question
from hotline.intake.splitting import Half, Split, another_begun, are_new, matters_of, possible_splits, share_a_place
from hotline.intake.taking import begin, take

__all__ = [
    "CLEAN_ENDS",
    "Acknowledgement",
    "Draft",
    "Half",
    "Question",
    "Split",
    "Understood",
    "acknowledgement",
    "another_begun",
    "are_new",
    "begin",
    "matters_of",
    "next_question",
    "possible_splits",
    "share_a_place",
    "take",
]
