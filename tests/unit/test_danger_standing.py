"""What is said while a danger stands, and what a danger is more closely."""

from __future__ import annotations

import pytest

from hotline.danger import Kind, detect
from hotline.danger.situations import SITUATIONS, alarm, is_of_the_writer, line_to_call, situation_of
from hotline.danger.standing import Said, after, asides, is_of_another_matter, is_of_the_danger, wants_quiet
from hotline.wording import LANGUAGES, texts

FIRE, GAS, HURT, HAZARD, SELF = Kind.FIRE, Kind.GAS, Kind.INJURY, Kind.HAZARD, Kind.SELF_HARM
BEATEN, LOST, TRAFFIC, FRAUD = Kind.VIOLENCE, Kind.LOST_PERSON, Kind.TRAFFIC, Kind.FRAUD


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("another_may_jump", "对面七楼有个小娃娃坐在窗台上，腿都在外头"),
        ("another_may_jump", "有个女的翻到桥栏杆外面去了"),
        ("another_may_jump", "我哥站在楼顶边上说不活了"),
        ("at_the_edge", "我现在坐在楼顶上，不想活了"),
        ("swallowed", "我把一瓶安眠药都吃了"),
        ("smothered", "家里烧煤炉子取暖，我妈叫不醒了"),
        ("not_waking", "my grandmother is not waking up please help"),
        ("drowning", "有个人掉进河里了"),
        ("pit", "我爸下到化粪池里头，喊不应了"),
        ("in_the_lift", "我们三个人关在电梯里面了"),
        ("locked_in", "我瘫痪在床，护工把门反锁走了两天了，没吃没喝，怕要死在这"),
        ("paint", "要债的拿红油漆泼我家的门，说要打我"),
        ("drunk_at_the_wheel", "我喝多了在开车，车撞了"),
        ("threatens", "老子今天要拿刀砍死他"),
        ("breathing_machine", "停电了，家里有个用呼吸机的老人"),
        ("current", "有人触电倒在地上不动了"),
        ("live_wire", "小区门口电线断了掉到水凼凼里，有条狗走过去就倒了"),
        ("live_wire", "配电箱泡在水里了，有人还在里头站起"),
        ("in_the_lift", "在电梯里了，上上下下乱跳，停不下来"),
        ("locked_in", "门卡死了，按铃没人理，我们四个人闷在里头"),
        ("locked_in", "我妈洗澡摔倒了，卫生间门反锁打不开"),
        ("child_in_car", "两岁娃娃反锁在车里，钥匙也在里头"),
        ("cannot_move", "我爸中风走不了，洪水涨到二楼了"),
        ("pit", "沼气池里头的人喊不答应了"),
        ("machine", "传送带把她头发卷进去了"),
        ("stung", "被马蜂追起锥了二十几下，嘴巴肿了"),
        ("no_breath", "我儿子不呼吸了"),
        ("drowning", "塘边洗衣服的嬢嬢滑下去了"),
        ("takes_along", "前妻抱着儿子说要从桥上跳下去一起死"),
        ("poison_in_reach", "娃娃在玩老鼠药的瓶子"),
        ("another_may_jump", "有个人站在商场顶楼外面的边边上"),
        ("another_beaten", "小学生在校门口被几个社会上的人围到打"),
        ("gas_next_door", "邻居家漏气，按门铃没人应，老两口在里头"),
        ("smoke_outside", "楼梯间全是黑烟，我们在17楼下不来"),
        ("intruder", "我奶奶屋里进了陌生人"),
    ],
)
def test_the_first_line_fits_who_is_in_danger(name: str, text: str) -> None:
    danger = detect(text)
    assert danger is not None
    situation = situation_of([text], danger.kind)
    assert situation is not None
    assert situation.name == name
    for language in LANGUAGES:
        line = alarm(texts(language), danger.kind, situation)
        assert situation.line in line or name == "threatens"
        assert len(line) <= (90 if language == "zh" else 260)


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_what_is_said_of_a_situation_names_whom_to_call_and_never_a_form(situation: object) -> None:
    name, line = situation.name, situation.line  # type: ignore[attr-defined]
    for language in LANGUAGES:
        said = texts(language).say(f"danger_situation.{name}")
        assert line in said or name == "threatens"
        assert "怎么称呼" not in said


def test_who_has_a_say_in_it_is_listened_to_and_who_tells_of_another_is_told_what_to_do() -> None:
    assert is_of_the_writer(["我不想活了"], SELF)
    assert is_of_the_writer(["老公出轨，我不想活了"], SELF)
    assert not is_of_the_writer(["我弟弟站在天台边上"], SELF)
    assert not is_of_the_writer(["我不想活了"], HURT)
    assert line_to_call(None, HURT) == "120"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.CRIME, "警察来了，散了"),
        (HURT, "有个钓鱼的把他拉上来了"),
        (HAZARD, "门开了，物业来人放我出来了，没事了"),
        (BEATEN, "警察来了把他带走了"),
        (SELF, "他下来了，没事了"),
        (SELF, "她被劝下来了"),
        (SELF, "有人把她抱下来了"),
        (HAZARD, "救出来了，谢天谢地"),
        (HAZARD, "停了，现在没晃了"),
        (HURT, "救护车把他拉走了"),
        (LOST, "保安找到了，在玩具店里头"),
        (FIRE, "消防车来了，火扑灭了，没人受伤"),
        (FRAUD, "没转成，儿子说他在上课"),
        (BEATEN, "我跑出来了，现在在我妈家，安全"),
        (SELF, "police took her home"),
    ],
)
def test_that_all_is_well_is_heard_in_every_kind(kind: Kind, text: str) -> None:
    assert after(text, [], kind).said is Said.OVER


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (SELF, "没事了"),
        (BEATEN, "算了没事了"),
        (HAZARD, "没有人受伤，墙还在裂"),
        (HURT, "拉上来了，没呼吸了"),
        (SELF, "他跳下来了"),
        (FIRE, "火还没灭"),
        (LOST, "还没找到"),
        (BEATEN, "他回来了在敲门"),
        (FIRE, "我出来了，里头还有人"),
    ],
)
def test_it_is_not_over_before_it_is(kind: Kind, text: str) -> None:
    assert after(text, [], kind).said is not Said.OVER


@pytest.mark.parametrize(
    ("kind", "before", "text"),
    [
        (HAZARD, "我被关在电梯里了", "门开了，我出来了"),
        (HAZARD, "I am stuck in the elevator", "I am out, thank you"),
    ],
)
def test_who_was_shut_in_and_is_out_is_safe(kind: Kind, before: str, text: str) -> None:
    assert after(text, [before], kind).said is Said.OVER
    assert after(text, ["房子着火了"], FIRE).said is not Said.OVER


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (HURT, "越来越喘了"),
        (HURT, "现在有两个晕了"),
        (HURT, "吐了，还是不醒"),
        (HURT, "喝了一口，百草枯"),
        (HAZARD, "她脚抽不出来"),
        (HAZARD, "水都到胸口了"),
        (Kind.CRIME, "他朝我这边走过来了"),
        (Kind.CRIME, "又来了一车人，拿起钢管的"),
        (FRAUD, "我刚刚转了两万过去了"),
        (SELF, "风好大，我把鞋脱了"),
        (HURT, "电池还有20分钟"),
    ],
)
def test_what_grows_alarms_again(kind: Kind, text: str) -> None:
    assert after(text, [], kind).said in (Said.WORSE, Said.ANOTHER)
    assert is_of_the_danger(text) or detect(text)


@pytest.mark.parametrize(
    "text", ["在二楼", "金牛区沙湾路12号", "电话13800001111", "好久来人", "匿名", "我们都下楼了，关了总阀"]
)
def test_what_is_only_told_alarms_nobody_again(text: str) -> None:
    assert after(text, ["厨房着火了"], FIRE).said is Said.TOLD


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (FIRE, "没起火没起火！我是说怕着火，隐患"),
        (TRAFFIC, "是狗被撞了，不是人！打啥子120嘛"),
        (HURT, "不是受伤，是臭虫咬的包，痒"),
        (Kind.CRIME, "没人抢劫！打赌！"),
        (GAS, "没有漏气！没有味道！我就问是不是要充卡"),
    ],
)
def test_it_was_none(kind: Kind, text: str) -> None:
    assert after(text, [], kind).said is Said.NOT_MEANT


def test_a_denial_that_tells_another_danger_corrects_it() -> None:
    mate = after("不是我要跳，是工友，在楼顶上五个人", ["说不给钱就跳"], SELF)
    assert (mate.said, mate.situation and mate.situation.name) == (Said.ANOTHER, "another_may_jump")
    stove = after("不是漏气，是蜂窝煤！我爸叫不醒！", ["闻到煤气味"], GAS)
    assert (stove.said, stove.situation and stove.situation.line) == (Said.ANOTHER, "120")
    paint = after("没着火！是催收的泼红油漆堵门！", ["红油漆泼门，烧起来"], FIRE)
    assert paint.said is not Said.NOT_MEANT
    door = after("没有人打架，我是怕我婆婆出事", ["婆婆一个人在屋头，敲门不应"], BEATEN)
    assert door.said is not Said.NOT_MEANT


@pytest.mark.parametrize("text", ["开玩笑的", "没有，我就说说，我想告他们加班费", "我没有任何危险，刚才是玩笑"])
def test_a_way_of_speaking_is_believed_kindly(text: str) -> None:
    assert after(text, ["我想跳楼"], SELF).said is Said.JOKED
    assert after("不是气话，我真的不想活了", ["我想跳楼"], SELF).said is not Said.JOKED


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我下去拉他行不行", "do_not_go_in"),
        ("要不要给他灌点醋嘛", "what_to_do"),
        ("119我打了占线", "busy"),
        ("还有二十分钟放学，能赶到不", "when"),
        ("那好久有人跟我联系", "when"),
        ("我不停，我还有十分钟就到屋了", "refused"),
        ("120到了", "helped"),
        ("狗主人哪个找嘛", "asked"),
    ],
)
def test_a_question_of_life_and_death_has_an_honest_line(text: str, name: str) -> None:
    assert name in asides(text)
    for language in LANGUAGES:
        said = texts(language).say(f"danger.{name}", line="119", do="")
        assert "工作日" not in said


@pytest.mark.parametrize(
    ("text", "is_clear", "has_place", "expected"),
    [
        ("另外楼下路灯坏了三天没修", True, False, True),
        ("地砖的事给我登记起", False, False, True),
        ("金牛区抚琴西路路灯坏了三天没人修", True, True, True),
        ("我不想报警，娃儿读书会受影响", True, False, False),
        ("要不要喂牛奶催吐", True, False, False),
        ("里头还有几个老人不肯下楼咋办", True, False, False),
        ("越来越喘了，对了我在石室中学", True, True, False),
    ],
)
def test_only_what_is_another_matter_is_taken_in(text: str, is_clear: bool, has_place: bool, expected: bool) -> None:
    assert is_of_another_matter(text, is_clear, has_place) is expected


@pytest.mark.parametrize(
    ("kind", "before", "text", "meant", "situation"),
    [
        (LOST, "娃娃哭了一天，现在没声了", "不是走丢，是挨打！就在我隔壁", LOST, "another_beaten"),
        (SELF, "我女儿站在天台边上", "不是跳楼，是走了，不晓得在哪", LOST, None),
        (LOST, "我老公要抱着娃娃走", "不是走丢，他说要跟娃娃一起死", BEATEN, "takes_along"),
        (HAZARD, "水凼里头的狗倒了", "不是落水，是电线！水里头带电", HAZARD, "live_wire"),
        (HURT, "敌敌畏倒在可乐瓶里了", "不是我要喝！是娃娃拿到农药瓶子了", HURT, "poison_in_reach"),
    ],
)
def test_not_this_but_that_keeps_the_alarm_where_that_is_a_danger(
    kind: Kind, before: str, text: str, meant: Kind, situation: str | None
) -> None:
    standing = after(text, [before], kind)
    assert (standing.said, standing.kind) == (Said.ANOTHER, meant)
    assert (standing.situation.name if standing.situation else None) == situation
    assert is_of_the_danger(text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (BEATEN, "没人受伤，就是装修砸墙，吵"),
        (TRAFFIC, "没人受伤！是自行车倒在盲道上"),
        (FRAUD, "不是诈骗！我是说我工单号短信删了"),
    ],
)
def test_what_is_said_instead_and_harms_nobody_is_believed(kind: Kind, text: str) -> None:
    assert after(text, [], kind).said is Said.NOT_MEANT


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (GAS, "燃气公司的人来了，说是灶头管子漏，修好了，没得事了"),
        (GAS, "原来是没电了，换了电池就不叫了"),
        (LOST, "微信回了，说在同学家"),
        (LOST, "哦他刚刚回来了"),
        (HAZARD, "蛇自己爬走了"),
        (HAZARD, "门开了我出来了"),
        (BEATEN, "解除嘛，我好得很"),
        (HURT, "把那个紧急的取消了哈，我没得事"),
        (FRAUD, "银行的人把她拦下来了，钱没转"),
        (Kind.CRIME, "他们散了，学生走了"),
    ],
)
def test_it_is_over_in_peoples_own_words(kind: Kind, text: str) -> None:
    assert after(text, [], kind).said is Said.OVER


def test_that_all_was_well_before_is_no_all_clear() -> None:
    assert after("她平时成绩好，没得啥事，就是昨天我说了她几句", ["女儿离家出走了"], LOST).said is Said.TOLD
    assert after("修好了，又漏了", [], GAS).said is not Said.OVER


def test_who_hides_gets_no_line_that_gives_them_away() -> None:
    hidden = ["手机是偷偷藏的，不敢大声"]
    assert wants_quiet("他们来了，莫回我", [], Kind.CRIME)
    assert wants_quiet("他回来了", hidden, BEATEN)
    assert not wants_quiet("他回来了", ["他打我"], BEATEN)
    assert not wants_quiet("在郫都区犀浦，窗外有加油站", hidden, Kind.CRIME)


def test_a_worsening_of_who_wants_to_die_is_heard() -> None:
    taken = after("嗯，药已经吃了", ["明天就没我这个人了"], SELF)
    assert (taken.said, taken.situation and taken.situation.line) == (Said.ANOTHER, "120")
    assert after("就是睡不着，药攒了一瓶了", ["活起没意思"], SELF).said is Said.WORSE


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("婆婆送走了，狗没人管", "animal"),
        ("我就想问哪里能申请不准他靠近我", "protection"),
        ("手机还连着网，我不敢动", "phone_off"),
        ("我跟她说啥子好", "talk_to"),
        ("哪里有地方住", "shelter"),
        ("老人不肯走，说舍不得猪", "will_not_leave"),
        ("我已经打了119了", "called"),
        ("不要通知啥子人", "tell_nobody"),
    ],
)
def test_more_of_what_is_asked_has_an_honest_line(text: str, name: str) -> None:
    assert name in asides(text)
    for language in LANGUAGES:
        assert texts(language).say(f"danger.{name}")
