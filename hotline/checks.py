"""The checks of `yihaotong check`. They start nothing; each problem is one line that names the file."""

from __future__ import annotations

import logging
import os
import re
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from hotline.city import CityDataError, load_city
from hotline.settings import PROJECT_ROOT, Settings, SettingsError

LANGUAGES = ("zh", "en")
GENERAL = "general"
TEXTS = ("hotline/texts", "portal/texts", "console/texts")
DOMAIN, DATA, CONFIG, ACTIONS = "bot/domain", "bot/data", "config.yml", "bot/actions"
ENGLISH_ONLY = ("utter_english", "utter_in_english")  # responses to a citizen who asked for English

CHINESE = re.compile(r"[\u4e00-\u9fff]")
UNUSED = re.compile(r"utterance '(\w+)' is not used in any story or rule")
RASA_PLACEHOLDER = re.compile(r"\{([^{}\s]*)\}")


def problems(settings: Settings, fast: bool = False, root: Path = PROJECT_ROOT) -> list[str]:
    """All problems found. `fast` skips Rasa's own validation, which takes some seconds."""
    found = [*_settings(settings), *_city(settings, root), *_texts(root), *_responses(root)]
    return found if fast else [*found, *_rasa(root)]


def _settings(settings: Settings) -> Iterator[str]:
    if not settings.embedded and not settings.secret_key:
        try:
            settings.session_secret()
        except SettingsError as problem:
            yield f"settings: {problem}"
    if settings.attachments_url and not (settings.attachments_key and settings.attachments_secret):
        yield "settings: YHT_ATTACHMENTS_KEY and YHT_ATTACHMENTS_SECRET belong to YHT_ATTACHMENTS_URL; one is missing"
    if bool(settings.twilio_account_sid) != bool(settings.twilio_auth_token):
        yield "settings: YHT_TWILIO_ACCOUNT_SID and YHT_TWILIO_AUTH_TOKEN belong together; one is missing"
    if settings.twilio_account_sid and not (settings.twilio_from or settings.twilio_messaging_service_sid):
        yield "settings: YHT_TWILIO_FROM or YHT_TWILIO_MESSAGING_SERVICE_SID is missing"
    if settings.twilio_account_sid and not (settings.public_url or settings.twilio_api_base):
        yield "settings: YHT_PUBLIC_URL is missing; Twilio signs it and calls it"


def _city(settings: Settings, root: Path) -> Iterator[str]:
    try:
        city = load_city(root / "cities" / settings.city)
    except CityDataError as error:
        yield from (problem.removeprefix(f"{root.as_posix()}/") for problem in error.problems)
        return
    skills = {department.skill for department in city.departments.values()}
    known = {GENERAL, *skills, *(line.number for line in city.lines.values())}
    for name in sorted(settings.voice_transfers.keys() - known):
        yield f"settings: YHT_VOICE_TRANSFERS: {name} is neither a skill group nor a line of the city"


def _texts(root: Path) -> Iterator[str]:
    """Check that every text exists in both languages, with the same placeholders."""
    for folder in TEXTS:
        if not (root / folder).is_dir():
            continue
        entries = {}
        for language in LANGUAGES:
            content, problem = _read(root / folder / f"{language}.yml")
            if problem:
                yield f"{folder}/{language}.yml: {problem}"
            entries[language] = dict(_flat(content))
        yield from _compare(folder, entries["zh"], entries["en"])


def _compare(folder: str, zh: Mapping[str, str], en: Mapping[str, str]) -> Iterator[str]:
    for key in sorted(zh.keys() | en.keys()):
        for language, entries in (("zh", zh), ("en", en)):
            if key not in entries:
                yield f"{folder}/{language}.yml: '{key}' is missing"
        if key in zh and key in en:
            try:
                differs = _placeholders(zh[key]) != _placeholders(en[key])
            except ValueError as problem:
                yield f"{folder}: '{key}': {problem}"
                continue
            if differs:
                yield f"{folder}: '{key}' has not the same {{placeholders}} in zh and en"


def _responses(root: Path) -> Iterator[str]:
    """Check that every response of the assistant exists in Chinese and in English, with the same placeholders."""
    for path in sorted((root / DOMAIN).rglob("*.yml")):
        name = path.relative_to(root).as_posix()
        content, problem = _read(path)
        if problem:
            yield f"{name}: {problem}"
            continue
        for response, variants in (content.get("responses") or {}).items():
            said: dict[str, set[str]] = {}
            for variant in variants or []:
                said.setdefault(_language(variant), set()).update(RASA_PLACEHOLDER.findall(variant.get("text", "")))
            if "any" in said or response in ENGLISH_ONLY:
                continue
            for language in LANGUAGES:
                if language not in said:
                    yield f"{name}: {response} has no variant in {language}"
            if len(said) == len(LANGUAGES) and said["zh"] != said["en"]:
                yield f"{name}: {response} has not the same {{placeholders}} in zh and en"


def _language(variant: Mapping[str, Any]) -> str:
    """The language of a variant: from its condition, else from its words; `any` if it has only placeholders."""
    for condition in variant.get("condition") or []:
        if condition.get("name") == "language":
            return str(condition.get("value"))
    words = RASA_PLACEHOLDER.sub("", variant.get("text", ""))
    if CHINESE.search(words):
        return "zh"
    return "en" if any(c.isalpha() for c in words) else "any"


def _read(path: Path) -> tuple[dict[str, Any], str | None]:
    try:
        content = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, "the file is missing"
    except (UnicodeDecodeError, YAMLError) as problem:
        return {}, " ".join(str(problem).split())
    return (content, None) if isinstance(content, dict) else ({}, "a mapping was expected")


def _flat(entries: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in entries.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def _placeholders(text: str) -> set[str]:
    """The names in a text's placeholders; `{when.month}` and `{when:%d}` are both `when`."""
    return {re.split(r"[.\[]", field)[0] for _, field, _, _ in Formatter().parse(text) if field is not None}


def _rasa(root: Path) -> Iterator[str]:
    """Rasa's own validation of domain, data and configuration; its warnings count."""
    os.environ["LOG_LEVEL"] = "WARNING"  # no progress bars
    from rasa.shared.exceptions import RasaException
    from rasa.shared.importers.importer import TrainingDataImporter
    from rasa.utils.common import EXPECTED_WARNINGS
    from rasa.validator import Validator

    heard = _Listener()
    logger = logging.getLogger("rasa")
    logger.addHandler(heard)
    _log_with_the_standard_library()
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("ignore")
            warnings.simplefilter("always", UserWarning)
            for category, message in EXPECTED_WARNINGS:
                warnings.filterwarnings("ignore", message, category)
            importer = TrainingDataImporter.load_from_config(str(root / CONFIG), str(root / DOMAIN), [str(root / DATA)])
            forms = importer.get_domain().forms
            passed = list(_validation(Validator.from_importer(importer)))
    except RasaException as problem:
        yield "assistant: " + " ".join(str(problem).split())
        return
    finally:
        logger.removeHandler(heard)
    used = _said_elsewhere(root, forms)
    said = dict.fromkeys([*heard.messages, *(str(w.message) for w in warned if "rasa" in w.filename)])
    if not all(passed) and not said:
        yield "assistant: `rasa data validate` fails"
    for message in said:
        unused = UNUSED.search(message)
        if unused is None or unused[1] not in used:
            yield "assistant: " + " ".join(message.split())


def _said_elsewhere(root: Path, forms: Mapping[str, Any]) -> set[str]:
    """Responses that Rasa does not see in use: said by custom actions, asked by forms, or Rasa's own default."""
    sources = "".join(path.read_text(encoding="utf-8") for path in (root / ACTIONS).rglob("*.py"))
    asked = {f"utter_ask_{slot}" for form in forms.values() for slot in form.get("required_slots", [])}
    return {*re.findall(r"\butter_[a-z_]+", sources), *asked, "utter_default"}


def _validation(validator: Any) -> Iterator[bool]:
    """The steps of `rasa data validate --fail-on-warnings`."""
    yield validator.verify_domain_validity()
    yield validator.verify_actions_in_stories_rules()
    yield validator.verify_forms_in_stories_rules()
    yield validator.verify_form_slots()
    yield validator.verify_slot_mappings()
    yield validator.verify_nlu(ignore_warnings=False)
    yield validator.verify_story_structure(ignore_warnings=False)
    validator.warn_if_config_mandatory_keys_are_not_set()


def _log_with_the_standard_library() -> None:
    """Send Rasa's structured log lines through the standard library, so that a handler receives them."""
    import structlog

    structlog.configure(
        processors=[structlog.stdlib.render_to_log_kwargs],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


class _Listener(logging.Handler):
    """Collects the warnings and errors that are logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(getattr(record, "event_info", None) or record.getMessage())
