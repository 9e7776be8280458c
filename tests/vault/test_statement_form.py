"""A statement is of its one form or refused, before anything looks at the database (spec §5)."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from audit import canonical
from tests.vault.drafts import hash_of, make_uuid
from tests.vault.member import Member
from tests.vectors import cast
from vault.client.bytes import decode_base64, encode_base64
from vault.client.oaep import derive_public_key
from vault.client.statements import statement_hash
from vault.forms import FormError
from vault.items import UploadItem
from vault.keys import SignatureError, check_identity_key, check_public_key, verify_signature
from vault.statements import StatementError, parse_statement, verify_statement

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493


@pytest.fixture
def member() -> Member:
    return Member("owner")


def label(**changes: Any) -> dict[str, Any]:
    item = {"action": "rename", "file": make_uuid(), "generation": 1, "label": "0" * 64}
    return {**item, **changes}


def test_both_sides_read_the_same(member: Member) -> None:
    draft = member.draft()
    signed = member.sign_upload(draft)
    statement = parse_statement(signed.data)
    (item,) = statement.items
    assert isinstance(item, UploadItem)
    assert (str(item.file), str(item.version), item.replaces) == (draft.file, draft.version, None)
    assert (statement.type, statement.seq, statement.prev) == ("upload", 1, "0" * 64)
    assert statement.hash == statement_hash(signed.data)
    identity_key = member.identity.public_key().public_bytes_raw()
    verify_statement(statement, decode_base64(signed.body["signature"]), identity_key)


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"v": True},
        {"seq": 0},
        {"prev": "0" * 63},
        {"seen": {"root": "0" * 64}},
        {"seen": {"root": "0" * 64, "size": 0, "more": 0}},
        {"user": "0B4CF2B9-5A39-4A0D-9D6E-4F4D5B6A7C80"},
        {"time": "now"},
        {"type": "share"},  # reserved
        {"type": "unheard_of"},
        {"items": []},
        {"items": [label() for _ in range(257)]},
        {"items": {}},
        {"extra": 1},
    ],
)
def test_refuses_another_form(member: Member, changes: dict[str, Any]) -> None:
    data = member.raw_statement("label", [label()])
    parse_statement(data)
    fields = {**canonical.decode(data), **changes}  # type: ignore[dict-item]
    with pytest.raises(StatementError):
        parse_statement(canonical.encode(fields))


@pytest.mark.parametrize("name", ["items", "prev", "seen", "seq", "time", "type", "user", "v"])
def test_refuses_a_missing_field(member: Member, name: str) -> None:
    fields = canonical.decode(member.raw_statement("label", [label()]))
    assert isinstance(fields, dict)
    del fields[name]
    with pytest.raises(StatementError):
        parse_statement(canonical.encode(fields))


def test_refuses_bytes_that_are_not_canonical(member: Member) -> None:
    data = member.raw_statement("label", [label()])
    for other in (data + b"\n", b" " + data, data.replace(b'"v":1', b'"v":1.0'), b"", b"[]"):
        with pytest.raises(StatementError):
            parse_statement(other)


@pytest.mark.parametrize(
    ("kind", "item"),
    [
        ("label", label(action="destroy")),
        ("label", label(generation=0)),
        ("label", label(label="")),
        ("label", {**label(), "x": 1}),
        ("delete", {"file": make_uuid()}),
        ("delete", {"file": make_uuid(), "version": "x"}),
        ("upload", label()),
        ("register", label()),
    ],
)
def test_refuses_items_of_another_form(member: Member, kind: str, item: dict[str, Any]) -> None:
    with pytest.raises(StatementError):
        parse_statement(member.raw_statement(kind, [item]))


def test_refuses_to_name_something_twice(member: Member) -> None:
    file, other, version = make_uuid(), make_uuid(), make_uuid()
    first, second = member.draft().item, member.draft().item
    for kind, items in (
        ("label", [label(file=file), label(file=file, action="trash")]),
        ("delete", [{"file": file, "version": ""}, {"file": file, "version": ""}]),
        ("delete", [{"file": file, "version": version}, {"file": other, "version": version}]),
        # The file takes its versions along.
        ("delete", [{"file": file, "version": version}, {"file": file, "version": ""}]),
        ("upload", [first, {**second, "file": first["file"]}]),
        ("upload", [first, {**second, "version": first["version"]}]),
    ):
        with pytest.raises(StatementError, match="twice"):
            parse_statement(member.raw_statement(kind, items))


def test_two_versions_of_one_file_may_go_together(member: Member) -> None:
    file = make_uuid()
    items = [{"file": file, "version": make_uuid()} for _ in range(2)]
    assert len(parse_statement(member.raw_statement("delete", items)).items) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"generation": 2},
        {"keyring": {"hash": "0" * 64, "revision": 2}},
        {"identity_key": encode_base64(bytes(31))},
        {"identity_key": encode_base64((1).to_bytes(32, "little"))},
        {"public_key": encode_base64(b"\x30\x00")},
        {"slots": [{"hash": "0" * 64, "kind": "password"}]},
        {
            "slots": [
                {"hash": "0" * 64, "kind": "recovery"},
                {"hash": "0" * 64, "kind": "password"},
            ]
        },
        {
            "slots": [
                {"hash": "0" * 64, "kind": "password"},
                {"hash": "0" * 64, "kind": "passkey"},
            ]
        },
        {"not_after": -1},
        {"username": 1},
        {"admin": True},
    ],
)
def test_refuses_registrations_of_another_form(member: Member, changes: dict[str, Any]) -> None:
    data = decode_base64(member.registration()["statement"])
    parse_statement(data)
    fields: Any = canonical.decode(data)
    fields["items"][0] |= changes
    with pytest.raises((StatementError, canonical.CanonicalError)):
        parse_statement(canonical.encode(fields))


# --- Ed25519 ------------------------------------------------------------------------------------


def small_order_points() -> list[int]:
    """Return the y of all points whose order divides 8, from the curve equation (RFC 8032 §5.1)."""
    d = -121_665 * pow(121_666, -1, P) % P

    def square_roots(a: int) -> list[int]:
        root = pow(a, (P + 3) // 8, P)
        if root * root % P != a % P:
            root = root * pow(2, (P - 1) // 4, P) % P
        return [root, -root % P] if root * root % P == a % P else []

    # Doubling a point of order 8 gives one with y = 0, which says d y^4 + 2 y^2 - 1 = 0.
    squares = [(-2 + s) * pow(2 * d, -1, P) % P for s in square_roots((4 + 4 * d) % P)]
    return [0, 1, P - 1, *(y for square in squares for y in square_roots(square))]


def test_refuses_every_point_of_small_order() -> None:
    points = small_order_points()
    assert len(set(points)) == 5
    for y in points:
        for sign in (0, 1):
            with pytest.raises(FormError):
                check_identity_key((y | sign << 255).to_bytes(32, "little"))


@pytest.mark.parametrize("y", [P, P + 1, P + 2, 2**255 - 1])
def test_refuses_second_encodings_of_points(y: int) -> None:
    for sign in (0, 1):
        with pytest.raises(FormError):
            check_identity_key((y | sign << 255).to_bytes(32, "little"))


def test_refuses_signatures_that_do_not_fit() -> None:
    key = Ed25519PrivateKey.generate()
    public = check_identity_key(key.public_key().public_bytes_raw())
    signature = key.sign(b"message")
    verify_signature(public, signature, b"message")
    flipped = bytes([signature[0] ^ 1]) + signature[1:]
    s = int.from_bytes(signature[32:], "little")
    malleable = signature[:32] + (s + L).to_bytes(32, "little")
    for other, message in (
        (signature, b"massage"),
        (flipped, b"message"),
        (malleable, b"message"),
        (signature[:63], b"message"),
        (signature + b"\0", b"message"),
        (bytes(64), b"message"),
    ):
        with pytest.raises(SignatureError):
            verify_signature(public, other, message)


def test_a_point_off_the_curve_verifies_nothing() -> None:
    key = Ed25519PrivateKey.generate()
    with pytest.raises(SignatureError):
        verify_signature((2).to_bytes(32, "little"), key.sign(b"message"), b"message")


# --- RSA ----------------------------------------------------------------------------------------


def spki(key: Any) -> bytes:
    encoded: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return encoded


def numbers(bits: int, exponent: int) -> bytes:
    """Return the SPKI of a made-up modulus: only its form is looked at."""
    modulus = (1 << (bits - 1)) | 1
    return spki(rsa.RSAPublicNumbers(exponent, modulus).public_key())


def test_takes_rsa_keys_of_3072_to_4096_bits() -> None:
    good = derive_public_key(cast.OWNER)
    assert check_public_key(good) == good
    assert check_public_key(numbers(3072, 65_537))
    assert check_public_key(numbers(4096, 65_537))


def test_refuses_every_other_public_key() -> None:
    good = derive_public_key(cast.OWNER)
    elliptic = spki(ec.generate_private_key(ec.SECP256R1()).public_key())
    for bad in (
        numbers(2048, 65_537),
        numbers(3071, 65_537),
        numbers(4097, 65_537),
        numbers(3072, 3),
        cast.OWNER,  # a private key, posted by mistake
        elliptic,
        spki(Ed25519PrivateKey.generate().public_key()),
        good + b"\0",
        good[:-1],
        b"",
        Ed25519PrivateKey.generate().private_bytes(
            Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
        ),
        # The same key with its outer length in the long form of four bytes: BER, not DER.
        b"\x30\x84" + (len(good) - 4).to_bytes(4, "big") + good[4:],
    ):
        with pytest.raises(FormError):
            check_public_key(bad)


def test_the_hash_of_a_statement_is_of_its_bytes(member: Member) -> None:
    data = member.raw_statement("label", [label()])
    assert parse_statement(data).hash == hash_of(data)
