"""Several matters in one message, and one matter in several messages: 路灯坏了，还有烧烤摊吵; 工地, 晚上, 吵."""

from __future__ import annotations

from collections.abc import Sequence, Set

from rasa.shared.core.events import ActionExecuted, UserUttered

from bot.readings.heard import CONTACT, Heard
from bot.readings.reading import Said, When, reading
from hotline.intake import ASKS, FAQ, another_begun, are_new, matters_of, possible_splits, share_a_place
from hotline.intake.following import another_comes

MOST_SPLITS = 3
"""How many ways of splitting a message into several matters are tried."""
LONGEST_SUBJECT = 8  # characters of an item of a list
LIKELY = 0.3  # of the category of such an item, or of what is called another matter
ENDS_A_STORY = {"action_open_ticket", "action_danger", "action_open_callback"}
MOST_PIECES, LONGEST_PIECE = 3, 10
"""How many messages before the latest are read together with it, and how many characters each may have."""
SURE_OF_PIECES = 0.5  # of the category that several short messages tell together
MAY_BE_A_PIECE = {"chitchat", "inform", "nlu_fallback", "state_matter"}
TELL_NOTHING = {"greet", "thank", "goodbye", "affirm", "deny", "stay_anonymous", "request_human"}
LAMP = Said("门口路灯坏了", "state_matter", category="0106", confidence=0.95)
STALL = Said("楼下烧烤摊吵得很", "state_matter", category="0602", confidence=0.95)


@reading(
    When.ANYWHERE,
    for_people=True,
    catches=Said(
        "门口路灯坏了，另外楼下烧烤摊吵得很",
        "state_matter",
        becomes="state_matter",
        category="0106",
        parts=(LAMP, STALL),
    ),
    leaves=Said(
        "门口路灯坏了，另外楼道的也坏了",
        "state_matter",
        category="0106",
        parts=(LAMP, Said("楼道的也坏了", "state_matter", category="0106")),
    ),
)
async def several_matters(heard: Heard) -> Heard | None:
    """Of several matters in one message, the first, with the later ones under `others`."""
    first, *others = await _separately(heard)
    if not others:
        return None
    return _with_others(_placed(first, others) if share_a_place(heard.text) else first, others)


@reading(
    When.IN_THE_INTAKE,
    for_people=True,
    catches=Said(
        "对，还有个事，楼下烧烤摊吵得很",
        "state_matter",
        category="0602",
        becomes="affirm",
        slots={"draft": {"category": "0106"}},
        parts=(Said("对", "affirm"), STALL),
    ),
    leaves=Said(
        "对，还有个事，门口路灯坏了",
        "state_matter",
        category="0106",
        slots={"draft": {"category": "0106"}},
        parts=(Said("对", "affirm"), LAMP),
    ),
)
async def another_matter_begun(heard: Heard) -> Heard | None:
    """An answer in an intake that goes on with another matter. `alone`: the message is nothing but the other matter."""
    begun = another_begun(heard.text)
    if begun is None:
        return None
    answer, rest = begun
    others = await _separately(await heard.part(rest))
    if not are_new(heard.draft.get("category"), [other.told for other in others]):
        others = [_said_to_be_one(heard, other) for other in others] if another_comes(heard.text) else []
        if not others or None in others:
            return None
    return _with_others(await heard.part(answer or heard.text), others, alone=not answer)


def _said_to_be_one(heard: Heard, other: Heard) -> Heard | None:
    """What the citizen calls another matter outright, if its category is likely enough; None if it may be the same
    matter."""
    likeliest = other.likeliest
    is_one = likeliest.sureness >= LIKELY and likeliest.category != heard.draft.get("category")
    return other.as_matter(likeliest.category, likeliest.sureness) if is_one and other.intent != FAQ else None


@reading(
    When.IN_THE_INTAKE,
    catches=Said(
        "晚上",
        "inform",
        becomes="inform",
        before=("工地",),
        parts=(Said("工地，晚上", "inform", category="0601"),),
    ),
    leaves=Said("晚上", "inform"),
)
async def told_in_pieces(heard: Heard) -> Heard | None:
    """In an intake told in messages of a few words, the category of all of them together is under `together`."""
    told = pieces(heard, TELL_NOTHING) if heard.intent in MAY_BE_A_PIECE and not heard.has(*CONTACT) else []
    if not told:
        return None
    together = (await heard.part("，".join(told))).likeliest
    return heard.with_matter(together=together.category) if together.sureness >= SURE_OF_PIECES else None


def pieces(heard: Heard, left_out: Set[str] = frozenset()) -> list[str]:
    """The latest message and the short ones before it, in order; empty if there are none or one of them is long.
    `left_out`: intents of messages that tell nothing."""
    found = [heard.text]
    for event in reversed(heard.tracker.events):
        if isinstance(event, ActionExecuted) and event.action_name in ENDS_A_STORY:
            break
        if isinstance(event, UserUttered) and event.intent_name not in left_out:
            if len(found) > MOST_PIECES:
                break
            found.insert(0, event.text or "")
    return [] if len(found) < 2 or any(len(piece) > LONGEST_PIECE for piece in found) else found


async def _separately(heard: Heard) -> list[Heard]:
    """Each matter that a message tells; the whole message when it is one."""
    splits = [split for split in possible_splits(heard.text) if split.listed or heard.told.category]
    for split in splits[:MOST_SPLITS]:
        parts = [_subject(await heard.part(part)) for part in split.parts]
        parts = [_listed(part) for part in parts] if split.listed else parts
        matters = matters_of(split, [part.told for part in parts])
        if len(matters) == len(parts):
            return parts
        if len(matters) > 1:
            return [await heard.part(matter) for matter in matters]
    return [heard]


def _subject(part: Heard) -> Heard:
    """A part that only names its subject (小区路灯) and asks nothing: its category decides the request type."""
    if len(part.text) > LONGEST_SUBJECT or ASKS.search(part.text) or not part.matter:
        return part
    return part.with_matter(request_type=None)


def _listed(part: Heard) -> Heard:
    """An item of a numbered list is a matter whatever it sounds like, if its category is likely."""
    if part.told.category or part.likeliest.sureness < LIKELY or part.calls_for_people:
        return part
    return part.as_matter(part.likeliest.category, part.likeliest.sureness)


def _with_others(first: Heard, others: Sequence[Heard], alone: bool = False) -> Heard:
    """The first matter with the others, and with the contact that the others name."""
    entities = [*first.understood["entities"]]
    entities += [each for other in others for each in other.understood["entities"] if each["entity"] in CONTACT]
    following = [{key: other.understood[key] for key in ("text", "intent", "entities", "matter")} for other in others]
    return first.with_matter(others=following, alone=alone).but(entities=entities)


def _placed(first: Heard, others: Sequence[Heard]) -> Heard:
    """The first matter at the place of the others, when it names none itself."""
    places = [each for other in others for each in other.understood["entities"] if each["entity"] == "location"]
    if not places or first.places:
        return first
    district = next((found for other in others if (found := other.matter.get("district"))), None)
    matter = {"district": district} | {key: value for key, value in first.matter.items() if value is not None}
    return first.but(entities=[*first.understood["entities"], *places], matter=matter)
