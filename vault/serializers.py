"""Shapes of requests and answers; the OpenAPI description is made from them (spec §6)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from vault import forms
from vault.companions import MAX_MANIFEST, MIN_SEALED
from vault.content import (
    MAX_BLOCKS,
    MAX_KEYRING,
    MAX_LABEL,
    MAX_LENGTH,
    MAX_METADATA,
    MAX_THUMBNAIL,
    WRAP_SIZES,
)
from vault.fields import (
    BytesField,
    Form,
    FormField,
    HashField,
    NumberField,
    TextField,
    TimeField,
    UuidField,
    WordField,
)
from vault.items import MAX_ITEMS, SLOT_KINDS
from vault.keys import SIGNATURE_SIZE
from vault.slots import LOGIN_KEY_SIZE, SEALED_SIZE, read_slot
from vault.statements import MAX_STATEMENT

MAX_DOWNLOAD = 256
MAX_STATEMENTS = 4
# A name is looked up as it is; what cannot be one is answered like any unknown name.
MAX_USERNAME_INPUT = 64

_KDF_SCHEMA: dict[str, Any] = {
    "oneOf": [
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["algorithm", "iterations", "memory", "parallelism", "salt"],
            "properties": {
                "algorithm": {"type": "string", "enum": ["argon2id"]},
                "iterations": {"type": "integer", "minimum": 3, "maximum": 10},
                "memory": {"type": "integer", "minimum": 65_536, "maximum": 1_048_576},
                "parallelism": {"type": "integer", "enum": [1]},
                "salt": {"type": "string", "format": "base64url", "pattern": "^[A-Za-z0-9_-]{22}$"},
            },
        },
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["algorithm"],
            "properties": {"algorithm": {"type": "string", "enum": ["hkdf-sha256"]}},
        },
    ]
}
_SLOT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["kdf", "kind", "sealed"],
    "properties": {
        "kdf": _KDF_SCHEMA,
        "kind": {"type": "string", "enum": list(SLOT_KINDS)},
        "sealed": {"type": "string", "format": "base64url", "pattern": "^[A-Za-z0-9_-]{80}$"},
    },
}


class ProblemSerializer(Form):
    """Every error."""

    code = TextField(64)
    detail = TextField(1_024)


class SessionSerializer(Form):
    csrf_token = TextField(128)
    user = TextField(36)
    username = TextField(32)


class KdfQuestionSerializer(Form):
    kind = WordField(*SLOT_KINDS)
    username = TextField(MAX_USERNAME_INPUT)


class KdfAnswerSerializer(Form):
    kdf = FormField(lambda value: value, _KDF_SCHEMA)


class SignInSerializer(Form):
    kind = WordField(*SLOT_KINDS)
    login_key = BytesField(LOGIN_KEY_SIZE)
    username = TextField(MAX_USERNAME_INPUT)


class ConfirmationSerializer(Form):
    kind = WordField(*SLOT_KINDS)
    login_key = BytesField(LOGIN_KEY_SIZE)


class OpenSessionSerializer(Form):
    address = TextField(45)
    created = TimeField(source="created_at")
    current = FormField(lambda value: value, {"type": "boolean"}, source="is_current")
    id = UuidField()
    kind = WordField(*SLOT_KINDS)
    last_seen = TimeField(source="last_seen_at")
    user_agent = TextField(1_024)


class SessionListSerializer(Form):
    results = OpenSessionSerializer(many=True)


class LoginKeysSerializer(Form):
    password = BytesField(LOGIN_KEY_SIZE)
    recovery = BytesField(LOGIN_KEY_SIZE)


class RegistrationSerializer(Form):
    keyring = BytesField(MIN_SEALED, MAX_KEYRING)
    login_keys = LoginKeysSerializer()
    signature = BytesField(SIGNATURE_SIZE)
    slots = FormField(
        forms.list_of(read_slot, 2, 2),
        {"type": "array", "items": _SLOT_SCHEMA, "minItems": 2, "maxItems": 2},
    )
    statement = BytesField(1, MAX_STATEMENT)


class HeadSerializer(Form):
    hash = HashField(source="chain_hash")
    seq = NumberField(source="chain_seq")


class KeyringSerializer(Form):
    revision = NumberField(1)
    sealed = BytesField(MIN_SEALED, MAX_KEYRING)


class RevisionSerializer(Form):
    revision = NumberField(1)


class SlotSerializer(Form):
    kdf = FormField(lambda value: value, _KDF_SCHEMA)
    kind = WordField(*SLOT_KINDS)
    sealed = BytesField(SEALED_SIZE)


class VaultSerializer(Form):
    head = HeadSerializer(source="*")
    keyring = KeyringSerializer()
    slots = SlotSerializer(many=True)
    user = UuidField(source="pk")
    username = TextField(32)


class UploadOpeningSerializer(Form):
    length = NumberField(0, MAX_LENGTH)
    version = UuidField()


class BlockIndexSerializer(Form):
    digest = HashField()
    index = NumberField()


class UploadSerializer(Form):
    length = NumberField(0, MAX_LENGTH)
    received = BlockIndexSerializer(many=True)
    version = UuidField(source="pk")


class BlockSerializer(Form):
    digest = HashField()
    index = NumberField()
    size = NumberField()


class DownloadQuestionSerializer(Form):
    versions = FormField(
        forms.list_of(forms.read_uuid, 1, MAX_DOWNLOAD),
        {
            "type": "array",
            "items": {"type": "string", "format": "uuid"},
            "minItems": 1,
            "maxItems": MAX_DOWNLOAD,
            "uniqueItems": True,
        },
    )

    def validate_versions(self, versions: list[Any]) -> list[Any]:
        if len(set(versions)) != len(versions):
            raise serializers.ValidationError("names a version twice")
        return versions


class GrantedVersionSerializer(Form):
    digests = BytesField(32, 32 * MAX_BLOCKS, source="version.digests")
    file = UuidField(source="version.file_id")
    generation = NumberField(1)
    manifest = BytesField(1, MAX_MANIFEST, source="version.manifest")
    metadata = BytesField(MIN_SEALED, MAX_METADATA, source="version.metadata")
    thumbnail = BytesField(0, MAX_THUMBNAIL, source="version.thumbnail")
    version = UuidField(source="version_id")
    wrap = BytesField(*WRAP_SIZES)


class DownloadSerializer(Form):
    capability = TextField(8_192)
    versions = GrantedVersionSerializer(many=True)


class SubmissionSerializer(Form):
    """One statement; the shape of `items` follows from its type (spec §6.3)."""

    items = FormField(
        lambda value: value,
        {
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_ITEMS,
            "items": {"type": "object", "additionalProperties": True},
        },
    )
    signature = BytesField(SIGNATURE_SIZE)
    statement = BytesField(1, MAX_STATEMENT)


class SubmissionsSerializer(Form):
    statements: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=SubmissionSerializer(), min_length=1, max_length=MAX_STATEMENTS
    )


class AcceptedSerializer(Form):
    entry = NumberField(1)
    hash = HashField()
    seq = NumberField(1)


class AcceptedListSerializer(Form):
    statements = AcceptedSerializer(many=True)


class StatementSerializer(Form):
    seq = NumberField(1)
    signature = BytesField(SIGNATURE_SIZE)
    statement = BytesField(1, MAX_STATEMENT)


class StatementPageSerializer(Form):
    next = TextField(64)
    results = StatementSerializer(many=True)


class LabelSerializer(Form):
    file = UuidField(source="file_id")
    generation = NumberField(1)
    label = BytesField(MIN_SEALED, MAX_LABEL, source="sealed")  # type: ignore[assignment]


class LabelPageSerializer(Form):
    next = TextField(64)
    results = LabelSerializer(many=True)


class CommitmentSerializer(Form):
    name = TextField(32)
    salt = BytesField(16)
    value = TextField(1_024)


class ActivityEntrySerializer(Form):
    """One entry of the log: its bytes, their place in the chain, what its commitments open to."""

    commitments = CommitmentSerializer(many=True)
    current_hash = HashField()
    entry = BytesField(1, 65_536)
    prev_hash = HashField()


class ActivityPageSerializer(Form):
    next = TextField(64)
    results = ActivityEntrySerializer(many=True)
