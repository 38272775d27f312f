"""How the hotline behaves in texts: one reply per turn, the rest of a long one on request, notifications off and on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from connectors.sms.pages import language_of, last_question, rest_of
from hotline.conversations.model import Claim, Message, Reply
from hotline.conversations.service import Conversations
from hotline.conversations.text import is_readable
from hotline.texts import Texts, texts

MORE = {"更多", "全文", "下一页", "more"}
STOP = {"stop", "stopall", "unsubscribe", "退订", "td", "t"}
START = {"start", "unstop", "订阅", "恢复订阅"}
SESSION = timedelta(hours=12)
"""After this much silence the conversation starts a new session, as session_expiration_time in bot/domain/forms.yml."""

AROUND = " \t\n。.!！“”\"'"


class SmsManner:
    """Implements hotline.conversations.manner.Manner."""

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations

    def answer(self, claim: Claim) -> Sequence[Reply] | None:
        """Answers messages that need no understanding: 更多, STOP and START, and a picture without words."""
        message = claim.message
        said = message.text.strip(AROUND).lower()
        if said in MORE:
            return self._more(claim, _language(said))
        if self.heed(message):
            return [Reply(_language(said).say("sms.stopped" if said in STOP else "sms.started"))]
        if message.data and message.data.get("pictures") and not is_readable(message.text):
            return self._picture(message)
        return None

    def heed(self, message: Message) -> bool:
        """Do what STOP or START asks for, whoever attends to the citizen; False for any other text."""
        said = message.text.strip(AROUND).lower()
        if said not in STOP and said not in START:
            return False
        self._conversations.mute(message.conversation_id, muted=said in STOP)
        return True

    def shape(self, replies: Sequence[Reply]) -> Sequence[Reply]:
        """Joins the replies of a turn into one message."""
        data: dict[str, Any] = {}
        for reply in replies:
            data |= reply.data or {}
        return [Reply("\n".join(reply.text for reply in replies if reply.text), data or None)]

    def _picture(self, message: Message) -> Sequence[Reply]:
        """During a conversation a picture belongs to it, and the open question is asked again; otherwise the picture
        tells nothing yet."""
        last = self._conversations.last_said(message)
        if last is None or message.at - last.at > SESSION:
            return [Reply(texts().say("sms.picture"))]
        say = language_of(last.text)
        return [Reply("\n".join(filter(None, [say.say("sms.picture_kept"), last_question(last.text)])))]

    def _more(self, claim: Claim, say: Texts) -> Sequence[Reply]:
        last = self._conversations.last_said(claim.message)
        rest = rest_of(last.text, last.author) if last else ""
        return [Reply(rest or say.say("sms.no_more"))]


def _language(said: str) -> Texts:
    return texts("en" if said.isascii() and said not in {"t", "td"} else "zh")
