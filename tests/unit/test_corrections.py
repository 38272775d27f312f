"""A correction changes the one thing that it is about, and nothing else."""

from __future__ import annotations

import pytest

from hotline.intake.corrections import corrected_phone, corrected_place, named_request_type, place_put_right


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


@pytest.mark.parametrize(
    ("known", "text", "named", "place"),
    [
        ("武侯区洗面桥横街", "地方也说错了，是洗面桥街，不是横街", ("洗面桥街",), "武侯区洗面桥街"),
        (
            "成华区建设南路广场",
            "不是建设南路广场，是建设南路上跳广场舞，就在建设南路和府青路口",
            ("建设南路广场", "建设南路和府青路口"),
            "成华区建设南路和府青路口",
        ),
        ("天府新区万安街道麓山大道二段", "不是万安街道，是麓山大道一段", ("麓山大道一段",), "天府新区麓山大道一段"),
        ("天府新区麓山大道一段", "哎不对，就是二段，没说错", (), "天府新区麓山大道二段"),
        ("锦江区成都东站西广场", "东站是成华区嘛，你咋写的锦江区", ("成华区", "锦江区"), "成华区成都东站西广场"),
        ("成华区建设南路", "你写成啥了，我看地点是“上跳广场舞”，不对头哦", (), None),
    ],
)
def test_a_place_put_right_is_a_place_and_no_sentence(
    known: str, text: str, named: tuple[str, ...], place: str | None
) -> None:
    assert place_put_right(known, text, named) == place
