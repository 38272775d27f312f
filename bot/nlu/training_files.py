"""The training files, read once a training: Rasa asks for them for every language and purpose, and reads them each time."""

from __future__ import annotations

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.training_data import TrainingData


class TrainingFiles(RasaFileImporter):  # type: ignore[misc]
    """Rasa's own importer with a memory."""

    _texts: TrainingData | None = None

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The training texts of all files; there is one language, whichever is asked for."""
        if self._texts is None:
            self._texts = super().get_nlu_data(language)
        return self._texts
