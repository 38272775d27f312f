"""Builds the TwiML documents with Twilio's own library: ask, wait, transfer, hang up. No rules here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from twilio.twiml import TwiML
from twilio.twiml.voice_response import Dial, Enqueue, Gather, Leave, VoiceResponse

from connectors.voice.spoken import has_chinese, spoken
from connectors.voice.step import Step

PATH = "/webhooks/twilio/voice"
ENGLISH, ENGLISH_SPEAKER = "en-US", "Polly.Joanna"
ANSWER_SECONDS = 5
PAUSE_SECONDS = 2
"""How long a caller may pause before the recogniser takes the words: a story has pauses."""

RING_SECONDS = 20
HOLD_SECONDS = 15
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
QUEUE = "queue:"
SIP = "sip"


@dataclass(frozen=True, slots=True)
class Documents:
    """TwiML for one hotline at `base`; callers are expected to speak `language`, and the voice is `speaker`."""

    base: str
    language: str
    speaker: str
    hints: str

    def ask(self, text: str, step: Step, record: bool = False) -> str:
        """Say something and listen; speech or a key interrupts it. A prompt without input also calls the webhook."""
        response = VoiceResponse()
        if record:
            response.start().recording()
        gather = Gather(
            input="speech dtmf",
            action=self._address("turn", step),
            method="POST",
            language=ENGLISH if step.english else self.language,
            hints=None if step.english else self.hints,
            timeout=ANSWER_SECONDS,
            speech_timeout=PAUSE_SECONDS,
            barge_in=True,
            profanity_filter=False,
            action_on_empty_result=True,
        )
        self._say(gather, text)
        response.append(gather)
        return str(response)

    def wait(self, text: str, step: Step) -> str:
        """Say something, then call the webhook for the answer."""
        response = VoiceResponse()
        self._say(response, text)
        response.redirect(self._address("wait", step), method="POST")
        return str(response)

    def put_through(self, text: str, target: str, step: Step) -> str:
        """Connect the caller; however the transfer ends, the call comes back."""
        response = VoiceResponse()
        self._say(response, text)
        back = self._address("transferred", step)
        if target.startswith(QUEUE):
            hold = self._address("hold", step)
            response.append(Enqueue(target.removeprefix(QUEUE), action=back, method="POST", wait_url=hold))
            return str(response)
        dial = Dial(action=back, method="POST", timeout=RING_SECONDS, answer_on_bridge=True)
        whisper = f"{self.base}{PATH}/whisper"
        if target.startswith(SIP):
            dial.sip(target, url=whisper, method="POST")
        else:
            dial.number(target, url=whisper, method="POST")
        response.append(dial)
        return str(response)

    def hold(self, text: str) -> str:
        """What a caller in a queue hears; Twilio asks again when it has played."""
        response = VoiceResponse()
        self._say(response, text)
        response.pause(length=HOLD_SECONDS)
        return str(response)

    def leave_queue(self) -> str:
        """Take a caller who waited too long out of the queue, back to the assistant."""
        response = VoiceResponse()
        response.append(Leave())
        return str(response)

    def whisper(self, text: str) -> str:
        """What only the agent hears before the caller is connected."""
        response = VoiceResponse()
        self._say(response, text)
        return str(response)

    def hang_up(self, text: str) -> str:
        """Say the last words and hang up."""
        response = VoiceResponse()
        self._say(response, text)
        response.hangup()
        return str(response)

    def _say(self, parent: TwiML, text: str) -> None:
        text = spoken(NOT_IN_XML.sub("", text))
        if not text:
            return
        if has_chinese(text):
            parent.say(text, voice=self.speaker)
        else:
            parent.say(text, voice=ENGLISH_SPEAKER, language=ENGLISH)

    def _address(self, name: str, step: Step) -> str:
        query = step.query()
        return f"{self.base}{PATH}/{name}" + (f"?{query}" if query else "")
