"""Key slots as they travel: their KDF parameters, bounds and hash; pure (spec §2.1, §2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from audit import canonical
from vault.content import hash_of
from vault.forms import FormError, encode_bytes, one_of, read_integer, read_object, sized
from vault.items import SLOT_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

SEALED_SIZE = 60
SALT_SIZE = 16
LOGIN_KEY_SIZE = 32
RECOVERY_KDF = {"algorithm": "hkdf-sha256"}


@dataclass(frozen=True, slots=True)
class SlotForm:
    """One slot: `kdf` as it travels (salt in base64url), `sealed` 60 bytes."""

    kdf: dict[str, Any]
    kind: str
    sealed: bytes

    @property
    def hash(self) -> str:
        """The slot hash in hex, which the statement names."""
        return hash_of(canonical.encode(cast("canonical.Json", self.as_json())))

    def as_json(self) -> dict[str, Any]:
        return {"kdf": self.kdf, "kind": self.kind, "sealed": encode_bytes(self.sealed)}


def read_slot(value: Any) -> SlotForm:
    """Return a slot. Raises FormError, also for a KDF outside the bounds (spec §2.1)."""
    fields = read_object(value, _SLOT)
    # Weaker parameters would make every copy of the database cheap to guess through.
    read_object({"kdf": value["kdf"]}, {"kdf": _KDF[fields["kind"]]})
    return SlotForm(**fields)


def make_password_kdf(salt: bytes) -> dict[str, Any]:
    """Return the parameters that clients choose at sign-up, with a salt of 16 bytes."""
    return {
        "algorithm": "argon2id",
        "iterations": 3,
        "memory": 65_536,
        "parallelism": 1,
        "salt": encode_bytes(salt),
    }


def _between(minimum: int, maximum: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if not minimum <= read_integer(value) <= maximum:
            raise FormError(f"is not a whole number of {minimum} to {maximum}")
        return int(value)

    return read


def _read_argon2id(value: Any) -> dict[str, Any]:
    return read_object(
        value,
        {
            "algorithm": one_of("argon2id"),
            "iterations": _between(3, 10),
            "memory": _between(65_536, 1_048_576),
            "parallelism": one_of(1),
            "salt": sized(SALT_SIZE),
        },
    )


def _read_hkdf(value: Any) -> dict[str, Any]:
    return read_object(value, {"algorithm": one_of("hkdf-sha256")})


_SLOT: dict[str, Callable[[Any], Any]] = {
    "kdf": lambda value: value,
    "kind": one_of(*SLOT_KINDS),
    "sealed": sized(SEALED_SIZE),
}
_KDF = {"password": _read_argon2id, "recovery": _read_hkdf}
