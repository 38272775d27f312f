"""The rules alone find danger and let ordinary messages pass, quickly. Figures are printed: `pytest -s`."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Iterable
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from hotline.danger import (
    Danger,
    Doubt,
    Kind,
    TakenBack,
    detect,
    detect_by_signs,
    evidence_of_words,
    gets_worse,
    is_of_the_handling,
    question_in_doubt,
    reassures,
    taken_back,
)
from hotline.danger.learning import TEXTS, texts_about_danger, training_texts
from hotline.danger.rulebook import FILE, read
from hotline.settings import PROJECT_ROOT
from tests.unit.growth import LINEAR, LONG, growth

# Training texts of ordinary matters in which somebody may still be in danger: an alarm is no mistake there.
WORTH_A_LOOK = """
大树要倒了|枯了的大树枝吊在半空中晃|招牌要掉了|外墙皮一块一块往下掉|脚手架有几根管子松了在晃|路的有学生有老人,已经有人摔进沟里|我爸有老年痴呆
我父亲坐茶店子客运站的班车|气囊爆了|救护车进不去 我妈喘不过气|好多不明的桶 冒烟|黄色三叶标志的铅罐子|高压线掉下来一截皮|卡里三千没了
现在提现都提不出来|我弟联系不上了|最后一次定位在|手被机器压了|腿断了|混混收保护费|兼職做任務被騙六萬多|推销投资养老的拉去转账|游戏账号交易被骗
天车钢丝绳断了好几股|承重柱已经裂了缝|养老院 电话没人接了两天|把我孙儿的手都抓出血了|现在平台关了|孕妇挤得喘不过气|围墙倒了 里面的废桶往外流
人为什么要活着|活着真累|三楼打起来
变压器烧了 轰的一声|转走了两笔一共八万七|有个婆婆找不到家|有人从高层扔啤酒瓶下来
"""

OTHER_WAYS = {  # how other people say it, two or three of every manner of speaking: none of them is a training text
    Kind.FIRE: "着…火…了…|爺爺抽菸睡著了,舖蓋燃了|库房那边火光冲天|烧起来啦 啊 怎么搞|消防车咋个还没到 我们顶楼七个人挥了半天毛巾|smoke is coming out of the elevator shaft",
    Kind.GAS: "煤气泄楼了|是不是天然气哦 闻起来怪怪的 从墙里面出来|奶奶开着煤气没点火,屋里全是气|沼气池清掏的两个人下去就没上来|we smell rotten eggs near the stove",
    Kind.CRIME: "有贼 有贼在我屋头|我在后备箱里 救命|妈妈叫我不要出声 有人在客厅翻东西|我现在说话不方便 你就回答是或者不是 屋里有人|a man with a knife is outside",
    Kind.INJURY: "爷爷吃饭噎到了脸都乌了|筷子掉了 嘴巴歪 手抬不起|娃儿被鱼刺卡了喘不赢气|有个人躺在路边一动不动|my wife is in labor and the road is blocked",
    Kind.TRAFFIC: "电马儿撞到婆婆了 婆婆说腰杆痛起不来|刹车踩不下去 我在长下坡|撞了 撞了 人从挡风玻璃飞出来|校车翻沟里了|driver is stuck, car accident near the third ring road",
    Kind.HAZARD: "电梯门夹到我衣服往上拖|下水道里有人喊 我听到声音了|高压电线断了搭在院子铁门上|屋后头的坡在往下滑|live wire on the ground",
    Kind.LOST_PERSON: "孙女儿不见咯|公公早上去河边钓鱼,鱼竿在,人不在|我走丢了 这里好多树|同村的哑巴男孩赶集走落了|my daughter is missing",
    Kind.SELF_HARM: "不想火了|我已经买好绳子了|儿啊 妈先走一步|从这里看下去 车子好小|自*杀|i just want everything to stop",
    Kind.VIOLENCE: "他把我头按在水里|我要去把他们一家灭了|等着收尸吧|老子今天要弄死他|he said he will kill me",
    Kind.FRAUD: "六千块 五分钟前转的 还来得及吗|屏幕共享开着 他在看我的支付宝|才打过去的能不能拦下来,是骗子|他让我把卡放到手机背后 念卡号 说是公安|they asked me to share my screen",
}  # fmt: skip

HARMLESS = """
没有人受伤|不是着火,是油烟|没困人,就是电梯老坏|如果起火了往哪跑|火锅店生意火得很|气死我了,累死了|跳楼价都是假的|打死我也不信|笑死我了哈哈哈
去年我家着过火,现在保险公司不赔|我在工地摔断腿,去年八月的事,工伤怎么认定|燃气表多久检一次|走失的老人找到了,谢谢民警|收到诈骗短信没转钱,举报一下
被打的案子派出所三个月不立案|楼顶平台的门可以锁吗,物业说怕人跳楼|路口老出车祸,建议装个红绿灯|my ticket about the gas meter, any news?
尊敬的领导您好,三年前本单元因电动车充电起火,所幸无人伤亡。消防来检查过一次。然而时至今日楼道里仍停着六辆电瓶车,物业以劝导不听为由推脱。恳请有关部门督促整改。
我爱人前年在厂里上班,手被机器压断了两根指头,当时老板送他去医院,也签了协议,给了三万块。现在手伸不直,活也干不了,我们想问签了协议还能不能申请工伤认定。
""".replace("\n", "|").strip("|").split("|")  # fmt: skip


@cache
def _dangers() -> list[tuple[str, str]]:
    return texts_about_danger()[0]


@cache
def _ordinary(folder: str) -> list[str]:
    return [text for path in sorted((TEXTS / folder).glob("*.yml")) for _, text in training_texts(path)]


def _alarms(texts: Iterable[str]) -> list[tuple[Danger, str]]:
    return [(danger, text) for text in texts if (danger := detect(text))]


def test_the_kinds_are_those_of_the_contract() -> None:
    assert set(Kind) == {
        "fire", "gas", "crime", "injury", "traffic", "hazard", "lost_person", "self_harm", "violence", "fraud",
    }  # fmt: skip


def test_phrases_of_danger_are_found() -> None:
    found = [(kind, text, detect(text)) for kind, text in _dangers()]
    missed = [f"  {kind}: {text}" for kind, text, danger in found if not danger]
    recall = 1 - len(missed) / len(found)
    of_kind = sum(danger is not None and danger.kind == kind for kind, _, danger in found) / len(found)
    print(f"\ndanger: {len(found)} phrases, recall {recall:.3f}, kind {of_kind:.3f}", *missed, sep="\n")
    assert recall >= 0.99
    assert of_kind >= 0.92


def test_look_alikes_pass() -> None:
    _, texts = texts_about_danger()
    alarms = _alarms(texts)
    print(f"\nlook-alikes: {len(texts)}, {len(alarms)} false alarms", *_lines(alarms), sep="\n")
    assert len(alarms) / len(texts) <= 0.015


def test_ordinary_matters_and_conversation_pass() -> None:
    texts = _ordinary("matters") + _ordinary("intents")
    alarms = _alarms(texts)
    worth = re.compile("|".join(map(re.escape, WORTH_A_LOOK.strip().replace("\n", "|").split("|"))))
    false = [alarm for alarm in alarms if not worth.search(alarm[1])]
    print(f"\nordinary: {len(texts)}, {len(alarms)} alarms, of them false {len(false)}", *_lines(false), sep="\n")
    assert len(false) / len(texts) <= 0.005


def _development(name: str) -> list[tuple[str, str, str]]:
    """Batch, kind and text of each row: phrases written before anybody looked at what is found in them."""
    with (PROJECT_ROOT / "tests" / "danger" / name).open(encoding="utf-8") as file:
        return [(row["batch"], row["kind"], row["text"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("last", "recall_floor", "alarm_ceiling"), [(False, 0.99, 0.04), (True, 0.84, 0.06)])
def test_the_development_set_is_told_apart(last: bool, recall_floor: float, alarm_ceiling: float) -> None:
    """The last batch is not among the training texts, so it shows how well the rules generalise."""
    dangers, harmless = _development("danger.csv"), _development("harmless.csv")
    newest = max(int(batch) for batch, _, _ in dangers)
    found = [(kind, text, detect(text)) for batch, kind, text in dangers if (int(batch) == newest) is last]
    missed = [f"  {kind}: {text}" for kind, text, danger in found if danger is None]
    of_kind = sum(danger is not None and danger.kind == kind for kind, _, danger in found) / len(found)
    passing = [text for batch, _, text in harmless if (int(batch) == newest) is last]
    alarms = _alarms(passing)
    recall, false = 1 - len(missed) / len(found), len(alarms) / len(passing)
    print(
        f"\n{'last batch' if last else 'learned from'}: {len(found)} dangers, recall {recall:.3f}, kind {of_kind:.3f};"
    )
    print(f"{len(passing)} look-alikes, false alarms {false:.3f}", *missed, *_lines(alarms), sep="\n")
    assert recall >= recall_floor
    assert false <= alarm_ceiling


def _lines(alarms: list[tuple[Danger, str]]) -> list[str]:
    return [f"  {danger.rule}: {text}" for danger, text in alarms]


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind in OTHER_WAYS for text in OTHER_WAYS[kind].split("|")]
)
def test_other_people_say_it_otherwise(kind: Kind, text: str) -> None:
    danger = detect(text)
    assert danger is not None
    assert danger.kind is kind


@pytest.mark.parametrize("text", HARMLESS)
def test_the_past_a_question_an_idiom_and_a_no_are_no_danger(text: str) -> None:
    assert detect(text) is None


def test_danger_at_the_end_of_an_ordinary_complaint_is_found() -> None:
    chance = random.Random(12345)
    matters = [text for text in _ordinary("matters") if 25 < len(text) < 120]
    phrases = [text for _, text in _dangers() if len(text) < 45][::4]
    joints = ("。", "。对了,", "。还有,现在", "。哎呀,", "!")
    short = [chance.choice(matters) + chance.choice(joints) + phrase for phrase in phrases]
    letters = ["。".join(chance.sample(matters, 5)) + "。" + phrase for phrase in phrases]
    for texts, floor in ((short, 0.98), (letters, 0.98)):
        recall = len(_alarms(texts)) / len(texts)
        print(f"\nat the end of a text: {recall:.3f} of {len(texts)}")
        assert recall >= floor


STORY = "店面转让给我的那个老板欠了一屁股债,合同签完人就失踪了,营业执照也就过不了户,窗口喊我找他签字,我上哪里找他嘛。跑了四趟政务中心,一回说材料不齐,一回说系统在升级,再一回干脆喊我去法院起诉,{}请领导过问一下,老百姓开个小店不容易。"


def test_what_a_story_tells_on_its_way_is_past_unless_it_says_now() -> None:
    assert detect(STORY.format("")) is None
    now = detect(STORY.format("现在我老母亲气得昏过去了,叫不醒,"))
    assert now and now.kind is Kind.INJURY


@pytest.mark.parametrize(
    "text",
    ["着火了!!", "着…火…了", "着 火 了 快 来", "著火了,樓下", "找火了", "着~火~了", "救命救命!着火了", "我家 着火 了 快 来人", "着火了\u200b", "着火了"],
)  # fmt: skip
def test_panic_dialect_script_and_slips_are_one_spelling(text: str) -> None:
    assert detect(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "我在等着你",
        "我刚从床上起来",
        "我要走了再见",
        "我疲倦了",
        "我在家等着",
        "我从楼上下来了",
        "小区里有条流浪狗没人管",
        "她电话没得人接就打我的",
        "不接的话打我的嘛",
    ],
)
def test_what_people_say_every_day_is_no_danger(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize("text", ["我不敢打电话 他要打我的", "不接电话老公就打我的", "他老打我的"])
def test_whoever_is_beaten_for_a_call_is_in_danger(text: str) -> None:
    assert detect(text) is not None


def test_what_no_rule_foresaw_is_left_to_the_words() -> None:
    told_aside = "快递柜的密码和存折我都写在本子上了,以后你们自己取"
    assert detect_by_signs(told_aside) is None
    danger = detect(told_aside)
    assert danger is not None
    assert danger.rule.endswith(".words")
    assert evidence_of_words(told_aside) > 0 > evidence_of_words("快递柜的密码发我一下")


@pytest.mark.parametrize(
    "text", ["急得我想跳楼", "真的撑不下去了", "你们再不处理我就死给你们看了算了,恨不得撞墙", "恨不得一刀捅死他"]
)
def test_a_figure_of_speech_is_asked_about(text: str) -> None:
    danger = detect(text)
    assert danger is not None
    assert danger.kind in (Kind.SELF_HARM, Kind.VIOLENCE)


@pytest.mark.parametrize(("text", "certain"), [("急得我想跳楼", False), ("撑不下去了", False), ("我要跳楼", True), ("药我都准备好了", True), ("恨不得杀了他", False), ("我要杀了他", True)])  # fmt: skip
def test_real_or_likely_is_certain_and_a_figure_of_speech_is_not(text: str, certain: bool) -> None:
    danger = detect(text)
    assert danger is not None
    assert danger.certain is certain


def test_the_same_text_gives_the_same_answer() -> None:
    texts = [text for _, text in _dangers()][::7]
    assert [detect(text) for text in texts] == [detect(text) for text in reversed(texts)][::-1]


@given(st.text(max_size=400) | st.text(alphabet="着火了我不想活去年没有的,。! 刀杀打…救命a", max_size=400))
def test_any_text_has_an_answer(text: str) -> None:
    assert detect(text) is None or isinstance(detect(text), Danger)


@pytest.mark.parametrize(
    "text",
    [
        "我",
        "着火了",
        "没有着火",
        "他把他的手在水里",
        "拿着把了到起",
        "怕火",
        "help me my son is ",
        "的 ",
        "着…",
        "(",
        "3天前",
        "a.",
        "去年,",
    ],
)
def test_ten_times_the_text_takes_no_more_than_about_ten_times_as_long(text: str) -> None:
    assert growth(detect, text) < LINEAR


def test_a_long_letter_is_quick() -> None:
    assert growth(detect, "。".join(_ordinary("matters"))[:LONG]) < LINEAR


RULES = {
    "slips": {"着火": "找火"},
    "words": {"thing": "房子 车"},
    "contexts": {"not": {"say": "没有", "adjacent": True}},
    "idioms": {"say": "火锅", "english": None},
    "kinds": {"fire": {"harmless_when": ["not"], "rules": [{"name": "burning", "say": "# 注释\n{thing}…着火"}]}},
}


def test_a_rules_file_is_read() -> None:
    [sign] = read(RULES).signs
    assert sign.rule.name == "fire.burning"
    assert sign.pattern.search("房子好像着火")
    assert not sign.pattern.search("房子,着火")


@pytest.mark.parametrize(
    "mistake",
    [{"say": "{nothing}"}, {"say": "着?"}, {"say": "(着火"}, {"say": "着火", "strength": "strong"}, {"say": "着火", "harmless_when": ["never"]}],
)  # fmt: skip
def test_a_mistake_in_a_rules_file_is_said_at_once(mistake: dict[str, object]) -> None:
    kinds = {"fire": {"harmless_when": ["not"], "rules": [{"name": "burning", **mistake}]}}
    with pytest.raises((KeyError, ValueError, re.error)):
        read({**RULES, "kinds": kinds})


def test_every_kind_has_rules() -> None:
    assert set(YAML(typ="safe").load(FILE)["kinds"]) == set(Kind)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("我又没说有危险,就是响,你给我登记一个嘛", Kind.HAZARD, TakenBack.NOT_MEANT),
        ("哪里着火了?我说的是电子烟", Kind.FIRE, TakenBack.NOT_MEANT),
        ("不是火灾!我要投诉网吧和文具店", Kind.FIRE, TakenBack.NOT_MEANT),
        ("我是来表扬人的,你登记个表扬", Kind.LOST_PERSON, TakenBack.NOT_MEANT),
        ("That is not what I said, it is only paint", Kind.FIRE, TakenBack.NOT_MEANT),
        ("不是现在,是上个礼拜,已经找到了", Kind.LOST_PERSON, TakenBack.OVER),
        ("火灭了 没事了", Kind.FIRE, TakenBack.OVER),
        ("你搞错了,我不是说这个", Kind.VIOLENCE, TakenBack.NOT_MEANT),
        ("火还没灭", Kind.FIRE, None),
        ("没有人被困", Kind.FIRE, None),
        ("还没找到", Kind.LOST_PERSON, None),
        ("不是着火,是煤气漏了", Kind.FIRE, None),
        ("在三楼", Kind.FIRE, None),
        ("算了没事了", Kind.VIOLENCE, None),
        ("不是现在,是昨天打的", Kind.VIOLENCE, None),
        ("没事了", Kind.SELF_HARM, None),
        ("不是要自杀", Kind.SELF_HARM, None),
    ],
)
def test_a_danger_is_taken_back_in_clear_words_only(text: str, kind: Kind, expected: TakenBack | None) -> None:
    assert taken_back(text, kind) is expected


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("楼下广场舞吵得我想跳楼", Kind.SELF_HARM, Doubt.WAY_OF_SPEAKING),
        ("恨不得砍了他", Kind.VIOLENCE, Doubt.WAY_OF_SPEAKING),
        ("他不在屋头", Kind.VIOLENCE, Doubt.SAFETY),
        ("我不想得罪人,她就住我对门", Kind.SELF_HARM, Doubt.SAFETY),
        ("我还站得起来,已经在去医院路上", Kind.SELF_HARM, Doubt.SAFETY),
    ],
)
def test_only_who_spoke_of_hurting_is_asked_whether_it_was_a_way_of_speaking(
    text: str, kind: Kind, expected: Doubt
) -> None:
    assert question_in_doubt(text, kind) is expected


@pytest.mark.parametrize("text", ["司机开车抽烟", "公交司机抽着烟开车"])
def test_a_driver_who_smokes_is_not_ill(text: str) -> None:
    assert detect_by_signs(text) is None
    assert detect_by_signs("公交司机突然抽起来了") is not None


@pytest.mark.parametrize(
    "text",
    [
        "想问下燃气公司上门安检要钱不,屋头这两天有点臭鸡蛋味",
        "请问换燃气表好多钱,厨房好像有煤气味",
        "灶具报废年限是好久,打火打不燃还有点漏气",
    ],
)
def test_gas_at_home_is_danger_inside_a_question_too(text: str) -> None:
    found = detect_by_signs(text)
    assert found is not None
    assert (found.kind, found.certain) == (Kind.GAS, True)


@pytest.mark.parametrize(
    "text",
    [
        "燃气安检多久一次,家里没有臭鸡蛋味",
        "灶具漏气保修吗",
        "轮胎还有点漏气,哪里补",
        "小区外面一股臭鸡蛋味,是不是化工厂",
    ],
)
def test_a_question_about_gas_with_no_smell_at_home_is_none(text: str) -> None:
    assert detect_by_signs(text) is None


def test_he_laid_hands_on_me_last_night_is_violence() -> None:
    found = detect_by_signs("主要是他昨晚又动手了,我脸都肿了")
    assert found is not None
    assert found.kind is Kind.VIOLENCE


@pytest.mark.parametrize(
    "text", ["他们没有打我", "现在没火了", "哦他刚刚回来了", "没得煤气味了", "娃儿没事", "nobody was hurt"]
)
def test_a_reassurance_is_no_danger(text: str) -> None:
    assert reassures(text)
    assert detect(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "他没有打我,他拿刀砍我",
        "没打我,现在在砸门",
        "没火了,但是烟好大",
        "没有火了可是人还困在里面",
        "他刚刚回来了,一身是血",
        "没有呼吸了",
    ],
)
def test_a_reassurance_takes_nothing_out_of_the_danger_beside_it(text: str) -> None:
    assert not reassures(text)


@pytest.mark.parametrize(
    "text", ["他回来了在敲门", "水漫到屋头了", "还闻得到", "火越来越大了", "he is back at the door"]
)
def test_a_danger_gets_worse(text: str) -> None:
    assert gets_worse(text)


@pytest.mark.parametrize("text", ["我在锦江区牛王庙", "那我开窗了", "收到没得", "他现在出去了,我和娃儿在家"])
def test_what_is_told_of_a_danger_makes_it_no_worse(text: str) -> None:
    assert not gets_worse(text)


def test_words_of_where_a_matter_goes_are_of_its_handling_unless_there_is_a_sign() -> None:
    assert is_of_the_handling("他们乡上一伙的,不要转给乡上")
    assert is_of_the_handling("我不是说这个,我是来问停水的")
    assert not is_of_the_handling("不要转给派出所,他们拿刀堵我门")


@pytest.mark.parametrize("text", ["我想不通了,活着没啥意思", "活着真没意思", "退休金又没算对,活起也没得意思"])
def test_nothing_to_live_for_is_heard_whatever_is_said_around_it(text: str) -> None:
    found = detect_by_signs(text)
    assert found is not None
    assert found.kind is Kind.SELF_HARM
