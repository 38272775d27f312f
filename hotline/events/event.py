"""The event, and the list of all types. `data` holds no name, phone or free text of a citizen."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

STREAM = "yht:events"
KEPT_ENTRIES = 1_000_000

TYPES = {
    "message.received": "A citizen's message was committed to the inbox.",
    "message.sent": "A message to a citizen was committed to the transcript.",
    "message.delivered": "A provider says that a message arrived.",
    "message.failed": "A message to a citizen cannot be delivered.",
    "conversation.escalated": "A person is needed: asked for, or two turns were not understood.",
    "conversation.claimed": "An agent took a conversation.",
    "conversation.released": "An agent gave a conversation back.",
    "ticket.opened": "A ticket was opened.",
    "ticket.dispatched": "A ticket was sent to its department.",
    "ticket.accepted": "The department accepted a ticket.",
    "ticket.returned": "The department asks to return a ticket.",
    "ticket.extended": "A ticket got more time.",
    "ticket.replied": "The department answered.",
    "ticket.follow_up": "The citizen is asked whether it is solved.",
    "ticket.closed": "A ticket ended.",
    "ticket.reopened": "A ticket goes back to the department.",
    "ticket.merged": "A ticket became part of another.",
    "ticket.supervised": "A supervisor watches a ticket.",
    "ticket.changed": "Something else was done with a ticket; `action` says what.",
    "ticket.warned": "Part of the time for a stage has passed.",
    "ticket.escalated": "A stage has expired; the supervisor, then the leader, has to look.",
    "danger.detected": "A message tells of danger; staff must look now.",
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: `subject` is the id of the ticket or conversation it is about."""

    id: str
    type: str
    at: datetime
    subject: str
    data: dict[str, Any]

    def fields(self) -> dict[str, str]:
        """The event as fields of a stream entry; `data` is JSON."""
        return {
            "id": self.id,
            "type": self.type,
            "at": self.at.isoformat(),
            "subject": self.subject,
            "data": json.dumps(self.data, ensure_ascii=False),
        }

    @classmethod
    def from_fields(cls, fields: dict[str, str]) -> Event:
        """The event of a stream entry. Raises KeyError or ValueError for an invalid entry."""
        at = datetime.fromisoformat(fields["at"])
        return cls(fields["id"], fields["type"], at, fields["subject"], json.loads(fields["data"]))
