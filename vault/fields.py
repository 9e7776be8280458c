"""Serializer fields over the strict readers, each with its OpenAPI schema (spec §1, §6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.extensions import (
    OpenApiSerializerExtension,
    OpenApiSerializerFieldExtension,
)
from rest_framework import serializers

from vault import forms

if TYPE_CHECKING:
    from datetime import datetime

    from drf_spectacular.openapi import AutoSchema
    from drf_spectacular.utils import Direction

    from vault.forms import Reader


class FormField(serializers.Field[Any, Any, Any, Any]):
    """A field that takes exactly what its reader takes; DRF's own fields convert and trim."""

    def __init__(self, reader: Reader, schema: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reader = reader
        self.schema = schema

    def to_internal_value(self, data: Any) -> Any:
        try:
            return self.reader(data)
        except forms.FormError as error:
            raise serializers.ValidationError(str(error)) from error

    def to_representation(self, value: Any) -> Any:
        return value


class BytesField(FormField):
    """base64url of `minimum` to `maximum` bytes; exactly `minimum` when it stands alone."""

    def __init__(self, minimum: int, maximum: int | None = None, **kwargs: Any) -> None:
        longest = minimum if maximum is None else maximum
        schema = {
            "type": "string",
            "format": "base64url",
            "minLength": -(-minimum * 4 // 3),
            "maxLength": -(-longest * 4 // 3),
            "pattern": "^[A-Za-z0-9_-]*$",
        }
        super().__init__(forms.sized(minimum, longest), schema, **kwargs)

    def to_representation(self, value: bytes) -> str:
        return forms.encode_bytes(bytes(value))


class HashField(FormField):
    """A SHA-256 hash in lower-case hexadecimal."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(forms.read_hash, {"type": "string", "pattern": "^[0-9a-f]{64}$"}, **kwargs)


class UuidField(FormField):
    """A lower-case UUID of version 4."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(forms.read_uuid, {"type": "string", "format": "uuid"}, **kwargs)

    def to_representation(self, value: Any) -> str:
        return str(value)


class NumberField(FormField):
    """A whole number of `minimum` to `maximum`; "5", 5.0 and true are none."""

    def __init__(self, minimum: int = 0, maximum: int = forms.MAX_INTEGER, **kwargs: Any) -> None:
        def read(value: Any) -> int:
            if not minimum <= forms.read_integer(value) <= maximum:
                raise forms.FormError(f"is not a whole number of {minimum} to {maximum}")
            return int(value)

        schema = {"type": "integer", "minimum": minimum, "maximum": maximum}
        super().__init__(read, schema, **kwargs)


class TimeField(NumberField):
    """A time in milliseconds since 1970 (spec §1.4)."""

    def to_representation(self, value: datetime) -> int:
        return int(value.timestamp() * 1_000)


class TextField(FormField):
    """Text of at most `maximum` characters, as it is."""

    def __init__(self, maximum: int, **kwargs: Any) -> None:
        def read(value: Any) -> str:
            if len(forms.read_text(value)) > maximum:
                raise forms.FormError(f"is longer than {maximum} characters")
            return str(value)

        super().__init__(read, {"type": "string", "maxLength": maximum}, **kwargs)


class WordField(FormField):
    """One of a few words."""

    def __init__(self, *words: str, **kwargs: Any) -> None:
        super().__init__(forms.one_of(*words), {"type": "string", "enum": list(words)}, **kwargs)


class Form(serializers.Serializer[Any]):
    """An object of exactly its fields: what nobody asked for is refused (mass assignment)."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError({unknown[0][:40]: ["is an unknown field"]})
        return super().to_internal_value(data)


class FormExtension(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Tells drf-spectacular that a form has no room for other fields."""

    target_class = "vault.fields.Form"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        schema: dict[str, Any] = auto_schema._map_serializer(  # type: ignore[no-untyped-call]
            self.target, direction, bypass_extensions=True
        )
        if type(self.target).__doc__ is None:
            # It would be the docstring of Form.
            schema.pop("description", None)
        return {**schema, "additionalProperties": False}


class FormFieldExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Tells drf-spectacular the schema that a field carries."""

    target_class = "vault.fields.FormField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        schema: dict[str, Any] = self.target.schema
        return schema
