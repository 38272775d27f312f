"""Commands that simulate a citizen at the terminal: SMS and calls to the running hotline, through a provider on
loopback."""

from __future__ import annotations

import sys

import click

from hotline.commands.shared import settings_of


@click.group()
def simulate() -> None:
    """Be a citizen at the terminal, through a provider on loopback, without an account."""


@simulate.command("settings")
def simulate_settings() -> None:
    """Print the settings with which to start a hotline for simulation: eval "$(yihaotong simulate settings)"."""
    from connectors.twilio.double.simulation import SETTINGS

    for name, value in SETTINGS.items():
        click.echo(f"export {name}={value}")


@simulate.command("sms")
@click.option("--from", "number", default="+8613800001234", show_default=True, help="Your own number.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the hotline, YHT_PORT unless set.")
def simulate_sms(number: str, port: int | None) -> None:
    """Text the running hotline: each line of stdin is one text, @FILE at its beginning a picture."""
    import asyncio

    from connectors.twilio.double.simulation import Texting, lines_of, simulated

    settings = settings_of(port=port)

    def show(text: str) -> None:
        click.echo(f"小通  {text}")

    texting = Texting(simulated(settings), f"http://127.0.0.1:{settings.port}", number, show)
    asyncio.run(texting.hold(lines_of(sys.stdin), wait=not sys.stdin.isatty()))


@simulate.command("voice")
@click.option("--from", "number", default="+8613800001234", show_default=True, help="Your own number.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the hotline, YHT_PORT unless set.")
def simulate_voice(number: str, port: int | None) -> None:
    """Call the running hotline: each line of stdin is said, digits are pressed, "..." is silence, "." hangs up."""
    import asyncio

    from connectors.twilio.double.calling import Calling
    from connectors.twilio.double.simulation import lines_of, simulated

    settings = settings_of(port=port)

    def show(who: str, text: str) -> None:
        click.echo(f"{'小通' if who == 'phone' else who}  {text}")

    calling = Calling(simulated(settings), f"http://127.0.0.1:{settings.port}", number, show)
    asyncio.run(calling.hold(lines_of(sys.stdin)))
