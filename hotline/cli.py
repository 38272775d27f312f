"""The `yihaotong` command: the list of its subcommands, and how their failures are reported."""

from __future__ import annotations

from typing import Any

import click

from hotline.commands import assistant, data, events, processes, simulate, staff

COMMANDS = (
    processes.up,
    processes.gateway,
    processes.dialogue,
    processes.actions,
    processes.worker,
    assistant.train,
    assistant.check,
    assistant.understand,
    assistant.review,
    staff.staff,
    data.migrate,
    data.export,
    data.notice,
    data.bulletin,
    data.recount,
    data.audit,
    events.events,
    simulate.simulate,
)


class Commands(click.Group):
    """Turns every exception whose class this repository defines into one line and exit code 1."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(context)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            raise click.exceptions.Exit(130) from None
        except BrokenPipeError:
            raise click.exceptions.Exit(0) from None
        except Exception as problem:
            if not _is_ours(problem):
                raise
            raise click.ClickException(" ".join(str(problem).split())) from None


def _is_ours(problem: Exception) -> bool:
    return type(problem).__module__.split(".")[0] in {"hotline", "bot", "connectors", "console", "portal"}


@click.group(
    cls=Commands,
    commands=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option("0.1.0", prog_name="yihaotong")
def main() -> None:
    """The 12345 hotline assistant. Settings are environment variables, YHT_…; docs/settings.md lists them."""


if __name__ == "__main__":
    main(prog_name="yihaotong")
