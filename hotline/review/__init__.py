"""Learning from conversations: doubtful messages are listed, labelled by a person, and become training examples."""

from hotline.review.doubtful import Doubtful, doubtful_messages
from hotline.review.learning import learn
from hotline.review.sheet import WrongLabel, known_intents, read_sheet, training_examples, write_sheet

__all__ = [
    "Doubtful",
    "WrongLabel",
    "doubtful_messages",
    "known_intents",
    "learn",
    "read_sheet",
    "training_examples",
    "write_sheet",
]
