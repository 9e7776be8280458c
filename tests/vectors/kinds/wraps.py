"""Wraps: a DEK opens in its file and version, for its recipient, under its key alone (spec §4)."""

from tests.vectors.case import Vector, accepts, refuses, stream
from tests.vectors.cast import RECIPIENT, encrypt_oaep
from tests.vectors.vault import (
    FILE,
    GENERATION,
    OTHER_FILE,
    OTHER_PUBLIC_KEY,
    OTHER_VERSION,
    OWNER_ID,
    PUBLIC_KEY,
    RECIPIENT_ID,
    VERSION,
    generation,
)
from vault.client.bytes import decode_uuid, sha256
from vault.client.fields import encode_context
from vault.client.hashes import hash_of
from vault.client.oaep import parse_public_key

DEK = stream("dek", 32)
PLACE = (FILE, VERSION, OWNER_ID)


def make() -> dict[str, Vector]:
    """Return the vectors by name; open_wrap takes a generation as the keyring holds it."""
    return _open() | _length() | _seal()


def _open() -> dict[str, Vector]:
    wrap = _wrap()
    last = bytes([wrap[-1] ^ 1])
    served = {
        "of_other_file": _wrap(file=OTHER_FILE),
        "of_other_version": _wrap(version=OTHER_VERSION),
        "of_other_recipient": _wrap(recipient=RECIPIENT_ID),
        "naming_other_key": _wrap(named=OTHER_PUBLIC_KEY),
        "to_other_key": _wrap(key=OTHER_PUBLIC_KEY, named=OTHER_PUBLIC_KEY),
        "to_other_key_naming_ours": _wrap(key=OTHER_PUBLIC_KEY),
        "file_and_version_swapped": _wrap(file=VERSION, version=FILE),
        "of_other_purpose": _wrap(purpose="coffer/v1/label"),
        "of_other_format_version": _wrap(purpose="coffer/v2/wrap"),
        "without_label": encrypt_oaep(parse_public_key(PUBLIC_KEY), b"", DEK, stream("seed", 32)),
        "flipped": wrap[:-1] + last,
        "truncated": wrap[:-1],
        "extended": wrap + b"\x00",
        "with_leading_zero": b"\x00" + wrap,
        "of_zeros": bytes(384),
        "empty": b"",
    }
    other = generation(1, RECIPIENT)
    return {
        "open": accepts("open_wrap", GENERATION, wrap, *PLACE, result=DEK),
        "hash": accepts("wrap_hash", wrap, result=hash_of(wrap)),
        "open_with_other_private_key": refuses("tampered_wrap", "open_wrap", other, wrap, *PLACE),
        "open_malformed_file": refuses("format", "open_wrap", GENERATION, wrap, "x", *PLACE[1:]),
    } | {
        f"wrap_{name}": refuses("tampered_wrap", "open_wrap", GENERATION, data, *PLACE)
        for name, data in served.items()
    }


def _length() -> dict[str, Vector]:
    return {
        f"dek_of_{length}_bytes": refuses(
            "tampered_wrap", "open_wrap", GENERATION, _wrap(dek=stream("dek", length)), *PLACE
        )
        for length in (0, 16, 31, 33, 64)
    }


def _seal() -> dict[str, Vector]:
    place = (FILE, VERSION, RECIPIENT_ID)
    weak = PUBLIC_KEY[:-1] + b"\x03"
    return {
        "seal": accepts("seal_wrap", PUBLIC_KEY, DEK, *place),
        "seal_31_bytes": refuses("format", "seal_wrap", PUBLIC_KEY, DEK[:31], *place),
        "seal_33_bytes": refuses("format", "seal_wrap", PUBLIC_KEY, DEK + b"\x00", *place),
        "seal_to_no_key": refuses("format", "seal_wrap", PUBLIC_KEY[:-1], DEK, *place),
        "seal_to_weak_key": refuses("policy_key_size", "seal_wrap", weak, DEK, *place),
        "seal_for_malformed_recipient": refuses(
            "format", "seal_wrap", PUBLIC_KEY, DEK, FILE, VERSION, RECIPIENT_ID.upper()
        ),
    }


def _wrap(
    *,
    file: str = FILE,
    version: str = VERSION,
    recipient: str = OWNER_ID,
    key: bytes = PUBLIC_KEY,
    named: bytes = PUBLIC_KEY,
    purpose: str = "coffer/v1/wrap",
    dek: bytes = DEK,
) -> bytes:
    place = (decode_uuid(file), decode_uuid(version), decode_uuid(recipient))
    label = encode_context(purpose, *place, sha256(named))
    return encrypt_oaep(parse_public_key(key), label, dek, stream("seed", 32))
