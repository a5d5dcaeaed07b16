"""Which files browsers get, and under which names: hashed, compressed, cached for ever."""

import hashlib
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

# What packages ship and we do not use; compressing it took 20 of the 22 seconds of a first start.
NOT_SERVED = ("ninja", "htmax-*", "*-4.js", "*-4.min.js", "*.map", ".*")


class Assets(CompressedManifestStaticFilesStorage):
    """Follows the addresses in stylesheets, and not those of source maps: these are not served."""

    keep_only_hashed_files = True
    patterns: Any = tuple(
        (kind, tuple(rule for rule in rules if "sourceMapping" not in (rule if isinstance(rule, str) else rule[0])))
        for kind, rules in CompressedManifestStaticFilesStorage.patterns
    )


def collect() -> None:
    """Bring the files of all packages together in the home, unless nothing changed since the last time."""
    digest = hashlib.sha256(repr(NOT_SERVED).encode())
    for finder in get_finders():
        for path, storage in finder.list(list(NOT_SERVED)):
            state = os.stat(storage.path(path))
            digest.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True, ignore_patterns=list(NOT_SERVED))
    stamp.write_text(digest.hexdigest())
