"""Ed25519: keys and signatures on which libraries differ are refused everywhere (spec §1)."""

from tests.vectors.case import Vector, accepts, refuses, stream
from vault.client.signatures import derive_identity_public_key, import_identity_key, sign

FIELD = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
RFC_8032 = bytes.fromhex(
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
    "d25bf5f0595bbe24655141438e7a100b"
)
MESSAGE = b"coffer/v1/statement\n{}"


def make() -> dict[str, Vector]:
    """Return the vectors by name; sign takes the seed."""
    return _keys() | _signatures()


def _keys() -> dict[str, Vector]:
    order_4, order_8 = 0, _order_8()
    refused = {
        "of_order_1": _point(1),
        "of_order_2": _point(FIELD - 1),
        "of_order_4": _point(order_4),
        "of_order_4_negative": _point(order_4, negative=True),
        "of_order_8": _point(order_8[0]),
        "of_order_8_negative": _point(order_8[0], negative=True),
        "of_order_8_second": _point(order_8[1]),
        "of_order_8_second_negative": _point(order_8[1], negative=True),
        "of_order_1_with_sign": _point(1, negative=True),
        "of_order_2_with_sign": _point(FIELD - 1, negative=True),
        "not_canonical_p": _point(FIELD),
        "not_canonical_p_plus_1": _point(FIELD + 1, negative=True),
        "not_canonical_p_plus_18": _point(FIELD + 18),
        "31_bytes": PUBLIC[:31],
        "33_bytes": PUBLIC + b"\x00",
        "empty": b"",
    }
    return {
        "key_rfc_8032": accepts("check_identity_key", PUBLIC),
        "key_derived": accepts("derive_identity_public_key", SEED, result=PUBLIC),
        "seed_31_bytes": refuses("format", "derive_identity_public_key", SEED[:31]),
        "seed_64_bytes": refuses("format", "derive_identity_public_key", SEED + PUBLIC),
    } | {
        f"key_{name}": refuses("format", "check_identity_key", key) for name, key in refused.items()
    }


def _signatures() -> dict[str, Vector]:
    signature = sign(import_identity_key(SEED), MESSAGE)
    s = int.from_bytes(signature[32:], "little")
    other = derive_identity_public_key(stream("another identity", 32))

    def fails(key: bytes = PUBLIC, message: bytes = MESSAGE, data: bytes = signature) -> Vector:
        return refuses("tampered_statement", "verify_signature", key, message, data)

    return {
        "sign_rfc_8032": accepts("sign", SEED, b"", result=RFC_8032),
        "verify": accepts("verify_signature", PUBLIC, MESSAGE, signature),
        "verify_other_message": fails(message=MESSAGE + b" "),
        "verify_other_purpose": fails(message=b"coffer/v1/checkpoint\n{}"),
        "verify_other_key": fails(key=other),
        "verify_r_flipped": fails(data=bytes([signature[0] ^ 1]) + signature[1:]),
        "verify_s_flipped": fails(
            data=signature[:32] + bytes([signature[32] ^ 1]) + signature[33:]
        ),
        "verify_s_plus_order": fails(data=signature[:32] + (s + ORDER).to_bytes(32, "little")),
        "verify_s_of_order": fails(data=signature[:32] + ORDER.to_bytes(32, "little")),
        "verify_zeros": fails(data=bytes(64)),
        "verify_63_bytes": fails(data=signature[:63]),
        "verify_65_bytes": fails(data=signature + b"\x00"),
        "verify_empty": fails(data=b""),
        "verify_key_off_the_curve": fails(key=_point(2)),
        # R = identity, S = 0 verifies every message under a key of order 1.
        "verify_key_of_small_order": refuses(
            "format", "verify_signature", _point(1), MESSAGE, _point(1) + bytes(32)
        ),
    }


def _point(y: int, *, negative: bool = False) -> bytes:
    return (y | negative << 255).to_bytes(32, "little")


def _order_8() -> tuple[int, int]:
    """Solve for the y of the points whose double has order 4: d·y⁴ + 2·y² - 1 = 0."""
    d = -121665 * pow(121666, -1, FIELD)
    root = _square_root(1 + d)
    candidates = [(-1 + root) * pow(d, -1, FIELD) % FIELD, (-1 - root) * pow(d, -1, FIELD) % FIELD]
    square = next(c for c in candidates if pow(c, (FIELD - 1) // 2, FIELD) == 1)
    y = _square_root(square)
    return y, FIELD - y


def _square_root(value: int) -> int:
    root = pow(value, (FIELD + 3) // 8, FIELD)
    if root * root % FIELD != value % FIELD:
        root = root * pow(2, (FIELD - 1) // 4, FIELD) % FIELD
    if root * root % FIELD != value % FIELD:
        raise ArithmeticError(value)
    return root
