"""A caller: follows TwiML turn by turn as Twilio does, speaks, presses keys, stays silent, hangs up."""

from __future__ import annotations

from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from connectors.twilio.double.documents import opened
from connectors.twilio.double.server import Double
from connectors.twilio.double.webhooks import new_sid

PATH = "/webhooks/twilio/voice"
MOST_REDIRECTS = 40
ANONYMOUS = "+266696687"


class CallError(Exception):
    """The call is not where the script expects it; or its webhook answered with an error `status`."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class PhoneCall:
    """One call to the hotline. `heard` is everything said to the caller, `said` what was said since they last spoke."""

    def __init__(self, double: Double, caller: str = "+8613800001234") -> None:
        self.sid = new_sid("CA")
        self.heard: list[str] = []
        self.said: list[str] = []
        self.documents: list[str] = []
        self.turns = 0
        self.dialled: str | None = None
        self.queued_in: str | None = None
        self.whispered: list[str] = []
        self.is_over = False
        self.is_recorded = False
        self._double = double
        self._caller = caller
        self._gather: Element | None = None
        self._back: str | None = None
        self._whisper: str | None = None
        self._hold: str | None = None
        self._at = self._absolute(PATH)

    @property
    def last(self) -> str:
        """What was said since the caller last spoke."""
        return "\n".join(self.said)

    @property
    def listens(self) -> bool:
        """Whether the hotline waits for the caller."""
        return self._gather is not None

    @property
    def language(self) -> str | None:
        """The language that the recogniser is told to expect."""
        return self._gather.get("language") if self._gather is not None else None

    async def begins(self) -> None:
        """The caller dials and the hotline answers."""
        await self._fetch(PATH, {}, status="ringing")

    async def says(self, speech: str, confidence: float | None = 0.92) -> None:
        """The caller speaks; `confidence` is the recogniser's."""
        told = {} if confidence is None else {"Confidence": str(confidence)}
        await self._answers({"SpeechResult": speech, **told})

    async def presses(self, digits: str) -> None:
        """The caller presses keys."""
        await self._answers({"Digits": digits})

    async def is_silent(self) -> None:
        """The caller says nothing until the prompt times out."""
        if self._gather is not None and self._gather.get("actionOnEmptyResult") != "true":
            self._double.problems.append("a silent caller is hung up on: no actionOnEmptyResult")
        await self._answers({})

    async def hangs_up(self) -> None:
        """The caller hangs up."""
        if not self.is_over:
            await self._end()

    async def agent_answers(self) -> None:
        """The dialled agent picks up and hears the whisper; then both sides are connected."""
        if self.dialled is None:
            raise CallError("nobody was dialled")
        if self._whisper:
            fields = self._fields("in-progress") | {"ParentCallSid": self.sid, "CallSid": new_sid("CA")}
            root = await self._document(self._whisper, fields)
            self.whispered += [said.text or "" for said in root.iter("Say")]

    async def comes_back(self, dial_status: str = "completed") -> None:
        """The transfer ends: completed, busy, no-answer, failed or canceled; for a queue bridged, leave or
        queue-full."""
        if self._back is None:
            raise CallError("the caller was not put through")
        name = "QueueResult" if self.queued_in else "DialCallStatus"
        self.dialled = self.queued_in = None
        self.said = []
        await self._fetch(self._back, {name: dial_status})

    async def holds(self, seconds: int, position: int = 1) -> None:
        """Twilio asks the hotline what a caller in the queue hears; the hotline may take the caller out."""
        if self._hold is None:
            raise CallError("the caller is in no queue")
        fields = {"QueueTime": str(seconds), "QueuePosition": str(position), "CurrentQueueSize": str(position)}
        root = await self._document(self._hold, self._fields("in-progress") | fields)
        self._hears(root)
        if root.find("Leave") is not None:
            await self.comes_back("leave")

    async def again(self, path: str, fields: dict[str, str]) -> str:
        """Send one webhook of this call unchanged and return the answer's body; the call does not move on."""
        return (await self._double.call(path, self._fields("in-progress") | fields)).body

    async def _answers(self, fields: dict[str, str]) -> None:
        if self._gather is None:
            raise CallError("the hotline does not listen")
        self.turns += 1
        action = self._gather.get("action") or self._at
        self.said, self._gather = [], None
        await self._fetch(action, fields)

    async def _fetch(self, path: str, fields: dict[str, str], status: str = "in-progress") -> None:
        """Get a document and follow it and the documents it leads to."""
        for _ in range(MOST_REDIRECTS):
            self._at = self._absolute(path)
            root = await self._document(self._at, self._fields(status) | fields)
            leads_to = await self._follow(root)
            if leads_to is None:
                return
            path, fields, status = leads_to, {}, "in-progress"
        raise CallError("the hotline redirects without end")

    async def _follow(self, root: Element) -> str | None:
        """Follow a document until it waits for somebody; return the address it redirects to, if any."""
        self.dialled = self.queued_in = self._back = self._whisper = self._hold = None
        for verb in root:
            match verb.tag:
                case "Say":
                    self._hears(verb)
                case "Start":
                    self.is_recorded = verb.find("Recording") is not None
                case "Redirect":
                    return (verb.text or "").strip()
                case "Gather":
                    self._hears(verb)
                    self._gather = verb
                    return None
                case "Dial":
                    [noun] = list(verb)
                    self.dialled, self._whisper, self._back = (
                        (noun.text or "").strip(),
                        noun.get("url"),
                        verb.get("action"),
                    )
                    return None
                case "Enqueue":
                    self.queued_in, self._back = (verb.text or "").strip(), verb.get("action")
                    self._hold = verb.get("waitUrl")
                    return None
                case "Hangup":
                    break
        await self._end()
        return None

    async def _document(self, path: str, fields: dict[str, str]) -> Element:
        answered = await self._double.call(path, fields)
        if answered.status != 200:
            raise CallError(f"the webhook answered {answered.status}; a caller hears an error", answered.status)
        self.documents.append(answered.body)
        root, problems = opened(answered.body)
        self._double.problems += problems
        return root

    async def _end(self) -> None:
        self.is_over, self._gather = True, None
        await self._double.call(f"{PATH}/status", self._fields("completed") | {"CallDuration": "60"})

    def _hears(self, within: Element) -> None:
        words = [(said.text or "").strip() for said in within.iter("Say")]
        self.heard += words
        self.said += words

    def _absolute(self, path: str) -> str:
        return urljoin(self._double.account.public_url + "/", path)

    def _fields(self, status: str) -> dict[str, str]:
        return call_fields(self._double.account.sid, self.sid, self._caller, self._double.number, status)


def call_fields(account: str, sid: str, caller: str, to: str, status: str) -> dict[str, str]:
    """The fields of every voice webhook, as in Twilio's documentation; places are blank outside North America."""
    return {
        "CallSid": sid,
        "AccountSid": account,
        "From": caller,
        "Caller": caller,
        "FromCountry": "CN",
        "FromCity": "",
        "FromState": "",
        "FromZip": "",
        "To": to,
        "Called": to,
        "ToCountry": "CN",
        "CallStatus": status,
        "Direction": "inbound",
        "ApiVersion": "2010-04-01",
    }
