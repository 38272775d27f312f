"""A firm, shop or school is read back as the citizen named it; one without a name is not."""

from __future__ import annotations

import pytest

from hotline.intake import named_in
from hotline.intake.listening import untitled
from hotline.intake.named import said_to_be_names, without_names


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("厂名叫成都鑫源电子科技有限公司，我叫李建军", "成都鑫源电子科技有限公司"),
        ("宏建劳务欠我们工资", "宏建劳务"),
        ("锦江区合江亭边上王妈冒菜吃出苍蝇", "王妈冒菜"),
        ("力健健身突然关门，老板跑了", "力健健身"),
        ("娃儿在童星英语报的班，老师都走了", "童星英语"),
        ("在京东上一个叫“蓉家电器专营”的店买的冰箱", "蓉家电器专营"),
        ("店名叫康寿堂，卖保健品骗人", "康寿堂"),
        ("老张烧烤油烟大", "老张烧烤"),
        ("快递员不送上门，中通快递", "中通快递"),
        ("小码王编程的课不给退钱", "小码王编程"),
        ("黄甲街道的夕阳红养老院护工打人", "夕阳红养老院"),
        ("天猫上的店，叫鑫达数码，不退钱", "鑫达数码"),
        ("在酒店三楼，叫康福堂", "康福堂"),
        ("就叫康福堂", "康福堂"),
        ("平台叫什么云游，客服不理", "云游"),
        ("火锅店上班，叫渝味火锅", "渝味火锅"),
        ("网店 叫 云朵数码 不给退", "云朵数码"),
        ("店名云朵数码写进去", "云朵数码"),
        ("店名写上没得 云朵数码", "云朵数码"),
        ("云朵数码是店名，不是地址", "云朵数码"),
        ("我在美丽佳人办的卡，不退", "美丽佳人"),
        ("在金色阳光瑜伽充了三千", "金色阳光瑜伽"),
    ],
)
def test_a_name_is_found(told: str, name: str) -> None:
    assert named_in(told) == (name,)


@pytest.mark.parametrize(
    "told",
    [
        "楼下烧烤店太吵",
        "我们公司不发工资",
        "我的快递被偷了",
        "少儿编程不退费",
        "小区门口的便利店卖烟给学生",
        "那家公司拖欠工资",
        "叫自来水公司来看表",
        "老板叫张建国",
        "我妈叫王秀英",
        "我家娃儿幼儿园突然涨学费",
        "没有房产证 能不能读公立学校",
        "工地上那个包工头，叫王大勇",
        "武侯区龙江路小学门口堵车",
        "店名写上没得",
        "店名不是地址",
        "这个是店名",
        "在网上办的卡",
        "在小区门口充了一百",
        "学校名额不够",
        "幼儿园叫啥你写了没",
        "做个核磁共振医院扣了两次钱",
    ],
)
def test_what_has_no_name_of_its_own_is_none(told: str) -> None:
    assert named_in(told) == ()


@pytest.mark.parametrize(
    ("place", "left"),
    [("天府三街云朵", "天府三街"), ("红光镇、云朵数码家居", "红光镇"), ("云朵数码", ""), ("红光镇", "红光镇")],
)
def test_a_name_is_taken_out_of_a_place(place: str, left: str) -> None:
    assert without_names(place, said_to_be_names("云朵数码是店的名字，不是地方")) == left


def test_each_name_once() -> None:
    assert named_in("红旗超市不给发票\n我说的是红旗超市") == ("红旗超市",)


@pytest.mark.parametrize(
    ("told", "name"), [("车主姓田", "田"), ("姓祝", "祝"), ("刘女士", "刘"), ("叫蒲小明", "蒲小明"), ("Tom", "Tom")]
)
def test_a_name_stands_without_what_is_said_around_it(told: str, name: str) -> None:
    assert untitled(told) == name
