"""Statements: one form, known types, strict items, one signature (spec §5.1, §5.3)."""

from typing import Any

from audit import canonical
from tests.vectors.case import Vector, accepts, refuses
from tests.vectors.vault import (
    FILE,
    IDENTITY,
    IDENTITY_KEY,
    OTHER_FILE,
    OTHER_VERSION,
    OWNER_ID,
    PUBLIC_KEY,
    VERSION,
    changed,
    digest,
    identity,
    label_item,
    register_item,
    signature,
    statement,
    upload_item,
    uuid,
)
from vault.client.bytes import encode_base64
from vault.client.hashes import hash_of
from vault.client.keys import identity_public_key

UPLOAD = statement("upload", [upload_item(FILE, VERSION)])
RESERVED = (
    "retire_key",
    "replace_identity",
    "share",
    "accept",
    "unshare",
    "leave",
    "rewrap",
    "link",
    "unlink",
    "snapshot",
)


def make() -> dict[str, Vector]:
    """Return the vectors by name."""
    return _accepted() | _form() | _types() | _register() | _items() | _signature()


def _accepted() -> dict[str, Vector]:
    two_versions = [
        {"file": FILE, "version": VERSION},
        {"file": FILE, "version": OTHER_VERSION},
    ]
    most = [label_item("trash", uuid(f"file {index}")) for index in range(256)]
    accepted = {
        "register": statement("register", [register_item()]),
        "upload": UPLOAD,
        "label": statement("label", [label_item("rename", FILE), label_item("trash", OTHER_FILE)]),
        "delete": statement("delete", [{"file": FILE, "version": ""}]),
        "delete_two_versions": statement("delete", two_versions),
        "256_items": statement("label", most),
    }
    return {
        f"parse_{name}": accepts("parse_statement", data, result=canonical.decode(data))
        for name, data in accepted.items()
    } | {
        "build": accepts("build_statement", _without_version(UPLOAD), result=UPLOAD),
        "hash": accepts("statement_hash", UPLOAD, result=hash_of(UPLOAD)),
    }


def _form() -> dict[str, Vector]:
    item = upload_item(FILE, VERSION)
    fields: dict[str, dict[str, Any]] = {
        "version_0": {"v": 0},
        "version_2": {"v": 2},
        "version_missing": {"v": None},
        "seq_0": {"seq": 0},
        "seq_text": {"seq": "1"},
        "prev_empty": {"prev": ""},
        "prev_upper_case": {"prev": "A" * 64},
        "prev_63_digits": {"prev": "0" * 63},
        "seen_missing": {"seen": None},
        "seen_without_root": {"seen": {"size": 0}},
        "seen_with_time": {"seen": {"root": "0" * 64, "size": 0, "time": 0}},
        "user_upper_case": {"user": OWNER_ID.upper()},
        "user_empty": {"user": ""},
        "time_boolean": {"time": True},
        "field_unknown": {"comment": "x"},
    }
    broken = {
        "white_space": UPLOAD.replace(b",", b", ", 1),
        "trailing_line": UPLOAD + b"\n",
        "key_twice": UPLOAD.replace(b'"seq":1', b'"seq":1,"seq":1'),
        "keys_out_of_order": b'{"v":1,' + UPLOAD[1:-7] + b"}",
        "seq_fraction": UPLOAD.replace(b'"seq":1', b'"seq":1.0'),
        "seq_2_53": UPLOAD.replace(b'"seq":1', b'"seq":9007199254740992'),
        "items_missing": canonical.encode(changed(_fields(UPLOAD), items=None)),
        "body_instead_of_items": canonical.encode(changed(_fields(UPLOAD), items=None, body={})),
        "escaped_letter": UPLOAD.replace(b'"upload"', b'"uploa\\u0064"'),
        "array": b"[" + UPLOAD + b"]",
        "truncated": UPLOAD[:-1],
        "empty": b"",
        **{name: statement("upload", [item], **change) for name, change in fields.items()},
    }
    return {
        f"form_{name}": refuses("format", "parse_statement", data) for name, data in broken.items()
    }


def _types() -> dict[str, Vector]:
    upload, label = upload_item(FILE, VERSION), label_item("rename", FILE)
    broken = {
        **{f"reserved_{name}": statement(name, [label]) for name in RESERVED},
        "unknown": statement("destroy", [label]),
        "empty": statement("", [label]),
        "items_of_other_type": statement("label", [upload]),
        "items_mixed": statement("upload", [upload, label]),
        "items_none": statement("upload", []),
        "items_257": statement("label", [label_item("trash", uuid(f"{i}")) for i in range(257)]),
        "items_object": statement("upload", changed(upload)),  # type: ignore[arg-type]
        "registered_twice": statement("register", [register_item(), register_item()]),
    }
    return {
        f"type_{name}": refuses("format", "parse_statement", data) for name, data in broken.items()
    }


def _register() -> dict[str, Vector]:
    slots = register_item()["slots"]
    fields: dict[str, dict[str, Any]] = {
        "identity_key_of_small_order": {"identity_key": encode_base64((1).to_bytes(32, "little"))},
        "identity_key_not_canonical": {"identity_key": encode_base64(b"\xff" * 31 + b"\x7f")},
        "identity_key_33_bytes": {"identity_key": encode_base64(IDENTITY_KEY + b"\x00")},
        "public_key_truncated": {"public_key": encode_base64(PUBLIC_KEY[:-1])},
        "public_key_empty": {"public_key": ""},
        "generation_2": {"generation": 2},
        "keyring_revision_2": {"keyring": {"hash": digest("keyring"), "revision": 2}},
        "keyring_without_hash": {"keyring": {"revision": 1}},
        "slots_none": {"slots": []},
        "slots_password_alone": {"slots": slots[:1]},
        "slots_swapped": {"slots": slots[::-1]},
        "slots_password_twice": {"slots": [slots[0], slots[0]]},
        "slots_third": {"slots": [*slots, slots[1]]},
        "slot_of_unknown_kind": {"slots": [slots[0], {**slots[1], "kind": "passkey"}]},
        "not_after_missing": {"not_after": None},
        "username_of_2": {"username": "ab"},
        "username_of_33": {"username": "a" * 33},
        "username_upper_case": {"username": "Owner"},
        "username_leading_dot": {"username": ".owner"},
        "username_with_new_line": {"username": "owner\n"},
        "username_look_alike": {"username": "оwner"},
        "private_key_added": {"private_key": ""},
    }
    weak = encode_base64(PUBLIC_KEY[:-1] + b"\x03")
    return {
        f"register_{name}": refuses(
            "format", "parse_statement", statement("register", [register_item(**change)])
        )
        for name, change in fields.items()
    } | {
        "register_public_key_with_exponent_3": refuses(
            "policy_key_size",
            "parse_statement",
            statement("register", [register_item(public_key=weak)]),
        ),
    }


def _items() -> dict[str, Vector]:
    whole = {"file": FILE, "version": ""}
    part = {"file": FILE, "version": VERSION}
    upload = upload_item(FILE, VERSION)
    again = upload_item(OTHER_FILE, OTHER_VERSION, FILE)
    broken = {
        "upload_file_twice": ("upload", [upload, {**again, "file": FILE}]),
        "upload_version_twice": ("upload", [upload, {**again, "version": VERSION}]),
        "upload_field_unknown": ("upload", [{**upload, "name": "x"}]),
        "upload_without_wrap": ("upload", [changed(upload, wrap=None)]),
        "upload_generation_0": ("upload", [changed(upload, generation=0)]),
        "upload_version_empty": ("upload", [changed(upload, version="")]),
        "upload_replaces_malformed": ("upload", [changed(upload, replaces="0")]),
        "upload_hash_short": ("upload", [changed(upload, manifest="00")]),
        "label_file_twice": ("label", [label_item("trash", FILE), label_item("restore", FILE)]),
        "label_action_unknown": ("label", [label_item("copy", FILE)]),
        "label_without_action": ("label", [changed(label_item("move", FILE), action=None)]),
        "delete_file_twice": ("delete", [whole, whole]),
        "delete_version_twice": ("delete", [part, part]),
        "delete_file_then_version": ("delete", [whole, part]),
        "delete_version_then_file": ("delete", [part, whole]),
        "delete_version_under_two_files": ("delete", [part, {**part, "file": OTHER_FILE}]),
        "delete_file_empty": ("delete", [{"file": "", "version": ""}]),
        "delete_without_version": ("delete", [{"file": FILE}]),
    }
    return {
        name: refuses("format", "parse_statement", statement(*arguments))
        for name, arguments in broken.items()
    } | {
        "build_named_twice": refuses(
            "format", "build_statement", _without_version(statement("delete", [whole, whole]))
        ),
    }


def _signature() -> dict[str, Vector]:
    good = signature(UPLOAD)
    other = identity("stranger")
    small_order = (1).to_bytes(32, "little")

    def fails(data: bytes, proof: bytes, key: bytes = IDENTITY_KEY) -> Vector:
        return refuses("tampered_statement", "verify_statement", data, proof, key)

    later = statement("upload", [upload_item(FILE, VERSION)], seq=2)
    return {
        "sign": accepts("sign_statement", IDENTITY, UPLOAD, result=good),
        "verify": accepts("verify_statement", UPLOAD, good, IDENTITY_KEY),
        "verify_other_statement": fails(later, good),
        "verify_other_signer": fails(UPLOAD, signature(UPLOAD, other)),
        "verify_under_other_key": fails(UPLOAD, good, identity_public_key(other)),
        "verify_without_purpose": fails(UPLOAD[1:], good),
        "verify_flipped": fails(UPLOAD, good[:-1] + bytes([good[-1] ^ 1])),
        "verify_empty": fails(UPLOAD, b""),
        # R = identity, S = 0 verifies every statement under a key of order 1.
        "verify_key_of_small_order": refuses(
            "format", "verify_statement", UPLOAD, small_order + bytes(32), small_order
        ),
    }


def _without_version(data: bytes) -> dict[str, Any]:
    return changed(_fields(data), v=None)


def _fields(data: bytes) -> dict[str, Any]:
    fields = canonical.decode(data)
    if not isinstance(fields, dict):
        raise TypeError(fields)
    return fields
