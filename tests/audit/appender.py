"""A process that appends from several threads at once; run by test_appending_at_once."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import django
from django.db import connection, transaction


def main(threads: int, entries: int) -> None:
    """Append `entries` entries from each of `threads` threads."""
    django.setup()

    from audit import log

    def append_all(thread: int) -> None:
        for number in range(entries):
            with transaction.atomic():
                log.append("login", detail={"pid": os.getpid(), "thread": thread, "n": number})
        connection.close()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(append_all, range(threads)))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
