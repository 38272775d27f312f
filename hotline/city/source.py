"""Reads city files value by value: each field with a declared type, each problem noted with file and line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from hotline.city.model import Bilingual

_TAG = "tag:yaml.org,2002:"


class CityDataError(ValueError):
    """The city's files are invalid.

    ``problems`` holds every problem found, each as ``cities/x/categories.yml:37: category 0604: what is wrong``,
    in the order of files and lines.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class Problems:
    """Collects problems, so that one run reports all of them."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int, str], None] = {}

    def add(self, file: str, line: int, message: str) -> None:
        """Note one problem; a repeated one counts once."""
        self._found[(file, line, message)] = None

    def raise_if_any(self) -> None:
        """Raise `CityDataError` when anything was noted."""
        if self._found:
            raise CityDataError([f"{file}:{line}: {message}" for file, line, message in sorted(self._found)])


class Record:
    """One YAML mapping. Each field is read by name and type; a field that was never read is an unknown field.

    A method that finds a fault notes the problem and returns an empty value, so that reading goes on. ``label`` names
    the record in messages ("category 0604").
    """

    def __init__(self, node: MappingNode, file: str, problems: Problems, label: str) -> None:
        self.label = label
        self.line = _line(node)
        self._file = file
        self._problems = problems
        self._nodes: dict[str, Any] = {}
        self._lines: dict[str, int] = {}
        self._read: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in self._nodes:
                self._note(_line(key), f"'{name}' stands twice")
            self._nodes[name] = value
            self._lines[name] = _line(key)

    # -- the record --------------------------------------------------------------------------------------------------

    def names(self) -> list[str]:
        """The names of all fields, in the order of the file."""
        return list(self._nodes)

    def line_of(self, key: str) -> int:
        """The line of a field, counted from 1; the record's own line when the field is absent."""
        return self._lines.get(key, self.line)

    def problem(self, key: str, message: str, line: int | None = None) -> None:
        """Note a problem with a field."""
        self._note(self.line_of(key) if line is None else line, message)

    def done(self) -> None:
        """Note every field that was never read, as unknown."""
        for key in self._nodes:
            if key not in self._read:
                self.problem(key, f"unknown field '{key}'")

    # -- fields by type ----------------------------------------------------------------------------------------------

    def text(self, key: str, pattern: str | None = None) -> str:
        """A required text; with `pattern`, the whole text must match it."""
        value = self._scalar(key, "str", "a text in quotes", required=True)
        if value is None:
            return ""
        if not value.strip():
            self.problem(key, f"'{key}' is empty")
        elif pattern is not None and not re.fullmatch(pattern, value):
            self.problem(key, f"{key} '{value}' does not look like {pattern}")
        return value

    def optional_text(self, key: str, pattern: str | None = None) -> str | None:
        """A text, or None when the field is absent or null."""
        return None if self._absent(key) else self.text(key, pattern)

    def choice(self, key: str, options: Collection[str], what: str, default: str | None = None) -> str:
        """A text out of `options`; `what` names the kind of thing in the message ("a department")."""
        if default is not None and self._absent(key):
            return default
        value = self._scalar(key, "str", "a text", required=True)
        if value is None:
            return ""
        self._check_choice(key, value, options, what, self.line_of(key))
        return value

    def optional_choice(self, key: str, options: Collection[str], what: str) -> str | None:
        """A text out of `options`, or None when the field is absent or null."""
        return None if self._absent(key) else self.choice(key, options, what)

    def flag(self, key: str, default: bool | None = None) -> bool:
        """A Boolean; required when there is no default."""
        value = self._scalar(key, "bool", "true or false", required=default is None)
        return bool(default) if value is None else value.lower() == "true"

    def whole(self, key: str, minimum: int = 0) -> int:
        """A required whole number of at least `minimum`."""
        number = self.optional_whole(key, minimum)
        if number is None and key not in self._nodes:
            self._note(self.line, f"'{key}' is missing")
        return number or 0

    def optional_whole(self, key: str, minimum: int = 0) -> int | None:
        """A whole number of at least `minimum`, or None when the field is absent."""
        value = self._scalar(key, "int", "a whole number", required=False)
        if value is None:
            return None
        if int(value) < minimum:
            self.problem(key, f"{key} {value} is less than {minimum}")
        return int(value)

    def texts(self, key: str, minimum: int = 0, maximum: int | None = None) -> tuple[str, ...]:
        """A list of texts without repetition; absent counts as empty."""
        return tuple(text for text, _ in self.texts_with_lines(key, minimum, maximum))

    def texts_with_lines(self, key: str, minimum: int = 0, maximum: int | None = None) -> list[tuple[str, int]]:
        """The same list as `texts`, each text with its line."""
        found: dict[str, int] = {}
        for item in self._items(key):
            if not isinstance(item, ScalarNode) or item.tag != _TAG + "str" or not item.value.strip():
                self._note(_line(item), f"{key}: every entry must be a text, put it in quotes")
            elif item.value in found:
                self._note(_line(item), f"{key}: '{item.value}' stands twice")
            else:
                found[str(item.value)] = _line(item)
        if len(found) < minimum and (key in self._nodes or minimum):
            self.problem(key, f"'{key}' needs at least {minimum} entries" if minimum > 1 else f"'{key}' is missing")
        if maximum is not None and len(found) > maximum:
            self.problem(key, f"'{key}' has {len(found)} entries, at most {maximum} are allowed")
        return list(found.items())

    def choices(self, key: str, options: Collection[str], what: str) -> tuple[str, ...]:
        """A list of texts out of `options`."""
        found = self.texts_with_lines(key)
        for value, line in found:
            self._check_choice(key, value, options, what, line)
        return tuple(value for value, _ in found)

    def patterns(self, key: str, minimum: int = 0) -> tuple[re.Pattern[str], ...]:
        """A list of regular expressions, compiled without regard to case."""
        compiled = []
        for text, line in self.texts_with_lines(key, minimum):
            try:
                compiled.append(re.compile(text, re.IGNORECASE))
            except re.error as error:
                self._note(line, f"{key}: '{text}' is not a regular expression: {error}")
        return tuple(compiled)

    def record(self, key: str, label: str | None = None) -> Record:
        """A required mapping."""
        if key not in self._nodes:
            self._note(self.line, f"'{key}' is missing")
        return self._as_record(key, self._take(key), label)

    def optional_record(self, key: str) -> Record | None:
        """A mapping, or None when the field is absent."""
        return None if self._absent(key) else self.record(key)

    def records(self, key: str, maximum: int | None = None) -> Iterator[Record]:
        """A list of mappings; absent counts as empty."""
        items = self._items(key)
        if maximum is not None and len(items) > maximum:
            self.problem(key, f"'{key}' has {len(items)} entries, at most {maximum} are allowed")
        for item in items:
            yield self._as_record(key, item, None)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _note(self, line: int, message: str) -> None:
        self._problems.add(self._file, line, f"{self.label}: {message}" if self.label else message)

    def _take(self, key: str) -> Any:
        self._read.add(key)
        return self._nodes.get(key)

    def _absent(self, key: str) -> bool:
        node = self._take(key)
        return node is None or node.tag == _TAG + "null"

    def _scalar(self, key: str, kind: str, expected: str, *, required: bool) -> str | None:
        node = self._take(key)
        if node is None:
            if required:
                self._note(self.line, f"'{key}' is missing")
            return None
        if not isinstance(node, ScalarNode) or node.tag != _TAG + kind:
            self.problem(key, f"'{key}' must be {expected}")
            return None
        return str(node.value)

    def _items(self, key: str) -> list[Any]:
        node = self._take(key)
        if node is None:
            return []
        if not isinstance(node, SequenceNode):
            self.problem(key, f"'{key}' must be a list")
            return []
        return list(node.value)

    def _as_record(self, key: str, node: Any, label: str | None) -> Record:
        if not isinstance(node, MappingNode):
            if node is not None:
                self._note(_line(node), f"'{key}' must be a mapping of fields")
            node = MappingNode(_TAG + "map", [])
            record = Record(node, self._file, Problems(), "")
            record.line = self.line_of(key)
            return record
        return Record(node, self._file, self._problems, self.label if label is None else label)

    def _check_choice(self, key: str, value: str, options: Collection[str], what: str, line: int) -> None:
        if value not in options:
            self._note(line, f"{key} '{value}' is not {what}")


def bilingual(record: Record) -> Bilingual:
    """A mapping of the two fields zh and en."""
    text = Bilingual(record.text("zh"), record.text("en"))
    record.done()
    return text


def read_mapping(path: Path, problems: Problems) -> Record:
    """Read a file whose top level is a mapping. If it cannot be read, the problem is noted and the record is empty."""
    return _record_of(_compose(path, problems), path, problems)


def read_list(path: Path, problems: Problems) -> list[Record]:
    """Read a file whose top level is a list of mappings. Problems are noted: an unreadable file gives no records, an
    entry that is no mapping an empty one."""
    node = _compose(path, problems)
    if node is None:
        return []
    if not isinstance(node, SequenceNode):
        problems.add(path.as_posix(), _line(node), "the file must be a list")
        return []
    return [_record_of(item, path, problems) for item in node.value]


def _record_of(node: Any, path: Path, problems: Problems) -> Record:
    file = path.as_posix()
    if isinstance(node, MappingNode):
        return Record(node, file, problems, "")
    if node is not None:
        problems.add(file, _line(node), "a mapping of fields was expected")
    return Record(MappingNode(_TAG + "map", []), file, Problems(), "")


def _compose(path: Path, problems: Problems) -> Any:
    try:
        node = YAML(typ="safe", pure=True).compose(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.add(path.as_posix(), 1, "the file is missing")
    except UnicodeDecodeError:
        problems.add(path.as_posix(), 1, "the file is not UTF-8")
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.add(path.as_posix(), mark.line + 1 if mark else 1, f"not YAML: {error.problem or error.context}")
    except YAMLError as error:
        problems.add(path.as_posix(), 1, f"not YAML: {error}")
    else:
        if node is None:
            problems.add(path.as_posix(), 1, "the file is empty")
        return node
    return None


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1 if node.start_mark else 1
