"""`manage.py verify_log`: verify the chain from a terminal or a timer (spec §7)."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import verification
from audit.models import Verification


class Command(BaseCommand):
    """Verify the chain; exit code 0 when it holds, 1 when it does not."""

    help = "Verify the hash chain of the log. Exit code: 0 verified, 1 broken."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument(
            "--from-seq",
            type=int,
            default=1,
            metavar="N",
            help="start at entry N and trust the stored hash of the entry before it",
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run to the end; progress goes to stderr, the result to stdout."""
        try:
            run = verification.start(verification.COMMAND, options["from_seq"])
        except verification.StartError as error:
            raise CommandError(str(error), returncode=2) from error
        while run.status == Verification.Status.RUNNING:
            verification.advance(run)
            if options["verbosity"]:
                self.stderr.write(f"{run.position} of {run.target}", self.style.NOTICE)
        self.stdout.write(self._as_json(run) if options["json"] else run.sentence)
        if run.status == Verification.Status.BROKEN:
            raise SystemExit(1)

    def _as_json(self, run: Verification) -> str:
        return json.dumps(
            {
                "status": run.status,
                "first": run.first,
                "entries": run.entries,
                "bad_seq": run.bad_seq,
                "reason": run.reason,
                "sentence": run.sentence,
            }
        )
