"""Files from the command line: there and back, trash, versions, hostile names (spec §3-§5)."""

from __future__ import annotations

import hashlib
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.client.person import Person

EMOJI = "Grüße 👩‍👩‍👧 naïve.txt"
CONTENTS = {"empty": b"", EMOJI: b"hallo", "big.bin": os.urandom(20_000_000)}


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Return a folder of an empty file, five bytes of text and three blocks."""
    folder = tmp_path / "sources"
    folder.mkdir()
    for name, content in CONTENTS.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return an empty folder."""
    folder = tmp_path / "received"
    folder.mkdir()
    return folder


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_files_come_back_equal_here_and_on_a_new_device(
    owner: Person, sources: Path, target: Path, tmp_path: Path
) -> None:
    moment = 1_234_567_890_123
    os.utime(sources / "big.bin", ns=(moment * 10**6, moment * 10**6))
    put = owner.run("put", "--json", *sources.iterdir())
    assert (put.code, put.codes) == (0, [])
    assert {row["name"]: row["size"] for row in put.json["uploaded"]} == {
        name: len(content) for name, content in CONTENTS.items()
    }
    listed = {row["name"]: row for row in owner.run("ls", "--json").json["files"]}
    assert listed.keys() == CONTENTS.keys()
    assert listed["big.bin"]["size"] == 20_000_000
    written = datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds")
    assert listed["big.bin"]["modified"] == written.replace("+00:00", "Z")
    assert listed[EMOJI]["type"] == "text/plain"

    assert owner.run("get", *CONTENTS, "-o", target).code == 0
    assert _digests(target) == _digests(sources)
    assert (target / "big.bin").stat().st_mtime_ns == moment * 10**6
    assert stat.S_IMODE((target / "big.bin").stat().st_mode) == 0o600

    device = owner.on_new_device(tmp_path / "device")
    assert device.run("login", owner.username).code == 0
    one = target / "renamed"
    assert device.run("get", EMOJI, "-o", one).code == 0
    assert one.read_bytes() == b"hallo"


def test_listing_for_people_has_name_and_size(owner: Person, sources: Path) -> None:
    assert owner.run("put", sources / "big.bin", sources / EMOJI).code == 0
    lines = owner.run("ls").out.splitlines()
    assert lines[0].split() == ["Size", "Modified", "Name"]
    assert lines[1].split()[:2] == ["5", "B"]
    assert lines[1].endswith(f"  {EMOJI}")
    assert lines[2].split()[:2] == ["20", "MB"]


def test_trash_and_back_and_deletion(owner: Person, sources: Path, target: Path) -> None:
    assert owner.run("put", sources / EMOJI, sources / "empty").code == 0
    assert owner.run("rm", EMOJI).code == 0
    assert owner.names() == ["empty"]
    assert owner.names("--trash") == [EMOJI]
    assert owner.run("get", EMOJI, "-o", target, "--json").codes == ["name_unknown"]
    assert owner.run("restore", "empty", "--json").codes == ["name_unknown"]
    assert owner.run("restore", EMOJI).code == 0
    assert owner.names("--trash") == []
    assert owner.run("get", EMOJI, "-o", target).code == 0

    gone = owner.run("rm", "--forever", EMOJI, "--json")
    assert [row["name"] for row in gone.json["deleted"]] == [EMOJI]
    assert owner.names() == ["empty"]
    assert owner.run("get", EMOJI, "--json").codes == ["name_unknown"]
    assert owner.run("rm", "empty", "nothing", "--json").codes == ["name_unknown"]
    assert owner.names() == ["empty"]


def test_put_of_a_known_name_is_a_new_version(owner: Person, target: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    rows = []
    for content in ("one", "two"):
        file.write_text(content)
        rows += owner.run("put", file, "--json").json["uploaded"]
    assert rows[0]["file"] == rows[1]["file"]
    assert rows[0]["version"] != rows[1]["version"]
    assert owner.names() == ["report.txt"]
    assert owner.run("get", rows[0]["file"], "-o", target).code == 0
    assert (target / "report.txt").read_text() == "two"
    entry = owner.unlock().directory["files"][rows[0]["file"]]
    assert entry["versions"] == [row["version"] for row in rows]


def test_get_replaces_nothing_unless_forced(owner: Person, sources: Path, target: Path) -> None:
    owner.run("put", sources / EMOJI)
    (target / EMOJI).write_text("mine")
    refused = owner.run("get", EMOJI, "-o", target, "--json")
    assert (refused.code, refused.codes) == (1, ["file_exists"])
    assert (target / EMOJI).read_text() == "mine"
    assert [path.name for path in target.iterdir()] == [EMOJI]
    assert owner.run("get", EMOJI, "-o", target, "--force").code == 0
    assert (target / EMOJI).read_bytes() == b"hallo"


def test_several_files_need_a_folder(owner: Person, sources: Path, target: Path) -> None:
    owner.run("put", sources / EMOJI, sources / "empty")
    result = owner.run("get", EMOJI, "empty", "-o", target / "one", "--json")
    assert (result.code, result.codes) == (1, ["output_not_folder"])
    assert list(target.iterdir()) == []


def test_what_is_no_file_fails_alone(owner: Person, sources: Path, tmp_path: Path) -> None:
    pipe, missing = tmp_path / "pipe", tmp_path / "missing"
    os.mkfifo(pipe)
    result = owner.run("put", pipe, sources, sources / EMOJI, missing, "--json")
    assert (result.code, result.codes) == (1, ["file_unreadable"] * 3)
    subjects = [error["subject"] for error in result.json["errors"]]
    assert subjects == [str(pipe), str(sources), str(missing)]
    assert owner.names() == [EMOJI]


def test_one_name_twice_is_refused_before_anything_is_sent(
    owner: Person, sources: Path, target: Path
) -> None:
    (target / "empty").write_text("another")
    result = owner.run("put", sources / "empty", target / "empty", "--json")
    assert (result.code, result.codes) == (1, ["name_twice"])
    assert owner.names() == []


def test_hostile_name_is_shown_inert_and_saved_under_a_safe_one(
    owner: Person, target: Path, tmp_path: Path
) -> None:
    name = "\x1b]0;owned\x07 \u202efdp.exe\n<b>"
    file = tmp_path / name
    file.write_text("harmless")
    put = owner.run("put", file)
    listed = owner.run("ls")
    got = owner.run("get", name, "-o", target)
    for result in (put, listed, got):
        assert result.code == 0
        assert not set("\x1b\x07\u202e") & set(result.out + result.err)
    assert len(listed.out.splitlines()) == 2
    assert owner.names() == [name]
    (saved,) = target.iterdir()
    assert not set("\x1b\x07\u202e\n<>") & set(saved.name)
    assert saved.read_text() == "harmless"


def test_name_that_is_no_text_is_refused(owner: Person, tmp_path: Path) -> None:
    file = os.fsencode(tmp_path) + b"/caf\xe9"
    Path(os.fsdecode(file)).write_text("latin-1")
    result = owner.run("put", os.fsdecode(file), "--json")
    assert (result.code, result.codes) == (1, ["name_invalid"])


def test_many_files_travel_in_batches(owner: Person, target: Path, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(257):
        (folder / f"{number:03}.txt").write_text(str(number))
    names = sorted(path.name for path in folder.iterdir())
    assert owner.run("put", *folder.iterdir()).code == 0
    # One statement names 256 items at most.
    assert len(owner.unlock().directory["chain"]) == 3
    assert owner.run("get", *names, "-o", target).code == 0
    assert _digests(target) == _digests(folder)
    assert owner.run("rm", *names).code == 0
    assert owner.names() == []
    assert owner.names("--trash") == names
    assert len(owner.unlock().directory["chain"]) == 5
