"""Settings: typed, read from the environment; a wrong one is reported in one line."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from hotline.settings import Settings, SettingsError, read_settings


def test_without_any_setting_everything_is_embedded() -> None:
    settings = read_settings()
    assert settings.embedded
    assert settings.port == 12345
    assert settings.host == "127.0.0.1"
    assert settings.sql_url.startswith("sqlite:///")


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YHT_PORT", "8080")
    monkeypatch.setenv("YHT_TRUSTED_PROXIES", "10.0.0.1, 10.0.0.2,")
    monkeypatch.setenv("YHT_PUBLIC_URL", "https://12345.example.cn/")
    settings = read_settings()
    assert settings.port == 8080
    assert settings.trusted_proxies == ("10.0.0.1", "10.0.0.2")
    assert settings.public_url == "https://12345.example.cn"


def test_arguments_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YHT_PORT", "8080")
    assert read_settings(port=9090).port == 9090


@pytest.mark.parametrize("given", ["postgresql://u:p@db/hotline", "postgres://u:p@db/hotline"])
def test_postgresql_is_spoken_to_with_psycopg(given: str) -> None:
    assert read_settings(database_url=given).sql_url == "postgresql+psycopg://u:p@db/hotline"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("YHT_PORT", "many"),
        ("YHT_PORT", "0"),
        ("YHT_API_TOKEN", "short"),
        ("YHT_CITY", "../etc"),
        ("YHT_LOG_FORMAT", "xml"),
        ("YHT_ATTACHMENTS_URL", "s3://pictures"),
        ("YHT_ATTACHMENTS_URL", "https://s3.example.cn/pictures/of/2026"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name}: .+") as raised:
        read_settings()
    assert "\n" not in str(raised.value)


def test_a_city_without_a_folder_is_named() -> None:
    with pytest.raises(SettingsError, match="cities/atlantis"):
        read_settings(city="atlantis")


def test_the_embedded_secret_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    secret = read_settings(data=tmp_path).session_secret()
    assert len(secret) >= 32
    assert read_settings(data=tmp_path).session_secret() == secret
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_with_a_database_of_ones_own_the_secret_is_required(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="YHT_SECRET_KEY"):
        read_settings(data=tmp_path, database_url="postgresql://db/hotline").session_secret()


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in Settings.model_fields.values())
