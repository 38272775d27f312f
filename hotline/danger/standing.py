"""What a message does to a danger that stands: it grows, changes, is better or over, or never was one. Rules decide;
where they say nothing, a learned judge does. The texts hold what is answered; the action decides who is alerted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from hotline.danger.asides import ASIDES, HAS_CALLED, HELP_IS_THERE, asides, without_calls
from hotline.danger.asked import asks_something
from hotline.danger.besides import HUSH, SURELY_ORDINARY, goes_on_to_a_matter
from hotline.danger.detection import (
    detect,
    detect_by_signs,
    evidence_of_words,
    gets_worse,
    harms,
    kind_of_words,
    reassures,
    taken_back,
    told_instead,
)
from hotline.danger.judged import Judged, is_beyond_doubt, judged
from hotline.danger.kinds import ASKED_ABOUT, Danger, Kind, TakenBack
from hotline.danger.said import FIGURE_OF_SPEECH
from hotline.danger.situations import (
    CURRENT,
    DONE,
    DROWNING,
    NOBODY_FELL,
    NOBODY_UNDER,
    OF_ANOTHER,
    PIT,
    PULLED_OUT,
    SMOTHERED,
    Situation,
    develops,
    goes_on,
    is_of_the_writer,
    situation_of,
)
from hotline.phrases import phrase

STANDS = 3 * 3600.0  # seconds for which messages after a danger are about it
RELATED = (frozenset({Kind.VIOLENCE, Kind.INJURY}), frozenset({Kind.VIOLENCE, Kind.CRIME}))
"""Kinds that may be told of one event (who is beaten is hurt); neither replaces the other."""
FOR_A_BODY = {"119", "120", "122"}
"""Lines whose operators can say what to do about a body or a fire."""
COMES_BACK = frozenset({Kind.VIOLENCE, Kind.CRIME})
"""Kinds in which 他回来了 is no relief."""
OF_BODIES = frozenset({Kind.INJURY, Kind.SELF_HARM})
"""Kinds in which bodily symptoms count that are no danger by themselves: 有点迷糊."""
HIDES = phrase("danger.hides")
GASP = 8  # most characters of a message from somebody who hides
DENIES = phrase("danger.denies")
FEARS_FOR = phrase("danger.fears_for")
GOT_OUT = phrase("danger.got_out")
OUT_AND_WELL = phrase("danger.out_and_well")
STILL_IN = phrase("danger.still_in")
STILL_MISSING = phrase("danger.still_missing")
STILL_HELD = phrase("danger.still_held")
SHUT_IN = {
    *("in_the_lift", "pit", "locked_in", "held", "car_in_water", "child_in_car", "machine"),
    *("about_to_fall", "flood_below"),
}
"""Situations that are over once the person inside is out. A house on fire is none: getting out does not end it."""
CUT_OFF = {"smoke_outside", "trapped_in_fire"}
"""Situations in which somebody could not leave a house on fire: once out, they are not told again how to hold out."""
OUT_COLD = {"not_waking", "no_breath"}
"""Situations in which somebody does not wake or breathe."""
GAS_AROUND = {"gas_outside", "gas_next_door", "chemicals"}
"""Situations in which rescuers, not the caller, fetch a person who lies in the gas."""
REACHED = phrase("danger.reached")
OUT_OF_REACH = phrase("danger.out_of_reach")
PLEADS = phrase("danger.pleads")
NO_LONGER = phrase("danger.no_longer")
NOT_WELL_YET = phrase("danger.not_well_yet")
TO_HOSPITAL = phrase("danger.to_hospital")
ILL_BESIDES = phrase("danger.ill_besides")
CHILD = phrase("danger.a_child")
FALLS_SILENT = phrase("danger.falls_silent")
STILL_HURTS = phrase("danger.still_hurts")
AWAKE = phrase("danger.awake")
POWER_OFF = phrase("danger_questions.power_off")
HOLDS_A_BODY = {
    "child_in_car",
    "pit",
    "stuck",
    "current",
    "drowning",
    "pulled_out",
    "machine",
    "car_in_water",
    "locked_in",
}
"""Situations in which whoever gets quiet gets worse, as in every danger of a body, of gas or of traffic."""


class Said(StrEnum):
    """What a message does to a danger that stands."""

    NOT_MEANT = "not_meant"
    JOKED = "joked"
    OVER = "over"
    EASED = "eased"
    ANOTHER = "another"
    WORSE = "worse"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Standing:
    """A danger after a message: the effect of the message, the kind of danger from now on, and its situation if
    known."""

    said: Said
    kind: Kind
    situation: Situation | None


@dataclass(frozen=True)
class _Message:
    """A message sent while a danger stands, with what the steps of `after` need to know about it; the fields are the
    arguments of `after`."""

    text: str
    before: Sequence[str]
    kind: Kind
    likely: Mapping[str, float]
    sounds_dangerous: bool

    @cached_property
    def known(self) -> Situation | None:
        """The situation that was told before."""
        return situation_of(self.before, self.kind)

    @cached_property
    def told(self) -> Situation | None:
        """The situation that this message tells, alone or together with the earlier ones."""
        alone = situation_of([self.text], self.kind, self.before) or self.out_cold
        if self.known and self.known.name == "may_fall" and NOBODY_FELL.search(self.text):
            return self.known
        if became := develops(self.known, self.text):
            return became
        if self.is_pulled_out:
            return PULLED_OUT
        told = alone or (None if self.known else situation_of([*self.before, self.text], self.kind))
        return self.known if goes_on(self.known, told) else told

    @cached_property
    def is_writer(self) -> bool:
        """Whether the citizen who writes is the one in danger of hurting themselves."""
        return is_of_the_writer(self.before, self.kind)

    @cached_property
    def is_shut_in(self) -> bool:
        """Whether somebody is shut in, so that getting out ends the danger."""
        return self.known is not None and self.known.name in SHUT_IN

    @cached_property
    def is_in_their_hands(self) -> bool:
        """Whether the writer is locked up by somebody, or hides from them: only plain words end that."""
        is_kept = self.known is not None and self.known.name == "held"
        return is_kept or (self.kind in COMES_BACK and any(HIDES.search(told) for told in self.before))

    @cached_property
    def is_pulled_out(self) -> bool:
        """Whether somebody was got out of the water but is not well: 拉上来了，在吐水."""
        is_out = self.known is DROWNING and PULLED_OUT.pattern.search(self.text) is not None
        return is_out and not self.out_cold and bool(self.seen or NOT_WELL_YET.search(self.text))

    @cached_property
    def is_ill(self) -> bool:
        """Whether it tells how ill somebody is: 在喘了."""
        return ILL_BESIDES.search(NO_LONGER.sub("", self.text)) is not None

    @cached_property
    def is_held(self) -> bool:
        """Whether the person who is shut in still is."""
        return self.is_shut_in and STILL_HELD.search(self.text) is not None

    @cached_property
    def is_missing(self) -> bool:
        """Whether the person who is lost has still not been found."""
        return self.kind is Kind.LOST_PERSON and STILL_MISSING.search(self.text) is not None

    @cached_property
    def out_cold(self) -> Situation | None:
        """The situation of somebody who does not wake or breathe, whatever the kind of danger: no relief even if they
        were rescued (拉上来了，没醒). Not in gas, where 没气了 is the gas."""
        found = situation_of([self.text], Kind.INJURY) if self.kind is not Kind.GAS else None
        return found if found and found.name in OUT_COLD else None

    @cached_property
    def back(self) -> TakenBack | None:
        """Whether fixed phrases take the danger back, and how."""
        if self.is_held or self.is_missing or self.out_cold:
            return None
        is_of_another = self.known is not None and self.known.name in OF_ANOTHER
        if back := taken_back(self.text, Kind.HAZARD if is_of_another else self.kind, self.before):
            return back
        is_a_matter = self.kind not in ASKED_ABOUT and reassures(self.text) and goes_on_to_a_matter(self.text)
        return TakenBack.NOT_MEANT if is_a_matter else None

    @cached_property
    def is_of_harm(self) -> bool:
        """Whether it mentions harm that is feared, or an order that keeps somebody away."""
        return bool(FEARS_FOR.search(self.text) or ASIDES["protection"].search(self.text))

    @cached_property
    def is_out_of_reach(self) -> bool:
        """Whether somebody else who is in it can no longer be reached: 电话断了."""
        return self.known is not None and self.known.name in OF_ANOTHER and OUT_OF_REACH.search(self.text) is not None

    @cached_property
    def grows(self) -> bool:
        """Whether fixed phrases say that the danger grows or continues."""
        return self.is_held or self.is_missing or gets_worse(self.text)

    @cached_property
    def is_only_better(self) -> bool:
        """Whether words that sound like the end leave somebody to be looked after: some of many were taken to hospital,
        who took pills is awake again, the power is off and somebody lies there, who is awake has a broken leg."""
        name = self.known.name if self.known else None
        is_hurt = self.kind not in ASKED_ABOUT and STILL_HURTS.search(NO_LONGER.sub("", self.text))
        is_awake = AWAKE.search(self.text) and any(STILL_HURTS.search(told) for told in self.before)
        return bool(
            (name == "many_ill" and TO_HOSPITAL.search(self.text))
            or (self.is_writer and name in DONE)
            or (self.known is CURRENT and POWER_OFF.search(self.text))
            or is_hurt
            or is_awake
        )

    @cached_property
    def is_seen_to(self) -> bool:
        """Whether help has arrived or was called."""
        return bool(HELP_IS_THERE.search(self.text) or HAS_CALLED.search(self.text))

    @cached_property
    def bare(self) -> str:
        """The message without what it says about calls, help that has arrived, and help that is not needed."""
        return ASIDES["refused"].sub("", HELP_IS_THERE.sub("", without_calls(self.text)))

    @cached_property
    def seen(self) -> Danger | None:
        """The danger that the rules find in it, apart from what it says about calls."""
        return detect_by_signs(self.bare)

    @cached_property
    def sign(self) -> Danger | None:
        """The danger that it tells of; if help has arrived or was called, if it describes somebody or reassures, only
        one that the rules find."""
        is_told_beside = self.is_seen_to or reassures(self.text) or "looks" in asides(self.text)
        return self.seen if self.seen or is_told_beside else detect(self.bare)

    @cached_property
    def judgement(self) -> Judged:
        """The verdict of the learned judge."""
        if self.is_held or self.is_missing or self.out_cold or self.is_of_harm or self.is_out_of_reach:
            return Judged.NOTHING
        return judged(self.likely, self.sounds_dangerous)

    def is_now(self, said: Said, kind: Kind | None = None) -> Standing:
        """The danger after this message, with the situation unchanged."""
        return Standing(said, kind or self.kind, self.known)


def after(
    text: str,
    before: Sequence[str],
    kind: Kind,
    likely: Mapping[str, float] | None = None,
    sounds_dangerous: bool = False,
) -> Standing:
    """The state after a message of a danger of this `kind`. `before`: the messages since it was told; `likely`: the
    judge's probabilities, by `over`, `better` and `worse`; `sounds_dangerous`: a danger was detected in this message by
    itself."""
    message = _Message(text, before, kind, likely or {}, sounds_dangerous)
    found = (step(message) for step in STEPS)
    return next((standing for standing in found if standing), message.is_now(Said.TOLD))


def _not_meant(m: _Message) -> Standing | None:
    is_none = m.back is TakenBack.NOT_MEANT and m.told is None and not m.is_of_harm
    return m.is_now(Said.NOT_MEANT) if is_none else None


def _joked(m: _Message) -> Standing | None:
    if m.known and m.known.name in OF_ANOTHER and FIGURE_OF_SPEECH.search(m.text) and not m.seen:
        return m.is_now(Said.EASED)
    may_joke = m.is_writer or (m.known is not None and m.known.name == "threatens")
    is_joke = may_joke and FIGURE_OF_SPEECH.search(m.text) and not detect_by_signs(m.text)
    return m.is_now(Said.JOKED) if is_joke else None


def _pulled_out(m: _Message) -> Standing | None:
    return Standing(Said.ANOTHER, m.kind, PULLED_OUT) if m.is_pulled_out else None


def _got_out(m: _Message) -> Standing | None:
    may_be_out = m.kind is Kind.SELF_HARM or (m.is_shut_in if m.known else m.kind is Kind.HAZARD)
    may_be_out = may_be_out and not m.out_cold
    has_left = GOT_OUT.search(m.text) and not STILL_IN.search(m.text) and not m.out_cold
    was_in_it = (m.known is not None and m.known.name in CUT_OFF) or m.kind is Kind.GAS
    if has_left and was_in_it and (m.seen is None or m.seen.kind is m.kind):
        # it still burns, but nobody has to be told again to hold out, or to leave
        return Standing(Said.WORSE, m.kind, None) if m.grows or m.seen else m.is_now(Said.EASED)
    is_in_despair = m.known is not None and m.known.name in {"another_beside", "another_in_despair"}
    ends = Said.EASED if is_in_despair else Said.OVER  # 他出来吃饭了
    return m.is_now(ends) if may_be_out and has_left and not m.seen else None


def _over(m: _Message) -> Standing | None:
    is_over = m.back is TakenBack.OVER and not (m.grows and m.kind in COMES_BACK)
    if is_over and m.known and m.known.name in OF_ANOTHER and REACHED.search(m.text):
        rest = REACHED.sub("", m.text)
        if taken_back(rest, Kind.HAZARD, m.before) is not TakenBack.OVER:
            return m.is_now(Said.EASED)  # 电话打通了，他在哭
    return m.is_now(Said.EASED if m.is_only_better else Said.OVER) if is_over else None


def _nobody_under(m: _Message) -> Standing | None:
    """Nobody is under what came down: 没压到人，就压到一辆车."""
    came_down = m.kind in (Kind.HAZARD, Kind.TRAFFIC, Kind.INJURY) and NOBODY_UNDER.search(m.text)
    is_left = came_down and (STILL_IN.search(m.text) or detect_by_signs(NOBODY_UNDER.sub("", m.bare)))
    return m.is_now(Said.EASED) if came_down and not is_left else None


def _out_and_well(m: _Message) -> Standing | None:
    is_well = OUT_AND_WELL.search(m.text) and not STILL_IN.search(m.text) and m.kind not in ASKED_ABOUT | COMES_BACK
    return m.is_now(Said.EASED) if is_well and not detect(OUT_AND_WELL.sub("", m.text)) else None


def _corrected(m: _Message) -> Standing | None:
    """The message says which danger it is and which it is not: 不是走丢，是挨打."""
    instead = told_instead(m.text)
    seen = detect_by_signs(instead)
    if not harms(instead) or (m.is_writer and seen is None):
        return None
    told = situation_of([instead], m.kind) or situation_of([m.text], m.kind)
    meant = seen.kind if seen else m.kind if told else kind_of_words(instead)
    return Standing(Said.ANOTHER, meant, situation_of([instead], meant) or (told if meant is m.kind else None))


def _silent(m: _Message) -> Standing | None:
    """Somebody who is hurt, poisoned or shut in gets quiet (睡着了, after pills), which sounds like relief."""
    is_of_a_body = m.kind in OF_BODIES | {Kind.GAS, Kind.TRAFFIC} or (m.known and m.known.name in HOLDS_A_BODY)
    is_cared_for = m.is_seen_to or TO_HOSPITAL.search(m.text)
    if not is_of_a_body or is_cared_for or not FALLS_SILENT.search(m.text):
        return None
    return Standing(Said.WORSE, m.kind, m.told or m.known)


def _eased(m: _Message) -> Standing | None:
    """The learned judge finds that it is over or better. Those who wanted to die, or are beaten, are not taken at their
    word."""
    if m.judgement not in (Judged.OVER, Judged.EASED) or (m.seen and _is_another(m.seen.kind, m.kind)):
        return None
    if m.is_ill or (m.known is None and m.told is not None) or m.is_in_their_hands or asks_something(m.text):
        return None  # 不是我，是隔壁的娃儿; a question ends nothing
    if m.grows and (m.kind in COMES_BACK or not is_beyond_doubt(m.likely)):
        return None
    keeps_its_word = not (m.is_writer or m.kind in COMES_BACK)
    is_over = not m.seen and m.judgement is Judged.OVER and keeps_its_word
    return m.is_now(Said.OVER if is_over else Said.EASED)


def _another_danger(m: _Message) -> Standing | None:
    if m.seen is None or not _is_another(m.seen.kind, m.kind):
        return None
    if m.kind is Kind.SELF_HARM and not DENIES.search(m.text):
        return None
    there = situation_of([m.text], m.seen.kind, m.before)
    if there is None and m.known is None:
        there = situation_of([*m.before, m.text], m.seen.kind)
    if there is None and m.kind in COMES_BACK and m.seen.kind is Kind.HAZARD:
        return m.is_now(Said.WORSE)  # 我妈把我锁在里屋了, while he is outside with a knife
    if there is None and m.known and m.seen.kind in m.known.kinds and m.told in (None, m.known):
        return m.is_now(Said.WORSE)  # 水到床沿了, where somebody lies who cannot walk
    if m.told in (PIT, CURRENT) and m.known is not m.told:
        return Standing(Said.ANOTHER, m.kind, m.told)  # somebody did fall into the hole, or was hit by the wire
    if m.kind is Kind.GAS and m.seen.kind is Kind.INJURY and not (m.known and m.known.name in GAS_AROUND):
        return Standing(Said.WORSE, m.kind, SMOTHERED)  # whoever lies in it has to be got out first
    if m.known and (goes_on(m.known, there) or (m.seen.kind is Kind.INJURY and there is None)):
        return m.is_now(Said.WORSE)  # the person in it gets worse: 喊不应, in a room full of gas
    return Standing(Said.ANOTHER, m.seen.kind, there)


def _another_situation(m: _Message) -> Standing | None:
    is_news = m.told is not None and m.told != m.known
    counts = m.sign or m.grows or m.known is None or not (m.is_writer or m.is_seen_to)
    return Standing(Said.ANOTHER, m.kind, m.told) if is_news and counts else None


def _worse(m: _Message) -> Standing | None:
    may_grow = m.judgement is Judged.WORSE and not (m.is_seen_to or asides(m.text))
    may_grow = may_grow and (m.kind in OF_BODIES or evidence_of_words(m.text) >= SURELY_ORDINARY)
    pleads = PLEADS.search(m.text) and not (m.is_seen_to or m.is_writer or m.kind is Kind.FRAUD)
    if not (m.sign or m.grows or may_grow or pleads or m.is_out_of_reach or (m.back is TakenBack.NOT_MEANT and m.told)):
        return None
    hurt = m.seen is not None and {m.seen.kind, m.kind} == {Kind.VIOLENCE, Kind.INJURY}
    return Standing(Said.WORSE, m.seen.kind if m.seen and hurt else m.kind, m.told or m.known)


STEPS = (
    _not_meant,
    _joked,
    _pulled_out,
    _got_out,
    _silent,
    _over,
    _nobody_under,
    _out_and_well,
    _corrected,
    _eased,
    _another_danger,
    _another_situation,
    _worse,
)
"""What a message may do to a danger, in this order; the first step with a result decides."""


def wants_quiet(text: str, before: Sequence[str], kind: Kind) -> bool:
    """Whether an answer could give the writer away: they ask for none, or they hide and send only a few words."""
    hides = kind in COMES_BACK and any(HIDES.search(told) for told in before)
    return bool(HUSH.search(text)) or (hides and len(text) <= GASP and gets_worse(text))


def _is_another(seen: Kind, standing: Kind) -> bool:
    return seen is not standing and {seen, standing} not in RELATED


def is_of_the_danger(text: str, kind: Kind = Kind.SELF_HARM) -> bool:
    """Whether a message (also an answer to an intake question) is about the danger that stands: it grows or is over."""
    return (
        gets_worse(text)
        or detect_by_signs(text) is not None
        or HUSH.search(text) is not None
        or harms(told_instead(text))
        or taken_back(text, kind) is TakenBack.OVER
    )
