"""What a citizen asks once there is a ticket, where the hotline knows the answer, whatever the words sound like."""

from __future__ import annotations

from hotline.intake.following import another_comes
from hotline.phrases import phrase

_QUESTIONS = {
    "medicine_out": phrase("ticket_questions.medicine_out"),
    "drinkable": phrase("ticket_questions.drinkable"),
    "medical": phrase("ticket_questions.medical"),
    "identity": phrase("ticket_questions.identity"),
    "reprisal": phrase("ticket_questions.reprisal"),
    "why_so_long": phrase("ticket_questions.why_so_long"),
    "money": phrase("ticket_questions.money"),
    "appeal": phrase("ticket_questions.appeal"),
    "police": phrase("ticket_questions.police"),
    "lost_code": phrase("ticket_questions.lost_code"),
    "hours": phrase("ticket_questions.hours"),
    "who_handles": phrase("ticket_questions.who_handles"),
}


def asked_of_a_ticket(text: str) -> str | None:
    """Which known question about an existing ticket a message asks (三千块钱能退回来不: `money`), the first that
    fits; None for any other message, and where another matter is announced."""
    if another_comes(text):
        return None
    return next((question for question, asks in _QUESTIONS.items() if asks.search(text)), None)
