"""Commands that start the processes: all in one terminal, or each by itself to scale out."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from hotline.commands.shared import begin, settings_of

F = TypeVar("F", bound=Callable[..., Any])


def _listen_options(command: F) -> F:
    @click.option("--host", help="Address to listen on instead of the one in its URL.")
    @click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on instead of the one in its URL.")
    @wraps(command)
    def with_options(*args: Any, **options: Any) -> Any:
        return command(*args, **options)

    return with_options  # type: ignore[return-value]


def _where(url: str, host: str | None, port: int | None) -> tuple[str, int]:
    from hotline.processes import address

    try:
        own_host, own_port = address(url)
    except ValueError as problem:
        raise click.ClickException(str(problem)) from None
    return host or own_host, port or own_port


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the gateway, 12345 unless set.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder for all data, var/ unless set.")
def up(port: int | None, data: Path | None) -> None:
    """Start everything in this terminal; Ctrl-C stops it. Trains the assistant first when needed."""
    from hotline.processes import up as all_processes
    from hotline.processes.supervisor import terminal_output

    settings = settings_of(port=port, data=data)
    all_processes.run(settings, terminal_output(settings.log_format))


@click.command()
@click.option("--host", help="Address to listen on, YHT_HOST unless set.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on, YHT_PORT unless set.")
def gateway(host: str | None, port: int | None) -> None:
    """Serve citizens, staff and providers: connectors, pages, API."""
    settings = settings_of(host=host, port=port)
    begin("gateway", settings)
    from hotline.bootstrap import build
    from hotline.processes.gateway import serve

    serve(build(settings))


@click.command()
@_listen_options
def dialogue(host: str | None, port: int | None) -> None:
    """Serve the trained assistant (Rasa) to the gateways, at YHT_DIALOGUE_URL."""
    from hotline.processes import DIALOGUE_URL

    settings = settings_of()
    where = _where(settings.dialogue_url or DIALOGUE_URL, host, port)
    begin("dialogue", settings)
    from hotline.processes.dialogue import serve

    serve(settings, *where)


@click.command()
@_listen_options
def actions(host: str | None, port: int | None) -> None:
    """Serve the assistant's custom actions to the dialogue, at YHT_ACTIONS_URL."""
    from hotline.processes import ACTIONS_URL

    settings = settings_of()
    where = _where(settings.actions_url or ACTIONS_URL, host, port)
    begin("actions", settings)
    from hotline.processes.actions import serve

    serve(*where)


@click.command()
def worker() -> None:
    """Publish events and do what they ask for."""
    settings = settings_of()
    begin("worker", settings)
    from hotline.bootstrap import build
    from hotline.processes.worker import serve

    serve(build(settings))
