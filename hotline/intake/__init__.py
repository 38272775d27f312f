"""Taking a matter in: what is known of it, what the citizen adds, and the one question to ask next. No I/O."""

from hotline.intake.acknowledging import Acknowledgement, acknowledgement
from hotline.intake.draft import Draft, Understood
from hotline.intake.questions import Question, next_question
from hotline.intake.rules import CLEAN_ENDS, begin, take
from hotline.intake.splitting import split_matters

__all__ = [
    "CLEAN_ENDS",
    "Acknowledgement",
    "Draft",
    "Question",
    "Understood",
    "acknowledgement",
    "begin",
    "next_question",
    "split_matters",
    "take",
]
