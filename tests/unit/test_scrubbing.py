"""What a department reads: nothing that identifies the citizen, but the whole place and matter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.tickets.model import Contact
from hotline.tickets.scrubbing import without_identity, without_room
from tests.unit.growth import LINEAR, growth
from tests.unit.test_lifecycle import TICKET

NAMES = [
    ("我叫王小丽，楼下很吵", "王小丽"),
    ("我是王小丽，路灯不亮", "王小丽"),
    ("我是李强,井盖坏了", "李强"),
    ("本人张伟，反映占道经营", "张伟"),
    ("本人姓欧阳，下水道堵了", "欧阳"),
    ("免贵姓赵，路面塌了", "姓赵"),
    ("路面塌了，姓褚", "褚"),
    ("姓韩，路面塌了", "韩"),
    ("我姓王女士，路面塌了", "姓王"),
    ("我是这里的老住户刘建国，电话13800001234，停水", "刘建国"),
    ("姓名：陈晓东 反映噪音", "陈晓东"),
    ("联系人:杨梅，垃圾没人收", "杨梅"),
    ("投诉人周杰，商家不退款", "周杰"),
    ("举报人：吴敏；偷排污水", "吴敏"),
    ("业主徐静，电梯坏了", "徐静"),
    ("孙悦13800001234，停电两天", "孙悦"),
    ("孙悦（电话：138 0000 1234）停电两天", "孙悦"),
    ("请联系朱女士13800001234，停电两天", "朱女士"),
    ("找高磊，电话13800001234", "高磊"),
    ("我妈妈林秀英，摔伤了", "林秀英"),
    ("我儿子叫何子轩，上不了学", "何子轩"),
    ("路灯坏了。——郭涛", "郭涛"),
    ("路灯坏了，望处理。马超敬上", "马超"),
    ("My name is Anna Smith and the street light is out", "Anna Smith"),
    ("I'm John Brown, the road is broken", "John Brown"),
]
ROOMS = [
    ("3单元502天天漏水", "502"),
    ("5栋2单元1203漏水", "1203"),
    ("2幢1单元301号没有水", "301"),
    ("三单元五零二没有水", "五零二"),
    ("望平街8号院3单元502没有水", "502"),
    ("12栋1203没有水", "1203"),
    ("锦绣花园小区12-3-501没有水", "501"),
    ("小区12-3-501 没有水", "501"),
    ("12#3#501没有水", "501"),
    ("A座1203室没有水", "1203"),
    ("502室漏水", "502"),
    ("我住望平街8号院2单元501，楼下很吵", "501"),
    ("我是3楼302的,楼上天天装修", "302"),
    ("我家在5号楼1203，外面施工", "1203"),
    ("The lift at our block is broken, my flat 1203", "1203"),
]
NUMBERS = [
    ("身份证51010219900101123X，社保没到账", "123X"),
    ("身份证号：510102 19900101 1234，社保没到账", "1234"),
    ("身份证号510102199001011234社保没到账", "1990"),
    ("身份证后四位1234，社保没到账", "1234"),
    ("护照E12345678，落户", "E12345678"),
    ("社保卡号是A1234567，查不到", "A1234567"),
    ("电话138-0000-1234停水", "0000"),
    ("电话138 0000 1234停水", "0000"),
    ("打一三八零零零零一二三四找我", "一三八零零"),
    ("打幺三八0000一二三四找我", "0000"),
    ("座机028-84321234停水", "8432"),
    ("尾号1234的就是我", "1234"),
    ("加微信lili_2020", "lili_2020"),
    ("加vx：lili2020", "lili2020"),
    ("QQ12345678", "12345678"),
    ("邮箱 anna@example.org,井盖坏了", "anna@example"),
    ("我的车川A12345被刮了", "A12345"),
    ("我车牌川A·D12345被刮了", "D12345"),
    ("本人车牌号是川A-12345", "12345"),
]
STAYS = [
    "望平街15号烧烤店每天烤到凌晨两点",
    "望平街8号院3栋电梯坏了",
    "锦绣花园小区5号楼2单元电梯停了三天",
    "公司拖欠工资50000元,有20个人",
    "川A12345一直占道停车",
    "3号线早高峰太挤",
    "楼上602天天装修",
    "隔壁502室养狗扰民",
    "每天22:00-6:00施工",
    "2-3天没有水了",
    "孩子有5-10个人一起玩",
    "2026-11-22停电",
    "一环路南三段15号",
    "天府大道北段1700号7-1门口占道",
    "我是业主，物业乱收费",
    "我是学生，公交不停",
    "我是成都人，办居住证",
    "我是高新区的，路灯不亮",
    "我是温江的，路灯不亮",
    "我安装了电表没人来",
    "联系物业多次没人管",
    "请联系社区处理",
    "业主群里都在反映",
    "学生放学时车太多",
    "我马上要迁户口",
    "车牌川A12345的车常年占用消防通道",
    "I am angry about the noise in Wangping Street",
    "谢谢",
    "13楼的水管漏了",
    "第3单元的门禁坏了",
    "3单元电梯坏了",
    "3单元5楼的灯不亮",
    "请问店名叫什么，在哪条街？",
    "路名叫长顺中街",
    "名叫什么不清楚",
]


def shown(said: str) -> str:
    """What a department reads of an anonymous ticket."""
    return without_identity(said, replace(TICKET, contact=Contact()))


@pytest.mark.parametrize(("said", "hint"), NAMES + ROOMS + NUMBERS)
def test_a_hint_of_who_it_is_is_gone(said: str, hint: str) -> None:
    assert hint not in shown(said)


@pytest.mark.parametrize("said", STAYS)
def test_what_is_needed_to_act_stays(said: str) -> None:
    assert shown(said) == said


@pytest.mark.parametrize("said", [said for said, _ in ROOMS[:11]])
def test_with_the_flat_the_rest_of_the_sentence_does_not_go(said: str) -> None:
    assert shown(said).endswith(said[-2:])


@pytest.mark.parametrize("flat", ["3单元502", "3单元5楼502", "3单元502室", "三单元五楼五零二", "1门洞12", "3单元5号"])
def test_no_digit_of_a_flat_is_left(flat: str) -> None:
    assert shown(f"望平街15号{flat}，停水") == "望平街15号（已隐去），停水"


@pytest.mark.parametrize("flat", ["3单元502", "3单元1502", "3单元5楼502"])
def test_a_flat_is_no_floor_whatever_comes_after_it(flat: str) -> None:
    assert "50" not in shown(f"望平街15号{flat}楼下很吵") and "望平街15号" in shown(f"望平街15号{flat}楼下很吵")


def test_the_house_stays_when_the_flat_goes() -> None:
    assert shown("望平街8号院3单元502没有水").startswith("望平街8号院")
    assert (without_room("望平街15号院2单元301室", TICKET) or "").startswith("望平街15号院")


@pytest.mark.parametrize("called", ["王小丽", "王 小丽", "小丽", "王女士", "小王", "老王", "王老师"])
def test_a_known_name_is_found_however_it_is_said(called: str) -> None:
    known = replace(TICKET, contact=Contact("王小丽", "13800001234"))
    assert called not in without_identity(f"已与{called}联系，现场查看了路灯", known)


def test_whoever_is_spoken_for_is_hidden_as_well() -> None:
    known = replace(TICKET, contact=Contact("赵", "13800001234", "李桂芳", "我妈妈"))
    assert "桂芳" not in without_identity("楼道灯坏了，她叫李桂芳，已与李桂芳女士联系", known)


@pytest.mark.parametrize("said", ["王府井门口占道", "小王家巷15号", "大王路停电"])
def test_a_surname_in_a_place_is_no_name(said: str) -> None:
    assert without_identity(said, replace(TICKET, contact=Contact("王小丽", None))) == said


HOSTILE = (
    *(
        "一",
        "1",
        "1-",
        "a.",
        "我住一",
        "住1",
        "王",
        "王一 ",
        "a@",
        "vx ",
        "3单元5",
        "1 1 1，",
        "12-3-",
        "我的自家",
        "一二三四五六楼",
    ),
    *("王一" + " " * 20_000, "我姓" + "一" * 20_000, "联系王先生" + " " * 20_000, "a@" + "b" * 20_000),
)
"""Texts that make a pattern try again from every position."""


@pytest.mark.parametrize("said", HOSTILE, ids=lambda said: said[:8])
def test_the_time_to_scrub_grows_with_the_text_and_no_faster_whatever_somebody_types(said: str) -> None:
    assert growth(lambda text: without_room(text, TICKET), said) < LINEAR
