"""Commands for the event stream."""

from __future__ import annotations

import click

from hotline.commands.shared import settings_of


@click.group()
def events() -> None:
    """The event stream."""


@events.command("retry")
def events_retry() -> None:
    """Put back every dead letter for the group that could not handle it, once the fault is fixed."""
    from hotline.events.dead_letters import put_back
    from hotline.processes import REDIS_URL
    from hotline.processes.embedded import known_valkey

    settings = settings_of()
    letters = put_back(settings.redis_url or known_valkey(settings.data) or REDIS_URL)
    for letter in letters:
        click.echo("  ".join(letter.get(name, "?") for name in ("type", "subject", "group", "problem")))
    click.echo(f"{len(letters)} events put back")
