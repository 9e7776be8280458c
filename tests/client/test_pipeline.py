"""The bounded pipeline and the file that gets its name last (spec §3.2, §3.4)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from vault.client.landing import Landing
from vault.client.parallel import map_in_order
from vault.client.refused import RefusedError


def test_results_come_in_order_whoever_is_first() -> None:
    def work(number: int) -> int:
        time.sleep(0.01 if number % 3 == 0 else 0)
        return number * number

    assert list(map_in_order(work, range(20))) == [number * number for number in range(20)]


def test_jobs_are_taken_only_when_there_is_room() -> None:
    taken = 0
    done = 0

    def jobs() -> Iterator[int]:
        nonlocal taken
        for number in range(50):
            taken += 1
            yield number

    for _ in map_in_order(lambda number: number, jobs(), workers=3):
        done += 1
        assert taken <= done + 4
    assert done == 50


def test_several_jobs_run_at_once_but_no_more() -> None:
    together = threading.Barrier(3, timeout=10)
    running: list[int] = []
    most = 0

    def work(number: int) -> None:
        nonlocal most
        running.append(number)
        most = max(most, len(running))
        together.wait()
        running.remove(number)

    list(map_in_order(work, range(9), workers=3))
    assert most == 3


def test_failure_ends_the_rest() -> None:
    started: list[int] = []

    def work(number: int) -> int:
        started.append(number)
        if number == 2:
            raise RefusedError("network")
        return number

    with pytest.raises(RefusedError):
        list(map_in_order(work, range(1000), workers=2))
    assert len(started) < 10


def test_finished_file_has_its_time_and_is_its_owners(tmp_path: Path) -> None:
    target = tmp_path / "file"
    landing = Landing(target, replace=False)
    landing.write(b"con")
    assert not target.exists()
    landing.write(bytearray(b"tent"))
    landing.finish(1_234_567_890_123)
    landing.discard()
    assert target.read_bytes() == b"content"
    assert target.stat().st_mtime_ns == 1_234_567_890_123 * 10**6
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_discarded_file_leaves_nothing(tmp_path: Path) -> None:
    landing = Landing(tmp_path / "file", replace=False)
    landing.write(b"half")
    landing.discard()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_file_made_meanwhile_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        monkeypatch.setattr(Path, "hardlink_to", _refuse_link)
    target = tmp_path / "file"
    landing = Landing(target, replace=False)
    target.write_text("mine")
    with pytest.raises(RefusedError, match="file_exists"):
        landing.finish(0)
    assert target.read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_file_system_without_links_still_gets_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "hardlink_to", _refuse_link)
    landing = Landing(tmp_path / "file", replace=False)
    landing.write(b"content")
    landing.finish(0)
    assert (tmp_path / "file").read_bytes() == b"content"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_link_at_the_target_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RefusedError, match="file_exists"):
        Landing(tmp_path / "link", replace=False)
    landing = Landing(tmp_path / "link", replace=True)
    landing.write(b"content")
    landing.finish(0)
    assert not (tmp_path / "elsewhere").exists()
    assert (tmp_path / "link").read_bytes() == b"content"


def test_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="file_unwritable"):
        Landing(tmp_path / "none" / "file", replace=True)


def _refuse_link(self: Path, target: Path) -> None:
    raise PermissionError(1, "Operation not permitted")
