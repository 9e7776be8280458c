"""Jobs that are due at intervals, on a clock that is handed in."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, timedelta

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """`run` is called with the time every `every`, and returns how much it did."""

    name: str
    every: timedelta
    run: Callable[[datetime], int]


@dataclass(slots=True)
class Scheduler:
    """Runs jobs one after the other; all are due at the start.

    Several processes may each have one: it keeps no state that they would share, and every job is
    made so that two at once do the work once.
    """

    jobs: Sequence[Job]
    now: Callable[[], datetime]
    _due: dict[str, datetime] = field(default_factory=dict)

    def run_due(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """Run what is due, until `stopping` says to stop; return how many jobs failed."""
        failed = 0
        for job in self.jobs:
            now = self.now()
            if stopping() or now < self._due.get(job.name, now):
                continue
            self._due[job.name] = now + job.every
            failed += not self._run(job, now)
        return failed

    def _run(self, job: Job, now: datetime) -> bool:
        try:
            done = job.run(now)
        except Exception:
            # One job's trouble, a full disk say, must not keep the others from running.
            logger.exception("job failed: %s", job.name)
            return False
        if done:
            logger.info("job done: %s, %d", job.name, done)
        return True
