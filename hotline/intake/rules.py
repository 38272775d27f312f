"""How one message changes a draft."""

from __future__ import annotations

import re
from dataclasses import replace

from hotline.city import City
from hotline.intake.corrections import corrected_phone, corrected_place, named_request_type
from hotline.intake.draft import Draft, Understood

MAX_DESCRIPTION = 10_000
MAX_PLACE, MAX_NAME = 300, 60
CLEAN_ENDS = " ,，。.！!？?；;、~"
# What a further question is taken for, when the matter is one.
ASKS_ON = ("who_handles", "nlu_fallback", "state_matter", "inform", "affirm", "chitchat")
URGENCIES = ("normal", "urgent", "critical")

NO_NAME = re.compile(
    r"匿名|(?:不|不想|不愿|不愿意|不方便|不用|别|就不)留(?:我的?)?(?:姓?名|名字|电话|号码|手机|联系方式)|(?:不用|不要|别|不必|莫)(?:再)?(?:联系|回复?|打电话给?)我"
    r"|anonymous|don't contact me",
    re.IGNORECASE,
)
KEEP_SECRET = re.compile(
    r"(?<!不用)(?<!不需要)(?<!不要)保密|(?:不要|别|莫|不能)(?:跟他们|和他们|对外)?(?:说|讲|提)(?:出)?是(?:我|哪个|谁|家长|员工|邻居|群众)|(?:不要|别|莫)(?:透露|泄露|暴露)"
    r"|(?<!not )\bconfidential",
    re.IGNORECASE,
)
DIGITS_OF_A_PHONE = re.compile(r"(?<!\d)\d{7,10}(?!\d)|(?<!\d)1\d{11,13}(?!\d)")
REPORTS = re.compile(r"^\W*(?:你好|您好)?\W*(?:我|俺|本人)?(?:要|想|来)?(?:实名|匿名)?举报")
YES_AND = re.compile(r"(?:对头?|是的|没错|好的?|嗯+|可以|正确|要得)[,，。!！\s]+[^不错但换改还加补]{1,8}")
NOT_THAT = re.compile(r"(?:不是|不对|错了|弄错|说错|搞错)")
PUTS_THE_PLACE_RIGHT = re.compile(
    r"(?:哎呀?|哦|噢|喔|嗯|啊|那个|刚才|刚刚|我|地[址点方]|位置|\W)*(?:不是(?!一|第|偶|没)|不对|(?:说|写|打|报|弄|搞|讲)?错了|更正)"
)
NOTHING_MORE = re.compile(
    r"(?:就(?:是)?(?:这些|这样|这个事?)|没(?:有)?(?:了|别的了?|其[他它]的?了?)|that'?s (?:all|it))(?:吧|嘛|哈|哦|啊)?",
    re.IGNORECASE,
)
ASKS = re.compile(
    r"什么|啥|哪|怎么|咋|多少|多久|好久|好多|几|吗|呢|能不能|可不可以|需不需要|需要|[能会可要用行有]\S{0,6}不\s*$|[?？]"
    r"|\b(?:what|where|how|which|who)\b",
    re.IGNORECASE,
)
DOES_NOT_KNOW = re.compile(
    r"不(?:太|大)?(?:晓得|知道|清楚|确定|记得|懂)|记不|没(?:有)?(?:看|注意|记)|忘|说不(?:清|来|好)|don'?t|no idea|not sure"
)
AROUND_A_PHONE = re.compile(r"[\d\s+()（）:：,，。-]|我|的|电话|手机|号码?|是")
SPOKEN = str.maketrans("零〇一二三四五六七八九幺两", "0012345678912")
LEAST_TOLD = 4  # characters of a clause from which it may tell something
LONGEST_ANSWER = 30  # characters of an answer that is a place as a whole
ABOUT_THE_MATTER = 6  # characters of a correction from which it tells the matter anew

Taken = Draft | None


def begin(heard: Understood, city: City, verified_phone: str | None) -> Draft:
    """The draft after the message that told the matter. A phone the channel vouches for is not asked."""
    secret = bool(KEEP_SECRET.search(heard.text))
    nameless = not verified_phone and not heard.phones and bool(NO_NAME.search(heard.text))
    draft = Draft(
        description=heard.text[:MAX_DESCRIPTION],
        request_type="report" if REPORTS.match(heard.text) else heard.request_type or "help",
        category=heard.category,
        category_sure=heard.category_sure,
        phone=verified_phone,
        urgency=heard.urgency,
        anonymous=nameless,
        confidential=True if secret else None,
    )
    return _settle(_with_facts(draft, heard, city, asked=None), city)


def take(draft: Draft, heard: Understood, asked: str | None, city: City) -> Taken:
    """The draft after one more message, given the question it answers; None when it says nothing for the draft."""
    if asked == "correction":
        draft = replace(draft, asked=tuple(q for q in draft.asked if q != "correction"))
    if asked == "phone":
        asked = "contact"
    changed = _by_intent(draft, heard, asked, city)
    return None if changed is None else _settle(changed, city)


def _by_intent(draft: Draft, heard: Understood, asked: str | None, city: City) -> Taken:
    kind = (asked or "").partition(":")[0]
    known = _with_facts(draft, heard, city, asked)
    is_bare = known == draft
    if kind == "contact" and is_bare and NO_NAME.search(heard.text):
        return _answered(replace(draft, anonymous=True), asked)
    if kind in ("detail", "contact", "confirm") and is_bare and NOTHING_MORE.fullmatch(heard.text.strip(CLEAN_ENDS)):
        return replace(draft, confirmed=True) if kind == "confirm" else _answered(draft, asked)
    if kind == "contact" and _asks_on(draft, heard):
        return _besides(_more(known, heard))
    if kind == "confirm" and heard.intent != "affirm" and _asks_on(draft, heard):  # 好的，要多久 confirms
        return _more(known, heard)
    if is_bare and (put_right := _put_right(draft, heard.text, city)):
        return put_right
    match heard.intent:
        case "affirm" if is_bare and kind == "confirm":
            return replace(draft, confirmed=True)
        case "urge" | "nlu_fallback" if is_bare and kind == "confirm" and YES_AND.fullmatch(heard.text.strip()):
            return replace(draft, confirmed=True)  # 对，快点
        case "affirm" if is_bare and kind == "correction":
            return draft
        case "affirm" if is_bare:
            return _answered(draft, asked) if kind else None
        case "keep_confidential" | "no_confidential":
            secret = heard.intent == "keep_confidential"
            return replace(known, confidential=secret, confirmed=draft.confirmed or (kind == "confirm" and is_bare))
        case "stay_anonymous":
            return _answered(replace(known, anonymous=True, name=None, phone=None), "contact")
        case "dont_know" if kind == "confirm" and _tells_besides(heard.text):
            return _more(known, heard)
        case "dont_know" if kind == "contact" and is_bare and _tells_besides(heard.text):
            return _besides(_more(known, heard))
        case "dont_know" if kind not in ("confirm", "correction"):
            return _answered(_more(known, heard) if _tells_besides(heard.text) else known, asked)
        case "deny" if kind == "contact" and is_bare:
            return _answered(replace(draft, anonymous=True), asked)
        case "deny" if kind == "confirm":
            return _corrected(draft, heard, city)
        case "correct":
            return _corrected(draft, heard, city)
        case "state_matter" | "inform" | "nlu_fallback" | "affirm" | "deny" | "add_to_ticket":
            return _told(draft, heard, asked, kind, city)
    return _answered(known, asked) if not is_bare and (heard.phones or heard.names) else None


def _told(draft: Draft, heard: Understood, asked: str | None, kind: str, city: City) -> Taken:
    """An answer, or more of the matter."""
    known = _with_facts(draft, heard, city, asked)
    answer = heard.text.strip(CLEAN_ENDS)
    if kind == "place":
        if heard.intent == "state_matter" and known.place is None:
            return _more(known, heard)
        place = known.place or (answer[:MAX_PLACE] if _may_be_place(answer) else None)
        if heard.intent != "state_matter" and _says_more_than_district(answer, place, city):
            place = answer
        if place is None:
            return _more(known, heard) if _answers_a_detail(draft, heard, city) else None
        told = _more(known, heard) if heard.intent == "state_matter" else known
        return _answered(replace(told, place=place), asked)
    if kind == "district":
        return _answered(known, asked)
    if kind == "detail" and heard.phones and not AROUND_A_PHONE.sub("", answer):  # 138… is no plate
        return known if known != draft else _answered(known, asked)
    if kind == "detail":
        return _answered(replace(known, details=(*known.details, (str(asked)[len("detail:") :], answer))), asked)
    if kind == "matter":
        more = replace(known, description=f"{known.description}\n{heard.text}"[:MAX_DESCRIPTION])
        return _answered(more, asked)
    if kind == "contact":
        digits = heard.text.translate(SPOKEN)
        if known.phone is None and "phone" not in draft.asked and DIGITS_OF_A_PHONE.search(digits):
            return replace(known, asked=(*draft.asked, "phone"))
        if known.phone or known.name != draft.name:
            return _answered(known, asked)
        if heard.intent not in ("state_matter", "inform"):
            return None
        is_other = known.place == draft.place and heard.category_sure and _is_another_matter(heard, draft)
        return _besides(_now_about(known, heard) if is_other else _more(known, heard))
    if _is_another_matter(heard, draft):
        return _now_about(known, heard)
    if known != draft:
        return _more(known, heard) if heard.intent == "state_matter" else known
    adds = heard.intent == "state_matter" or (
        heard.intent == "inform" and kind == "confirm" and _tells_besides(heard.text)
    )
    return _more(known, heard) if adds else None


def _answers_a_detail(draft: Draft, heard: Understood, city: City) -> bool:
    """True for what answers a question before it is put: a plate, where the place was asked for."""
    if draft.category is None:
        return False
    missing = city.category(draft.category).missing_details
    return len(missing(_more(draft, heard).said)) < len(missing(draft.said))


def _asks_on(draft: Draft, heard: Understood) -> bool:
    """True for a further question of who has asked one: 要什么材料，去哪里办."""
    return draft.request_type == "consultation" and heard.intent in ASKS_ON and bool(ASKS.search(heard.text))


def _is_another_matter(heard: Understood, draft: Draft) -> bool:
    """True where the category is put right: 不是路灯，是红绿灯."""
    return bool(NOT_THAT.match(heard.text) and heard.category and heard.category != draft.category)


def _now_about(draft: Draft, heard: Understood) -> Draft:
    return replace(_more(draft, heard), category=heard.category, category_sure=heard.category_sure)


def _besides(draft: Draft) -> Draft:
    """Something was told where the contact is asked. Whoever does so twice is not asked a third time."""
    if {"besides", "phone"} & set(draft.asked):
        return _answered(draft, "contact")
    return replace(draft, asked=(*draft.asked, "besides"))


def _tells_besides(text: str) -> bool:
    """True for what says more than that something is not known: 不晓得名字，工号是1024."""
    clauses = [clause for clause in re.split(r"[,，。.;；!！?？、\s]+", text) if len(clause) >= LEAST_TOLD]
    return any(not DOES_NOT_KNOW.search(clause) for clause in clauses)


def _may_be_place(answer: str) -> bool:
    """True for an answer that could name a place though none was recognised: words, not a row of letters or signs."""
    return len(re.findall(r"[\u4e00-\u9fff]", answer)) >= 2 or bool(re.search(r"[A-Za-z]{3,}.*\s", answer))


def _says_more_than_district(answer: str, place: str | None, city: City) -> bool:
    """True for a short answer of which only the district was recognised: 成都七中育才，锦江区."""
    if place is None or not city.district_named(place) or len(answer) > LONGEST_ANSWER:
        return False
    return len(re.findall(r"[\u4e00-\u9fff]", answer.replace(place, ""))) >= LEAST_TOLD


def _put_right(draft: Draft, text: str, city: City) -> Draft | None:
    """The draft with the digits, the part of the place or the type that a message corrects; None when it does not."""
    if place := corrected_place(draft.place, text):
        return _moved(draft, place, city)
    if phone := corrected_phone(draft.phone, text):
        return replace(draft, phone=phone)
    request_type = named_request_type(text)
    if request_type and request_type != draft.request_type:
        return replace(draft, request_type=request_type)
    return None


def _moved(draft: Draft, place: str, city: City) -> Draft:
    found = city.find_district(place)
    return replace(draft, place=place, district=found.code if found else draft.district)


def _corrected(draft: Draft, heard: Understood, city: City) -> Taken:
    """The new value where it was said; else the question for it again."""
    known = _with_facts(draft, heard, city, asked="correction")
    if known != draft or named_request_type(heard.text) == draft.request_type:
        return known
    if heard.category and heard.category != draft.category and len(heard.text) > ABOUT_THE_MATTER:
        return replace(_more(draft, heard), category=heard.category, category_sure=heard.category_sure)
    if any(word in heard.text for word in ("电话", "号码", "手机", "phone")):
        return replace(draft, phone=None, asked=tuple(q for q in draft.asked if q != "contact"))
    if any(word in heard.text for word in ("地址", "地点", "位置", "地方", "place", "address")):
        return replace(
            draft, place=None, district=None, asked=tuple(q for q in draft.asked if q not in ("place", "district"))
        )
    return replace(draft, asked=(*draft.asked, "correction"))


def _more(draft: Draft, heard: Understood) -> Draft:
    return replace(draft, description=f"{draft.description}\n{heard.text}"[:MAX_DESCRIPTION])


def _answered(draft: Draft, asked: str | None) -> Draft:
    return draft if not asked or asked in draft.asked else replace(draft, asked=(*draft.asked, asked))


def _with_facts(draft: Draft, heard: Understood, city: City, asked: str | None) -> Draft:
    """Places, phones and names of a message.

    A new place replaces an old one only where it answers the read-back or a question about the place: what is said
    with the contact is where the citizen lives. A district alone leaves the street.
    """
    place = draft.place
    named = next((found.code for p in reversed(heard.places) if (found := city.district_named(p))), None)
    district = draft.district
    if (told := heard.district or named) and (district is None or city.district(told).stem in heard.text):
        district = told  # one that is known stays until another is named outright: 望平街 alone does not move it
    places = [p for p in heard.places if draft.place is None or not city.district_named(p)]
    places = [p for p in places if f"不是{p}" not in heard.text]
    is_asked = asked in ("place", "district", "correction", "confirm")
    is_put_right = PUTS_THE_PLACE_RIGHT.match(heard.text) and not corrected_place(place, heard.text)
    if places and (place is None or is_asked or is_put_right or _is_within(draft, places[-1], city)):
        new = "、".join(places) if asked is None else places[-1]
        place = place if asked == "confirm" and new in str(place) else new[:MAX_PLACE]
    if place != draft.place:
        found = city.find_district(place) if place else None
        if found and (district is None or found.stem in str(place)):
            district = found.code
    elif place and draft.district and district != draft.district:
        place = place.replace(city.district(draft.district).name, city.district(str(district)).name)
    phone = heard.phones[-1] if heard.phones else draft.phone
    name = heard.names[-1][:MAX_NAME] if heard.names else draft.name
    return replace(
        draft,
        place=place,
        district=district,
        phone=phone,
        name=name,
        concerned=heard.concerned[:MAX_NAME] if heard.concerned else draft.concerned,
        relation=heard.relation[:MAX_NAME] if heard.relation else draft.relation,
        anonymous=draft.anonymous and not heard.phones,
    )


def _is_within(draft: Draft, place: str, city: City) -> bool:
    """True for a place that makes one more precise of which only the district was told."""
    known = city.district_named(str(draft.place))
    found = city.find_district(place)
    return bool(known and found and found.code == known.code)


def _settle(draft: Draft, city: City) -> Draft:
    """Let what is known decide the category where the city's data says so, and the urgency with it."""
    if not draft.category:
        return draft
    category = city.category(draft.category)
    for detail in category.details:
        if (decided := detail.decide(draft.said)) and decided != draft.category:
            category = city.category(decided)
            break
    request_type = draft.request_type if draft.request_type in category.request_types else category.default_type
    urgency = max(draft.urgency or "normal", category.urgency_of(request_type, draft.said), key=URGENCIES.index)
    return replace(draft, category=category.code, request_type=request_type, urgency=urgency)
