"""Rows 3, 4, 9, 10: what there is, and what there was (spec §5)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.attacks import lies
from tests.attacks.refusal import assert_refused
from tests.attacks.renewal import Renewed
from tests.attacks.victim import (
    OTHER,
    SMALL,
    Victim,
    act_get_small,
    act_list,
    act_sign_in,
)
from tests.client import vaults
from vault.client.primitives import make_uuid

Rows = list[Any]


def _relabelled(rows: Rows, **changes: Any) -> Rows:
    return [{**rows[0], **changes}, *rows[1:]]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda rows: [*rows, {**rows[0], "file": make_uuid()}], "tampered_unlisted"),
        (lambda rows: [{**rows[0], "file": make_uuid()}, *rows], "tampered_unlisted"),
        (lambda rows: _relabelled(rows, file=make_uuid()), "tampered_unlisted"),
    ],
    ids=["at the end", "at the beginning", "in the place of another"],
)
def test_row_03_file_that_no_statement_names(
    victim: Victim, change: Callable[[Rows], Rows], code: str, tmp_path: Path
) -> None:
    assert_refused(victim, act_list, lies.listing(change), code, tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows[1:],
        lambda rows: [],
        lambda rows: [*rows, rows[0]],
        lambda rows: [*rows[:-1], rows[0]],
    ],
    ids=["one dropped", "all dropped", "one doubled", "one doubled, another dropped"],
)
def test_row_04_listing(victim: Victim, change: Callable[[Rows], Rows], tmp_path: Path) -> None:
    assert_refused(victim, act_list, lies.listing(change), "tampered_rollback", tmp_path)


def test_row_04_last_week(victim: Victim, tmp_path: Path) -> None:
    person = victim.machine(tmp_path / "profile")
    assert_refused(
        victim,
        act_list,
        lies.all_as_in(victim.last_week),
        "tampered_rollback",
        tmp_path,
        person=person,
    )


def test_row_04_last_weeks_listing_with_the_chain_kept_here(victim: Victim, tmp_path: Path) -> None:
    assert_refused(victim, act_list, lies.all_as_in(victim.last_week), "tampered_label", tmp_path)


def test_row_04_chain_cut_by_one(victim: Victim, tmp_path: Path) -> None:
    person = victim.machine(tmp_path / "profile")
    lie = lies.chain(victim.chain()[:-1])
    assert_refused(victim, act_list, lie, "tampered_rollback", tmp_path, person=person)


def test_row_04_new_device_has_no_mark_as_the_threat_model_says(
    victim: Victim, tmp_path: Path
) -> None:
    newcomer = victim.person.on_new_device(tmp_path / "profile")
    with victim.server.lying(lies.all_as_in(victim.last_week)):
        act_sign_in(newcomer, tmp_path)
        assert OTHER not in vaults.names(newcomer.unlock())
    # What it was shown was true once, so the truth continues it; from then on it has a mark.
    victim.assert_everything_opens(tmp_path / "truth", newcomer)
    (newcomer.profile / "cache").unlink()
    assert_refused(
        victim,
        act_list,
        lies.all_as_in(victim.last_week),
        "tampered_rollback",
        tmp_path,
        person=newcomer,
    )


@pytest.mark.parametrize("new_device", [False, True], ids=["known device", "new device"])
def test_row_04_old_keyring_with_the_new_chain(
    renewed: Renewed, new_device: bool, tmp_path: Path
) -> None:
    member, before, after = renewed
    person = member.person.on_new_device(tmp_path / "new") if new_device else member.person
    lie = lies.vault(lambda _: {**after, "keyring": before["keyring"]})
    assert_refused(member, act_sign_in, lie, "tampered_rollback", tmp_path, person=person)


@pytest.mark.parametrize(
    ("kept", "code"),
    [(-1, "tampered_key"), (-2, "tampered_rollback")],
    ids=["by the new key", "by more"],
)
def test_row_04_new_keyring_with_the_old_chain(
    renewed: Renewed, kept: int, code: str, tmp_path: Path
) -> None:
    member, before, after = renewed
    newcomer = member.person.on_new_device(tmp_path / "new")
    lie = lies.all_of(
        lies.vault(lambda _: {**after, "head": before["head"]}), lies.chain(member.chain()[:kept])
    )
    assert_refused(member, act_sign_in, lie, code, tmp_path, person=newcomer)


@pytest.mark.parametrize("field", ["label", "file"])
def test_row_09_labels_swapped(victim: Victim, field: str, tmp_path: Path) -> None:
    lie = lies.listing(lambda rows: lies.swap(rows, field))
    assert_refused(victim, act_list, lie, "tampered_label", tmp_path)


def test_row_09_label_of_another_generation(victim: Victim, tmp_path: Path) -> None:
    lie = lies.listing(lambda rows: _relabelled(rows, generation=2))
    assert_refused(victim, act_list, lie, "tampered_label", tmp_path)


def test_row_10_older_manifest(victim: Victim, tmp_path: Path) -> None:
    version = victim.versions(SMALL)[-1]
    (older,) = victim.last_week["downloads"]["versions"]
    lie = lies.offer(version, lambda row: {**older, "version": version})
    assert_refused(victim, act_get_small, lie, "tampered_manifest", tmp_path)


def test_row_10_older_manifest_with_its_old_signature(victim: Victim, tmp_path: Path) -> None:
    person = victim.machine(tmp_path / "profile")
    assert_refused(
        victim,
        act_get_small,
        lies.all_as_in(victim.last_week),
        "tampered_rollback",
        tmp_path,
        person=person,
    )
