"""What citizens ask of a ticket that is there, and which of several tickets they speak of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pytest

from hotline.intake.about_a_ticket import asked_of_a_ticket
from hotline.tickets.model import Ticket
from hotline.tickets.pointing import spoken_of_in, words_of


@dataclass
class Told:
    description: str


PILES, LIFT = (cast(Ticket, Told(words)) for words in ("充电桩坏了半个月没人修", "另外我们小区电梯老是停"))
TITLES = ("东大街中心花园：物业服务与收费", "东大街中心花园：电梯故障")


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("我那两千四还退得到不", None),  # says of nothing that it is money
        ("我那两千四的余额还退得到不", "money"),
        ("我妈断药三天了，要不要打胰岛素", "medicine_out"),
        ("伤口要不要缝针嘛", "medical"),
        ("银行卡号要不要报给你们", "identity"),
        ("我就怕他们给我娃穿小鞋", "reprisal"),
        ("为啥要等到12月22号", "why_so_long"),
        ("我还能找谁嘛", "appeal"),
        ("另外一件事，医院把我妈的药断了三天了", None),
        ("路灯还是不亮", None),
    ],
)
def test_a_question_whose_answer_is_known(text: str, question: str | None) -> None:
    assert asked_of_a_ticket(text) == question


@pytest.mark.parametrize(
    ("text", "ticket"),
    [
        ("念一下我前头充电桩那个单子", PILES),
        ("电梯那个到哪步了", LIFT),
        ("中心花园的那个", None),  # both are there
        ("充电桩和电梯都催一下", None),
        ("那我们什么时候能有人来", None),
    ],
)
def test_a_ticket_is_known_by_words_that_only_it_has(text: str, ticket: Ticket | None) -> None:
    assert spoken_of_in(text, [PILES, LIFT], TITLES) is ticket


def test_one_ticket_alone_is_not_told_apart() -> None:
    assert spoken_of_in("电梯那个到哪步了", [LIFT], TITLES[1:]) is None


def test_little_words_tell_no_matter_from_another() -> None:
    assert not words_of("我们那个人什么时候来嘛")
    assert words_of("下水道堵了") == {"水道", "道堵"}
