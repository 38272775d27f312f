"""The `yihaotong` command: parse, call one thing, present. Only the command that needs a heavy library imports it."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import wraps
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from hotline.review import Doubtful
    from hotline.settings import Settings
    from hotline.staff.service import Staff
    from hotline.statistics.period import Period

LINES_AT_ONCE = 32

F = TypeVar("F", bound=Callable[..., Any])


class Commands(click.Group):
    """Turns every failure that has a name into one line and exit code 1."""

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


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option("0.1.0", prog_name="yihaotong")
def main() -> None:
    """The 12345 hotline assistant. Settings are environment variables, YHT_…; docs/settings.md lists them."""


def _settings(**overrides: Any) -> Settings:
    from hotline.settings import read_settings

    return read_settings(**{name: value for name, value in overrides.items() if value is not None})


def _begin(process: str, settings: Settings, all_cores: bool = False) -> None:
    """Environment and logs of a long-running process."""
    from hotline.logs import configure_logs
    from hotline.processes.environment import prepare

    prepare(all_cores)
    configure_logs(process, settings.log_format)


def _listen_options(command: F) -> F:
    @click.option("--host", help="Address to listen on instead of the one in its URL.")
    @click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on instead of the one in its URL.")
    @wraps(command)
    def with_options(*args: Any, **options: Any) -> Any:
        return command(*args, **options)

    return with_options  # type: ignore[return-value]


def _period_options(command: F) -> F:
    @click.option("--from", "first", required=True, type=click.DateTime(["%Y-%m-%d"]), help="First day.")
    @click.option(
        "--to", "last", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Last day, at most a year later."
    )
    @wraps(command)
    def with_period(first: datetime, last: datetime, **options: Any) -> Any:
        from hotline.statistics.period import Period

        return command(period=Period(first.date(), last.date()), **options)

    return with_period  # type: ignore[return-value]


def _where(url: str, host: str | None, port: int | None) -> tuple[str, int]:
    from hotline.processes import address

    try:
        own_host, own_port = address(url)
    except ValueError as problem:
        raise click.ClickException(str(problem)) from None
    return host or own_host, port or own_port


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the gateway, 12345 unless set.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder for all data, var/ unless set.")
def up(port: int | None, data: Path | None) -> None:
    """Start everything in this terminal; Ctrl-C stops it. Trains the assistant first when needed."""
    from hotline.processes import up as all_processes
    from hotline.processes.supervisor import terminal_output

    settings = _settings(port=port, data=data)
    all_processes.run(settings, terminal_output(settings.log_format))


@main.command()
@click.option("--host", help="Address to listen on, YHT_HOST unless set.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on, YHT_PORT unless set.")
def gateway(host: str | None, port: int | None) -> None:
    """Serve citizens, staff and providers: connectors, pages, API."""
    settings = _settings(host=host, port=port)
    _begin("gateway", settings)
    from hotline.bootstrap import build
    from hotline.processes.gateway import serve

    serve(build(settings))


@main.command()
@_listen_options
def dialogue(host: str | None, port: int | None) -> None:
    """Serve the trained assistant (Rasa) to the gateways, at YHT_DIALOGUE_URL."""
    from hotline.processes import DIALOGUE_URL

    settings = _settings()
    where = _where(settings.dialogue_url or DIALOGUE_URL, host, port)
    _begin("dialogue", settings)
    from hotline.processes.dialogue import serve

    serve(settings, *where)


@main.command()
@_listen_options
def actions(host: str | None, port: int | None) -> None:
    """Serve the assistant's custom actions to the dialogue, at YHT_ACTIONS_URL."""
    from hotline.processes import ACTIONS_URL

    settings = _settings()
    where = _where(settings.actions_url or ACTIONS_URL, host, port)
    _begin("actions", settings)
    from hotline.processes.actions import serve

    serve(*where)


@main.command()
def worker() -> None:
    """Publish events and do what they ask for."""
    settings = _settings()
    _begin("worker", settings)
    from hotline.bootstrap import build
    from hotline.processes.worker import serve

    serve(build(settings))


@main.command()
@click.option("--force", is_flag=True, help="Train even when nothing has changed, from the beginning.")
def train(force: bool) -> None:
    """Train the assistant when its data, its components or its configuration have changed."""
    settings = _settings()
    _begin("train", settings, all_cores=True)
    from hotline.processes.training import train as make_model

    model, is_new = make_model(settings, force)
    click.echo(f"trained {model}" if is_new else f"{model} is up to date (--force trains anyway)")


@main.command()
def migrate() -> None:
    """Make or upgrade the tables of the database; bring the index of phones to its key."""
    from hotline.phones import BlindIndex
    from hotline.storage.migrations import upgrade

    settings = _settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    before, after = upgrade(settings.sql_url, phones=BlindIndex(settings.phone_secret()))
    click.echo(
        f"the database is at {after}" if before == after else f"the database went from {before or 'empty'} to {after}"
    )


@main.group()
def staff() -> None:
    """The people who work with the hotline."""


@staff.command("add")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(["agent", "supervisor", "handler", "grid", "admin"]))
@click.option("--skill", "skills", multiple=True, help="A skill group; may be given several times.")
@click.option("--department", help="The unit whose tickets a handler or grid worker sees, as tickets name it.")
def staff_add(name: str, role: str, skills: tuple[str, ...], department: str | None) -> None:
    """Add a person; NAME is what they type at sign-in. Prints a one-time password."""
    from hotline.staff.model import SYSTEM, Person, Role

    person = Person("", name, name.strip(), Role(role), skills, department)
    click.echo(_staff().add(person, SYSTEM)[1])


@staff.command("reset")
@click.argument("name")
def staff_reset(name: str) -> None:
    """Give a person a new one-time password and sign them out everywhere."""
    from hotline.staff.model import SYSTEM

    use_cases = _staff()
    click.echo(use_cases.reset_password(use_cases.with_login(name).id, SYSTEM))


@staff.command("list")
def staff_list() -> None:
    """Show who is there: name at sign-in, role, skills, department."""
    for person in _staff().listed():
        parts = [person.login, person.role, ",".join(person.skills) or "-", person.department or "-"]
        click.echo("  ".join(parts if person.active else [*parts, "(inactive)"]))


@staff.command("first", hidden=True)
def staff_first() -> None:
    """Make the first account when there is none; print its one-time password, or nothing."""
    from hotline.staff.service import FIRST_LOGIN

    if password := _staff().add_first():
        click.echo(f"first account for /console: {FIRST_LOGIN}, one-time password {password} (for seven days)")


def _staff() -> Staff:
    from hotline.bootstrap import build

    return build(_settings()).staff


@main.group()
def audit() -> None:
    """The record of who did what."""


@audit.command("verify")
def audit_verify() -> None:
    """Prove that no audit row was changed, removed or put in; keep the printed hash elsewhere to prove it later."""
    from hotline.bootstrap import build

    rows, last = build(_settings()).audit.verify()
    click.echo(f"{rows} rows, none changed; the last hash is {last}")


@audit.command("promise")
def audit_promise() -> None:
    """Prove that no ticket is forgotten: each waits for somebody or has ended with an answer, and what is overdue has
    been told to a supervisor."""
    from hotline.bootstrap import build

    proof = build(_settings()).promise.proof()
    click.echo(f"{proof.tickets} tickets: {proof.ended} have ended, {proof.overdue} are overdue")
    for breach, numbers in proof.broken.items():
        for number in numbers:
            click.echo(f"{breach}  {number}")
    if not proof.holds:
        raise click.ClickException("these tickets break the promise")
    click.echo("every other one waits for somebody; every one that has ended was answered")


@main.group()
def export() -> None:
    """Files for the office, on record in the audit."""


@export.command("ledger")
@_period_options
@click.option("--of", "party", type=click.Choice(["resident", "firm"]), help="Only residents' tickets, or only firms'.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The xlsx file to write.")
def export_ledger(period: Period, party: str | None, out: Path) -> None:
    """Write the working ledger: every ticket of a period, without who the citizens are."""
    from hotline.bootstrap import build
    from hotline.files import written_whole
    from hotline.staff.model import SYSTEM
    from hotline.statistics.ledger import Party

    ledger, whose = build(_settings()).ledger, Party(party) if party else None
    with click.progressbar(length=ledger.count(period), label="tickets", file=sys.stderr) as bar:
        try:
            with written_whole(out) as file:
                rows = ledger.export(period, whose, file, SYSTEM, lambda count: bar.update(count - bar.pos))
        except OSError as problem:
            raise click.ClickException(f"{out} cannot be written: {problem.strerror}") from None
    click.echo(f"{rows} tickets in {out}")


@main.command()
@click.option("--week", help="The week by its ISO 8601 name, 2026-W47; the last one unless given.")
@click.option("--again", is_flag=True, help="Count a bulletin that is kept already anew, and keep that instead.")
def bulletin(week: str | None, again: bool) -> None:
    """Make the bulletin of a week and keep it, as the worker does every Monday; it is read at /console/bulletin."""
    from hotline.bootstrap import build
    from hotline.staff.model import SYSTEM
    from hotline.statistics.period import Period

    hotline = build(_settings())
    period = Period.week(week) if week else Period.week_of(hotline.now().date()).before()
    made, is_new = hotline.bulletins.make(period, SYSTEM, again)
    state = "made" if is_new else f"kept since {made.at:%Y-%m-%d %H:%M} (--again counts anew)"
    click.echo(
        f"{period.week_name}: {made.total.received} tickets received; {state}; /console/bulletin/{period.week_name}"
    )


@main.command()
@_period_options
def recount(period: Period) -> None:
    """Count the numbers of days anew from the tickets; fails when kept ones were not what the tickets say."""
    from hotline.bootstrap import build

    with click.progressbar(length=period.days, label="days", file=sys.stderr) as bar:
        wrong = build(_settings()).statistics.recount(period, lambda _: bar.update(1))
    if wrong:
        raise click.ClickException(f"the numbers of {', '.join(map(str, wrong))} were wrong; they are right now")
    click.echo(f"{period.days} days counted anew; every kept number was right")


@main.command()
@click.option("--fast", is_flag=True, help="Leave out what needs Rasa.")
def check(fast: bool) -> None:
    """Check settings, city data, texts and the assistant's domain and data."""
    settings = _settings()
    from hotline.processes.environment import prepare

    prepare()
    from hotline.checks import problems

    found = problems(settings, fast)
    for problem in found:
        click.echo(problem)
    if found:
        raise click.ClickException(f"{len(found)} problem{'s' if len(found) > 1 else ''} found")
    click.echo("no problems found")


@main.group()
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
    from hotline.city import REQUEST_TYPES, load_city
    from hotline.review import WrongLabel, known_intents, read_sheet, training_examples
    from hotline.settings import PROJECT_ROOT

    settings = _settings()
    folder = PROJECT_ROOT / "bot" / "data" / "nlu"
    intents = known_intents(PROJECT_ROOT / "bot" / "domain" / "intents.yml")
    try:
        rows = read_sheet(file, intents, load_city(settings.city_folder).categories, REQUEST_TYPES)
    except (WrongLabel, KeyError) as wrong:
        raise click.ClickException(str(wrong)) from None
    target = into or folder / "reviewed" / f"{file.stem}.yml"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(training_examples(rows), encoding="utf-8")
    click.echo(f"{len(rows)} examples in {target}; `yihaotong train` learns them")


def _doubtful(days: int, limit: int) -> Sequence[Doubtful]:
    from hotline import clock
    from hotline.review import doubtful_messages
    from hotline.storage.database import Database
    from hotline.storage.trackers import TurnLog

    log = TurnLog(Database(_settings().sql_url), clock.now)
    return doubtful_messages(log, clock.now() - timedelta(days=days), limit)


@main.group()
def simulate() -> None:
    """Be a citizen at the terminal, through a provider on loopback, without an account."""


@simulate.command("settings")
def simulate_settings() -> None:
    """Print the settings that a hotline is started with to be simulated: eval "$(yihaotong simulate settings)"."""
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

    settings = _settings(port=port)

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

    settings = _settings(port=port)

    def show(who: str, text: str) -> None:
        click.echo(f"{'小通' if who == 'phone' else who}  {text}")

    calling = Calling(simulated(settings), f"http://127.0.0.1:{settings.port}", number, show)
    asyncio.run(calling.hold(lines_of(sys.stdin)))


@main.command()
def understand() -> None:
    """Read texts, one a line, from stdin; write what is understood, one JSON object a line."""
    settings = _settings()
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
    """Some lines at a time, which is faster; each at once when a person types them."""
    size = 1 if sys.stdin.isatty() else LINES_AT_ONCE
    rest = iter(lines)
    while batch := list(islice(rest, size)):
        yield batch


if __name__ == "__main__":
    main(prog_name="yihaotong")
