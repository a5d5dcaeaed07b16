"""Writes down what comes in by standard input, on disk before the next line is read. A process of its own: what it has
written stays, whatever happens to the server and to those who talk to it.
"""

import os
import sys


def main(path: str) -> None:
    """Append lines to ``path`` until the last writer is gone; every batch read is forced to disk."""
    handle = os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)
    while said := os.read(sys.stdin.fileno(), 65536):
        os.write(handle, said)
        os.fsync(handle)


if __name__ == "__main__":
    main(sys.argv[1])
