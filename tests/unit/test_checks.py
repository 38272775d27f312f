"""`yihaotong check`: every fault of settings, city data and texts is reported in one line, with the file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from hotline.checks import problems
from hotline.cli import main
from hotline.settings import PROJECT_ROOT, Settings


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the checked data."""
    for folder in ("cities", "hotline/texts", "portal/texts", "bot/domain"):
        shutil.copytree(PROJECT_ROOT / folder, tmp_path / folder)
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    """Replace text that must occur at least once."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def found(root: Path, **settings: str) -> list[str]:
    """The problems that are found without Rasa."""
    return problems(Settings(**settings), fast=True, root=root)  # type: ignore[arg-type]


def test_the_project_as_it_is_has_no_problems(root: Path) -> None:
    assert found(root) == []


def test_a_mistake_in_the_citys_data_is_named_with_file_and_line(root: Path) -> None:
    change(root / "cities/chengdu/city.yml", 'area_code: "028"', "area_code: twentyeight")
    [problem] = found(root)
    assert problem.startswith("cities/chengdu/city.yml:6: ")


def test_a_text_missing_in_one_language_is_named(root: Path) -> None:
    change(root / "hotline/texts/en.yml", "received:", "recieved:")
    assert any(p == "hotline/texts/en.yml: 'status.received' is missing" for p in found(root))


def test_a_placeholder_that_differs_is_named(root: Path) -> None:
    change(root / "hotline/texts/zh.yml", "{unit}", "{who}")
    assert any("{placeholders}" in p and p.startswith("hotline/texts: 'node.") for p in found(root))


def test_a_response_without_english_is_named(root: Path) -> None:
    (root / "bot/domain/responses/new.yml").write_text(
        'version: "3.1"\nresponses:\n  utter_new:\n    - text: 新的。\n', encoding="utf-8"
    )
    assert found(root) == ["bot/domain/responses/new.yml: utter_new has no variant in en"]


def test_what_is_not_yaml_is_named(root: Path) -> None:
    (root / "portal/texts/en.yml").write_text("page: [", encoding="utf-8")
    assert any(p.startswith("portal/texts/en.yml: ") and "line" in p for p in found(root))


def test_half_of_the_twilio_settings_is_named(root: Path) -> None:
    [first, second, third] = found(root, twilio_account_sid="AC123")
    assert "YHT_TWILIO_AUTH_TOKEN" in first
    assert "YHT_TWILIO_FROM" in second
    assert "YHT_PUBLIC_URL" in third


def test_a_transfer_that_leads_nowhere_in_the_city_is_named(root: Path) -> None:
    transfers = {"general": "+862812340000", "119": "+862811900000", "moon": "queue:moon"}
    [problem] = found(root, voice_transfers=transfers)
    assert "moon" in problem


def test_a_database_of_ones_own_needs_a_secret(root: Path) -> None:
    assert any("YHT_SECRET_KEY" in p for p in found(root, database_url="postgresql://db/hotline"))


@pytest.mark.parametrize(
    "command", ["up", "gateway", "dialogue", "actions", "worker", "train", "check", "migrate", "understand"]
)
def test_every_command_explains_itself(command: str) -> None:
    done = CliRunner().invoke(main, [command, "--help"])
    assert done.exit_code == 0
    assert f"Usage: main {command}" in done.output


def test_a_wrong_setting_is_one_line_and_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YHT_PORT", "many")
    done = CliRunner().invoke(main, ["migrate"])
    assert done.exit_code == 1
    assert done.output.startswith("Error: YHT_PORT: ")
    assert done.output.count("\n") == 1


def test_migrate_tells_from_where_to_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YHT_DATA", str(tmp_path / "var"))
    assert CliRunner().invoke(main, ["migrate"]).output.startswith("the database went from empty to ")
    assert CliRunner().invoke(main, ["migrate"]).output.startswith("the database is at ")


def test_rasas_own_commands_find_the_project_where_they_look_by_default() -> None:
    assert (PROJECT_ROOT / "domain.yml").resolve() == (PROJECT_ROOT / "bot" / "domain").resolve()
    assert (PROJECT_ROOT / "data").resolve() == (PROJECT_ROOT / "bot" / "data").resolve()
    assert (PROJECT_ROOT / "config.yml").is_file()
