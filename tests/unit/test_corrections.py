"""A correction changes the one thing it speaks of, and nothing else."""

from __future__ import annotations

import pytest

from hotline.intake.corrections import corrected_phone, corrected_place, named_request_type


@pytest.mark.parametrize(
    ("place", "text", "corrected"),
    [
        ("武侯区玉林西路28号楼下", "门牌号是82不是28哈", "武侯区玉林西路82号楼下"),
        ("武侯区玉林西路28号楼下", "不是28号，是82号", "武侯区玉林西路82号楼下"),
        ("武侯区玉林西路28号楼下", "28改成82", "武侯区玉林西路82号楼下"),
        ("锦江区望平街15号", "不是望平街，是望福街", "锦江区望福街15号"),
        ("大邑县晋原街道东濠沟南段", "说错了，是北段", "大邑县晋原街道东濠沟北段"),
        ("成华区二环路3号院", "应该是4号", "成华区二环路4号院"),
        ("锦江区红星路二段170号", "也不是红星路二段，三段", "锦江区红星路三段170号"),
        ("锦江区红星路二段170号", "不是红星路二段 是三段", "锦江区红星路三段170号"),
        ("锦江区望平街15号", "不是望福街，是在路口", None),
        ("锦江区望平街15号", "电话不是这个", None),
        ("锦江区望平街15号", "是15号", None),
        ("锦江区望平街15号", "不对", None),
        (None, "不是28是82", None),
    ],
)
def test_a_place_is_put_right(place: str | None, text: str, corrected: str | None) -> None:
    assert corrected_place(place, text) == corrected


@pytest.mark.parametrize(
    ("text", "corrected"),
    [
        ("号码最后四位是7788，不是7777", "15800007788"),
        ("尾号是12", "15800007712"),
        ("后四位应该是 9090", "15800009090"),
        ("不是158是159", "15900007777"),
        ("不是7777是77777", None),
        ("地址错了", None),
    ],
)
def test_a_phone_is_put_right(text: str, corrected: str | None) -> None:
    assert corrected_phone("15800007777", text) == corrected


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("我这不是投诉，是提个建议", "suggestion"),
        ("是投诉，不是咨询", "complaint"),
        ("改成举报吧", "report"),
        ("我只是想咨询", "consultation"),
        ("我不是投诉", None),
        ("物业说投诉也没用", None),
    ],
)
def test_the_type_is_named(text: str, named: str | None) -> None:
    assert named_request_type(text) == named
