"""Published vectors through the code paths that the core uses: Wycheproof, FLOE, RFC 6962."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.published import published_json, published_names, published_text
from vault.client import floe, merkle, oaep, primitives, signatures
from vault.client.errors import CofferError

# Name of the file; encrypted segment length; bits of the counter that share a key.
FLOE = [
    ("java_GCM256_IV256_4K", 4096, 20),
    ("java_GCM256_IV256_64", 64, 20),
    ("java_lastSegAligned", 40, 20),
    ("java_lastSegEmpty", 40, 20),
    ("java_rotation", 40, 2),
    ("pub_java_GCM256_IV256_4K", 4096, 20),
    ("pub_java_GCM256_IV256_64", 64, 20),
    ("pub_java_rotation", 40, 2),
]
FLOE_KEY = bytes(32)
FLOE_AAD = b"This is AAD"


def test_wycheproof_aes_gcm(monkeypatch: pytest.MonkeyPatch) -> None:
    run = 0
    for group, test in _wycheproof("aes_gcm_test"):
        if group["ivSize"] != 96:
            continue
        key, aad, iv = _hex(test["key"]), _hex(test["aad"]), _hex(test["iv"])
        if group["keySize"] != 256:
            assert _verdict(primitives.import_aead_key, key) == "format"
            continue
        run += 1
        valid = test["result"] == "valid"
        imported, sealed = primitives.import_aead_key(key), iv + _hex(test["ct"] + test["tag"])
        verdict = _verdict(primitives.open_aead, imported, aad, sealed)
        assert verdict == (_hex(test["msg"]) if valid else "wrong_key"), test["tcId"]
        if valid:
            with monkeypatch.context() as patched:
                patched.setattr(os, "urandom", _listed([iv]))
                assert primitives.seal_aead(imported, aad, _hex(test["msg"])) == sealed
    assert run == 66


def test_wycheproof_hkdf() -> None:
    for _, test in _wycheproof("hkdf_sha256_test"):
        arguments = (_hex(test["ikm"]), _hex(test["salt"]), _hex(test["info"]), test["size"])
        expected = _hex(test["okm"]) if test["result"] == "valid" else "format"
        assert _verdict(primitives.hkdf, *arguments) == expected, test["tcId"]


def test_wycheproof_ed25519() -> None:
    for group, test in _wycheproof("ed25519_test"):
        key = _hex(group["publicKey"]["pk"])
        signatures.check_identity_key(key)
        verdict = _verdict(signatures.verify_signature, key, _hex(test["msg"]), _hex(test["sig"]))
        expected = None if test["result"] == "valid" else "tampered_statement"
        assert verdict == expected, test["tcId"]


def test_wycheproof_rsa_oaep() -> None:
    for group, test in _wycheproof("rsa_oaep_3072_sha256_mgf1sha256_test"):
        pkcs8 = _hex(group["privateKeyPkcs8"])
        key, label = oaep.import_private_key(pkcs8), _hex(test["label"])
        valid = test["result"] == "valid"
        verdict = _verdict(oaep.unwrap_oaep, key, label, _hex(test["ct"]))
        assert verdict == (_hex(test["msg"]) if valid else "tampered_wrap"), test["tcId"]
        if valid:
            public_key = oaep.parse_public_key(oaep.derive_public_key(pkcs8))
            wrapped = oaep.wrap_oaep(public_key, label, _hex(test["msg"]))
            assert oaep.unwrap_oaep(key, label, wrapped) == _hex(test["msg"])


@pytest.mark.parametrize(("name", "enc_seg_len", "rotation_mask"), FLOE)
def test_floe_known_answer_is_opened_and_sealed_again(
    name: str, enc_seg_len: int, rotation_mask: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    params = floe.Params(enc_seg_len, rotation_mask)
    ciphertext = _hex(published_text(f"floe/{name}_ct.txt").strip())
    plaintext = _hex(published_text(f"floe/{name}_pt.txt").strip())
    header, body = ciphertext[:74], ciphertext[74:]
    segments = [body[i : i + enc_seg_len] for i in range(0, len(body), enc_seg_len)]
    last = len(segments) - 1

    opener = floe.start_open(FLOE_KEY, FLOE_AAD, header, params)
    pieces = [floe.open_segment(opener, i, one, i == last) for i, one in enumerate(segments)]
    assert b"".join(pieces) == plaintext

    draws = [header[10:42], *(segment[4:16] for segment in segments)]
    monkeypatch.setattr(os, "urandom", _listed(draws))
    sealed_header, sealer = floe.start_seal(FLOE_KEY, FLOE_AAD, params)
    sealed = [floe.seal_segment(sealer, i, one, i == last) for i, one in enumerate(pieces)]
    assert sealed_header + b"".join(sealed) == ciphertext


def test_rfc_6962_inclusion() -> None:
    names = published_names("rfc6962/inclusion")
    assert len(names) >= 50
    for name in names:
        proof = published_json(name)
        arguments = (_base64(proof["leafHash"]), proof["leafIdx"], proof["treeSize"])
        path = [_base64(node) for node in proof["proof"] or []]
        verdict = _verdict(merkle.verify_inclusion, *arguments, path, _base64(proof["root"]))
        assert verdict == ("log_proof" if proof["wantErr"] else None), name


def test_rfc_6962_consistency() -> None:
    names = published_names("rfc6962/consistency")
    assert len(names) >= 50
    for name in names:
        proof = published_json(name)
        path = [_base64(node) for node in proof["proof"] or []]
        roots = (_base64(proof["root1"]), _base64(proof["root2"]))
        verdict = _verdict(merkle.verify_consistency, proof["size1"], proof["size2"], path, *roots)
        assert verdict == ("log_proof" if proof["wantErr"] else None), name


def _wycheproof(name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for group in published_json(f"wycheproof/{name}.json")["testGroups"]:
        for test in group["tests"]:
            yield group, test


def _verdict(function: Callable[..., object], *arguments: object) -> object:
    """Return what the function returns, or the code of its error."""
    try:
        return function(*arguments)
    except CofferError as error:
        return error.code


def _listed(draws: list[bytes]) -> Callable[[int], bytes]:
    left = list(draws)

    def urandom(length: int) -> bytes:
        assert len(left[0]) == length
        return left.pop(0)

    return urandom


def _hex(text: str) -> bytes:
    return bytes.fromhex(text)


def _base64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
