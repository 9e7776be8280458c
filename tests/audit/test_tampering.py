"""Every entry changed behind the log's back is named, and why (spec §7)."""

from __future__ import annotations

import base64

import pytest

from audit.models import Head
from tests.audit.case import (
    CONTENT,
    FILES,
    FORM,
    HEAD,
    LINK,
    MISSING,
    OTHER_HASH,
    OUTSIDE,
    OWNER,
    SIZE,
    STRANGER,
    SURPLUS,
    column,
    copy_entry,
    expect_broken,
    fill_log,
    forge_user,
    rehash,
    set_bytes,
    stored,
    tamper,
    verify,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _log(db: None) -> None:
    fill_log()


def test_the_untouched_log_is_verified() -> None:
    assert verify() == f"Chain verified: {SIZE} entries"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("timestamp", "2020-01-01T00:00:00.000000Z"),
        ("operation", "download"),
        ("user_id", STRANGER),
        ("user_id", ""),
        ("file_id", FILES[1]),
        ("detail", "{}"),
        ("detail", '{"kind":"version","size":4 }'),
        ("statement", OTHER_HASH),
        ("statement", ""),
        ("salt", "A" * 22),
    ],
)
def test_a_changed_column_is_named(name: str, value: str) -> None:
    tamper(f"UPDATE audit_entry SET {name} = %s WHERE seq = 4", value)  # noqa: S608 - names of columns
    expect_broken(4, column(name))


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff\xfe", b"\x00" * 300])
def test_replaced_bytes_are_content(data: bytes) -> None:
    set_bytes(4, data)
    expect_broken(4, CONTENT)


@pytest.mark.parametrize("position", [0, 11, 150, -1])
def test_one_flipped_bit_is_content(position: int) -> None:
    data = bytearray(stored(9).entry)
    data[position] ^= 1
    set_bytes(9, bytes(data))
    expect_broken(9, CONTENT)


def test_bytes_of_another_entry_are_content() -> None:
    set_bytes(4, stored(3).entry)
    expect_broken(4, CONTENT)


def test_bytes_and_own_hash_changed_but_not_the_columns_is_a_column() -> None:
    set_bytes(4, stored(4).entry.replace(OWNER.encode(), STRANGER.encode()))
    rehash(4, head=True)
    expect_broken(4, column("user_id"))


def test_an_entry_rewritten_whole_breaks_the_link_after_it() -> None:
    forge_user(4)
    current = stored(4).current_hash
    rehash(4, head=False)
    tamper("UPDATE audit_entry SET prev_hash = %s WHERE seq = 5", current)
    expect_broken(5, LINK)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"v":1', b'"v":2'),
        (b'"v":1', b'"v":1 '),
        (b'"v":1', b'"v":true'),
        (b'"v":1', b'"v":1,"v":1'),
        (b'{"detail"', b'{"a":"","detail"'),
        (b'"size":4', b'"size":4.0'),
        (b'"size":4', b'"size":null'),
        (b'"size":4', b'"size":4,"size":4'),
        (b'"size":4', b'"size":{}'),
        (b'"size":4', b'"size":true'),
        (b'"version"', b'"\\u0076ersion"'),
        (b'"seq":4', b'"seq":04'),
    ],
)
def test_bytes_that_two_readers_could_read_differently_are_content(old: bytes, new: bytes) -> None:
    data = stored(4).entry
    assert old in data
    set_bytes(4, data.replace(old, new))
    rehash(4, head=True)
    expect_broken(4, FORM)


def test_a_changed_previous_hash_is_a_link() -> None:
    tamper("UPDATE audit_entry SET prev_hash = %s WHERE seq = 4", OTHER_HASH)
    expect_broken(4, LINK)


def test_a_changed_first_previous_hash_is_a_link() -> None:
    tamper("UPDATE audit_entry SET prev_hash = %s WHERE seq = 1", "0" * 64)
    expect_broken(1, LINK)


@pytest.mark.parametrize("value", [OTHER_HASH, "", "zz" * 32])
def test_a_changed_current_hash_is_content(value: str) -> None:
    tamper("UPDATE audit_entry SET current_hash = %s WHERE seq = 4", value)
    expect_broken(4, CONTENT)


@pytest.mark.parametrize("seq", [1, 6, SIZE])
def test_a_deleted_entry_is_missing(seq: int) -> None:
    tamper("DELETE FROM audit_entry WHERE seq = %s", seq)
    expect_broken(seq, MISSING)


def test_a_cut_tail_is_missing() -> None:
    tamper("DELETE FROM audit_entry WHERE seq > 8", rows=SIZE - 8)
    expect_broken(9, MISSING)


def test_an_emptied_log_is_missing() -> None:
    tamper("DELETE FROM audit_entry", rows=SIZE)
    expect_broken(1, MISSING)


def test_a_renumbered_entry_is_missing() -> None:
    tamper("UPDATE audit_entry SET seq = 700 WHERE seq = 4")
    expect_broken(4, MISSING)


@pytest.mark.parametrize("seq", [0, -5])
def test_an_entry_before_the_first_stands_outside(seq: int) -> None:
    copy_entry(1, seq)
    expect_broken(seq, OUTSIDE)


@pytest.mark.parametrize("seq", [SIZE + 1, SIZE + 500, 2**63 - 1])
def test_an_inserted_entry_stands_behind_the_end(seq: int) -> None:
    copy_entry(SIZE, seq)
    expect_broken(seq, SURPLUS)


def test_an_entry_inserted_between_others_breaks_the_link() -> None:
    for seq in range(SIZE, 6, -1):
        tamper("UPDATE audit_entry SET seq = %s WHERE seq = %s", seq + 1, seq)
    copy_entry(6, 7)
    expect_broken(7, LINK)


def test_two_swapped_entries_break_the_link() -> None:
    for old, new in ((3, 900), (4, 3), (900, 4)):
        tamper("UPDATE audit_entry SET seq = %s WHERE seq = %s", new, old)
    expect_broken(3, LINK)


def test_a_log_rewritten_to_its_end_does_not_meet_its_head() -> None:
    forge_user(4)
    rehash(4, head=False)
    expect_broken(SIZE, HEAD)


def test_a_log_rewritten_with_its_head_is_beyond_a_plain_chain() -> None:
    """The stated limit: only who kept an earlier head, or a checkpoint of it, sees this."""
    kept = Head.objects.get().hash
    forge_user(4)
    rehash(4, head=True)
    assert verify() == f"Chain verified: {SIZE} entries"
    assert stored(SIZE).current_hash != kept


def test_the_first_of_several_is_named() -> None:
    tamper("UPDATE audit_entry SET user_id = '' WHERE seq IN (9, 4)", rows=2)
    tamper("DELETE FROM audit_entry WHERE seq = 6")
    expect_broken(4, column("user_id"))


def test_the_salt_of_an_entry_has_one_form() -> None:
    salt = stored(4).salt
    assert len(base64.urlsafe_b64decode(salt + "==")) == 16
    other = salt[:-1] + chr(ord(salt[-1]) + 1)
    set_bytes(4, stored(4).entry.replace(salt.encode(), other.encode()))
    rehash(4, head=True)
    expect_broken(4, FORM)
