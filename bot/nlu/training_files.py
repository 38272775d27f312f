"""Reads the training files once per training; Rasa would read them again for every language and purpose."""

from __future__ import annotations

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.training_data import TrainingData


class TrainingFiles(RasaFileImporter):  # type: ignore[misc]
    """Rasa's own importer with a cache."""

    _texts: TrainingData | None = None

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The training texts of all files, whichever language is asked for."""
        if self._texts is None:
            self._texts = super().get_nlu_data(language)
        return self._texts
