"""A whole small vault, sealed here and opened by the other language, and back (spec §2 to §5).

The same in JavaScript: tests/js/suite/exchange.js.
"""

from __future__ import annotations

from typing import Any

from vault.client.blocks import block_count, block_plaintext_length, open_block, seal_block
from vault.client.bytes import decode_base64, encode_base64, sha256
from vault.client.directory import apply_statement, chain_head, new_directory, replay
from vault.client.floe import start_open, start_seal
from vault.client.hashes import hash_of
from vault.client.items import RegisterItem, UploadItem
from vault.client.keyring import (
    check_keyring,
    keyring_hash,
    make_keyring,
    open_keyring,
    seal_keyring,
)
from vault.client.keys import (
    WorkingGeneration,
    generation_public_key,
    identity_public_key,
    import_generation,
    import_identity,
    make_vault_key,
)
from vault.client.labels import Label, label_hash, open_label, seal_label
from vault.client.manifest import (
    build_manifest,
    content_aad,
    manifest_hash,
    verify_block,
    verify_digests,
    verify_manifest,
)
from vault.client.metadata import open_metadata, open_thumbnail, seal_metadata, seal_thumbnail
from vault.client.passphrase import make_kdf
from vault.client.primitives import import_aead_key, make_random, make_uuid
from vault.client.served import check_listing, check_slot, check_version
from vault.client.slots import open_slot, parse_slot, seal_slot, slot_hash
from vault.client.statements import build_statement, sign_statement
from vault.client.wraps import make_dek, open_wrap, seal_wrap, wrap_hash

Plain = dict[str, Any]
Bundle = dict[str, Any]


def make_bundle(files: list[Plain]) -> Bundle:
    """Seal files {name, content, thumbnail} as a client does.

    Returns what a server would serve, and the unlock keys.
    """
    user = make_uuid()
    vault_key, password, recovery = make_vault_key(), make_random(32), make_random(32)
    slots = [
        seal_slot(user, "password", make_kdf(), password, vault_key),
        seal_slot(user, "recovery", {"algorithm": "hkdf-sha256"}, recovery, vault_key),
    ]
    keyring = make_keyring(user)
    sealed = seal_keyring(import_aead_key(vault_key), keyring)
    generation = import_generation(keyring["generations"][0])
    identity = import_identity(keyring["identity"])
    directory = new_directory(user)
    statements = []

    def append(kind: str, item: RegisterItem | UploadItem) -> None:
        nonlocal directory
        head = chain_head(directory)
        data = build_statement(
            {
                "items": [item],  # type: ignore[typeddict-item]
                "prev": head["hash"],
                "seen": {"root": keyring["log"]["root"], "size": 0},
                "seq": head["seq"] + 1,
                "time": 1,
                "type": kind,
                "user": user,
            }
        )
        statements.append({"signature": sign_statement(identity, data), "statement": data})
        directory = apply_statement(directory, data)

    append(
        "register",
        {
            "generation": 1,
            "identity_key": encode_base64(identity_public_key(keyring["identity"])),
            "keyring": {"hash": keyring_hash(sealed), "revision": 1},
            "not_after": 0,
            "public_key": encode_base64(generation_public_key(keyring["generations"][0])),
            "slots": [{"hash": slot_hash(slot), "kind": slot["kind"]} for slot in slots],
            "username": "owner",
        },
    )
    versions = []
    for plain in files:
        item, served = _seal_file(user, generation, plain)
        append("upload", item)
        versions.append(served)
    return {
        "unlock_keys": [password, recovery],
        "user": user,
        "slots": slots,
        "keyring": {"revision": 1, "sealed": sealed},
        "statements": statements,
        "versions": versions,
    }


def open_bundle(bundle: Bundle) -> list[dict[str, str]]:
    """Open a vault as a client does, every check in its order.

    Returns {name, content, thumbnail} of each file, content as SHA-256 in hex.
    """
    user, sealed = bundle["user"], bundle["keyring"]["sealed"]
    slots = [parse_slot(slot) for slot in bundle["slots"]]
    vault_key, again = (
        open_slot(user, slot, key) for slot, key in zip(slots, bundle["unlock_keys"], strict=True)
    )
    assert again == vault_key

    revision = bundle["keyring"]["revision"]
    keyring = open_keyring(import_aead_key(vault_key), user, revision, sealed)
    directory = replay(new_directory(user), bundle["statements"])
    check_keyring(directory, keyring, sealed)
    for slot in slots:
        check_slot(directory, slot)

    generation = import_generation(keyring["generations"][0])
    check_listing(directory, bundle["versions"])
    files = []
    for served in bundle["versions"]:
        check_version(directory, served)
        expected = directory["versions"][served["version"]]["manifest"]
        files.append(_open_file(user, generation, expected, served))
    return files


def _seal_file(
    user: str, generation: WorkingGeneration, plain: Plain
) -> tuple[UploadItem, dict[str, Any]]:
    file, version, dek = make_uuid(), make_uuid(), make_dek()
    content: bytes = plain["content"]
    header, state = start_seal(dek, content_aad(file, version))
    blocks, offset = [], 0
    for index in range(block_count(len(content))):
        end = offset + block_plaintext_length(len(content), index)
        blocks.append(bytes(seal_block(state, index, content[offset:end], end == len(content))))
        offset = end
    digests = b"".join(sha256(block) for block in blocks)
    metadata = seal_metadata(
        dek,
        file,
        version,
        {"modified": 1, "size": len(content), "type": "image/png", "v": 1},
    )
    image = plain["thumbnail"] and seal_thumbnail(dek, file, version, plain["thumbnail"])
    manifest = build_manifest(
        {
            "file": file,
            "version": version,
            "header": header,
            "length": len(content),
            "digests": digests,
            "metadata": metadata,
            "thumbnail": image,
        }
    )
    label: Label = {
        "folder": "",
        "modified": 1,
        "name": plain["name"],
        "size": len(content),
        "trashed": 0,
        "type": "image/png",
        "v": 1,
    }
    sealed_label = seal_label(generation.label_key, user, file, label)
    wrap = seal_wrap(generation.public_key, dek, file, version, user)
    item: UploadItem = {
        "file": file,
        "generation": 1,
        "label": label_hash(sealed_label),
        "manifest": manifest_hash(manifest),
        "replaces": "",
        "version": version,
        "wrap": wrap_hash(wrap),
    }
    return item, {
        "file": file,
        "version": version,
        "blocks": blocks,
        "digests": digests,
        "generation": 1,
        "label": sealed_label,
        "manifest": manifest,
        "metadata": metadata,
        "thumbnail": image,
        "wrap": wrap,
    }


def _open_file(
    user: str, generation: WorkingGeneration, expected: str, served: dict[str, Any]
) -> dict[str, str]:
    file, version, digests = served["file"], served["version"], served["digests"]
    manifest = verify_manifest(served["manifest"], expected, file, version)
    verify_digests(manifest, digests)
    dek = open_wrap(generation, served["wrap"], file, version, user)
    state = start_open(dek, content_aad(file, version), decode_base64(manifest["header"]))
    content = b""
    for index, block in enumerate(served["blocks"]):
        verify_block(manifest, digests, index, block)
        content += open_block(state, index, block, manifest["length"])
    assert open_metadata(dek, manifest, served["metadata"])["size"] == len(content)
    thumbnail = (
        encode_base64(open_thumbnail(dek, manifest, served["thumbnail"]))
        if manifest["thumbnail"]
        else ""
    )
    name = open_label(generation.label_key, user, file, served["label"])["name"]
    return {"name": name, "content": hash_of(content), "thumbnail": thumbnail}
