"""Runs bare Rasa as a server of its own: the baseline that the hotline is measured against.

It has Rasa's own REST channel, agent, processor, lock store and in-memory tracker store, with the hotline's trained
model and its running action server. It differs from `rasa run` only in what would keep that from starting on a current
Sanic (see docs/decisions), and in where it writes its log. Nothing here comes from `bot/`, except the components and
the domain inside the model.

    python -m bench.bare_rasa --port N --actions URL --model FILE
"""

from __future__ import annotations

import argparse
from functools import partial

from hotline.processes.environment import prepare


def main() -> None:
    """Serve until the process is told to stop."""
    arguments = argparse.ArgumentParser(prog="python -m bench.bare_rasa")
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--actions", required=True, help="base URL of the running action server")
    arguments.add_argument("--model", required=True)
    given = arguments.parse_args()
    prepare()
    serve(given.port, given.actions, given.model)


def serve(port: int, actions: str, model: str) -> None:
    """Rasa on one port of this machine."""
    import rasa.utils.common
    from rasa.core.channels.rest import RestInput
    from rasa.core.run import close_resources, configure_app, load_agent_on_start
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.endpoints import EndpointConfig
    from rasa.utils.log_utils import configure_structlog

    rasa.utils.common.configure_logging_and_warnings()
    configure_structlog()
    endpoints = AvailableEndpoints(action=EndpointConfig(f"{actions}/webhook", enable_selective_domain=True))
    app = configure_app([RestInput()], enable_api=False)
    app.register_listener(partial(load_agent_on_start, model, endpoints, None), "before_server_start")
    app.register_listener(close_resources, "after_server_stop")
    app.run("127.0.0.1", port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main()
