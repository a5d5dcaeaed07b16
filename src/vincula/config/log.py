"""Logs as one JSON object a line; values whose key names a secret never get there."""

import logging
import logging.config
import re
from typing import Any

import structlog

VALUES = re.compile(r"DETAIL:.*")  # PostgreSQL quotes the values of the row that it refused
ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")  # of somebody: the number of a mail or user says enough
SECRET_WORDS = ("password", "token", "secret", "authorization", "cookie", "key")


def without_secrets(_logger: Any, _method: str, event: Any) -> Any:
    """Replace the value of every key that names a secret."""
    return {k: "…" if any(word in k.lower() for word in SECRET_WORDS) else v for k, v in event.items()}


def without_people(_logger: Any, _method: str, event: Any) -> Any:
    """Replace e-mail addresses and quoted rows, wherever in an entry they stand: an error's words, a path, a traceback."""
    return {k: VALUES.sub("DETAIL: …", ADDRESS.sub("…@…", v)) if isinstance(v, str) else v for k, v in event.items()}


def configure(options: dict[str, str]) -> None:
    """Set up the standard library's logging and structlog to write to standard error."""
    chain: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*chain, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=chain,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            without_secrets,
            structlog.processors.format_exc_info,
            without_people,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(options["level"])
    logging.getLogger("django.server").propagate = True
    logging.getLogger("django-q").setLevel(max(root.level, logging.WARNING))  # it tells of every process it starts
