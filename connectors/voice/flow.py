"""Handles one webhook of a call: commit what was heard, wait for the answer, choose the next document."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from connectors.services import Services
from connectors.voice import turns
from connectors.voice.manner import UNSURE
from connectors.voice.payload import CHANNEL, Call, Heard, TransferOutcome
from connectors.voice.spoken import is_english
from connectors.voice.step import Step
from connectors.voice.targets import Targets
from connectors.voice.turns import Turns
from connectors.voice.twiml import Documents
from hotline.conversations.calls import ENDED
from hotline.conversations.model import Author, Incoming, Message
from hotline.danger import LINES
from hotline.texts import texts
from hotline.transaction import StorageUnavailable

WAIT_SECONDS = 2.5
"""After this time the caller is asked to wait rather than left in silence; Twilio gives up after 15 s."""

MOST_WAITS = 8
MOST_HOLD_SECONDS = 180
QUESTION = re.compile(r"[^。！!？?\n]*[？?]")
LEAVES_OPEN = re.compile(r"[？?]|请(?!拨打)|please", re.IGNORECASE)


class Flow:
    """The course of a call. Raises StorageUnavailable only where no caller is listening."""

    def __init__(self, services: Services, documents: Documents, rules: Turns, targets: Targets) -> None:
        self._services = services
        self._hotline = services.hotline
        self._documents = documents
        self._turns = rules
        self._targets = targets

    def begin(self) -> str:
        """The opening: who speaks, that the call is recorded, one open question."""
        settings = self._hotline.settings
        step = Step(english=int(settings.voice_language.startswith("en")))
        say = _say(step)
        recorded = say("voice.recorded" if settings.voice_records else "voice.not_recorded")
        return self._documents.ask(say("voice.opening", recorded=recorded), step, record=settings.voice_records)

    async def turn(self, call: Call, heard: Heard, step: Step) -> str:
        """Handles what was heard after a prompt."""
        try:
            return await self._turn(call, heard, step)
        except StorageUnavailable:
            return self._not_kept(heard, step)

    async def wait(self, call: Call, step: Step) -> str:
        """Handles the webhook after the caller was asked to wait for an answer."""
        try:
            conversation = await self._find(call)
            return await self._answer(call, conversation, step)
        except StorageUnavailable:
            return self._documents.ask(_say(step)("voice.recovering"), replace(step, turn=step.turn + 1))

    async def transferred(self, call: Call, step: Step, outcome: TransferOutcome) -> str:
        """Handles a caller's return from a transfer. If nobody was reached, a call-back is made and the talk may go
        on."""
        say, after = _say(step), replace(step, turn=step.turn + 1)
        await self._transfer_over(call, talked=outcome is TransferOutcome.TALKED)
        if outcome is not TransferOutcome.NOT_REACHED:
            return self._documents.ask(say("voice.after_line"), after) if step.kind else self._goodbye(step)
        if step.kind:
            target = self._targets.danger(step.kind)
            name, number = (target.name, target.number) if target else ("", LINES[step.kind])
            return self._documents.ask(say("voice.line_not_reached", name=name, number=number), after)
        if step.unreached:
            return self._documents.ask(say("voice.still_unreached"), after)
        step = replace(step, unreached=1)
        wanted = call.says(say("voice.asks_person"), step.turn, {"can_transfer": False}, part="call_back")
        try:
            return await self._said(call, wanted, step, before=say("voice.not_reached"), behind=say("voice.go_on"))
        except StorageUnavailable:
            return self._documents.ask(say("voice.not_reached") + say("voice.recovering"), replace(after, unreached=1))

    def hold(self, seconds: int, position: int, step: Step) -> str:
        """What a caller in a queue hears: their position, until the wait is too long."""
        if seconds >= MOST_HOLD_SECONDS:
            return self._documents.leave_queue()
        say, ahead = _say(step), max(0, position - 1)
        return self._documents.hold(say("voice.queue", ahead=ahead) if ahead else say("voice.queue_next"))

    async def whisper(self, caller: str) -> str:
        """What the agent who takes the call `caller` hears."""
        unknown = texts().say("voice.whisper", summary=texts().say("title.unsorted"))
        calls = self._hotline.calls
        try:
            found = await asyncio.to_thread(self._hotline.conversations.find, CHANNEL, caller)
            if found is None:
                return self._documents.whisper(unknown)
            summary = await asyncio.to_thread(calls.summary, found.id)
            await asyncio.to_thread(calls.reached, found.id)
        except StorageUnavailable:
            return self._documents.whisper(unknown)
        return self._documents.whisper(summary)

    async def end(self, call: Call) -> None:
        """Handles the end of a call; nothing to do if nothing was said in it."""
        if conversation := await self._find(call):
            await asyncio.to_thread(self._hotline.queue.call_over, conversation)
            end = Incoming(CHANNEL, call.sid, texts().say("voice.hung_up"), "ended", call.phone, ENDED)
            await self._services.pump.accept(end)

    async def _turn(self, call: Call, heard: Heard, step: Step) -> str:
        say, again = _say(step), replace(step, turn=step.turn + 1, silent=0, unsure=0)
        match self._turns.move(heard, step):
            case turns.Silence(times):
                text = await self._no_sound(call, step) if times == 1 else say("voice.still_no_sound")
                return self._documents.ask(text, replace(step, silent=times))
            case turns.Unclear():
                return self._documents.ask(say("voice.unclear"), replace(again, unclear=step.unclear + 1))
            case turns.NotThat():
                return self._documents.ask(say("voice.say_again"), again)
            case turns.Goodbye():
                return self._goodbye(step)
            case turns.Person(asked):
                gives_up = bool(step.unreached) and not asked
                return self._goodbye(step) if gives_up else await self._person(call, step, asked)
            case turns.Unsure(text):
                incoming = self._words(call, text, step, {UNSURE: True})
                return await self._said(call, incoming, replace(step, unclear=step.unclear + 1), unsure=True)
            case turns.Confirmed(seq):
                text = await self._words_at(call, seq)
                return await self._said(call, self._words(call, text, step), replace(step, unclear=0))
            case turns.Said(text):
                return await self._said(call, self._words(call, text, step), replace(step, unclear=0))

    async def _said(
        self, call: Call, incoming: Incoming, step: Step, unsure: bool = False, before: str = "", behind: str = ""
    ) -> str:
        """Commit what was said, and answer it."""
        accepted = await self._services.pump.accept(incoming)
        seq = accepted.message.seq
        step = replace(step, message=seq, silent=0, waits=0, done=0, unsure=seq if unsure else 0)
        return await self._answer(call, accepted.message.conversation_id, step, before, behind)

    async def _answer(
        self, call: Call, conversation: str | None, step: Step, before: str = "", behind: str = ""
    ) -> str:
        """The document with the answer to this step's message, as soon as the answer is there."""
        lines = await self._fresh(conversation, step) if conversation else []
        if not lines:
            return await self._keep_waiting(call, step, before)
        after = replace(step, turn=step.turn + 1, spoken=lines[-1].seq, message=0, waits=0)
        text = "\n".join(filter(None, [before, *(line.text for line in lines), behind]))
        after = replace(after, english=int(is_english(text)))
        data: dict[str, Any] = {key: value for line in lines for key, value in (line.data or {}).items()}
        if kind := data.get("danger"):
            return self._danger(kind, text, after, told_before=bool(step.danger))
        if skill := data.get("transfer"):
            target = self._targets.person(skill)
            if target:
                return await self._put_through(conversation, text, target, after, skill)
        if data.get("hangup"):
            return self._documents.hang_up(text)
        return self._documents.ask(*self._closed(call, text, after, opened="ticket" in data))

    def _closed(self, call: Call, text: str, after: Step, opened: bool) -> tuple[str, Step]:
        """Adds the question whether there is anything else, when nothing is left open."""
        say = _say(after)
        if LEAVES_OPEN.search(text):
            return text, after
        if opened:
            kept = "voice.texted" if self._hotline.calls.can_be_texted(call.phone) else "voice.write_down"
            text = f"{text}\n{say(kept)}"
        return f"{text}\n{say('voice.anything_else')}", replace(after, done=1)

    async def _fresh(self, conversation: str, step: Step) -> list[Message]:
        """The lines the caller has not heard yet, once the answer or a warning of danger is among them."""
        transcript = self._hotline.conversations.transcript

        def look() -> list[Message]:
            lines = transcript(conversation, step.spoken)
            return [m for m in lines if m.author is not Author.CITIZEN and m.answers in (None, step.message)]

        lines = await self._services.watched(
            conversation, look, lambda found: _answers(found, step) or _warns(found), WAIT_SECONDS
        )
        return [m for m in lines if _notice(m) != "kept"] if _answers(lines, step) or _warns(lines) else []

    async def _keep_waiting(self, call: Call, step: Step, before: str) -> str:
        say = _say(step)
        if step.waits < MOST_WAITS:
            text = say("voice.wait") if step.waits == 0 else say("voice.still_wait") if step.waits % 3 == 0 else ""
            return self._documents.wait(before + text, replace(step, waits=step.waits + 1))
        after = replace(step, turn=step.turn + 1, message=0, waits=0)
        if not step.unreached and (target := self._targets.person(None)):
            return await self._put_through(await self._find(call), say("voice.transfer"), target, after)
        return self._documents.ask(say("voice.recovering"), after)

    async def _person(self, call: Call, step: Step, asked: bool) -> str:
        """Transfers the call at once if somebody can be reached; else the assistant offers a call-back."""
        say = _say(step)
        conversation = await self._find(call)
        skill = await asyncio.to_thread(self._hotline.calls.skill, conversation) if conversation else None
        target = self._targets.person(skill)
        incoming = self._words(call, say("voice.asks_person"), step)
        if target is None:
            return await self._said(call, incoming, step, before="" if asked else say("voice.not_made_out"))
        accepted = await self._services.pump.accept(incoming)
        text = say("voice.transfer" if asked else "voice.transfer_unasked")
        after = replace(step, turn=step.turn + 1, silent=0, unclear=0)
        return await self._put_through(accepted.message.conversation_id, text, target, after, skill)

    async def _put_through(
        self, conversation: str | None, text: str, target: str, after: Step, skill: str | None = None
    ) -> str:
        """Connect the caller to an agent, and show the desk what the call is about."""
        if conversation:
            key = f"call:{conversation}:{after.turn}"
            with suppress(StorageUnavailable):  # the transfer goes on without it
                await asyncio.to_thread(self._hotline.queue.put_through, conversation, skill, key)
        return self._documents.put_through(text, target, replace(after, danger=0))

    def _danger(self, kind: str, text: str, after: Step, told_before: bool) -> str:
        """Transfers to the line for this danger at once; the second time it only says the words, since the line was
        tried."""
        target = self._targets.danger(kind)
        after = replace(after, danger=Step.place_of(kind))
        if target is None or told_before:
            return self._documents.ask(text, after)
        safety = QUESTION.sub("", text)  # whoever takes the call will ask
        return self._documents.put_through(
            f"{safety}\n{_say(after)('voice.line', name=target.name)}", target.address, after
        )

    def _not_kept(self, heard: Heard, step: Step) -> str:
        """Handles a turn that cannot be stored: a person can still be reached, and nothing is pretended."""
        move, target = self._turns.move(heard, step), self._targets.person(None)
        if target and isinstance(move, turns.Person):
            return self._documents.put_through(_say(step)("voice.transfer"), target, step)
        return self._documents.ask(_say(step)("voice.not_kept"), step)

    def _goodbye(self, step: Step) -> str:
        return self._documents.hang_up(_say(step)("voice.goodbye"))

    async def _no_sound(self, call: Call, step: Step) -> str:
        """Repeats the last question, or asks in other words if there was none."""
        last = await self._words_at(call, step.spoken) if step.spoken else ""
        questions = QUESTION.findall(last)
        if not questions:
            return _say(step)("voice.listening")
        return _say(step)("voice.no_sound", question=questions[-1].strip())

    def _words(self, call: Call, text: str, step: Step, data: dict[str, bool | int | str] | None = None) -> Incoming:
        can_transfer: dict[str, bool | int | str] = {"can_transfer": True} if self._targets.person(None) else {}
        return call.says(text, step.turn, (data or {}) | can_transfer or None)

    async def _words_at(self, call: Call, seq: int) -> str:
        conversation = await self._find(call)
        transcript = self._hotline.conversations.transcript
        lines = await asyncio.to_thread(transcript, conversation, seq - 1, 1) if conversation else []
        return lines[0].text if lines else ""

    async def _transfer_over(self, call: Call, talked: bool) -> None:
        with suppress(
            StorageUnavailable
        ):  # the end of the call cannot be stored then either, and nothing is opened twice
            if conversation := await self._find(call):
                await asyncio.to_thread(self._hotline.queue.call_over, conversation)
                if talked:
                    await asyncio.to_thread(self._hotline.calls.reached, conversation)

    async def _find(self, call: Call) -> str | None:
        found = await asyncio.to_thread(self._hotline.conversations.find, CHANNEL, call.sid)
        return found.id if found else None


def _say(step: Step) -> Callable[..., str]:
    return texts("en" if step.english else "zh").say


def _notice(message: Message) -> str | None:
    return (message.data or {}).get("notice")


def _answers(lines: Sequence[Message], step: Step) -> bool:
    return any(line.answers == step.message for line in lines)


def _warns(lines: Sequence[Message]) -> bool:
    return any("danger" in (line.data or {}) or _notice(line) == "danger" for line in lines)
