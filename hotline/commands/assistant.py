"""Commands for the assistant: train it, check it, show what it understands, and learn from labelled messages."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hotline.commands.shared import begin, settings_of

if TYPE_CHECKING:
    from hotline.review import Doubtful

LINES_AT_ONCE = 32


@click.command()
@click.option("--force", is_flag=True, help="Train even when nothing has changed, from the beginning.")
def train(force: bool) -> None:
    """Train the assistant when its data, its components or its configuration have changed."""
    settings = settings_of()
    begin("train", settings, all_cores=True)
    from hotline.processes.training import train as make_model

    model, is_new = make_model(settings, force)
    click.echo(f"trained {model}" if is_new else f"{model} is up to date (--force trains anyway)")


@click.command()
@click.option("--fast", is_flag=True, help="Leave out what needs Rasa.")
def check(fast: bool) -> None:
    """Check settings, city data, texts and the assistant's domain and data."""
    settings = settings_of()
    from hotline.processes.environment import prepare

    prepare()
    from hotline.checks import problems

    found = problems(settings, fast)
    for problem in found:
        click.echo(problem)
    if found:
        raise click.ClickException(f"{len(found)} problem{'s' if len(found) > 1 else ''} found")
    click.echo("no problems found")


@click.command()
def understand() -> None:
    """Read texts, one a line, from stdin; write what is understood, one JSON object a line."""
    settings = settings_of()
    from hotline.processes.environment import prepare

    prepare(all_cores=True)
    from bot.nlu.understanding import Understanding
    from hotline.processes.training import newest_model

    understanding = Understanding.load(newest_model(settings.models_folder))
    with io.TextIOWrapper(sys.stdin.buffer, "utf-8", "replace") as lines:
        for batch in _batches(line.rstrip("\r\n") for line in lines):
            for found in understanding.read(batch):
                print(json.dumps(found, ensure_ascii=False), flush=True)


def _batches(lines: Iterable[str]) -> Iterator[list[str]]:
    """Batches of lines, which is faster; one line at a time when a person types them."""
    size = 1 if sys.stdin.isatty() else LINES_AT_ONCE
    rest = iter(lines)
    while batch := list(islice(rest, size)):
        yield batch


@click.group()
def review() -> None:
    """Improve the assistant: list what it was unsure of, export it, learn from what a person has labelled."""


@review.command("list")
@click.option("--days", default=7, show_default=True, help="How far to look back.")
@click.option("--limit", default=50, show_default=True, help="At most so many messages.")
def review_list(days: int, limit: int) -> None:
    """Show the doubtful messages, without personal data."""
    for message in _doubtful(days, limit):
        click.echo(
            f"{message.at:%m-%d %H:%M}  {message.reason:<15} {message.intent} {message.confidence:.2f}"
            f"  {message.category or '-'} {message.category_confidence:.2f}  {message.text}"
        )


@review.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--days", default=7, show_default=True, help="How far to look back.")
@click.option("--limit", default=1000, show_default=True, help="At most so many messages.")
def review_export(file: Path, days: int, limit: int) -> None:
    """Write the doubtful messages to a CSV sheet; correct the labels there and put "yes" under checked."""
    from hotline.review import write_sheet

    click.echo(f"{write_sheet(file, _doubtful(days, limit))} messages in {file}")


@review.command("learn")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--into", type=click.Path(dir_okay=False, path_type=Path), help="The training file to write.")
def review_learn(file: Path, into: Path | None) -> None:
    """Turn the checked rows of a sheet into training examples of the assistant."""
    from hotline.review import WrongLabel, learn

    try:
        target, count = learn(settings_of(), file, into)
    except (WrongLabel, KeyError) as wrong:
        raise click.ClickException(str(wrong)) from None
    click.echo(f"{count} examples in {target}; `yihaotong train` learns them")


def _doubtful(days: int, limit: int) -> Sequence[Doubtful]:
    from hotline import clock
    from hotline.bootstrap import turn_log
    from hotline.review import doubtful_messages

    return doubtful_messages(turn_log(settings_of()), clock.now() - timedelta(days=days), limit)
