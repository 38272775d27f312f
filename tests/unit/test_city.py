"""The city as data: what an intact folder answers, and what the loader says of a broken one."""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from hotline.calendar import Day
from hotline.city import REQUEST_TYPES, City, CityDataError, OpeningHours, load_city

CHENGDU = Path(__file__).parents[2] / "cities" / "chengdu"

Break = Callable[[str, str, str], list[str]]


FILES = (
    "city.yml",
    "districts.yml",
    "departments.yml",
    "categories.yml",
    "deadlines.yml",
    "lines.yml",
    "replies.yml",
    "area_codes.yml",
    "handoff.yml",
    "canned_replies.yml",
    "matter_classes.yml",
)

# file, passage, its replacement, and what the loader must say; all are made in one copy of the folder
WRECKS = [
    ("categories.yml", '  "0102":', '  "0199":', "category 0199: not a code of the list"),
    ("categories.yml", '  "0104":', '  "0103":', "category 0102 is missing"),
    ("categories.yml", '  "0104":', '  "0103":', "'0103' stands twice"),
    ("categories.yml", "co: [water_company]", "co: water_company", "category 0101: 'co' must be a list"),
    ("categories.yml", "level: district", "level: street", "category 0101: level 'street' is not a level"),
    ("categories.yml", "confidential: true", "confidential: 1", "'confidential' must be true or false"),
    ("categories.yml", "referral: postal", "referral: pstl", "category 0509: referral 'pstl' is not a line"),
    ("categories.yml", "expert: real_estate", "expert: astrology", "expert 'astrology' is not a skill"),
    ("categories.yml", "'快[0-9]'", "'快[0-9'", "is not a regular expression"),
    ("categories.yml", 'category: "0603"}', 'category: "0699"}', "category '0699' is not a category"),
    ("categories.yml", "label: 供水\n", "label: 供水供水供水供水供水供\n", "is longer than 10 characters"),
    (
        "categories.yml",
        "是哪一路车?",
        "请问您当时乘坐的到底是哪一路公共汽车而且是几点钟上的车?",
        "is longer than 25 characters",
    ),
    ("categories.yml", "[停电, 断电,", "[停水, 断电,", "keyword '停水' is one of category 0101 too"),
    ("categories.yml", "default_type: help", "default_type: rage", "default_type 'rage' is not one of"),
    ("categories.yml", "lead: urban_management", "lead: gas_company", "'gas_company' has no district_name"),
    ("departments.yml", '"{district}水务局"', '"{distrct}水务局"', "must hold {district} or {stem}"),
    ("departments.yml", '"{district}教育局"', '"{district教育局"', "district_name '{district教育局'"),
    ("departments.yml", "gaoxin: 成都高新区公", "gaoxn: 成都高新区公", "district_names: 'gaoxn' is not a district"),
    ("departments.yml", "id: hotline_supervision", "id: hotline", "department hotline: stands twice"),
    ("departments.yml", 'phone: "12345"', "phone: 12345", "department hotline: 'phone' must be a text in quotes"),
    (
        "handoff.yml",
        "fallbacks: [urban, general]",
        "fallbacks: [urbn]",
        "group environment: fallbacks 'urbn' is not a skill",
    ),
    ("handoff.yml", "fallbacks: [labour, general]", "fallbacks: [social_security]", "stands in for itself"),
    ("handoff.yml", "  tax: {", "  taxes: {", "skill group 'tax', which categories name as expert, is missing"),
    ("handoff.yml", "general: general\n", "general: common\n", "general 'common' is not a skill group"),
    ("handoff.yml", "days: [monday,", "days: [moonday,", "days 'moonday' is not a day of the week or of the calendar"),
    ("handoff.yml", 'to: "24:00"', 'to: "00:00"', "the end is not after the beginning"),
    ("handoff.yml", "no_reply: {zh:", "no_reply: {zhh:", "result no_reply: unknown field 'zhh'"),
    ("canned_replies.yml", "id: moment", "id: greeting", "canned reply greeting: stands twice"),
    ("canned_replies.yml", "keys: [dd, wdd]", "keys: []", "canned reply where: 'keys' is missing"),
    ("canned_replies.yml", "工单号 {number}，", "工单号 {nmber}，", "zh: {nmber} is not a placeholder"),
    ("districts.yml", "places: [天府广场,", "places: [合江亭,", "'合江亭' is listed for district jinjiang too"),
    ("districts.yml", "aliases: [青羊]", "aliases: [锦江]", "'锦江' is listed for district jinjiang too"),
    ("districts.yml", "kind: district", "kind: village", "kind 'village' is not a kind of district"),
    ("districts.yml", "[春熙路, 太古里", "[春熙路, 春熙路", "'春熙路' stands twice"),
    ("deadlines.yml", "help: 7", "help: soon", "working_days: 'help' must be a whole number"),
    ("deadlines.yml", "suggestion: 7", "suggestion: 0", "working_days: suggestion 0 is less than 1"),
    ("deadlines.yml", '"18:00"', '"25:00"', "closes_at '25:00' does not look like"),
    ("deadlines.yml", 'opens_at: "09:00"', 'opens_at: "19:00"', "opens_at is not before closes_at"),
    ("deadlines.yml", 'earliest: "09:00"', 'earliest: "21:00"', "follow_up: earliest is not before latest"),
    ("replies.yml", "water_affairs:", "water_affair:", "'water_affair' is not a department"),
    ("lines.yml", "kind: emergency", "kind: joke", "line police_emergency: kind 'joke' is not a kind of line"),
    ("area_codes.yml", '"0816"', '"816"', "city 绵阳市: area_code '816' does not look like"),
    ("area_codes.yml", "[德阳,", "[绵阳,", "city 德阳市: '绵阳' is listed for 绵阳市 too"),
    ("city.yml", "Asia/Shanghai", "Asia/Chengdu", "time_zone 'Asia/Chengdu' is not known"),
]


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(CHENGDU)


@pytest.fixture
def broken(tmp_path: Path) -> Break:
    """Changes one passage of one file and returns the problems that the loader then finds."""
    folder = tmp_path / "cities" / "chengdu"
    shutil.copytree(CHENGDU, folder)

    def problems(file: str, old: str, new: str) -> list[str]:
        text = (folder / file).read_text(encoding="utf-8")
        assert text.count(old) >= 1, f"{old!r} is not in {file}"
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(CityDataError) as caught:
            load_city(folder)
        return [problem.removeprefix(f"{folder.as_posix()}/") for problem in caught.value.problems]

    return problems


@pytest.fixture(scope="module")
def wrecked(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The problems of a city that has every one of WRECKS."""
    folder = tmp_path_factory.mktemp("city") / "chengdu"
    shutil.copytree(CHENGDU, folder)
    for file, old, new in dict.fromkeys((file, old, new) for file, old, new, _ in WRECKS):
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CityDataError) as caught:
        load_city(folder)
    return [problem.removeprefix(f"{folder.as_posix()}/") for problem in caught.value.problems]


def line_in(file: str, passage: str) -> int:
    text = (CHENGDU / file).read_text(encoding="utf-8")
    return text[: text.index(passage)].count("\n") + 1


class TestTheCity:
    def test_knows_its_name_area_code_and_that_it_is_a_sample(self, city: City) -> None:
        assert (city.name, city.area_code, city.hotline, city.time_zone) == ("成都市", "028", "12345", "Asia/Shanghai")
        assert city.sample_data

    def test_says_whether_the_agents_hours_go_by_the_calendar(self, tmp_path: Path) -> None:
        folder = tmp_path / "chengdu"
        shutil.copytree(CHENGDU, folder)
        text = (folder / "handoff.yml").read_text(encoding="utf-8")
        hours = '  - {days: [working_days, saturday], from: "09:00", to: "18:00"}\n\nresults:'
        (folder / "handoff.yml").write_text(re.sub(r"  - \{days:.*\n\nresults:", hours, text), encoding="utf-8")
        (found,) = load_city(folder).handoff.hours
        assert found == OpeningHours((6,), 9 * 60, 18 * 60, (Day.WORKING,))

    def test_cannot_be_changed(self, city: City) -> None:
        with pytest.raises(dataclasses.FrozenInstanceError):
            city.name = "绵阳市"  # type: ignore[misc]
        with pytest.raises(TypeError):
            city.categories["0101"] = city.category("0102")  # type: ignore[index]

    def test_has_23_districts(self, city: City) -> None:
        kinds = [district.kind for district in city.districts.values()]
        assert [kinds.count(kind) for kind in ("district", "city", "county", "area")] == [12, 5, 3, 3]

    def test_does_not_know_what_is_not_there(self, city: City) -> None:
        with pytest.raises(KeyError):
            city.category("9999")
        with pytest.raises(KeyError):
            city.department("nobody")
        with pytest.raises(KeyError):
            city.district("nowhere")

    @pytest.mark.parametrize("name", ["锦江区", "锦江", "Jinjiang District", "jinjiang district"])
    def test_finds_a_district_by_name_alias_and_english_name(self, city: City, name: str) -> None:
        assert city.district_named(name) is city.district("jinjiang")

    def test_has_no_district_of_another_name(self, city: City) -> None:
        assert city.district_named("朝阳区") is None


class TestCategories:
    def test_are_116_in_18_groups(self, city: City) -> None:
        assert len(city.categories) == 116
        assert len({category.group for category in city.categories.values()}) == 18

    def test_carry_the_names_of_the_list(self, city: City) -> None:
        assert (city.category("0604").group, city.category("0604").name) == ("噪声与生态环境", "大气污染·餐饮油烟")
        assert (city.category("1807").group, city.category("1807").name) == ("其他与热线事务", "骚扰·无效·沉默")

    def test_have_short_distinct_labels(self, city: City) -> None:
        labels = [category.label for category in city.categories.values()]
        assert len(set(labels)) == 116
        assert max(map(len, labels)) <= 10

    def test_ask_one_short_question_at_a_time(self, city: City) -> None:
        questions = [detail.ask for category in city.categories.values() for detail in category.details]
        questions += [category.ask_place for category in city.categories.values() if category.ask_place]
        for question in questions:
            assert question.zh.count("?") == 1, question
            assert question.en.count("?") == 1, question

    def test_mostly_ask_nothing(self, city: City) -> None:
        assert sum(1 for category in city.categories.values() if not category.details) > 100

    def test_all_admit_their_default_type(self, city: City) -> None:
        for category in city.categories.values():
            assert category.default_type in category.request_types
            assert set(category.request_types) <= set(REQUEST_TYPES)

    def test_keep_complaints_about_conduct_and_neighbours_confidential(self, city: City) -> None:
        for code in ("0602", "1206", "1701", "1702", "1703", "1805"):
            assert city.category(code).confidential, code
        assert not city.category("0106").confidential


class TestDetails:
    def test_a_noise_whose_source_is_said_is_not_asked_about(self, city: City) -> None:
        noise = city.category("0602")
        assert noise.missing_details("楼下广场舞音响太吵") == ()
        assert [detail.key for detail in noise.missing_details("晚上太吵了睡不着")] == ["noise_source"]

    @pytest.mark.parametrize(
        ("answer", "category"), [("旁边工地打桩", "0601"), ("一个加工厂的机器", "0603"), ("跳坝坝舞的", None)]
    )
    def test_the_source_of_a_noise_decides_who_gets_it(self, city: City, answer: str, category: str | None) -> None:
        assert city.category("0602").details[0].decide(answer) == category

    @pytest.mark.parametrize("said", ["川A12345 挡路", "车牌川AD12345", "牌照 A·8K2J1", "一辆没牌照的奔驰"])
    def test_a_plate_that_was_said_is_not_asked_for(self, city: City, said: str) -> None:
        assert city.category("0510").missing_details(said) == ()

    def test_a_plate_that_was_not_said_is_asked_for(self, city: City) -> None:
        assert len(city.category("0510").missing_details("有辆车堵到我了 always here")) == 1

    @pytest.mark.parametrize(
        ("said", "asked"),
        [
            ("成都兴华建筑公司欠我三万", []),
            ("老板姓李,欠我两个月工资", []),
            ("四川宏达劳务公司不发工资", ["amount"]),
            ("我们公司不发工资", ["employer", "amount"]),
            ("在一家装修公司干活没拿到钱", ["employer", "amount"]),
            ("工地名字叫保利，欠我工资", ["amount"]),
            ("工地是政府的，欠我工资", ["employer", "amount"]),
        ],
    )
    def test_an_employer_counts_as_known_only_by_name(self, city: City, said: str, asked: list[str]) -> None:
        assert [detail.key for detail in city.category("0801").missing_details(said)] == asked


class TestUrgency:
    def test_water_gone_is_urgent_and_a_water_bill_is_not(self, city: City) -> None:
        water = city.category("0101")
        assert water.urgency_of("help", "我们小区停水两天了") == "urgent"
        assert water.urgency_of("complaint", "水费算错了") == "normal"

    @pytest.mark.parametrize(
        ("category", "said", "urgency"),
        [
            ("0101", "早上起来屋头没得水", "urgent"),
            ("0101", "没水压，冲不起来", "normal"),
            ("0102", "一栋楼都没得电", "urgent"),
            ("0102", "没得电梯卡", "normal"),
            ("0103", "屋头莫得气，煮不到饭", "urgent"),
            ("0107", "路中间有个井盖松了，车一过就响", "urgent"),
            ("0107", "人行道地砖松动", "normal"),
        ],
    )
    def test_what_harms_by_delay_is_urgent_in_the_dialect_too(
        self, city: City, category: str, said: str, urgency: str
    ) -> None:
        assert city.category(category).urgency_of("help", said) == urgency

    def test_the_letter_of_a_bus_line_belongs_to_it(self, city: City) -> None:
        line = city.category("0501").details[0]
        assert [line.said_in(said) for said in ("K12路公交车", "坐夜12路车", "12A路公交")] == [
            "K12路公交",
            "夜12路车",
            "12A路公交",
        ]

    def test_a_question_is_never_urgent(self, city: City) -> None:
        assert city.category("0101").urgency_of("consultation", "停水会通知吗") == "normal"

    def test_a_landslide_is_critical(self, city: City) -> None:
        assert city.category("1302").urgency_of("report", "后山滑坡了") == "critical"


class TestRouting:
    def test_fumes_in_jinjiang_go_to_its_enforcement_office(self, city: City) -> None:
        route = city.route(city.category("0604"), city.district("jinjiang"))
        assert route == ("锦江区综合行政执法局", ("成都市锦江生态环境局",), False)

    @pytest.mark.parametrize(
        ("category", "said", "lead"),
        [
            ("0604", "对面塑料厂晚上排废气", "成都市锦江生态环境局"),
            ("0604", "楼下烧烤店的油烟", "锦江区综合行政执法局"),
            ("1404", "村上的路修了半截就不修了", "锦江区交通运输局"),
            ("1404", "村里的自来水浑得很，路灯下都看得见", "锦江区水务局"),
        ],
    )
    def test_the_co_handler_leads_where_it_is_its_matter(self, city: City, category: str, said: str, lead: str) -> None:
        district = city.district("jinjiang")
        route = city.route(category, district, said)
        assert route.lead == lead
        assert {route.lead, *route.co} == {city.route(category, district).lead, *city.route(category, district).co}

    def test_without_a_district_the_city_unit_leads_and_the_district_is_wanted(self, city: City) -> None:
        assert city.route("0106", None) == ("成都市城市管理委员会", (), True)

    def test_a_city_matter_needs_no_district(self, city: City) -> None:
        assert city.route("0308", None) == ("成都住房公积金管理中心", (), False)
        assert city.route("0308", city.district("wuhou")) == ("成都住房公积金管理中心", (), False)

    def test_a_utility_beside_a_district_unit_stays_the_city_one(self, city: City) -> None:
        assert city.route("0101", city.district("pidu")) == ("郫都区水务局", ("成都市自来水有限责任公司",), False)

    def test_a_county_keeps_its_own_police(self, city: City) -> None:
        assert city.unit_name("police", city.district("jintang")) == "金堂县公安局"
        assert city.unit_name("police", city.district("wuhou")) == "成都市公安局武侯区分局"

    def test_one_bureau_with_two_offices_is_named_once(self, city: City) -> None:
        assert city.route("0105", city.district("gaoxin")) == ("成都高新区生态环境和城市管理局", (), False)

    def test_the_complained_about_unit_never_handles_a_complaint_about_conduct(self, city: City) -> None:
        assert city.route("1701", city.district("wuhou")).lead == "成都市12345热线督办科"

    def test_every_category_reaches_a_named_unit_in_every_district(self, city: City) -> None:
        for category in city.categories.values():
            for district in city.districts.values():
                route = city.route(category, district)
                assert route.lead and "{" not in "".join((route.lead, *route.co))
                assert not route.needs_district
                assert route.lead not in route.co

    def test_every_district_has_its_own_unit(self, city: City) -> None:
        for department in city.departments.values():
            if department.district_name is not None:
                names = [city.unit_name(department.id, district) for district in city.districts.values()]
                assert len(set(names)) == 23, department.id
                assert department.name not in names

    def test_street_lights_are_the_district_s_own(self, city: City) -> None:
        for district in city.districts.values():
            assert district.stem.removesuffix("新区").removesuffix("区") in city.route("0106", district).lead

    def test_an_unknown_department_is_an_error(self, city: City) -> None:
        with pytest.raises(KeyError):
            city.unit_name("nobody", None)


class TestReferralsAndExperts:
    @pytest.mark.parametrize(
        ("code", "number"),
        [("0102", "95598"), ("0308", "12329"), ("1204", "96110"), ("1703", "12388"), ("1504", "12300")],
    )
    def test_a_matter_of_another_line_names_it(self, city: City, code: str, number: str) -> None:
        line = city.referral(city.category(code))
        assert line is not None
        assert line.number == number
        assert number in line.when.zh and number in line.when.en

    def test_most_matters_have_no_other_line(self, city: City) -> None:
        assert city.referral("0106") is None

    def test_every_line_says_its_number(self, city: City) -> None:
        for line in city.lines.values():
            assert line.number in line.when.zh.replace("区号加", ""), line.id
            assert line.number in line.when.en, line.id

    def test_professional_matters_go_to_experts(self, city: City) -> None:
        skills = [city.expert_skill(code) for code in ("0308", "0804", "0901", "1501", "0106")]
        assert skills == ["housing_fund", "social_security", "medical_insurance", "tax", None]


class TestDeadlines:
    def test_follow_the_rule_of_sichuan(self, city: City) -> None:
        days = [city.deadlines.working_days(request_type) for request_type in REQUEST_TYPES]
        assert days == [3, 7, 15, 15, 7, 7]

    def test_are_clock_time_when_it_is_urgent(self, city: City) -> None:
        critical = city.deadlines.hours("critical")
        urgent = city.deadlines.hours("urgent")
        assert critical is not None and urgent is not None
        assert critical.respond == timedelta(minutes=30)
        assert (critical.preliminary, critical.final) == (timedelta(hours=2), timedelta(hours=24))
        assert (urgent.preliminary, urgent.final) == (None, timedelta(hours=24))
        assert city.deadlines.hours("normal") is None

    def test_give_a_day_to_accept_two_to_return_and_ten_to_extend(self, city: City) -> None:
        rules = city.deadlines
        assert (rules.accept, rules.return_within, rules.extension) == (1, 2, 10)
        assert rules.closes_at.isoformat("minutes") == "18:00"


class TestFindingTheDistrict:
    @pytest.mark.parametrize(
        ("text", "district"),
        [
            ("锦江区望平街15号楼下烧烤店", "jinjiang"),  # the district is named, whatever the street suggests
            ("望平街15号楼下烧烤店", "chenghua"),
            ("成都市郫都区犀浦镇", "pidu"),
            ("犀浦镇那边路灯坏了", "pidu"),
            ("我住郫县", "pidu"),
            ("春熙路街道", "jinjiang"),
            ("太古里门口", "jinjiang"),
            ("双流机场打不到车", "shuangliu"),
            ("天府机场打不到车", "dongbu"),
            ("天府广场", "qingyang"),
            ("天府三街堵得很", "gaoxin"),
            ("我在高新上班", "gaoxin"),
            ("高新区石羊街道", "gaoxin"),
            ("石羊镇", "dujiangyan"),  # same stem as 石羊街道, but listed under this name
            ("华阳那边停水", "tianfu"),
            ("天府新区麓湖", "tianfu"),
            ("我是新都的", "xindu"),
            ("都江堰市幸福镇", "dujiangyan"),
            ("大邑县䢺江镇", "dayi"),
            ("新 都 区", "xindu"),
            ("武侯祠大街", "wuhou"),
            ("金堂县赵镇", "jintang"),
            ("简阳射洪坝", "jianyang"),
            ("东站那里:成都东站", "chenghua"),
            ("西安路街道的噪音", "jinniu"),
            ("noise near Chunxi Road", "jinjiang"),
            ("I live in Wuhou", "wuhou"),
        ],
    )
    def test_finds(self, city: City, text: str, district: str) -> None:
        found = city.find_district(text)
        assert found is not None and found.code == district

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "路灯坏了",
            "我们的双流程系统",
            "我是金牛座",
            "郫县豆瓣过期了",
            "高新技术企业认定",
            "新津贴什么时候发",
            "面积大面积小",
            "双流路18号",  # a road of that name may be elsewhere
            "锦江河边有人钓鱼",
            "一环路堵车",  # runs through several districts
            "绵阳高新区",
            "西安市高新区",
            "从武侯区搬到锦江区",
            "春熙路到双流机场的车",
            "Jinjiang Hotel",
            "阳光城的物业费",  # estates of that name are in several districts
            "从火车南站到北湖的公交",
        ],
    )
    def test_finds_nothing_where_nothing_is_certain(self, city: City, text: str) -> None:
        assert city.find_district(text) is None

    def test_finds_every_district_by_its_name_and_aliases(self, city: City) -> None:
        for district in city.districts.values():
            for name in (district.name, district.name_en, *district.aliases):
                assert city.find_district(f"我在 {name}, 想问一下") is district, name

    @pytest.mark.parametrize(
        ("text", "name"), [("龙泉驿区阳光城", "龙泉驿区"), ("武侯区火车南站", "武侯区"), ("火车南站街道", "武侯区")]
    )
    def test_a_shared_name_leaves_a_district_that_is_told(self, city: City, text: str, name: str) -> None:
        found = city.find_district(text)
        assert found is not None
        assert found.name == name

    def test_finds_every_sub_district_and_place(self, city: City) -> None:
        for district in city.districts.values():
            for word in (*district.sub_districts, *district.places):
                assert city.find_district(word) is district, word

    def test_ignores_every_word_that_only_looks_like_a_district(self, city: City) -> None:
        for district in city.districts.values():
            for word in district.not_in:
                assert city.find_district(word) is None, word


class TestOtherCities:
    @pytest.mark.parametrize(
        ("text", "name", "area_code"),
        [
            ("绵阳的社保怎么查", "绵阳市", "0816"),
            ("我在江油", "绵阳市", "0816"),
            ("峨眉山景区退票", "乐山市", "0833"),
            ("不在成都,在德阳", "德阳市", "0838"),
            ("西安市高新区的物业", "西安市", "029"),
            ("重庆那边的房子", "重庆市", "023"),
            ("眉山天府新区", "眉山市", "028"),
        ],
    )
    def test_are_told_with_their_area_code(self, city: City, text: str, name: str, area_code: str) -> None:
        assert city.other_city(text) == (name, area_code)

    @pytest.mark.parametrize(
        "text",
        [
            "北京路的路灯坏了",
            "楼下重庆火锅太吵",
            "上海银行不给退",
            "这个东西安装不了",
            "大厦门口乱停车",
            "南阳台漏水",
            "您会理解吗",
            "绵阳到德阳的车",
            "在成都打工的南充人",
            "武侯区来的绵阳老板",
            "噪音太大",
        ],
    )
    def test_are_not_seen_where_they_are_not_meant(self, city: City, text: str) -> None:
        assert city.other_city(text) is None


class TestBrokenData:
    def test_an_unknown_department_is_named_with_file_and_line(self, broken: Break) -> None:
        found = broken("categories.yml", "lead: urban_management\n", "lead: urbn\n")
        line = line_in("categories.yml", "lead: urban_management\n")
        assert found == [f"categories.yml:{line}: category 0106: lead 'urbn' is not a department"]

    def test_the_path_is_the_one_that_was_given(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        shutil.copytree(CHENGDU, tmp_path / "cities" / "chengdu")
        monkeypatch.chdir(tmp_path)
        Path("cities/chengdu/city.yml").write_text("name: 成都市\n", encoding="utf-8")
        with pytest.raises(CityDataError, match=r"^cities/chengdu/city\.yml:1: 'area_code' is missing"):
            load_city(Path("cities/chengdu"))

    def test_all_problems_come_at_once(self, broken: Break, tmp_path: Path) -> None:
        (tmp_path / "cities/chengdu/lines.yml").unlink()
        found = broken("departments.yml", "short: 热线中心", "shrt: 热线中心")
        assert "lines.yml:1: the file is missing" in found
        assert any(problem.endswith("department hotline: unknown field 'shrt'") for problem in found)
        assert any(problem.endswith("department hotline: 'short' is missing") for problem in found)
        assert any("referral 'power' is not a line" in problem for problem in found)

    @pytest.mark.parametrize(("file", "old", "new", "problem"), WRECKS)
    def test_is_refused(self, wrecked: list[str], file: str, old: str, new: str, problem: str) -> None:
        assert any(problem in line and line.startswith(f"{file}:") for line in wrecked), wrecked

    @pytest.mark.parametrize("text", ["name: [成都市", "- 成都市", 'name: "', "name: 成都市\n  note: x: y"])
    def test_what_is_not_yaml_is_reported_with_its_line(self, broken: Break, text: str) -> None:
        assert any(
            line.startswith("city.yml:") and "not YAML" in line for line in broken("city.yml", "name: 成都市", text)
        )

    @pytest.mark.parametrize(
        "content", ["", "just words", "- 1\n- 2\n", "a: {b: [c]}\n", "- {a: {b: c}}\n", "\x00", "? [a]\n: b\n"]
    )
    def test_nonsense_is_reported_and_never_crashes(self, tmp_path: Path, content: str) -> None:
        for file in FILES:
            (tmp_path / file).write_text(content, encoding="utf-8")
        with pytest.raises(CityDataError) as caught:
            load_city(tmp_path)
        for file in FILES:
            assert any(f"/{file}:" in problem for problem in caught.value.problems), file

    def test_a_file_that_is_not_utf_8_is_reported(self, tmp_path: Path) -> None:
        (tmp_path / "city.yml").write_bytes("name: 成都市".encode("gbk"))
        with pytest.raises(CityDataError) as caught:
            load_city(tmp_path)
        assert f"{tmp_path.as_posix()}/city.yml:1: the file is not UTF-8" in caught.value.problems

    def test_an_empty_folder_is_reported_file_by_file(self, tmp_path: Path) -> None:
        with pytest.raises(CityDataError) as caught:
            load_city(tmp_path)
        missing = [problem for problem in caught.value.problems if "the file is missing" in problem]
        assert len(missing) == len(FILES)
