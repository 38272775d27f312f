"""How fast one browser may send frames."""

from __future__ import annotations

from connectors.webchat.pace import A_SECOND, AT_ONCE, Pace


def test_what_a_browser_sends_after_a_lost_connection_waits_for_nothing() -> None:
    pace = Pace()
    assert [pace.wait(100.0) for _ in range(AT_ONCE - 1)] == [0.0] * (AT_ONCE - 1)
    assert pace.wait(100.0) < pace.wait(100.0)


def test_who_never_stops_gets_so_many_a_second() -> None:
    pace, now, taken = Pace(), 0.0, 0
    while now < 60:
        now += pace.wait(now)
        taken += 1
    assert taken <= AT_ONCE + 60 * A_SECOND + 1


def test_a_citizen_who_writes_is_never_slowed_down() -> None:
    pace = Pace()
    assert not any(pace.wait(second / 4) for second in range(2_000))
