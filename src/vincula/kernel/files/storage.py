"""Files on the disk of the installation, safe from a power cut before anybody is told that they are kept."""

import os
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class SyncedFiles(FileSystemStorage):
    """Forces bytes and names to disk: the database does so with the row, and a row without its file is a loss."""

    def _save(self, name: str, content: Any) -> str:
        kept: str = super()._save(name, content)  # type: ignore[misc]  # the stubs leave it out
        path = Path(self.path(kept))
        sync(path)
        for folder in path.parents:
            sync(folder)  # its name in the folder, and the folder's in the one above: they may be new
            if folder == Path(self.location):
                break
        return kept


def sync(path: Path) -> None:
    """Return when ``path``, a file or folder, is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
