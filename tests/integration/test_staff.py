"""Staff accounts: one-time passwords, sessions that end, and a last administrator who stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.event import listen

from hotline.bootstrap import Hotline
from hotline.staff.account import LastAdmin, LoginTaken, WrongCredentials, WrongProfile
from hotline.staff.model import SYSTEM, Person, Role
from hotline.staff.passwords import WeakPassword
from tests.conftest import SetClock

OWN = "a-good-long-password"


def added(hotline: Hotline, login: str = "li.na", role: Role = Role.AGENT, **changes: object) -> tuple[Person, str]:
    """A new person and their one-time password."""
    return hotline.staff.add(Person("", login, "李娜", role, **changes), SYSTEM)  # type: ignore[arg-type]


def test_a_new_person_signs_in_and_must_change_the_password(hotline: Hotline) -> None:
    person, password = added(hotline)
    session = hotline.staff.session(hotline.staff.sign_in("Li.Na ", password))
    assert session and session.person == person and session.must_change_password
    session = hotline.staff.session(hotline.staff.change_password(person, password, OWN))
    assert session and not session.must_change_password


def test_neither_password_nor_token_is_stored_as_it_is(hotline: Hotline) -> None:
    _, password = added(hotline)
    token = hotline.staff.sign_in("li.na", password)
    with hotline.database.reading() as connection:
        rows = [*connection.execute(text("SELECT * FROM staff")), *connection.execute(text("SELECT * FROM sessions"))]
    assert "$argon2id$" in str(rows)
    assert password not in str(rows) and token not in str(rows)


@pytest.mark.parametrize(("login", "password"), [("li.na", "wrong"), ("nobody", "wrong"), ("li.na", ""), ("\x00", "x")])
def test_a_wrong_login_and_a_wrong_password_sound_the_same(hotline: Hotline, login: str, password: str) -> None:
    added(hotline)
    with pytest.raises(WrongCredentials):
        hotline.staff.sign_in(login, password)


def test_a_one_time_password_expires_after_a_week(hotline: Hotline, clock: SetClock) -> None:
    _, password = added(hotline)
    clock.advance(days=7, seconds=1)
    with pytest.raises(WrongCredentials):
        hotline.staff.sign_in("li.na", password)


def test_every_sign_in_gives_another_token(hotline: Hotline) -> None:
    _, password = added(hotline)
    assert hotline.staff.sign_in("li.na", password) != hotline.staff.sign_in("li.na", password)


def test_a_session_ends_when_idle_and_what_a_page_asks_by_itself_does_not_keep_it(
    hotline: Hotline, clock: SetClock
) -> None:
    _, password = added(hotline)
    token = hotline.staff.sign_in("li.na", password)
    clock.advance(minutes=20)
    assert hotline.staff.session(token)
    clock.advance(minutes=20)
    assert hotline.staff.session(token, active=False)
    clock.advance(minutes=11)
    assert hotline.staff.session(token) is None


def test_a_session_ends_after_a_long_day_in_any_case(hotline: Hotline, clock: SetClock) -> None:
    _, password = added(hotline)
    token = hotline.staff.sign_in("li.na", password)
    for _ in range(72):
        clock.advance(minutes=10)
        assert hotline.staff.session(token)
    clock.advance(minutes=1)
    assert hotline.staff.session(token) is None


def test_signing_out_ends_this_session_only(hotline: Hotline) -> None:
    _, password = added(hotline)
    one, other = hotline.staff.sign_in("li.na", password), hotline.staff.sign_in("li.na", password)
    hotline.staff.sign_out(one)
    assert hotline.staff.session(one) is None
    assert hotline.staff.session(other)


@pytest.mark.parametrize("change", ["password", "reset", "deactivated", "role"])
def test_a_change_that_matters_ends_every_session(hotline: Hotline, change: str) -> None:
    person, password = added(hotline)
    token = hotline.staff.sign_in("li.na", password)
    if change == "password":
        hotline.staff.change_password(person, password, OWN)
    elif change == "reset":
        hotline.staff.reset_password(person.id, SYSTEM)
    elif change == "deactivated":
        hotline.staff.change(replace(person, active=False), SYSTEM)
    else:
        hotline.staff.change(replace(person, role=Role.SUPERVISOR), SYSTEM)
    assert hotline.staff.session(token) is None


def test_a_deactivated_person_does_not_come_in(hotline: Hotline) -> None:
    person, password = added(hotline)
    hotline.staff.change(replace(person, active=False), SYSTEM)
    with pytest.raises(WrongCredentials):
        hotline.staff.sign_in("li.na", password)


@pytest.mark.parametrize(
    ("new", "why"),
    [("short", "short"), ("x" * 129, "long"), ("aaaaaaaaaaaa", "simple"), ("my-li.na-password", "like_login")],
)
def test_a_weak_password_is_not_taken(hotline: Hotline, new: str, why: str) -> None:
    person, password = added(hotline)
    with pytest.raises(WeakPassword) as refused:
        hotline.staff.change_password(person, password, new)
    assert refused.value.why == why


def test_the_password_is_not_changed_to_itself_nor_without_the_old_one(hotline: Hotline) -> None:
    person, password = added(hotline)
    with pytest.raises(WeakPassword, match="same"):
        hotline.staff.change_password(person, password, password)
    with pytest.raises(WrongCredentials):
        hotline.staff.change_password(person, "wrong", OWN)


def test_two_people_do_not_share_a_login(hotline: Hotline) -> None:
    added(hotline)
    with pytest.raises(LoginTaken):
        added(hotline, "ＬＩ.na")


@pytest.mark.parametrize(
    ("role", "changes"),
    [
        (Role.AGENT, {"skills": ("magic",)}),
        (Role.HANDLER, {}),
        (Role.GRID, {"department": "没有这个局"}),
    ],
)
def test_a_profile_names_what_the_city_has(hotline: Hotline, role: Role, changes: dict[str, object]) -> None:
    with pytest.raises(WrongProfile):
        added(hotline, role=role, **changes)


def test_an_unknown_login_costs_the_same_as_a_known_one_and_is_not_kept(hotline: Hotline) -> None:
    person, _ = added(hotline)
    asked = list[str]()
    listen(hotline.database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    work = []
    for login in ("li.na", "a-password-in-the-wrong-field"):
        asked.clear()
        with pytest.raises(WrongCredentials):
            hotline.staff.sign_in(login, "wrong")
        work.append(list(asked))
    assert work[0] == work[1]
    rows = hotline.audit.latest(2)
    assert [(row.act.action, row.act.subject) for row in rows] == [
        ("staff.refused", "unknown"),
        ("staff.refused", person.id),
    ]
    assert "wrong-field" not in str(rows)


def test_the_first_account_is_made_once(hotline: Hotline) -> None:
    password = hotline.staff.add_first()
    assert password
    assert hotline.staff.session(hotline.staff.sign_in("admin", password))
    assert hotline.staff.add_first() is None


def test_the_last_administrator_stays(hotline: Hotline) -> None:
    hotline.staff.add_first()
    admin = hotline.staff.with_login("admin")
    with pytest.raises(LastAdmin):
        hotline.staff.change(replace(admin, active=False), SYSTEM)
    added(hotline, "second", Role.ADMIN)
    hotline.staff.change(replace(admin, active=False), SYSTEM)


def test_what_happens_to_an_account_is_audited_without_names_or_passwords(hotline: Hotline) -> None:
    person, password = added(hotline)
    with pytest.raises(WrongCredentials):
        hotline.staff.sign_in("li.na", "wrong")
    hotline.staff.sign_in("li.na", password)
    hotline.staff.change_password(person, password, OWN)
    rows = hotline.audit.latest(subject=person.id)
    assert [row.act.action for row in rows][::-1] == [
        "staff.added",
        "staff.refused",
        "staff.signed_in",
        "staff.password_changed",
        "staff.signed_in",
    ]
    assert "李娜" not in str(rows) and password not in str(rows)
    assert hotline.audit.verify()[0] == 5
