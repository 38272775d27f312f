"""`python -m bench.kill_campaign --rounds N`: kills every process in turn during conversations, and counts the damage.

Citizens on the REST channel hold full intakes and ask for the status of their tickets; each repeats a message under its
id until it gets a real answer, as a provider would. Meanwhile `kill -9` hits dialogue, actions, gateway, worker and
Valkey. At the end the database and the API show what became of every message. Exit code 1 if any was lost or doubled.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import random
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hotline.texts import texts
from hotline.tickets import numbering
from tests.e2e.client import PROCESSES, OwnHotline, new_id, new_sender, own_hotline

ANSWER_SECONDS = 240.0
INTAKES_IN_A_CONVERSATION = 3
BURST = 3
BETWEEN_KILLS = (1.0, 4.0)
DISPATCH_SECONDS = 60.0

KEPT, FAILED = texts().say("notice.kept"), texts().say("notice.failed")


@dataclass(slots=True)
class Sent:
    """One message of a citizen. `must`: what its real answer contains; `said`: the answer; `during`: what was
    down."""

    sender: str
    id: str
    text: str
    must: str
    during: str
    acknowledged: bool = False
    told_kept: bool = False
    refused: int = 0
    tries: int = 0
    first_word: float = 0.0
    said: list[str] = field(default_factory=list)

    @property
    def is_answered(self) -> bool:
        """Whether the real answer came."""
        return any(self.must in text.replace(" ", "") for text in self.said)


class Citizens:
    """All citizens who write to the hotline, until they are told to stop."""

    def __init__(self, hotline: OwnHotline) -> None:
        self._hotline = hotline
        self._houses = itertools.count(1)
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.now = "nothing"
        self.sent: list[Sent] = []
        self.confirmed: Counter[str] = Counter()

    def stop(self) -> None:
        """Stop after the current intakes."""
        self._stop.set()

    def live(self) -> None:
        """Play one citizen after another."""
        while not self._stop.is_set():
            self._converse(new_sender())

    def _converse(self, sender: str) -> None:
        for _ in range(INTAKES_IN_A_CONVERSATION):
            if self._stop.is_set():
                return
            house = f"望平街{next(self._houses)}号"
            told = f"锦江区{house}楼下烧烤店油烟大，吵得睡不着，我姓王，电话13800001234"
            if not self.ask(sender, told, must=house).is_answered:
                return
            confirmation = self.ask(sender, "对", must="工单号")
            if not confirmation.is_answered:
                return
            self.confirmed[sender] += 1
            with ThreadPoolExecutor(BURST) as pool:
                list(pool.map(lambda number: self.ask(sender, number, must=number), _mistyped(BURST)))

    def ask(self, sender: str, text: str, must: str) -> Sent:
        """Send a message and repeat it until it has its real answer."""
        message = Sent(sender, new_id(), text, must, self.now)
        with self._lock:
            self.sent.append(message)
        body = {"sender": sender, "message": text, "metadata": {"message_id": message.id}}
        give_up = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < give_up and not message.said:
            message.tries += 1
            asked = time.monotonic()
            try:
                answer = self._hotline.client.post(body)
            except (OSError, http.client.HTTPException):
                time.sleep(0.2)
                continue
            if not message.acknowledged:
                message.first_word = time.monotonic() - asked
            if answer.status != 200:
                message.refused += 1
                time.sleep(0.3)
                continue
            message.acknowledged = True
            said = [m["text"] for m in answer.json]
            message.told_kept |= KEPT in said
            message.said = [text for text in said if text != KEPT]
            if not message.said:
                time.sleep(0.3)
        return message


def _mistyped(count: int) -> list[str]:
    """Numbers with a wrong check digit; each answer names its number, so that answers can be told apart."""
    found: list[str] = []
    while len(found) < count:
        digits = f"261122{random.randrange(10**6):06d}"
        if not numbering.is_number(digits):
            found.append(digits)
    return found


@dataclass(slots=True)
class Figures:
    """What became of all messages."""

    sent: int = 0
    accepted: int = 0
    answered: int = 0
    told_kept: int = 0
    refused: int = 0
    lost: int = 0
    doubled_messages: int = 0
    doubled_answers: int = 0
    wrong_answers: int = 0
    out_of_order: int = 0
    still_waiting: int = 0
    confirmed: int = 0
    tickets: int = 0
    lost_tickets: int = 0
    doubled_tickets: int = 0
    not_dispatched_once: int = 0
    unpublished_events: int = 0
    first_word: dict[str, float] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)
    back: dict[str, float] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)

    MUST_BE_NONE = (
        "lost", "doubled_messages", "doubled_answers", "wrong_answers", "out_of_order", "still_waiting",
        "lost_tickets", "doubled_tickets", "not_dispatched_once", "unpublished_events",
    )  # fmt: skip

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost, doubled or out of order."""
        return not any(getattr(self, name) for name in self.MUST_BE_NONE)

    def table(self) -> str:
        """The figures as text."""
        rows = [("messages sent", self.sent), ("accepted", self.accepted), ("answered", self.answered)]
        rows += [("told that it is kept", self.told_kept), ("requests refused (503)", self.refused)]
        rows += [("confirmed intakes", self.confirmed), ("tickets", self.tickets)]
        rows += [(name.replace("_", " "), getattr(self, name)) for name in self.MUST_BE_NONE]
        shown = [f"{name:28} {value:>7}" for name, value in rows]
        for name, count in self.kills.items():
            word, back = self.first_word.get(name, 0.0), self.back.get(name, 0.0)
            shown.append(
                f"{f'killed {name}':28} {count:>7}   first word after {word:.1f} s, answers after {back:.1f} s"
            )
        shown.append(f"{'nothing killed':28} {'':>7}   first word after {self.first_word.get('nothing', 0.0):.1f} s")
        return "\n".join([*shown, *self.examples[:20]])


def run(hotline: OwnHotline, rounds: int, citizens: int, names: tuple[str, ...] = PROCESSES, seed: int = 1) -> Figures:
    """Run the campaign against a running hotline."""
    chance = random.Random(seed)
    figures = Figures()
    crowd = Citizens(hotline)
    with _living(crowd, citizens):
        for _ in range(rounds):
            for name in names:
                time.sleep(chance.uniform(*BETWEEN_KILLS))
                crowd.now = name
                hotline.kill(name)
                killed = time.monotonic()
                figures.kills[name] += 1
                crowd.ask(new_sender(), "转人工", must="电话")
                hotline.wait_until_ready()
                figures.back[name] = max(figures.back.get(name, 0.0), time.monotonic() - killed)
                crowd.now = "nothing"
        time.sleep(BETWEEN_KILLS[1])
    _count(figures, hotline, crowd)
    return figures


@contextmanager
def _living(crowd: Citizens, count: int) -> Iterator[None]:
    with ThreadPoolExecutor(count) as pool:
        lives = [pool.submit(crowd.live) for _ in range(count)]
        try:
            yield
        finally:
            crowd.stop()
            for life in lives:
                life.result()


def _count(figures: Figures, hotline: OwnHotline, crowd: Citizens) -> None:
    _wait_until(lambda: hotline.query("SELECT count(*) FROM outbox")[0][0] == 0, DISPATCH_SECONDS)
    figures.sent = len(crowd.sent)
    figures.accepted = sum(m.acknowledged for m in crowd.sent)
    figures.answered = sum(m.is_answered for m in crowd.sent)
    figures.told_kept = sum(m.told_kept for m in crowd.sent)
    figures.refused = sum(m.refused for m in crowd.sent)
    for message in crowd.sent:
        figures.first_word[message.during] = max(figures.first_word.get(message.during, 0.0), message.first_word)
    figures.unpublished_events = hotline.query("SELECT count(*) FROM outbox")[0][0]
    figures.still_waiting = hotline.query("SELECT coalesce(sum(pending), 0) FROM conversations")[0][0]
    _count_messages(figures, hotline, crowd)
    _count_tickets(figures, hotline, crowd)


def _count_messages(figures: Figures, hotline: OwnHotline, crowd: Citizens) -> None:
    transcripts: dict[str, list[tuple[Any, ...]]] = {m.sender: hotline.transcript(m.sender) for m in crowd.sent}
    stored: Counter[str] = Counter()
    seqs: dict[str, tuple[str, int]] = {}
    answers: dict[tuple[str, int], list[str]] = defaultdict(list)
    for sender, lines in transcripts.items():
        latest = 0
        for seq, _, text, _, id, answers_seq in lines:
            if id:
                stored[id] += 1
                seqs[id] = (sender, seq)
            if answers_seq is not None:
                answers[sender, answers_seq].append(text)
                if answers_seq < latest:
                    figures.out_of_order += 1
                    figures.examples.append(f"out of order in {sender}: seq {seq} answers {answers_seq} after {latest}")
                latest = max(latest, answers_seq)
    for message in crowd.sent:
        said = answers.get(seqs.get(message.id, ("", 0)), [])
        if message.acknowledged and (not said or FAILED in said or not message.said):
            figures.lost += 1
            figures.examples.append(f"lost: {message.text} in {message.sender}: {said}")
        elif message.acknowledged and not (message.is_answered and any(message.must in _bare(s) for s in said)):
            figures.wrong_answers += 1
            figures.examples.append(f"wrong: {message.text} in {message.sender}: {message.said}")
        figures.doubled_messages += max(0, stored[message.id] - 1)
        figures.doubled_answers += max(0, sum(message.must in _bare(s) for s in said) - 1)


def _count_tickets(figures: Figures, hotline: OwnHotline, crowd: Citizens) -> None:
    figures.confirmed = sum(crowd.confirmed.values())
    for sender in {m.sender for m in crowd.sent}:

        def of_sender(sender: str = sender) -> list[dict[str, Any]]:
            return hotline.client.tickets(sender=sender)

        _wait_until(lambda: all(_dispatches(t) for t in of_sender()), DISPATCH_SECONDS)
        tickets = of_sender()
        places = Counter(ticket["location"] for ticket in tickets)
        figures.tickets += len(tickets)
        figures.doubled_tickets += sum(count - 1 for count in places.values())
        figures.lost_tickets += max(0, crowd.confirmed[sender] - len(tickets))
        figures.not_dispatched_once += sum(_dispatches(ticket) != 1 for ticket in tickets)


def _dispatches(ticket: dict[str, Any]) -> int:
    return sum(entry["node"] == "dispatched" for entry in ticket["timeline"])


def _bare(text: str) -> str:
    return text.replace(" ", "")


def _wait_until(condition: Callable[[], bool], seconds: float) -> None:
    give_up = time.monotonic() + seconds
    while not condition() and time.monotonic() < give_up:
        time.sleep(0.2)


def main() -> int:
    """Start a hotline, run the campaign, print the figures."""
    arguments = argparse.ArgumentParser(prog="python -m bench.kill_campaign", description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=3, help="how often each process is killed")
    arguments.add_argument("--citizens", type=int, default=6, help="how many write at the same time")
    arguments.add_argument("--port", type=int, help="port of the hotline; a free one unless given")
    arguments.add_argument("--data", type=Path, help="empty folder for its data; kept")
    arguments.add_argument("--seed", type=int, default=1, help="when the kills happen")
    given = arguments.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="kill-campaign-") as folder,
        own_hotline(given.data or Path(folder), given.port) as hotline,
    ):
        figures = run(hotline, given.rounds, given.citizens, seed=given.seed)
    print(figures.table())
    return 0 if figures.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
