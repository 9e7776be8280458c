"""A bounded pipeline: several jobs in flight, results in order, constant memory (spec §3.2)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

WORKERS = 4


def map_in_order(
    work: Callable[[Job], Result], jobs: Iterable[Job], workers: int = WORKERS
) -> Iterator[Result]:
    """Yield work(job) for each job, in order, with at most `workers` + 1 results under way.

    Jobs are taken only when there is room for them, so a lazy iterable stays lazy. What work or
    the iterable raises is raised here, after the jobs that run already have ended.
    """
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="coffer") as pool:
        try:
            for job in jobs:
                waiting.append(pool.submit(work, job))
                if len(waiting) > workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
