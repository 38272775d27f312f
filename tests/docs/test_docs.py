"""Every setting, event, table, connector, command and library is documented, links resolve, examples are true."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

import click
import psycopg
import pytest
from ruamel.yaml import YAML

from hotline.cli import main
from hotline.events.event import TYPES
from hotline.settings import PROJECT_ROOT, Settings
from hotline.storage.tables import metadata
from hotline.tickets import numbering
from hotline.tickets.model import Status

READMES = ("README.md", "README.zh-CN.md")
FOLDERS = ("docs", "connectors", "console", "cities", "tests", "bench", "bot")
CODE_BLOCK = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]+`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^(#+) +(.+?) *$", re.MULTILINE)
SETTING = re.compile(r"YHT_[A-Z0-9_]*[A-Z0-9]")
NUMBER = re.compile(r"(?<!\d)\d{6} ?\d{5} ?\d(?!\d)")


def documents() -> list[Path]:
    """The path of every page."""
    inside = (path for folder in FOLDERS for path in (PROJECT_ROOT / folder).rglob("*.md"))
    return sorted([*PROJECT_ROOT.glob("*.md"), *inside])


def named(path: Path) -> str:
    """A page's name as people write it."""
    return path.relative_to(PROJECT_ROOT).as_posix()


@lru_cache
def text(page: str) -> str:
    """The text of a page."""
    return (PROJECT_ROOT / page).read_text(encoding="utf-8")


def first_cells(page: str) -> list[str]:
    """The first cell of every row of a page's tables, without its code marks."""
    rows = re.findall(r"^\| *(.*?) *\|", CODE_BLOCK.sub("", text(page)), re.MULTILINE)
    return [row.strip("`") for row in rows]


def environment_names() -> set[str]:
    """The environment name of every setting."""
    return {f"YHT_{name.upper()}" for name in Settings.model_fields}


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    headings = HEADING.findall(CODE_BLOCK.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for _, heading in headings}


# --- settings ---------------------------------------------------------------------------------------------------------


def test_every_setting_has_its_row_and_every_row_its_setting() -> None:
    rows = [cell for cell in first_cells("docs/settings.md") if cell.startswith("YHT_")]
    assert sorted(rows) == sorted(environment_names())


def test_defaults_are_those_of_the_code() -> None:
    rows = dict(re.findall(r"^\| `(YHT_\w+)` \| `([^`]+)` \|", text("docs/settings.md"), re.MULTILINE))
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, str | int | float) and not isinstance(field.default, bool):
            assert rows[f"YHT_{name.upper()}"] == str(field.default)


@pytest.mark.parametrize("page", documents(), ids=named)
def test_no_page_names_a_setting_that_is_not_there(page: Path) -> None:
    mentioned = set(SETTING.findall(page.read_text(encoding="utf-8")))
    unknown = {name for name in mentioned - environment_names() if not name.startswith("YHT_TEST_")}
    assert not unknown


# --- events and tables ------------------------------------------------------------------------------------------------


def test_every_event_is_described_and_no_other() -> None:
    rows = [cell for cell in first_cells("docs/architecture.md") if re.fullmatch(r"[a-z]+\.[a-z_]+", cell)]
    assert sorted(rows) == sorted(TYPES)


def test_every_table_is_described() -> None:
    rows = first_cells("docs/architecture.md")
    assert not [name for name in metadata.tables if name not in rows]


def test_every_index_is_named_with_its_columns() -> None:
    page = text("docs/architecture.md")
    for table in metadata.tables.values():
        for index in table.indexes:
            columns = ", ".join(f"`{column.name}`" for column in index.columns)
            assert f"| `{index.name}` ({columns}) |" in page


def test_no_index_is_named_that_is_not_there() -> None:
    there = {index.name for table in metadata.tables.values() for index in table.indexes}
    assert set(re.findall(r"\bix_\w+", text("docs/architecture.md"))) <= there


def test_every_status_is_in_the_glossary() -> None:
    page = text("docs/glossary.md")
    assert not [status for status in Status if f"`{status}`" not in page]


@pytest.mark.parametrize("page", READMES)
def test_every_folder_of_the_service_is_in_the_tree(page: str) -> None:
    tree = next(block for block in CODE_BLOCK.findall(text(page)) if "hotline/ " in block)
    folders = {path.parent.name for path in (PROJECT_ROOT / "hotline").glob("*/__init__.py")}
    assert folders == set(re.findall(r"^  (\w+)/ ", tree, re.MULTILINE))


# --- connectors, commands, libraries, metrics -------------------------------------------------------------------------


def connector_folders() -> list[str]:
    """The channels."""
    return sorted(path.parent.name for path in (PROJECT_ROOT / "connectors").glob("*/__init__.py"))


def test_every_connector_has_its_page() -> None:
    assert not [
        name for name in connector_folders() if not (PROJECT_ROOT / "connectors" / name / "README.md").is_file()
    ]


def test_every_connector_is_listed() -> None:
    page = text("connectors/README.md")
    assert not [name for name in connector_folders() if f"({name}/README.md)" not in page]


@pytest.mark.parametrize("page", READMES)
def test_every_command_is_in_the_readme_and_no_other(page: str) -> None:
    rows = [cell.split()[1] for cell in first_cells(page) if cell.startswith("yihaotong ")]
    assert sorted(rows) == sorted(main.commands)


@pytest.mark.parametrize("page", READMES)
def test_the_options_of_every_command_are_in_the_readme(page: str) -> None:
    rows = {cell.split()[1]: cell for cell in first_cells(page) if cell.startswith("yihaotong ")}
    for name, command in main.commands.items():
        options = [o for p in command.params if isinstance(p, click.Option) for o in p.opts if o.startswith("--")]
        assert sorted(options) == sorted(re.findall(r"--\w+", rows[name]))


@pytest.mark.parametrize("page", READMES)
def test_every_target_of_make_that_is_named_is_there(page: str) -> None:
    targets = re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE)
    shown = "\n".join(CODE_BLOCK.findall(text(page))) + "\n".join(CODE.findall(text(page)))
    assert set(re.findall(r"^`?make ([a-z]+)", shown, re.MULTILINE)) <= set(targets)


def test_every_library_has_its_reason() -> None:
    project = tomllib.loads(text("pyproject.toml"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    libraries = {re.split(r"[\[<>=!~ ]", line)[0].lower() for line in wanted}
    page = re.sub(r"[^a-z0-9]", "", text("docs/decisions/0005-libraries.md").lower())
    other = re.sub(r"[^a-z0-9]", "", text("docs/decisions/0001-rasa-3.6-on-python-3.11.md").lower())
    missing = [name for name in libraries if re.sub(r"[^a-z0-9]", "", name) not in page + other]
    assert not [name for name in missing if not name.startswith("types-")]


def test_every_override_has_its_reason() -> None:
    overrides = tomllib.loads(text("pyproject.toml"))["tool"]["uv"]["override-dependencies"]
    rows = first_cells("docs/decisions/0001-rasa-3.6-on-python-3.11.md")
    for override in overrides:
        name, _, never = override.partition(" ; ")
        assert (f"{name}` never" if never else name) in rows


def test_every_metric_is_described() -> None:
    source = "\n".join(p.read_text(encoding="utf-8") for p in (PROJECT_ROOT / "hotline").rglob("*.py"))
    metrics = re.findall(r"(Counter|Gauge|Histogram)\(\s*\"(yht_\w+)\"", source)
    page = text("docs/operations.md")
    assert not [name for kind, name in metrics if f"`{name}{'_total' if kind == 'Counter' else ''}`" not in page]


# --- links ------------------------------------------------------------------------------------------------------------


def links(page: Path) -> Iterator[str]:
    """Every link of a page to a place in this repository."""
    for target in LINK.findall(CODE.sub("", CODE_BLOCK.sub("", page.read_text(encoding="utf-8")))):
        if not re.match(r"[a-z]+:", target):
            yield target


@pytest.mark.parametrize("page", documents(), ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    for target in links(page):
        place, _, anchor = unquote(target).partition("#")
        found = (page.parent / place).resolve() if place else page
        assert found.exists(), f"{target} leads nowhere"
        assert found.is_relative_to(PROJECT_ROOT), f"{target} leads out of the repository"
        if anchor:
            assert anchor in anchors(found), f"{target}: there is no such heading"


@pytest.mark.parametrize("page", READMES)
def test_the_tree_of_the_readme_is_there(page: str) -> None:
    tree = re.search(r"```text\n(bot/.*?)```", text(page), re.DOTALL)
    assert tree
    named_first = [line.split()[0] for line in tree[1].splitlines() if line and not line.startswith(" ")]
    made_when_it_runs = {"var/", "models/"}
    assert not [n for n in named_first if n not in made_when_it_runs and not (PROJECT_ROOT / n).exists()]


# --- the two READMEs say the same -------------------------------------------------------------------------------------


def test_both_readmes_have_the_same_sections() -> None:
    shapes = [[level for level, _ in HEADING.findall(CODE_BLOCK.sub("", text(page)))] for page in READMES]
    assert shapes[0] == shapes[1]


def test_both_readmes_have_the_same_tables_links_and_commands() -> None:
    for find in (r"^\|", r"^```", r"^- "):
        counts = [len(re.findall(find, text(page), re.MULTILINE)) for page in READMES]
        assert counts[0] == counts[1], find
    commands = [{c for c in CODE.findall(text(page)) if c.startswith(("`make ", "`yihaotong "))} for page in READMES]
    assert commands[0] == commands[1]
    english, chinese = (sorted(t for t in links(PROJECT_ROOT / page) if t not in READMES) for page in READMES)
    assert english == chinese


# --- examples are true ------------------------------------------------------------------------------------------------


def scripted_sentences() -> set[str]:
    """Everything that citizens say in the conversation scripts."""
    found: set[str] = set()
    for path in (PROJECT_ROOT / "tests" / "conversations").glob("*.yml"):
        for script in YAML(typ="safe").load_all(path.read_text(encoding="utf-8")):
            found |= {str(turn["citizen"]) for turn in (script or {}).get("turns", []) if "citizen" in turn}
    return found


@pytest.mark.parametrize("page", READMES)
def test_what_the_citizen_says_in_the_readme_is_said_in_a_conversation_script(page: str) -> None:
    said = re.findall(r"^ 市民  (.+)$", text(page), re.MULTILINE)
    assert said
    assert not set(said) - scripted_sentences()


@pytest.mark.parametrize("page", documents(), ids=named)
def test_ticket_numbers_in_examples_pass_their_check_digit(page: Path) -> None:
    wrong = [n for n in NUMBER.findall(page.read_text(encoding="utf-8")) if not numbering.is_number(n.replace(" ", ""))]
    assert not wrong


def test_the_sql_of_the_operations_page_runs(postgresql_url: str) -> None:
    blocks = re.findall(r"```sql\n(.*?)```", text("docs/operations.md"), re.DOTALL)
    statements = [s for block in blocks for s in re.sub(r"--.*", "", block).split(";") if s.strip()]
    assert len(statements) > 3
    with psycopg.connect(postgresql_url.replace("+psycopg", "", 1)) as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[arg-type]
