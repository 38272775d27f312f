"""Helpers for the commands: settings, the start of a process, options."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from hotline.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


def settings_of(**overrides: Any) -> Settings:
    """The settings from the environment; options that were given win over them. Raises
    hotline.settings.SettingsError."""
    from hotline.settings import read_settings

    return read_settings(**{name: value for name, value in overrides.items() if value is not None})


def begin(process: str, settings: Settings, all_cores: bool = False) -> None:
    """Prepare environment and logs of a long-running process."""
    from hotline.processes.environment import prepare
    from hotline.processes.logs import configure_logs

    prepare(all_cores)
    configure_logs(process, settings.log_format)


def period_options(command: F) -> F:
    """Add the options --from and --to, which the command gets as `period`."""

    @click.option("--from", "first", required=True, type=click.DateTime(["%Y-%m-%d"]), help="First day.")
    @click.option(
        "--to", "last", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Last day, at most a year later."
    )
    @wraps(command)
    def with_period(first: datetime, last: datetime, **options: Any) -> Any:
        from hotline.statistics.period import Period

        return command(period=Period(first.date(), last.date()), **options)

    return with_period  # type: ignore[return-value]
