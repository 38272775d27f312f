"""When a model is stale, what is kept, and that a model is complete or absent. A double stands in for Rasa."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hotline.processes import training
from hotline.settings import Settings


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project whose training writes a file."""
    (tmp_path / "config.yml").write_text("pipeline: []")
    for name in ("bot/data/nlu.yml", "bot/domain/domain.yml", "bot/nlu/component.py", "cities/chengdu/districts.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one")

    def run(workshop: Path, name: str, force: bool) -> Path:
        made = workshop / f"{name}.tar.gz"
        made.write_text("a model")
        return made

    monkeypatch.setattr("hotline.settings.PROJECT_ROOT", tmp_path)
    monkeypatch.setattr(training, "PROJECT_ROOT", tmp_path)
    monkeypatch.setattr(training, "CACHES", tmp_path / ".rasa")
    monkeypatch.setattr(training, "_run_rasa", run)
    monkeypatch.setattr(training, "fingerprint", lambda settings: _fingerprint(settings, tmp_path))
    monkeypatch.setenv("RASA_CACHE_DIRECTORY", "")  # set by the training; put back afterwards
    return tmp_path


_fingerprint = training.fingerprint


def test_without_a_model_one_is_trained_and_then_it_is_fresh(project: Path) -> None:
    assert not training.is_fresh(Settings())
    model, is_new = training.train(Settings())
    assert is_new
    assert training.is_fresh(Settings())
    assert training.newest_model(project / "models") == model
    assert training.train(Settings()) == (model, False)


@pytest.mark.parametrize(
    "name",
    ["config.yml", "bot/data/nlu.yml", "bot/domain/domain.yml", "bot/nlu/component.py", "cities/chengdu/districts.yml"],
)
def test_a_model_is_stale_when_what_it_was_trained_on_changes(project: Path, name: str) -> None:
    training.train(Settings())
    (project / name).write_text("two")
    assert not training.is_fresh(Settings())


def test_a_new_file_makes_it_stale_and_other_files_do_not(project: Path) -> None:
    training.train(Settings())
    (project / "cities/chengdu/lines.yml").write_text("110")
    (project / "bot/data/notes.txt").write_text("thoughts")
    assert training.is_fresh(Settings())
    (project / "bot/data/more.yml").write_text("")
    assert not training.is_fresh(Settings())


def test_a_training_that_fails_leaves_the_older_model(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, _ = training.train(Settings())
    (project / "config.yml").write_text("pipeline: [Nonsense]")

    def fail(*_: object) -> Path:
        raise training.TrainingFailed("Nonsense is not known")

    monkeypatch.setattr(training, "_run_rasa", fail)
    with pytest.raises(training.TrainingFailed):
        training.train(Settings())
    assert training.newest_model(project / "models") == model
    assert not training.is_fresh(Settings())


def test_the_last_three_models_are_kept_and_nothing_else(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = project / "models"
    folder.mkdir()
    (folder / ".training-killed").mkdir()
    for age in range(5, 0, -1):
        (folder / f"old-{age}.tar.gz").write_text("")
        (folder / f"old-{age}.fingerprint").write_text("")
        os.utime(folder / f"old-{age}.tar.gz", (1_000_000 - age, 1_000_000 - age))
    model, _ = training.train(Settings())
    kept = sorted(path.name.split(".")[0] for path in folder.glob("*.*") if not path.name.startswith("."))
    assert kept == sorted([model.name.split(".")[0]] * 2 + ["old-1"] * 2 + ["old-2"] * 2)
    assert not (folder / ".training-killed").exists()


def test_without_a_model_the_message_says_what_to_do(project: Path) -> None:
    with pytest.raises(training.NoModel, match="yihaotong train"):
        training.newest_model(project / "models")
