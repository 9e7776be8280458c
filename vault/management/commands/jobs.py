"""The jobs of a running server: logs failed logins, expires uploads and sessions, sweeps blocks."""

from __future__ import annotations

import signal
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from vault.guessing import clear_old_guesses
from vault.scheduler import Job, Scheduler
from vault.services.session_list import expire_sessions
from vault.services.sessions import flush_login_failures
from vault.services.sweep import sweep_blocks
from vault.services.uploads import expire_uploads

if TYPE_CHECKING:
    from datetime import datetime

UPLOAD_LIFETIME = timedelta(hours=24)
# How soon a due job begins, and the longest that a stop waits between two jobs.
TICK = 1.0


def expire_abandoned_uploads(now: datetime) -> int:
    return expire_uploads(now - UPLOAD_LIFETIME)


JOBS = (
    Job("login failures", timedelta(minutes=1), flush_login_failures),
    Job("abandoned uploads", timedelta(hours=1), expire_abandoned_uploads),
    Job("expired sessions", timedelta(hours=1), expire_sessions),
    Job("old guesses", timedelta(minutes=15), clear_old_guesses),
    Job("stray blocks", timedelta(days=1), sweep_blocks),
)


class Command(BaseCommand):
    """Run the jobs until SIGTERM or SIGINT, or with --once all of them a single time."""

    help = "Run the scheduled jobs until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run every job once and exit")

    def handle(self, *args: Any, **options: Any) -> None:
        scheduler = Scheduler(JOBS, timezone.now)
        if options["once"]:
            if scheduler.run_due():
                raise CommandError("A job failed; the log says which.")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            # The job at hand is finished: each of its transactions is whole anyway.
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            scheduler.run_due(stop.is_set)
            # A connection that the database closed meanwhile is opened anew.
            close_old_connections()
            stop.wait(TICK)
