"""The dialogue process: Rasa with the newest model, private to the gateway."""

from __future__ import annotations

from hotline.processes import ACTIONS_URL
from hotline.processes.training import newest_model
from hotline.settings import Settings


def serve(settings: Settings, host: str, port: int) -> None:
    """Run the dialogue until it is told to stop. Raises training.NoModel when nothing has been trained."""
    model = newest_model(settings.models_folder)

    import bot.server
    from bot.tracker_store import TurnTrackerStore
    from hotline import clock
    from hotline.storage.database import Database
    from hotline.storage.trackers import TurnLog

    store = TurnTrackerStore(None, log=TurnLog(Database(settings.sql_url), clock.now))
    app = bot.server.create_dialogue_server(store, settings.actions_url or ACTIONS_URL, model)
    bot.server.serve(app, host, port)
