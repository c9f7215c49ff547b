"""Fields of what the API answers. The bytes are made elsewhere, fast; these describe them."""

from drf_spectacular.drainage import set_override
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from cinema.api.fields import Describe, JSONSchema, Typed


# A comment, because a docstring would be published as each answer's own.
# Fields may be added, never renamed, removed or retyped.
class Answer(serializers.Serializer):
    pass


class Amount(Typed):
    """Money in the cinema's currency; whole numbers have no decimal point."""

    def described(self, describe: Describe) -> JSONSchema:
        return {"type": "number", "minimum": 0}


class Instant(Typed):
    """UTC with milliseconds: `2026-12-01T18:30:00.000Z`."""

    def described(self, describe: Describe) -> JSONSchema:
        return {
            "type": "string",
            "format": "date-time",
            "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$",
        }


def answer(name: str, **fields: serializers.Field) -> serializers.Serializer:
    """The whole of an answer: `answer("MovieAnswer", data=MovieRead())`."""
    whole = inline_serializer(name, dict(fields))
    set_override(whole, "many", False)  # a list is in it; it isn't one
    return whole
