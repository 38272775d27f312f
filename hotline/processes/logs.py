"""Logs: JSON lines, or readable ones on a terminal. Never a message's text or other personal data."""

from __future__ import annotations

import logging
import sys

import structlog


def configure_logs(process: str, log_format: str) -> None:
    """Send every logger of this process to stdout in one format. `log_format`: json, text or auto."""
    as_text = log_format == "text" or (log_format == "auto" and sys.stdout.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if as_text else "iso", utc=not as_text),
        structlog.stdlib.ExtraAdder(),
    ]
    last: list[structlog.typing.Processor]
    if as_text:
        last = [structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())]
    else:
        name_process: structlog.typing.Processor = lambda _l, _m, entry: {"process": process, **entry}  # noqa: E731
        last = [
            name_process,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for noisy in (
        "sanic.access",
        "apscheduler",
        "matplotlib",
        "absl",
        "tensorflow",
        "rasa.core.channels",
        "rasa_sdk.executor",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
