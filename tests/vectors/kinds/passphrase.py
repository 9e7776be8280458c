"""Passwords, key derivation and recovery words (spec §2.1)."""

from typing import Any

from tests.vectors.case import Repeated, Vector, accepts, refuses, stream
from vault.client.passphrase import (
    derive_login_key,
    derive_recovery_login_key,
    derive_recovery_unlock_key,
    derive_root,
    derive_unlock_key,
)

KDF: dict[str, Any] = {
    "algorithm": "argon2id",
    "iterations": 3,
    "memory": 65536,
    "parallelism": 1,
    "salt": "AAECAwQFBgcICQoLDA0ODw",
}
PASSWORD = " Tr0ub4dor & ①²  é "
SECRET = stream("secret", 32)
# Published with BIP-39: 32 zero bytes, and 32 bytes 0x7f.
ZERO_WORDS = "abandon " * 23 + "art"
LEGAL_WORDS = (
    "legal winner thank year wave sausage worth useful legal winner thank year "
    "wave sausage worth useful legal winner thank year wave sausage worth title"
)


def make() -> dict[str, Vector]:
    """Return the vectors by name."""
    return _passwords() | _kdf() | _keys() | _words()


def _passwords() -> dict[str, Vector]:
    refused = {"empty": "", "1025_bytes": "a" * 1025, "lone_surrogate": "pass\udc00word"}
    return {
        "password_composed": accepts("encode_password", "e\u0301①", result="é1".encode()),
        "password_untrimmed": accepts("encode_password", " a ", result=b" a "),
        "password_1024_bytes": accepts("encode_password", "a" * 1024, result=Repeated(b"a", 1024)),
        "password_1024_bytes_after_nfkc": accepts(
            "encode_password", "é" * 512, result=Repeated("é".encode(), 512)
        ),
        # U+FDFA alone becomes 18 characters.
        "password_grows_beyond_1024_bytes": refuses(
            "policy_password", "encode_password", "\ufdfa" * 100
        ),
    } | {
        f"password_{name}": refuses("policy_password", "encode_password", text)
        for name, text in refused.items()
    }


def _kdf() -> dict[str, Vector]:
    changes: dict[str, dict[str, Any]] = {
        "memory_below_floor": {"memory": 65535},
        "memory_0": {"memory": 0},
        "memory_null": {"memory": None},
        "memory_text": {"memory": "65536"},
        "memory_fraction": {"memory": 65536.5},
        "memory_negative": {"memory": -65536},
        "memory_above_ceiling": {"memory": 1048577},
        "memory_2_31": {"memory": 2**31},
        "memory_2_53": {"memory": 2**53},
        "memory_true": {"memory": True},
        "iterations_below_floor": {"iterations": 2},
        "iterations_0": {"iterations": 0},
        "iterations_null": {"iterations": None},
        "iterations_above_ceiling": {"iterations": 11},
        "iterations_2_31": {"iterations": 2**31},
        "iterations_list": {"iterations": [3]},
        "parallelism_0": {"parallelism": 0},
        "parallelism_2": {"parallelism": 2},
        "parallelism_null": {"parallelism": None},
        "salt_15_bytes": {"salt": "AAECAwQFBgcICQoLDA0O"},
        "salt_17_bytes": {"salt": "AAECAwQFBgcICQoLDA0ODxA"},
        "salt_padded": {"salt": "AAECAwQFBgcICQoLDA0ODw=="},
        "salt_trailing_bits": {"salt": "AAECAwQFBgcICQoLDA0ODx"},
        "salt_empty": {"salt": ""},
        "salt_null": {"salt": None},
        "algorithm_argon2i": {"algorithm": "argon2i"},
        "algorithm_of_recovery": {"algorithm": "hkdf-sha256"},
        "algorithm_null": {"algorithm": None},
        "field_unknown": {"version": 19},
    }
    refused = {name: {**KDF, **change} for name, change in changes.items()} | {
        f"{field}_missing": {name: value for name, value in KDF.items() if name != field}
        for field in KDF
    }
    whole: dict[str, Any] = {"null": None, "text": "argon2id", "list": [], "empty": {}}
    highest = {**KDF, "memory": 1048576, "iterations": 10}
    return {
        "kdf_floor": accepts("check_kdf", KDF, result=KDF),
        "kdf_ceiling": accepts("check_kdf", highest, result=highest),
        "root_below_floor": refuses("policy_kdf", "derive_root", PASSWORD, refused["memory_0"]),
        "root_of_empty_password": refuses("policy_password", "derive_root", "", KDF),
    } | {
        f"kdf_{name}": refuses("policy_kdf", "check_kdf", value)
        for name, value in (refused | whole).items()
    }


def _keys() -> dict[str, Vector]:
    four = {**KDF, "iterations": 4, "memory": 65537}
    return {
        "root": accepts("derive_root", PASSWORD, KDF, result=derive_root(PASSWORD, KDF)),
        "root_above_floor": accepts("derive_root", "a", four, result=derive_root("a", four)),
        "login_key": accepts("derive_login_key", SECRET, result=derive_login_key(SECRET)),
        "unlock_key": accepts("derive_unlock_key", SECRET, result=derive_unlock_key(SECRET)),
        "recovery_login_key": accepts(
            "derive_recovery_login_key", SECRET, result=derive_recovery_login_key(SECRET)
        ),
        "recovery_unlock_key": accepts(
            "derive_recovery_unlock_key", SECRET, result=derive_recovery_unlock_key(SECRET)
        ),
    }


def _words() -> dict[str, Vector]:
    words = LEGAL_WORDS.split()
    typed = "\t " + "\n".join(LEGAL_WORDS.upper().split()) + " \u00a0\r\n"
    refused = {
        "wrong_checksum": " ".join([*words[:-1], "winner"]),
        "swapped": " ".join([words[1], words[0], *words[2:]]),
        "unknown": " ".join([*words[:-1], "coffer"]),
        "cut_to_four_letters": " ".join(word[:4] for word in words),
        "23": " ".join(words[:-1]),
        "25": LEGAL_WORDS + " legal",
        # A valid mnemonic of another length: 16 zero bytes.
        "12": "abandon " * 11 + "about",
        "none": " ",
        "commas": ",".join(words),
    }
    return {
        "words_encoded_zero": accepts("encode_recovery_words", bytes(32), result=ZERO_WORDS),
        "words_encoded": accepts("encode_recovery_words", b"\x7f" * 32, result=LEGAL_WORDS),
        "words_decoded": accepts("decode_recovery_words", LEGAL_WORDS, result=b"\x7f" * 32),
        "words_typed": accepts("decode_recovery_words", typed, result=b"\x7f" * 32),
    } | {
        f"words_{name}": refuses("format", "decode_recovery_words", text)
        for name, text in refused.items()
    }
