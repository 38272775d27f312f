"""Taking a matter in: what is known of it, what the citizen adds, and the one question to ask next. No I/O."""

from hotline.intake.acknowledging import Acknowledgement, acknowledgement
from hotline.intake.draft import Draft, Understood
from hotline.intake.phrases import CLEAN_ENDS
from hotline.intake.questions import Question, next_question
from hotline.intake.splitting import split_matters
from hotline.intake.taking import begin, take

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
