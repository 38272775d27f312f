"""Calls without I/O: spoken text, turn-taking, the state of a call, hints for the recogniser, TwiML."""

from __future__ import annotations

import json
import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.twilio.double.documents import opened
from connectors.twilio.webhook import Form
from connectors.voice import payload, turns
from connectors.voice.hints import LONGEST, MOST, hints
from connectors.voice.payload import Heard, TransferOutcome
from connectors.voice.spoken import shortened, spoken
from connectors.voice.step import Step
from connectors.voice.targets import Targets
from connectors.voice.turns import Move, Turns
from connectors.voice.twiml import Documents
from connectors.web import Malformed
from hotline.city import City
from hotline.danger import Kind, detect
from hotline.settings import PROJECT_ROOT, Settings, SettingsError, read_settings

SID = "CA" + "0" * 32
DOCUMENTS = Documents("https://h.cn", "cmn-Hans-CN", "Polly.Zhiyu", "转人工,锦江区")
FIXTURES = PROJECT_ROOT / "connectors" / "voice" / "fixtures"
WRITTEN_NUMBER = re.compile(r"\d{5,}")


class TestSpoken:
    @pytest.mark.parametrize(
        ("written", "said"),
        [
            ("工单号 261122 00043 7，", "工单号 二六幺，幺二二，零零零，四三七"),
            ("工单号261122000437。", "工单号二六幺，幺二二，零零零，四三七。"),
            ("查询码 5821。", "查询码五八二幺。"),
            ("电话13800001234", "电话幺三八，零零零零，幺二三四"),
            ("电话 138****1234", "电话 尾号幺二三四"),
            ("请拨028-12345", "请拨零二八，幺二三四五"),
            ("座机02885551234", "座机零二八，八五五五，幺二三四"),
            ("马上拨119，或者110", "马上拨幺幺九，或者幺幺零"),
            ("请拨12356", "请拨幺二三五六"),
            ("望平街119号，坐110路，花了12000元", "望平街119号，坐110路，花了12000元"),
            ("最迟12月11日答复", "最迟12月11日答复"),
            ("需要保密请说“保密”", "需要保密请说保密"),
            ("投诉·油烟；锦江区", "投诉，油烟。锦江区"),
            ("王先生/女士，记下了", "记下了"),
            ("已登记（一个人）。", "已登记，一个人。"),
            ("好吗？\n还有吗？", "好吗？还有吗？"),
            ("Ticket 261122 00043 7, code 5821.", "Ticket 2 6 1, 1 2 2, 0 0 0, 4 3 7, code 5 8 2 1."),
            ("Call 110 or 13800001234", "Call 1 1 0 or 1 3 8, 0 0 0 0, 1 2 3 4"),
            ("phone 138****1234", "phone ending in 1 2 3 4"),
        ],
    )
    def test_what_is_written_for_the_eye_is_made_for_the_ear(self, written: str, said: str) -> None:
        assert spoken(written) == said

    @given(st.text(alphabet="望平街路灯坏了，。；·“”（）\n 0123456789*/-", max_size=200))
    def test_no_text_breaks_it_and_no_long_number_is_left_to_be_counted(self, text: str) -> None:
        said = spoken("好" + text)
        assert not re.search(r"[“”（）·；\n]", said)
        assert not WRITTEN_NUMBER.search(re.sub(r"\d+\s?[号路元块万天年米平个户人次分秒.]|\.\d+", "", said))

    def test_a_long_text_ends_with_a_whole_sentence(self) -> None:
        assert shortened("请带身份证。" * 100).endswith("身份证。")
        assert len(shortened("请带身份证。" * 100)) <= 300
        assert len(shortened("没有句号" * 1000)) <= 600


class TestTurns:
    @pytest.fixture
    def rules(self) -> Turns:
        return Turns(0.5, lambda text: detect(text) is not None)

    @pytest.mark.parametrize(
        ("heard", "step", "move"),
        [
            (Heard("路灯坏了", 0.9), Step(), turns.Said("路灯坏了")),
            (Heard("路灯坏了", None), Step(), turns.Said("路灯坏了")),
            (Heard(keys="261122000437#"), Step(), turns.Said("261122000437")),
            (Heard(keys="0"), Step(), turns.Person(asked=True)),
            (Heard("人工。", 0.1), Step(), turns.Person(asked=True)),
            (Heard("Operator!", 0.1), Step(), turns.Person(asked=True)),
            (Heard(), Step(), turns.Silence(1)),
            (Heard(), Step(silent=1), turns.Silence(2)),
            (Heard(), Step(silent=2), turns.Person(asked=False)),
            (Heard(), Step(done=1), turns.Goodbye()),
            (Heard("没有了，谢谢。", 0.9), Step(done=1), turns.Goodbye()),
            (Heard("没得了谢谢", 0.9), Step(done=1), turns.Goodbye()),
            (Heard("嗯，好的，那就这样，谢谢您，再见！", 0.9), Step(done=1), turns.Goodbye()),
            (Heard("No, thank you. Bye.", 0.9), Step(done=1), turns.Goodbye()),
            (Heard("没有水", 0.9), Step(done=1), turns.Said("没有水")),
            (Heard("没有了谢谢", 0.9), Step(), turns.Said("没有了谢谢")),
            (Heard("还有路灯坏了", 0.9), Step(done=1), turns.Said("还有路灯坏了")),
            (Heard("望平街路灯坏了", 0.2), Step(), turns.Unsure("望平街路灯坏了")),
            (Heard("望平街路灯坏了", 0.2), Step(unclear=2), turns.Person(asked=False)),
            (Heard("路灯", 0.2), Step(), turns.Unclear()),
            (Heard("我家着火了", 0.01), Step(unclear=2), turns.Said("我家着火了")),
            (Heard("呃。", 0.9), Step(), turns.Unclear()),
            (Heard("哈哈哈", 0.9), Step(unclear=2), turns.Person(asked=False)),
            (Heard("嗯", 0.9), Step(), turns.Said("嗯")),
            (Heard(keys="*"), Step(), turns.Unclear()),
            (Heard("对的", 0.9), Step(unsure=3), turns.Confirmed(3)),
            (Heard(keys="1"), Step(unsure=3), turns.Confirmed(3)),
            (Heard("不对", 0.9), Step(unsure=3), turns.NotThat()),
            (Heard("我说的是水管", 0.9), Step(unsure=3), turns.Said("我说的是水管")),
        ],
    )
    def test_what_comes_next(self, rules: Turns, heard: Heard, step: Step, move: Move) -> None:
        assert rules.move(heard, step) == move


class TestStep:
    @given(st.builds(Step, **{name: st.integers(0, 1_000_000) for name in Step.__dataclass_fields__}))
    def test_travels_in_an_address_and_back(self, step: Step) -> None:
        pairs = dict(pair.split("=") for pair in step.query().split("&") if pair)
        assert Step.parse(pairs) == step

    @given(st.dictionaries(st.sampled_from([*Step.__dataclass_fields__, "x"]), st.text(max_size=12)))
    def test_no_address_breaks_it(self, arguments: dict[str, str]) -> None:
        with suppress(Malformed):
            Step.parse(arguments)

    @pytest.mark.parametrize("kind", Kind)
    def test_a_danger_is_remembered_by_its_place(self, kind: Kind) -> None:
        assert Step(danger=Step.place_of(kind)).kind is kind


def recorded(name: str) -> Form:
    """The form of a recorded webhook."""
    fields = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    return Form({key: [value] for key, value in fields.items()})


class TestPayload:
    def test_an_incoming_call(self) -> None:
        assert payload.call(recorded("incoming")) == payload.Call("CA" + "1" * 32, "13800001234")
        assert payload.call(recorded("incoming_withheld")).phone is None

    def test_what_a_prompt_brought(self) -> None:
        speech = Heard("锦江区望平街15号的路灯坏了三天没人修。", 0.9128386)
        assert payload.heard(recorded("speech")) == speech
        assert payload.heard(recorded("keys")) == Heard(keys="261122000437")
        assert payload.heard(recorded("nothing")) == Heard()

    @pytest.mark.parametrize(
        ("name", "outcome"),
        [
            ("nobody_answered", TransferOutcome.NOT_REACHED),
            ("left_queue", TransferOutcome.NOT_REACHED),
            ("agent_hung_up", TransferOutcome.TALKED),
            ("incoming", TransferOutcome.GONE),
        ],
    )
    def test_how_a_transfer_ended(self, name: str, outcome: TransferOutcome) -> None:
        assert payload.outcome(recorded(name)) is outcome

    def test_the_leg_to_an_agent_names_the_call(self) -> None:
        assert payload.caller_of(recorded("agent_answers")) == "CA" + "1" * 32

    def test_a_call_has_ended_when_its_status_says_so(self) -> None:
        assert payload.has_ended(recorded("ended"))
        assert not payload.has_ended(recorded("speech"))

    @pytest.mark.parametrize("withheld", [*payload.WITHHELD, "anonymous", "Restricted", ""])
    def test_a_withheld_number_is_none(self, withheld: str) -> None:
        assert payload.call(Form({"CallSid": [SID], "From": [withheld]})).phone is None

    def test_a_number_is_written_as_the_tickets_write_it(self) -> None:
        assert payload.call(Form({"CallSid": [SID], "From": ["+8613800001234"]})).phone == "13800001234"

    @pytest.mark.parametrize("told", ["", "0.0", "0", "-1", "nan", "inf", "2", "x"])
    def test_a_confidence_that_says_nothing_is_none(self, told: str) -> None:
        assert payload.heard(Form({"SpeechResult": ["你好"], "Confidence": [told]})).confidence is None

    @given(st.dictionaries(st.sampled_from(["CallSid", "From", "SpeechResult", "Confidence", "Digits"]), st.text()))
    def test_no_fields_break_it(self, fields: dict[str, str]) -> None:
        form = Form({name: [value] for name, value in fields.items()})
        for read in (payload.call, payload.heard, payload.outcome, payload.has_ended, payload.caller_of):
            with suppress(Malformed):
                read(form)


class TestHints:
    def test_are_the_citys_words_within_twilios_limits(self, city: City) -> None:
        phrases = hints(city).split(",")
        assert len(phrases) == len(set(phrases)) <= MOST
        assert max(map(len, phrases)) <= LONGEST
        assert {"转人工", "锦江区", "春熙路"} <= set(phrases)


class TestTargets:
    ALL = {"general": "+861", "tax": "queue:tax", "119": "+862", "110": "+863"}  # noqa: RUF012

    def test_a_skill_group_or_else_anybody(self, city: City) -> None:
        targets = Targets(self.ALL, city, "值班人员")
        assert targets.person("tax") == "queue:tax"
        assert targets.person("housing_fund") == targets.person(None) == "+861"

    def test_a_danger_has_its_line_or_else_anybody(self, city: City) -> None:
        targets = Targets(self.ALL, city, "值班人员")
        fire, injury = targets.danger("fire"), targets.danger("injury")
        assert fire
        assert injury
        assert (fire.address, fire.name, fire.number) == ("+862", "火警救援", "119")
        assert (injury.address, injury.name, injury.number) == ("+861", "值班人员", "120")

    def test_who_thinks_of_death_is_listened_to_first(self, city: City) -> None:
        found = Targets(self.ALL, city, "值班人员").danger("self_harm")
        assert found
        assert found.address == "+861"

    def test_nothing_set_up_is_nobody(self, city: City) -> None:
        targets = Targets({}, city, "值班人员")
        assert targets.person(None) is None
        assert targets.danger("fire") is None


class TestSettings:
    def test_transfers_are_read_by_name(self) -> None:
        settings = read_settings(voice_transfers="general=+862812340000, tax=queue:tax ,119=sip:119@pbx.example.cn")
        assert settings.voice_transfers == {
            "general": "+862812340000",
            "tax": "queue:tax",
            "119": "sip:119@pbx.example.cn",
        }
        assert Settings().voice_transfers == {}

    @pytest.mark.parametrize(
        "wrong", ["general", "general=110", "GENERAL=+862812340000", "119=queue:", "=+862812340000"]
    )
    def test_what_cannot_be_dialled_is_named_at_the_start(self, wrong: str) -> None:
        with pytest.raises(SettingsError, match="YHT_VOICE_TRANSFERS"):
            read_settings(voice_transfers=wrong)


class TestDocuments:
    @pytest.mark.parametrize(
        "document",
        [
            DOCUMENTS.ask("在哪条路？", Step(turn=2), record=True),
            DOCUMENTS.ask("Where is it?", Step(english=1)),
            DOCUMENTS.wait("请稍等。", Step(message=3, waits=1)),
            DOCUMENTS.put_through("请稍等。", "+862812340000", Step()),
            DOCUMENTS.put_through("请稍等。", "sip:119@pbx.example.cn", Step()),
            DOCUMENTS.put_through("请稍等。", "queue:tax", Step()),
            DOCUMENTS.hold("前面还有两位。"),
            DOCUMENTS.leave_queue(),
            DOCUMENTS.whisper("望平街油烟。"),
            DOCUMENTS.hang_up("再见。"),
        ],
    )
    def test_twilio_has_nothing_to_complain_of(self, document: str) -> None:
        root, problems = opened(document)
        assert problems == []
        assert root.tag == "Response"

    @given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=6000))
    def test_no_text_breaks_a_document(self, text: str) -> None:
        _, problems = opened(DOCUMENTS.ask(text, Step()))
        assert [problem for problem in problems if "no text" not in problem] == []

    def test_signs_that_xml_has_no_room_for_are_left_out(self) -> None:
        root, problems = opened(DOCUMENTS.ask("好\x0b\x00\ufffe\uffff的", Step()))
        assert (root.findtext("Gather/Say"), problems) == ("好的", [])

    def test_the_state_of_a_call_is_in_the_next_address_and_nothing_of_the_citizen(self) -> None:
        root, _ = opened(DOCUMENTS.ask("电话13800001234？", Step(turn=4, spoken=7)))
        gather = root.find("Gather")
        assert gather is not None
        assert gather.get("action") == "https://h.cn/webhooks/twilio/voice/turn?turn=4&spoken=7"

    @pytest.mark.parametrize(
        ("document", "code"),
        [
            ("<Response><Shout>您好</Shout></Response>", "12200"),
            ('<Response><Say volume="9">您好</Say></Response>', "12200"),
            ("<Response><Number>1</Number></Response>", "12200"),
            ("<Response><Say></Say></Response>", "13520"),
            (f"<Response><Say>{'长' * 5000}</Say></Response>", "13520"),
            (f'<Response><Gather hints="{",".join("长" * 501)}"/></Response>', "13331"),
        ],
    )
    def test_the_double_complains_of_what_twilio_would(self, document: str, code: str) -> None:
        _, problems = opened(document)
        assert [problem.partition(" ")[0] for problem in problems] == [code]
