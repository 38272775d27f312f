"""The same matter in another citizen's words, and other matters at the same place: by sentence vectors, over HTTP.

`repeats.csv`: pairs of places and words, `same` or not. The threshold was chosen on half a and is tested on half b.
"""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sanic import Sanic

from bot.channel import InboxChannel
from bot.nlu.embedding import alike
from hotline.clock import ZONE
from hotline.dialogue.meaning import HttpMeaning
from hotline.tickets import repeats
from hotline.tickets.model import Contact, Intake, RequestType, Status, Ticket, Urgency
from hotline.tickets.repeats import SAME_MEANING, Meaning, unknown_meaning
from tests.integration.serving import serving

PAIRS = list(csv.DictReader((Path(__file__).parent / "repeats.csv").open(encoding="utf-8")))
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=ZONE)
LEAST_PRECISION, LEAST_RECALL = 0.95, 0.2


def ticket(number: str, place: str, said: str) -> Ticket:
    """A ticket of the category and district that both sides of a pair share."""
    return Ticket(
        number=number, code="1", request_type=RequestType.COMPLAINT, category="0604", title="", description=said,
        location=place, district="成华区", lead="x", co=(), urgency=Urgency.NORMAL, confidential=False, channel="rest",
        sender=number, conversation_id="c", contact=Contact(None, None), status=Status.ACCEPTED, created_at=NOW,
        due_at=NOW,
    )  # fmt: skip


def judged(half: str, meaning: Meaning) -> tuple[float, float]:
    """Precision and recall of the suggested repeats among the pairs of a half."""
    suggested = same = right = 0
    for pair in (each for each in PAIRS if each["half"] == half):
        one, other = ticket("1", pair["place"], pair["said"]), ticket("2", pair["other_place"], pair["other_said"])
        is_found, is_same = bool(repeats.suggested(one, [other], meaning)), pair["same"] == "yes"
        suggested, same, right = suggested + is_found, same + is_same, right + (is_found and is_same)
    return right / suggested if suggested else 1.0, right / same


def test_the_threshold_lies_just_above_the_different_matters_of_half_a() -> None:
    different = [p for p in PAIRS if p["half"] == "a" and p["same"] == "no"]
    highest = max(alike(pair["said"], [pair["other_said"]])[0] for pair in different)
    assert highest < SAME_MEANING < highest + 0.01


def test_on_half_b_who_is_suggested_means_the_same() -> None:
    precision, recall = judged("b", alike)
    by_words = judged("b", unknown_meaning)
    print(f"\nrepeats by meaning: precision {precision:.2f}, recall {recall:.2f}; by words: {by_words}")
    assert precision >= LEAST_PRECISION
    assert recall >= LEAST_RECALL > by_words[1]
    assert by_words[0] >= LEAST_PRECISION


def test_a_citizen_who_tells_it_in_other_words_repeats_it() -> None:
    said, again = "公司拖欠三个月工资不发", "老板一直不给我们发薪水，从八月份欠到现在"
    own = [ticket("1", "天府软件园C区", "公司不给员工缴社保"), ticket("2", "天府软件园C区", said)]
    intake = Intake(
        key="m", request_type=RequestType.COMPLAINT, category="0604", location="天府软件园C区", description=again,
        channel="rest", sender="1", conversation_id="c",
    )  # fmt: skip
    assert repeats.repeated(intake, "成华区", own, alike) is own[1]
    assert repeats.repeated(intake, "成华区", own, unknown_meaning) is None
    assert repeats.repeated(intake, "成华区", own[:1], alike) is None


async def test_the_dialogue_tells_how_alike_texts_are_and_whoever_does_not_reach_it_goes_by_words() -> None:
    async def never(_: Any) -> None:
        raise AssertionError

    said, others = "路灯坏了", ["这里夜里没有灯", "电梯停了", "长" * 5_000]
    app: Sanic[Any, Any] = Sanic("meaning")
    app.blueprint(InboxChannel().blueprint(never), url_prefix="/webhooks/inbox")
    async with serving(app) as url:
        told: Sequence[float] | None = await asyncio.to_thread(HttpMeaning(url, 60), said, others)
        assert told == pytest.approx(alike(said, others), abs=1e-6)
        assert await asyncio.to_thread(HttpMeaning(f"{url}/elsewhere"), said, others) is None
    assert HttpMeaning(url)(said, others) is None
