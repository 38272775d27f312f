"""The dialogue that is measured: a greeting, a whole intake up to the ticket, its status, some small talk.

Every dialogue has its own texts (street number, phone, wording), so that no cache of sentence vectors answers for the
matter itself; the n-th dialogue is the same on both sides.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.client import Client

GREETINGS = ("你好", "您好", "在吗", "早上好啊", "喂，有人吗")
MATTERS = (
    "锦江区望平街{n}号楼下的烧烤店每天凌晨还在吵，油烟直往家里灌，我姓王，电话{phone}",
    "武侯区玉林东路{n}号门口的路灯坏了半个月了，晚上黑得很，我叫李建国，{phone}",
    "青羊区草堂北路{n}号小区里头的垃圾堆了一个星期没人清，臭得很，我姓张，电话{phone}",
    "成华区建设路{n}号旁边的工地半夜还在施工，吵得睡不着，我姓陈，{phone}",
    "金牛区茶店子路{n}号外面的井盖破了，骑车差点摔倒，我姓刘，电话是{phone}",
    "高新区天府三街{n}号公司拖欠我三个月工资不给，我叫赵小敏，电话{phone}",
)
AGREEMENTS = ("对的", "没错，就是这样", "是的，提交吧")
UNKNOWNS = ("不清楚", "这个我不知道")
AFTERWARDS = ("我的工单", "查一下我的工单到哪一步了")
SMALL_TALK = ("谢谢你", "今天天气真好", "你能做什么", "再见", "好的谢谢，拜拜")
READ_BACK = ("对吗", "Is that right")
MOST_ANSWERS = 6

CYCLE = (
    "你好",
    "武侯区玉林东路18号门口的路灯坏了半个月了，电话13800001234",
    "算了，不提交了",
    "你能做什么",
    "我的工单",
    "谢谢",
    "今天天气真好",
    "草堂北路那边垃圾堆了一个星期没人清",
    "先不说这个了，取消",
    "再见",
)
"""Ten messages that open no ticket, for endless conversations: a greeting, two intakes begun and stopped, a list."""


class NotAnswered(Exception):
    """The hotline only said that the message is kept, or that it failed, so there is nothing to measure."""


@dataclass(slots=True)
class Held:
    """A finished dialogue: seconds for each message, the answers with every digit as #, and the ticket.

    `intake` holds the answers up to the ticket; later answers depend on how far the worker has got with it.
    """

    seconds: list[float] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    ticket: str | None = None
    intake: tuple[str, ...] = ()


async def hold(client: Client, number: int) -> Held:
    """Hold the n-th dialogue; each message is sent when the answer to the one before is there.

    Raises NotAnswered.
    """
    held = Held()
    await _say(client, held, _pick(GREETINGS, number))
    answer = await _say(client, held, _pick(MATTERS, number).format(n=number + 1, phone=f"138{number:08d}"))
    for turn in range(MOST_ANSWERS):
        if held.ticket:
            break
        confirms = any(words in answer for words in READ_BACK)
        answer = await _say(client, held, _pick(AGREEMENTS if confirms else UNKNOWNS, number + turn))
    held.intake = tuple(held.answers)
    await _say(client, held, _pick(AFTERWARDS, number))
    await _say(client, held, held.ticket or _pick(AFTERWARDS, number + 1))
    await _say(client, held, _pick(SMALL_TALK, number))
    await _say(client, held, _pick(SMALL_TALK, number + 1))
    return held


def is_answer(replies: Sequence[dict[str, Any]]) -> bool:
    """False for no reply and for the notice that a message is kept or could not be handled."""
    return bool(replies) and not any("notice" in (reply.get("custom") or {}) for reply in replies)


async def _say(client: Client, held: Held, text: str) -> str:
    begun = time.perf_counter()
    replies = await client.send(text)
    held.seconds.append(time.perf_counter() - begun)
    if not is_answer(replies):
        raise NotAnswered(f"no answer to {text!r}; the log of the dialogue says why")
    said = "\n".join(reply["text"] for reply in replies if reply.get("text"))
    held.answers.append(re.sub(r"\d", "#", said))
    for reply in replies:
        held.ticket = (reply.get("custom") or {}).get("ticket", {}).get("number") or held.ticket
    return said


def _pick(texts: Sequence[str], number: int) -> str:
    return texts[number % len(texts)]
