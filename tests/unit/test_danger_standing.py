"""Messages while a danger stands, and the situations of a danger."""

from __future__ import annotations

import pytest

from hotline.danger import Kind, detect
from hotline.danger.asides import asides
from hotline.danger.asked import ANYWHERE, THINGS, answer_known
from hotline.danger.besides import is_of_a_ticket, is_of_another_matter, without_the_alarm
from hotline.danger.judged import Judged, judged
from hotline.danger.situations import SITUATIONS, alarm, is_of_the_writer, kind_told, line_to_call, situation_of
from hotline.danger.standing import Said, after, is_of_the_danger, wants_quiet
from hotline.danger.weak_signs import alarming, has_come_back, is_scene, is_sure, no_harm_done
from hotline.texts import LANGUAGES, texts

FIRE, GAS, HURT, HAZARD, SELF = Kind.FIRE, Kind.GAS, Kind.INJURY, Kind.HAZARD, Kind.SELF_HARM
BEATEN, LOST, TRAFFIC, FRAUD = Kind.VIOLENCE, Kind.LOST_PERSON, Kind.TRAFFIC, Kind.FRAUD


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("child_at_height", "对面七楼有个小娃娃坐在窗台上，腿都在外头"),
        ("child_at_height", "二楼平台上有个小娃儿在往外爬，家里好像没大人"),
        ("another_may_jump", "在九眼桥桥上看到个女的翻过栏杆了"),
        ("another_in_despair", "我朋友发消息说“照顾好我爸妈”，然后电话就打不通了"),
        ("another_in_despair", "我男朋友刚才发微信说不想活了，让我忘了他"),
        ("crowd", "人挤人，有个老太婆被挤倒了"),
        ("drowning", "我在府河边上，有个人掉水里了，在喊救命"),
        ("fumes", "我刚刚把洁厕灵和84倒在一起，厕所里面呛得遭不住"),
        ("chest", "我爸七十几了心口痛，出冷汗"),
        ("smothered", "我家老头子洗澡洗到没反应，热水器是烧气的"),
        ("held", "我被男的反锁在卫生间，他在外头"),
        ("trapped_in_fire", "楼上着火了，三楼有个婆婆还在屋头"),
        ("fire_outside", "有人在河边烧纸钱，火星子飞到草里，草烧起来了"),
        ("car_on_fire", "楼道里有辆电瓶车在冒烟，噼里啪啦的"),
        ("collapse", "旁边工地塔吊倒了！！压到人了"),
        ("fallen_object", "有个老大爷被广告牌砸了一下，坐在地上"),
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
        ("water_and_power", "地下室进水了，淹到小腿，电表箱也泡起的，我爸还要下去关闸"),
        ("car_in_water", "车子熄火在下穿隧道里头了，水都到车门了"),
        ("chemicals", "车间里头漏氨气了，眼睛都睁不开"),
        ("explosive", "挖地挖出个手榴弹样的铁疙瘩"),
        ("choking", "老母亲吃汤圆噎到了，脸都紫了"),
        ("bleeding", "遭钢筋扎了大腿，血止不住"),
        ("birth", "我婆娘要生了羊水破了，堵在三环路上"),
        ("stuck", "我娃儿把脑壳卡到阳台栏杆里头了，扯不出来"),
        ("crane_on_wire", "工地上吊车把高压线碰了，师傅在车上不敢下来"),
        ("many_ill", "幼儿园中午的饭吃了七八个娃儿都拉肚子发烧"),
        ("bridge", "大货车一过桥面抖得站不稳，已经掉了几块水泥下去"),
        ("gas_outside", "挖机把天然气管子挖断了，在喷气"),
        ("shower_current", "洗澡的时候水龙头麻手，洗第二回都麻"),
        ("burnt", "我家娃儿手杆被油锅烫了，起了大泡"),
        ("bitten", "娃儿被一条没拴的狗咬了手，在流血"),
        ("armed_outside", "地铁口有个人说他要砍人，手里拿个袋子"),
        ("another_in_despair", "我同学在群里发了句再见各位，电话关机了，他最近失恋"),
        ("pan_fire", "锅里的油烧起来了，我把火关了还在燃"),
        ("smoke_outside", "楼道电瓶车烧起来了，烟顺着门缝往屋里钻"),
        ("flood_below", "负一楼车库在灌水，有个大爷还在里头推车"),
        ("about_to_fall", "隔壁瓦房的墙往外歪，快倒了，里头住着老人"),
        ("dogs_attack", "三条野狗追着学生咬，没人敢去拦"),
        ("street_fight", "街上有两个男的打架"),
        ("lost_in_public", "我儿子在动物园走丢了"),
        ("swallowed", "娃娃把洗衣凝珠吃了一颗"),
        ("may_fall", "窨井盖没得了，怕有人掉下去"),
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
        assert len(line) <= (100 if language == "zh" else 330)


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_what_is_said_of_a_situation_names_whom_to_call_and_never_a_form(situation: object) -> None:
    name, line = situation.name, situation.line  # type: ignore[attr-defined]
    for language in LANGUAGES:
        said = texts(language).say(f"danger_situation.{name}")
        assert line in said or name == "threatens"
        assert "怎么称呼" not in said


@pytest.mark.parametrize(
    ("text", "is_writer"),
    [
        ("室友把安眠药都吃了，叫不醒", False),
        ("我弟弟喝了农药", False),
        ("她在宿舍割腕了", False),
        ("我把一瓶降压药都吞了", True),
        ("跟老公吵了一架，我喝了农药", True),
        ("我割腕了，血止不住", True),
        ("我妈不管我，我不想活了", True),
        ("桥上看见一个小伙翻过护栏了", False),
    ],
)
def test_who_has_done_it_and_who_only_saw_it(text: str, is_writer: bool) -> None:
    assert is_of_the_writer([text], SELF) is is_writer


OVER, BETTER, GREW = {"over": 0.9}, {"better": 0.5, "over": 0.3}, {"worse": 0.8}


@pytest.mark.parametrize(
    ("kind", "before", "text", "likely", "said"),
    [
        (FIRE, "楼道里电瓶车冒烟", "物业来把车推出去了，没烧起来", OVER, Said.OVER),
        (HURT, "我爸晕倒了", "老人坐起来了，说是低血糖", BETTER, Said.EASED),
        (SELF, "我不想活了", "我到家了，都过去了", OVER, Said.EASED),
        (BEATEN, "我老公打我", "他气消了，在看电视", OVER, Said.EASED),
        (SELF, "我朋友发消息说不想活了，电话关机", "他那是演话剧的台词", OVER, Said.OVER),
        (HAZARD, "化工厂那边刺鼻味道", "眼睛都睁不开了", GREW, Said.WORSE),
        (SELF, "我吃了好多安眠药", "有点迷糊", GREW, Said.WORSE),
        (FIRE, "厨房着火了", "隔壁又着火了", OVER, Said.WORSE),
        (Kind.CRIME, "我被男的反锁在卫生间，他在外头", "他睡着了，门还是打不开", OVER, Said.WORSE),
        (BEATEN, "我老公把我锁在屋头", "他出去了，门反锁的", OVER, Said.WORSE),
        (FIRE, "厨房着火了", "我在二楼", {"told": 0.9}, Said.TOLD),
        (SELF, "我妈吃了一瓶安眠药", "她现在睡着了", OVER, Said.WORSE),
        (HURT, "我爸摔了头", "没动静了", BETTER, Said.WORSE),
        (GAS, "洗澡的时候煤气中毒了", "她不说话了", OVER, Said.WORSE),
        (HAZARD, "娃娃锁在车里头了", "不哭了，没声音了", OVER, Said.WORSE),
        (BEATEN, "我老公打我", "他睡着了", OVER, Said.EASED),
    ],
)
def test_a_judgement_counts_where_no_rule_speaks_and_no_word_is_doubted(
    kind: Kind, before: str, text: str, likely: dict[str, float], said: Said
) -> None:
    assert after(text, [before], kind, likely).said is said


def test_a_judgement_that_sounds_dangerous_itself_needs_more() -> None:
    assert judged({"over": 0.7}) is Judged.OVER
    assert judged({"over": 0.7}, sounds_dangerous=True) is Judged.NOTHING
    assert judged({"over": 0.9}, sounds_dangerous=True) is Judged.EASED
    assert judged({"over": 0.3, "better": 0.4}) is Judged.EASED
    assert judged({}) is Judged.NOTHING


def test_a_set_word_for_the_contrary_is_outweighed_beyond_doubt_only() -> None:
    text, before = "他电话通了，说是手机没电了，那句话是台词", ["我朋友发消息说不想活了，电话关机"]
    assert after(text, before, SELF, {"over": 0.99}).said is Said.OVER
    assert after(text, before, SELF, {"over": 0.8}).said is not Said.OVER
    assert after("他回来了在敲门", ["我老公打我"], BEATEN, {"over": 0.99}).said is Said.WORSE


def test_a_body_that_suffers_in_a_danger_keeps_the_line_of_that_danger() -> None:
    standing = after("喊不应", ["洗澡洗到没反应，热水器是烧气的"], GAS)
    assert (standing.said, standing.situation and standing.situation.name) == (Said.WORSE, "smothered")
    fumes = after("吐了两次，现在喘不上气", ["把洁厕灵和84倒在一起，呛得遭不住"], HURT)
    assert fumes.situation is not None
    assert fumes.situation.name == "fumes"


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
        (HURT, "吃了菌子，现在我婆娘一直吐", "在朝阳湖镇，我自己也有点晕，儿子还没事"),
        (HURT, "农家乐几个客人吃了野菌子，又吐又拉", "在街子镇，我没事，我老公也没事，就是那几个客人不行了"),
        (HURT, "娃儿手杆被油锅烫了", "没得大碍，就是哭，在簇锦街道"),
        (HURT, "我开车撞到花台了，脑壳有点昏", "在川大路三段，脑壳上有点血，没得大碍"),
        (HURT, "娃儿被狗咬了手，在流血", "狗主人跑了，能不能找到人赔医药费"),
        (HAZARD, "挖机把管子挖爆了，刺鼻子", "是的，那边都在喊人走了"),
        (GAS, "厂里排的气熏得人头昏", "有三个人去医院了"),
        (GAS, "屋里有煤气味", "我没事"),
        (HAZARD, "我们困在电梯里了", "有两个出来了，还有一个没出来"),
        (LOST, "我妈走丢了", "我没事，就是着急"),
    ],
)
def test_that_somebody_is_well_is_no_all_clear_for_another(kind: Kind, before: str, text: str) -> None:
    assert after(text, [before], kind).said not in (Said.OVER, Said.NOT_MEANT)


@pytest.mark.parametrize(
    ("kind", "before", "text"),
    [
        (HURT, "我妈摔了起不来", "我妈没事了，谢谢"),
        (HURT, "老母亲吃汤圆噎到了", "吐出来了！缓过来了，吓死我了"),
        (HAZARD, "停电了，我妈靠呼吸机的", "电来了来了，谢谢"),
        (GAS, "推车上的煤气罐在滋滋响", "现在没有滋滋响了，他把阀门关了"),
        (HURT, "河边飘起一个人", "哎呀近了看是个假模特"),
        (LOST, "有个女娃娃在店里哭，找不到妈妈", "她妈妈来了，抱走了"),
        (TRAFFIC, "我撞车了", "我没事"),
        (HAZARD, "楼上水管爆了", "楼上的人回来关了水，不漏了"),
        (HAZARD, "有条蛇爬到阳台上", "它自己爬走了，哈哈"),
    ],
)
def test_that_it_is_over_is_heard(kind: Kind, before: str, text: str) -> None:
    assert after(text, [before], kind).said is Said.OVER


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


def test_who_wants_to_jump_and_says_so_is_spoken_to() -> None:
    threat = "这个工地欠我三个月工资，活起没得意思，今晚就从楼上跳下去"
    assert is_of_the_writer([threat], SELF)
    assert is_of_the_writer(["有人要跳楼", "我就是那个要跳的人"], SELF)
    assert not is_of_the_writer(["我同学在群里发了句再见各位，电话关机了"], SELF)


def test_who_lies_in_the_gas_is_not_behind_a_door() -> None:
    known = after("我们开窗了，还是晕，女朋友喊不答应了", ["我跟女朋友烤火，两个都脑壳昏，想吐"], GAS)
    assert known.situation is not None
    assert known.situation.name in ("smothered", "not_waking")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("110我打不了，他听到要踹门", "cannot_call"),
        ("按了铃没得人应", "bell"),
        ("那我还要自己打119不", "call_myself"),
        ("我打119要收钱不", "costs"),
        ("能不能喊交警开道", "clear_the_road"),
        ("那我该不该拉总闸嘛", "switch"),
        ("现在上楼关窗子行不", "do_not_go_back"),
        ("妇联能不能帮我们找个地方住", "women"),
        ("能不能报给燃气公司", "gas_company"),
        ("打了120，说要四十分钟才到", "called"),
        ("我姓文，电话你们别打", "no_call"),
    ],
)
def test_what_people_ask_in_danger_is_answered(text: str, name: str) -> None:
    assert name in asides(text)


def test_a_call_that_was_made_alarms_nobody_again() -> None:
    assert after("打了120，说要四十分钟才到", ["我婆娘一直吐"], HURT).said is Said.TOLD


@pytest.mark.parametrize(
    "text",
    [
        "又撞了一个电瓶车，人没得事",
        "把裤脚咬烂了，没咬到肉",
        "我娃娃喝了拉肚子，现在好了",
        "比刚才还凶",
        "昨天他又倒了，我拍了视频",
        "我朋友也丢了一个，她也想投诉，她能用我这个单子不",
    ],
)
def test_a_weak_sign_is_not_sure(text: str) -> None:
    assert not is_sure(text)


@pytest.mark.parametrize("text", ["又撞了一个，人躺起在流血", "厨房着火了", "有人掉进河里了"])
def test_a_sign_is_sure(text: str) -> None:
    assert is_sure(text)


def test_what_is_of_the_ticket_goes_there_though_a_danger_stands() -> None:
    assert is_of_a_ticket("那红绿灯那个帮我催一下嘛", may_be=True)
    assert is_of_a_ticket("到底管不管嘛", may_be=True)
    assert not is_of_a_ticket("越来越喘了", may_be=True)
    assert not is_of_a_ticket("他又回来砸门了", may_be=False)


@pytest.mark.parametrize(
    "text", ["门口围了好多人", "楼下聚了一大群人", "单元门口蹲了几个陌生的人", "隔壁在烧啥子，一股味道"]
)
def test_a_scene_is_asked_about_and_alerts_nobody(text: str) -> None:
    assert is_scene(text)
    assert alarming(text) is None


@pytest.mark.parametrize(
    "text", ["好多人围到在打架", "门口站了几个不认识的人，拿刀砸门", "隔壁在烧东西，火都燃到窗子了", "有人拿刀砍人"]
)
def test_a_scene_with_harm_in_it_is_a_danger(text: str) -> None:
    assert not is_scene(text)


@pytest.mark.parametrize(
    "text", ["电线杆歪了，不是倒了", "路边树子斜起，没倒", "有两回差点撞到人", "把裤子咬破了，没出血"]
)
def test_what_nearly_happened_is_no_alarm(text: str) -> None:
    assert no_harm_done(text)


@pytest.mark.parametrize(
    "text", ["外墙瓷砖一直往下掉，差点砸到学生", "他没出血，就是喊不醒了", "厨房着火了，没人受伤", "电线杆倒了"]
)
def test_what_harms_is_an_alarm_though_something_else_did_not_happen(text: str) -> None:
    assert not no_harm_done(text)


def test_who_was_missing_and_is_back_alarms_nobody() -> None:
    assert has_come_back("我妈妈走丢了，不过刚刚已经自己回来了")
    assert not has_come_back("爷爷自己回来了，娃儿还没回来")


def test_what_is_refused_of_an_alarm_ends_no_intake() -> None:
    assert not without_the_alarm("你们弄错了，取消那个紧急的").strip()
    assert "不用登记" in without_the_alarm("不用打120，也不用登记了")


@pytest.mark.parametrize(
    ("kind", "before", "text"),
    [
        (SELF, "我们楼顶上有人站着", "不是跳楼，是工人没系安全绳，你们管不管施工安全嘛"),
        (Kind.CRIME, "网约车司机把我东西拿走了", "我人没事，就是想找回手机"),
    ],
)
def test_who_says_what_it_is_instead_has_that_registered(kind: Kind, before: str, text: str) -> None:
    assert after(text, [before], kind).said is Said.NOT_MEANT


@pytest.mark.parametrize(
    "text",
    [
        "那个烧烤店天天占道，能不能一起投诉",
        "能不能登记投诉这个司机",
        "想问下有没有防走失手环领",
        "不严重，就是想喊水厂来看下",
        "另外这个监控坏了，单独登记",
    ],
)
def test_what_is_to_be_registered_beside_a_danger_is_another_matter(text: str) -> None:
    assert is_of_another_matter(text, is_clear=False, has_place=False, kind=Kind.CRIME)


@pytest.mark.parametrize("text", ["想问一下救护车好久到", "我想问他喝了农药要不要催吐", "问下他还在流血咋办"])
def test_a_question_about_the_danger_is_of_the_danger(text: str) -> None:
    assert not is_of_another_matter(text, is_clear=False, has_place=False, kind=HURT)


@pytest.mark.parametrize(
    "text", ["消防通道锁了，我们出不去", "楼梯间的门遭锁了，电梯又停了，我们下不去", "大门被反锁了我们走不脱"]
)
def test_a_way_out_that_is_locked_with_people_behind_it_is_a_danger(text: str) -> None:
    assert (danger := detect(text)) is not None
    assert danger.kind is HAZARD


@pytest.mark.parametrize("text", ["消防通道长期锁着，万一着火出不去", "物业把消防门锁起了，要他们打开"])
def test_a_way_out_that_is_locked_and_nobody_behind_it_is_a_matter(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize(
    ("kind", "first", "text", "answer"),
    [
        (GAS, "屋头有煤气味", "我能不能先把油烟机打开", "gas_electricity"),
        (GAS, "屋头有煤气味", "开灯看一下可以不", "gas_electricity"),
        (GAS, "屋头有煤气味", "拿打火机点一下看漏不漏", "gas_flame"),
        (GAS, "屋头有煤气味", "坐电梯下去行不行", "gas_lift"),
        (GAS, "屋头有煤气味", "要不要开窗子", "gas_open_window"),
        (GAS, "屋头有煤气味", "阀门关了", None),
        (FIRE, "油锅着火了", "可不可以泼水", "fire_with_water"),
        (FIRE, "油锅着火了", "窗子打得开", "fire_out_of_the_window"),
        (FIRE, "油锅着火了", "我家在五楼", None),
        (HAZARD, "罐车翻了，在漏油", "往东还是往西跑", "chemicals_which_way"),
        (HURT, "娃儿喝了洗衣液", "能不能喂点牛奶", "swallowed_to_drink"),
        (HURT, "娃儿喝了洗衣液", "要不要催吐", "swallowed_vomiting"),
        (SELF, "我不想活了", "我想从窗子跳下去", None),
        (HURT, "我爸没呼吸了", "我不会按啊", "any_press"),
        (HURT, "我爸没呼吸了", "要按多久", "any_press"),
        (SELF, "我弟吃了一瓶安眠药", "没气了，咋个按", "any_press"),
        (HAZARD, "电梯卡住了", "按键不亮", None),
        (Kind.FRAUD, "有人说我涉嫌洗钱，喊我转账", "他喊我再转五千，转不转", "fraud_transfer"),
        (Kind.FRAUD, "有人说我涉嫌洗钱，喊我转账", "验证码给不给他", "fraud_give_code"),
        (Kind.FRAUD, "有人说我涉嫌洗钱，喊我转账", "验证码要不要给他", "fraud_give_code"),
        (Kind.FRAUD, "有人说我涉嫌洗钱，喊我转账", "我挂了", "fraud_hung_up"),
        (HAZARD, "车站有个包在滴滴响", "我打开看一下", "explosive_open_it"),
    ],
)
def test_a_question_whose_answer_is_known_is_answered(kind: Kind, first: str, text: str, answer: str | None) -> None:
    for language in LANGUAGES:
        answers = texts(language).group("danger_answer")
        assert answer_known(text, kind, situation_of([first], kind), answers) == answer


def test_both_languages_answer_the_same_questions_and_name_things_that_are_asked_about() -> None:
    zh, en = (texts(language).group("danger_answer") for language in LANGUAGES)
    assert zh.keys() == en.keys()
    where = {ANYWHERE} | {str(kind) for kind in Kind} | {situation.name for situation in SITUATIONS}
    assert all(any(name == f"{place}_{thing}" for place in where for thing in THINGS) for name in zh)


@pytest.mark.parametrize(
    ("kind", "before", "text", "said", "situation"),
    [
        (GAS, "屋里煤气味重得很", "她昏倒在地上了，还有气", Said.WORSE, "smothered"),
        (HAZARD, "路口井盖没得了，一个大洞", "有个骑车的掉下去了", Said.ANOTHER, "pit"),
        (HAZARD, "路口井盖没得了，一个大洞", "我挡起的，没人掉下去", Said.TOLD, "may_fall"),
        (HAZARD, "隔壁的墙歪了，快倒了，里头有老人", "119来了，把老人背出来了", Said.OVER, "about_to_fall"),
        (TRAFFIC, "罐车翻了，在漏，刺鼻得很", "我跑出来了，眼睛不痛", Said.EASED, "chemicals"),
        (TRAFFIC, "罐车翻了，在漏，刺鼻得很", "我跑出来了，眼睛痛得很", Said.ANOTHER, None),
        (HAZARD, "三条狗追到人咬", "有人打120了", Said.TOLD, "dogs_attack"),
        (LOST, "我女儿在商场走丢了", "广播了，没找到", Said.WORSE, "lost_in_public"),
        (LOST, "我女儿在商场走丢了", "找到了，在服务台", Said.OVER, "lost_in_public"),
        (LOST, "我女儿在商场走丢了", "找到了，书包也在", Said.OVER, "lost_in_public"),
        (HURT, "我爸从楼梯上摔下来，腿动不了", "人是清醒的", Said.EASED, None),
    ],
)
def test_what_is_said_later_keeps_or_changes_the_situation(
    kind: Kind, before: str, text: str, said: Said, situation: str | None
) -> None:
    standing = after(text, [before], kind)
    assert standing.said is said or (situation is None and standing.said is not Said.EASED)
    if situation:
        assert standing.situation is not None
        assert standing.situation.name == situation


@pytest.mark.parametrize("kind", [Kind.TRAFFIC, Kind.HAZARD, Kind.INJURY])
def test_rescued_but_not_awake_is_no_relief(kind: Kind) -> None:
    before = ["有人掉进河里了"]
    sure_it_is_over = {"over": 0.95}
    asleep = after("人捞上来了，还没醒", before, kind, sure_it_is_over)
    assert asleep.said in (Said.ANOTHER, Said.WORSE) and asleep.situation and asleep.situation.line == "120"
    assert after("人捞上来了，醒了", before, kind, sure_it_is_over).said is Said.OVER


@pytest.mark.parametrize(
    ("kind", "before", "text", "situation"),
    [
        (HAZARD, "电线断了掉到水凼凼里", "有个大姐踩到水，说脚麻了", "current"),
        (SELF, "我室友给我留了封遗书", "他在德阳，我在成都，过不去", "another_far"),
        (SELF, "有个女的跳河了", "她在水里头喊", "drowning"),
        (SELF, "有个女的跳河了", "拉上来了，有气，在吐水", "pulled_out"),
        (SELF, "我同学在天台上说不想活了", "她把鞋脱了", "another_may_jump"),
        (TRAFFIC, "我们车翻了", "我夹在里头出不来", "wreck"),
        (HAZARD, "涨大水了，水进屋了", "我外婆瘫的，在床上", "cannot_move"),
        (HURT, "遭蛇咬了", "有点肿，黑的，蛇跑了", "snake_bite"),
        (FIRE, "屋头燃起来了", "我爷爷还在卧室", "trapped_in_fire"),
    ],
)
def test_how_a_situation_develops(kind: Kind, before: str, text: str, situation: str) -> None:
    standing = after(text, [before], kind)
    assert standing.situation is not None
    assert standing.situation.name == situation
    assert standing.said in (Said.ANOTHER, Said.WORSE)


@pytest.mark.parametrize(
    ("kind", "before", "text"),
    [
        (Kind.CRIME, "我着被人关起来了", "他们收了我手机，这个是借的"),
        (HURT, "我女儿吃了洗衣凝珠", "在喘了"),
        (GAS, "厨房有煤气味", "my cat is inside, can i go back"),
        (Kind.CRIME, "我躲在厕所里，有人撬门", "外头没得人了"),
        (FIRE, "山上起火了", "烟过来了"),
        (HURT, "有人从架子上摔下来了", "消防来了，架子找哪个修"),
    ],
)
def test_what_the_judge_must_not_end(kind: Kind, before: str, text: str) -> None:
    assert after(text, [before], kind, OVER).said not in (Said.OVER, Said.EASED)


@pytest.mark.parametrize(
    ("kind", "before", "text", "said"),
    [
        (HURT, "我妈腿断了", "已经在医院了，打了石膏", Said.OVER),
        (HURT, "七八个娃儿吃了食堂都在吐", "都送医院了", Said.EASED),
        (HAZARD, "树倒了压到车了", "没压到人，就压到一辆车", Said.EASED),
        (SELF, "我朋友发消息说再见，电话关机", "电话打通了，他在哭", Said.EASED),
        (SELF, "我朋友发消息说再见", "他又关机了", Said.WORSE),
        (HAZARD, "墙裂了要垮", "没有垮，就是装修在砸墙", Said.NOT_MEANT),
        (FIRE, "楼道全是烟，我们下不去", "我们出来了", Said.EASED),
        (Kind.CRIME, "有人撬我家的门", "求求你们快点", Said.WORSE),
        (Kind.CRIME, "有人撬我家的门", "他进屋了", Said.WORSE),
    ],
)
def test_what_goes_on_in_panic(kind: Kind, before: str, text: str, said: Said) -> None:
    assert after(text, [before], kind).said is said


def test_who_is_far_away_is_not_where_the_danger_is() -> None:
    assert situation_of(["我在楼顶，他在上班", "我不想活了"], SELF) is not None
    assert is_of_the_writer(["我在楼顶，他在上班", "我不想活了"], SELF)
    assert kind_told("我发小给我发语音跟我道别，电话关机了", Kind.CRIME) is SELF
    assert kind_told("有人跟踪我", Kind.CRIME) is Kind.CRIME
