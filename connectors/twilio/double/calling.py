"""A caller at the terminal: calls the running hotline through the loopback Twilio, without an account."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable

import aiohttp

from connectors.twilio.account import Account
from connectors.twilio.double.calls import CallError, PhoneCall
from connectors.twilio.double.messages import Texted
from connectors.twilio.double.server import Double
from connectors.twilio.double.simulation import LAST_WORDS_SECONDS, SimulationFailed, at_its_address, explained

KEYS = re.compile(r"[0-9*#]+")
SILENCE, HANG_UP, NOT_REACHED = "...", ".", "busy"


class Calling:
    """One citizen's call. `show` gets the speaker and the words: of the hotline, of a text that arrives, of the agent's
    leg."""

    def __init__(self, account: Account, hotline_url: str, number: str, show: Callable[[str, str], None]) -> None:
        self._double = Double(account)
        self._double.on_text = self._arrived
        self._hotline_url = hotline_url
        self._number = number
        self._show = show

    async def hold(self, lines: AsyncIterator[str]) -> None:
        """Speak line by line until one side hangs up. Raises SimulationFailed.

        A line of digits is pressed, `...` is silence, `.` hangs up. During a transfer, `busy` means that nobody
        answers; any other line is the talk with the agent, who then hangs up.
        """
        async with at_its_address(self._double):
            self._double.reach(self._hotline_url)
            call = PhoneCall(self._double, self._number)
            try:
                await call.begins()
                self._tell(call)
                async for line in lines:
                    if line == HANG_UP:
                        break
                    await self._say(call, line)
                    self._tell(call)
                    if call.is_over:
                        break
                await call.hangs_up()
            except CallError as problem:
                raise SimulationFailed(explained(problem.status) or str(problem)) from None
            except (aiohttp.ClientError, TimeoutError):
                raise SimulationFailed(f"the hotline does not answer at {self._hotline_url}") from None
            await asyncio.sleep(LAST_WORDS_SECONDS)
            await self._double.reported()

    async def _say(self, call: PhoneCall, line: str) -> None:
        if call.listens:
            if line == SILENCE:
                await call.is_silent()
            elif KEYS.fullmatch(line):
                await call.presses(line)
            else:
                await call.says(line)
        elif line == NOT_REACHED:
            await call.comes_back("leave" if call.queued_in else NOT_REACHED)
        else:
            if call.dialled:
                await call.agent_answers()
                for whispered in call.whispered:
                    self._show("agent", whispered)
            await call.comes_back("bridged" if call.queued_in else "completed")

    def _tell(self, call: PhoneCall) -> None:
        for said in call.said:
            self._show("phone", said)
        if target := call.dialled or call.queued_in:
            self._show("put through", target)

    def _arrived(self, texted: Texted) -> None:
        if texted.to == self._number:
            self._show("text", texted.body)
