"""Several matters in one message: announced ones, a bare 还有, and what only continues the same matter."""

from __future__ import annotations

import pytest

from hotline.intake import Half, Split, another_begun, are_new, matters_of, possible_splits, share_a_place

TWO_BY_AND = (
    ("路灯坏了还有垃圾没人收", "路灯坏了", "垃圾没人收"),
    ("小区门口路灯不亮，还有下水道堵了", "小区门口路灯不亮", "下水道堵了"),
    ("我家停水了还有楼上装修太吵", "我家停水了", "楼上装修太吵"),
    ("公交车老是不来还有人行道被摊子占了", "公交车老是不来", "人行道被摊子占了"),
    ("广场舞吵死人 还有 井盖松了", "广场舞吵死人", "井盖松了"),
    ("燃气费多扣了、还有宽带装不上", "燃气费多扣了", "宽带装不上"),
    ("红绿灯坏了还有路面全是坑", "红绿灯坏了", "路面全是坑"),
    ("学校食堂卫生差还有校门口乱停车", "学校食堂卫生差", "校门口乱停车"),
    ("共享单车乱停还有树枝挡到红绿灯了", "共享单车乱停", "树枝挡到红绿灯了"),
    ("楼下烧烤油烟大还有违章搭建没人管", "楼下烧烤油烟大", "违章搭建没人管"),
    ("我们村的路没修好还有自来水发黄", "我们村的路没修好", "自来水发黄"),
    ("快递丢了不赔还有驾校不退费", "快递丢了不赔", "驾校不退费"),
    ("我妈的养老金没到账还有楼道灯坏了", "我妈的养老金没到账", "楼道灯坏了"),
    ("流浪狗没人管还有路口红绿灯不亮", "流浪狗没人管", "路口红绿灯不亮"),
    ("公交站牌倒了还有楼下烤串摊油烟熏人", "公交站牌倒了", "楼下烤串摊油烟熏人"),
)
ONE_MATTER = (
    "噪音很大还有灰尘",
    "烧烤店油烟大还有噪音",
    "工地施工噪音大还有扬尘",
    "楼上装修吵得很还有粉尘满天飞",
    "路灯坏了还有三盏也不亮",
    "电梯坏了还有老人住在十八楼",
    "老板欠我工资还有押金没退",
    "物业乱收费还有服务态度差",
    "路面坑坑洼洼还有积水",
    "垃圾没人收还有臭味熏人",
    "小区停水还有物业不接电话",
    "我卡里还有三千块钱",
    "现在路上还有人在摆摊",
    "摆摊的占了人行道还有人骂我",
    "井盖没有了还有小孩差点掉进去",
    "广场舞太吵还有人拿音响唱歌",
    "停车场乱收费还有不给开发票",
    "楼下麻将馆吵到半夜还有烟味飘上来",
    "工厂排黑烟还有半夜偷排污水",
    "养老院护工打人还有饭菜是馊的",
    "暖气不热还有收了全年的费",
    "我们这里停气三天了还有没有人管",
    "房东不退押金还有把我的东西扔了",
)
ALIKE_BUT_LONG = (  # the words do not decide; what is understood of the halves does
    ("楼上漏水还有墙都发霉了", Half("0304", 0.99), Half("0304", 0.67)),
    ("健身房关门了还有教练联系不上", Half("0702", 0.97), Half("1006", 0.61)),
    ("医院挂不到号还有排队排到外面", Half("0902", 1.0), Half("0502", 0.6)),
    ("工资拖欠两个月还有加班费没算", Half("0801", 0.82), Half("0802", 0.48)),
    ("公园路灯不亮还有椅子断了", Half("0106", 0.99), Half(None, 0.0)),
)


@pytest.mark.parametrize(("text", "first", "second"), TWO_BY_AND)
def test_a_bare_and_may_join_two_matters(text: str, first: str, second: str) -> None:
    assert possible_splits(text) == [Split((first, second), announced=False)]


@pytest.mark.parametrize("text", ONE_MATTER)
def test_what_belongs_to_the_same_matter_is_not_split_off(text: str) -> None:
    assert possible_splits(text) == []


@pytest.mark.parametrize(("text", "first", "second"), ALIKE_BUT_LONG)
def test_halves_of_one_category_or_in_doubt_stay_together(text: str, first: Half, second: Half) -> None:
    [split] = possible_splits(text)
    assert len(matters_of(split, [first, second])) == 1


def test_a_bare_and_needs_both_halves_to_be_clear() -> None:
    [split] = possible_splits("路灯坏了还有垃圾没人收")
    assert matters_of(split, [Half("0106", 0.98), Half("0202", 0.93)]) == split.parts
    assert len(matters_of(split, [Half("0106", 0.98), Half("0202", 0.6)])) == 1


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("门口的路灯坏了，另外楼下烧烤油烟大", "楼下烧烤油烟大"),
        ("门口的路灯坏了还不亮，还有一个事，楼下烧烤油烟大", "楼下烧烤油烟大"),
        ("门口的路灯坏了 还有就是楼下烧烤油烟大", "楼下烧烤油烟大"),
        ("The street light is broken, also the rubbish is not collected", "the rubbish is not collected"),
    ],
)
def test_a_second_matter_that_is_announced_needs_only_another_category(text: str, second: str) -> None:
    split = possible_splits(text)[0]
    assert (split.parts[-1], split.announced) == (second, True)
    assert matters_of(split, [Half("0106", 0.4), Half("0604", 0.4)]) == split.parts
    assert len(matters_of(split, [Half("0106", 1.0), Half("0106", 1.0)])) == 1


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("对 还有个事 我们院子的老年食堂关门了", "对"),
        ("还有个事，我们院子的老年食堂关门了", ""),
        ("对了还要加一句话", ""),
    ],
)
def test_an_answer_may_go_on_with_another_matter(text: str, first: str) -> None:
    begun = another_begun(text)
    assert begun is not None
    assert begun[0] == first


@pytest.mark.parametrize(
    "text",
    [
        "路灯坏了 水管也爆了 还有垃圾没人收",
        "路灯坏了、水管也爆了，还有垃圾没人收",
    ],
)
def test_a_list_that_ends_with_and_may_be_as_many_matters(text: str) -> None:
    listed, pair = possible_splits(text)
    assert listed == Split(("路灯坏了", "水管也爆了", "垃圾没人收"), announced=False)
    assert len(pair.parts) == 2
    assert matters_of(listed, [Half("0106", 0.9), Half("0401", 0.9), Half("0202", 0.9)]) == listed.parts
    assert len(matters_of(listed, [Half("0106", 0.9), Half("0401", 0.6), Half("0202", 0.9)])) == 1
    assert len(matters_of(listed, [Half("0106", 0.9), Half("0401", 0.9), Half("0106", 0.9)])) == 1


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "我三件事:一是楼下麻将馆通宵打麻将,二是小区垃圾三天没清,三是门口红绿灯坏了",
            ("楼下麻将馆通宵打麻将", "小区垃圾三天没清", "门口红绿灯坏了"),
        ),
        (
            "第一个我们这条路路灯不亮,第二个是旁边工地半夜施工,第三个社区养老金认证办不了",
            ("我们这条路路灯不亮", "旁边工地半夜施工", "社区养老金认证办不了"),
        ),
        (
            "我住成华区建和路，反映两个问题：第一路灯不亮，第二井盖松了",
            ("我住成华区建和路 路灯不亮", "井盖松了"),
        ),
        ("1.小区电梯坏了 2.自来水有铁锈味 3.门口违停", ("小区电梯坏了", "自来水有铁锈味", "门口违停")),
        ("两件事，一个是垃圾房太臭，一个是公交站牌倒了", ("垃圾房太臭", "公交站牌倒了")),
        ("路灯坏了，另外楼下烧烤油烟大，再就是小区停水没人管", ("路灯坏了", "楼下烧烤油烟大", "小区停水没人管")),
        (
            "门口的路灯坏了，另外楼下烧烤油烟大，再就是小区停水没人管",
            ("门口的路灯坏了", "楼下烧烤油烟大", "小区停水没人管"),
        ),
    ],
)
def test_every_matter_of_a_list_is_parted(text: str, parts: tuple[str, ...]) -> None:
    split = possible_splits(text)[0]
    assert (split.parts, split.announced) == (parts, True)


@pytest.mark.parametrize(
    "text",
    [
        "离地铁1.5公里，2.3公里外才有公交",
        "打了三次，一个没接，一个说不归他管",
        "租金一个月两千，押一付三",
        "1号楼、2号楼都停水",
    ],
)
def test_numbers_make_no_list(text: str) -> None:
    assert possible_splits(text) == []


def test_announced_parts_of_one_category_or_without_one_stay_together() -> None:
    split = Split(("路灯坏了", "垃圾没清", "三盏都不亮", "我都拍了照"))
    halves = [Half("0106", 0.4), Half("0202", 0.4), Half("0106", 0.4), Half(None, 0.0)]
    assert matters_of(split, halves) == ("路灯坏了，三盏都不亮，我都拍了照", "垃圾没清")


def test_no_more_matters_are_parted_than_a_person_would_take_in() -> None:
    text = "，另外".join(f"第几条路上的路灯坏了{n}次" for n in range(9))
    assert [len(split.parts) for split in possible_splits(text)] == [4]


def test_what_an_answer_goes_on_to_tell_is_new_when_it_is_clear_and_of_another_category() -> None:
    assert are_new("0106", [Half("0202", 0.9), Half("0401", 0.8)])
    assert not are_new("0106", [Half("0106", 0.9)])
    assert not are_new("0106", [Half("0202", 0.9), Half("0202", 0.9)])
    assert not are_new("0106", [Half("0202", 0.6)])
    assert not are_new("0106", [Half(None, 0.0)])


def test_one_place_of_several_matters_is_said() -> None:
    assert share_a_place("路灯坏了,还有下水道堵了,都在锦江区宏济新路")
    assert not share_a_place("路灯坏了,还有玉林路的下水道堵了")


def test_an_answer_that_announces_nothing_is_only_an_answer() -> None:
    assert another_begun("对，就在老年食堂门口") is None
