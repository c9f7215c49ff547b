"""Strict fields of a body: JSON types as they are, and the contract's sentences when they aren't.

DRF's own fields convert ("5" becomes 5, 1 becomes true); here a wrong type is a 422. Each field
also says what it accepts as JSON Schema (`described`), which `/schema` publishes.
"""

import re
import reprlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NoReturn

from django.core.exceptions import ValidationError as Invalid
from django.core.validators import validate_email
from rest_framework import serializers

BIGINT = 2**63 - 1
CENT = Decimal("0.01")

# The years that showings can have.
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
# What RFC 3339 allows in them; no leap seconds.
DATE_TIME = (
    r"^(19[7-9][0-9]|2[01][0-9]{2})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?"
    r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
WITHOUT_NUL = r"^[^\x00]*$"  # PostgreSQL can't store it

JSONSchema = dict[str, Any]
Describe = Callable[[serializers.Field], JSONSchema]


class _Shown(reprlib.Repr):
    """Never looks deeper or longer than it shows: a body may be nested a thousand levels."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel, self.maxlist, self.maxdict, self.maxstring = 3, 20, 4, 90

    def repr_Decimal(self, value: Decimal, level: int) -> str:  # noqa: N802 reprlib's name
        return str(value)


_shown = _Shown()


def shown(value: object) -> str:
    """A value inside a sentence, shortened: it may be a megabyte of somebody's anger."""
    text = _shown.repr(value)
    return text if len(text) <= 100 else text[:97] + "..."


def moment(text: str) -> datetime | None:
    """An RFC 3339 time, or None. An offset is needed: a bare local time could mean anything."""
    if not re.fullmatch(DATE_TIME, text, re.ASCII):
        return None
    try:
        # In UTC, because PostgreSQL knows no offsets beyond 15:59.
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except ValueError:  # the 31st of February
        return None


class Typed(serializers.Field):
    """A field of one JSON type. `default` and `allow_null` are DRF's."""

    json_type = ""
    default_error_messages = {"type": "{value} is not of type '{json_type}'"}

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is None and not self.allow_null:
            self.refuse_type(data)
        return super().run_validation(data)

    def refuse_type(self, data: object) -> NoReturn:
        self.fail("type", value=shown(data), json_type=self.json_type)

    def described(self, describe: Describe) -> JSONSchema:
        """What is accepted, as JSON Schema. `describe` describes another field, e.g. a child."""
        return {"type": self.json_type}


class String(Typed, serializers.CharField):
    json_type = "string"
    default_error_messages = {
        "blank": "'' is too short",
        "max_length": "The text is longer than {max_length} characters",
    }

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, trim_whitespace=False, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            self.refuse_type(data)
        return super().run_validation(data)

    def described(self, describe: Describe) -> JSONSchema:
        return {
            "type": "string",
            "minLength": 0 if self.allow_blank else 1,
            "maxLength": self.max_length,
            "pattern": WITHOUT_NUL,
        }


class Email(String):
    default_error_messages = {"format": "{value} is not a 'email'"}

    def to_internal_value(self, data: Any) -> str:
        try:
            validate_email(data)
        except Invalid:
            self.fail("format", value=shown(data))
        return str(data)

    def described(self, describe: Describe) -> JSONSchema:
        return {"type": "string", "format": "email", "maxLength": self.max_length}


class Choice(String):
    """One of a fixed set of strings."""

    default_error_messages = {"choice": "{value} is not one of {choices}"}

    def __init__(self, choices: Iterable[str], **kwargs: Any) -> None:
        self.choices = list(choices)
        super().__init__(max_length=max(map(len, self.choices)), **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if data not in self.choices:
            self.fail("choice", value=shown(data), choices=self.choices)
        return str(data)

    def described(self, describe: Describe) -> JSONSchema:
        return {"type": "string", "enum": self.choices + ([None] if self.allow_null else [])}


class Boolean(Typed, serializers.BooleanField):
    json_type = "boolean"

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.refuse_type(data)
        return data


class Integer(Typed, serializers.IntegerField):
    json_type = "integer"
    default_error_messages = {
        "min_value": "The number is less than the minimum of {min_value}",
        "max_value": "The number is greater than the maximum of {max_value}",
    }

    def to_internal_value(self, data: Any) -> int:
        # 1.0 is an integer in JSON Schema. Compared first: 1E+9999999 is one too.
        if isinstance(data, Decimal) and -BIGINT <= data <= BIGINT and data == int(data):
            return int(data)
        if isinstance(data, bool) or not isinstance(data, int):
            self.refuse_type(data)
        return data

    def described(self, describe: Describe) -> JSONSchema:
        limits = {"minimum": self.min_value, "maximum": self.max_value}
        return {"type": "integer"} | {
            name: limit for name, limit in limits.items() if limit is not None
        }


class Money(Typed, serializers.Field):
    """An amount in the cinema's currency: a JSON number from 0, with at most two decimals."""

    json_type = "number"
    most = Decimal("99999999.99")
    default_error_messages = {
        "minimum": "The amount is less than the minimum of 0",
        "maximum": "The amount is greater than the maximum of {most}",
        "decimals": "The amount has more than 2 decimals",
    }

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, int | Decimal):
            self.refuse_type(data)
        if data < 0:
            self.fail("minimum")
        if data > self.most:
            self.fail("maximum", most=self.most)
        # Compared, not rounded first: rounding would let 0.001 pass, or 1.00…01 with 30 zeros.
        amount = Decimal(data).quantize(CENT)
        if amount != data:
            self.fail("decimals")
        return abs(amount)  # of -0

    def described(self, describe: Describe) -> JSONSchema:
        return {
            "type": "number",
            "minimum": 0,
            "maximum": float(self.most),
            "multipleOf": float(CENT),
        }


class Moment(Typed, serializers.Field):
    """A time in RFC 3339 with any offset, its year between 1970 and 2199."""

    json_type = "string"
    default_error_messages = {
        "format": "{value} is not a 'date-time' between 1970 and 2199",
    }

    def to_internal_value(self, data: Any) -> datetime:
        if not isinstance(data, str):
            self.refuse_type(data)
        value = moment(data)
        if value is None:
            self.fail("format", value=shown(data))
        return value

    def to_representation(self, value: datetime) -> datetime:
        return value

    def described(self, describe: Describe) -> JSONSchema:
        return {"type": "string", "format": "date-time", "pattern": DATE_TIME}


class Array(Typed, serializers.ListField):
    """A list without repetitions. Its length is looked at before any of its elements."""

    json_type = "array"
    default_error_messages = {
        "max_items": "The list has more than {max_items} elements",
        "unique": "{value} has non-unique elements",
    }

    def __init__(self, *, max_items: int, **kwargs: Any) -> None:
        self.max_items = max_items
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            self.refuse_type(data)
        if len(data) > self.max_items:
            self.fail("max_items", max_items=self.max_items)
        elements = super().to_internal_value(data)
        if len(set(elements)) < len(elements):
            self.fail("unique", value=shown(data))
        return list(elements)

    def described(self, describe: Describe) -> JSONSchema:
        schema = {
            "type": "array",
            "items": describe(self.child),
            "maxItems": self.max_items,
            "uniqueItems": True,
        }
        return schema if self.allow_empty else schema | {"minItems": 1}


# What callers send. Unknown names are left aside: the contract may grow. (A comment, because a
# docstring would be published as each body's own.)
class Body(serializers.Serializer):
    default_error_messages = {"invalid": "The value is not of type 'object'"}
