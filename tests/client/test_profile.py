"""What is kept between two commands: private, whole, a mark that never goes back (spec §5.2)."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from vault.client.directory import Mark
from vault.client.errors import TamperedError
from vault.client.profile import Profile, State
from vault.client.refused import RefusedError

_USER = "00000000-0000-4000-8000-000000000001"
_COOKIES = {"coffer_session": "secret"}


def _mark(seq: int, digit: str = "a") -> Mark:
    return {"hash": digit * 64, "seq": seq}


def _state(seq: int = 5) -> State:
    return State("https://files.example.org", _USER, "owner", _mark(seq), _COOKIES)


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    """Return a profile with a mark at 5."""
    profile = Profile(tmp_path / "profile")
    assert profile.load() is None
    profile.save(_state())
    return profile


def test_state_comes_back(profile: Profile) -> None:
    assert profile.load() == _state()


def test_folder_and_files_are_closed_to_others(profile: Profile, tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    profile.write_cache(b"sealed")
    folder.chmod(0o755)
    Profile(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {
        "profile.json": 0o600,
        "cache": 0o600,
        "lock": 0o600,
    }


def test_mark_only_moves_forward(profile: Profile) -> None:
    profile.raise_mark(_mark(4, "b"))
    profile.save(_state(3))
    assert profile.load() == _state(5)
    profile.raise_mark(_mark(6))
    assert profile.load() == _state(6)


def test_two_heads_at_one_height_are_a_rollback(profile: Profile) -> None:
    for move in (profile.raise_mark, lambda mark: profile.save(replace(_state(), mark=mark))):
        with pytest.raises(TamperedError) as caught:
            move(_mark(5, "b"))
        assert caught.value.code == "tampered_rollback"
    assert profile.load() == _state()


def test_another_member_does_not_take_it_over(profile: Profile) -> None:
    for other in (
        replace(_state(), user=_USER.replace("1", "2")),
        replace(_state(), server="https://files.example.com"),
    ):
        with pytest.raises(RefusedError, match="profile_taken"):
            profile.save(other)
    assert profile.load() == _state()


def test_forgetting_the_session_keeps_the_mark(profile: Profile) -> None:
    profile.write_cache(b"sealed")
    profile.forget_session()
    assert profile.load() == replace(_state(), cookies={})
    assert profile.read_cache() == b""


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"server":1,"user":"","username":"","mark":{},"cookies":{}}']
)
def test_damaged_state_is_told_and_never_replaced(
    profile: Profile, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "profile" / "profile.json"
    file.write_text(text)
    for use in (profile.load, lambda: profile.save(_state()), profile.forget_session):
        with pytest.raises(RefusedError, match="profile_damaged"):
            use()
    assert file.read_text() == text


def test_folder_that_cannot_be_one_is_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(RefusedError, match="profile_unwritable"):
        Profile(file)
