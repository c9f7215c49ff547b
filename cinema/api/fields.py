"""Strict fields: JSON types as they are, with the contract's sentences when they are not.

DRF's own fields convert ("5" becomes 5, 1 becomes true); here a wrong type is a 422.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

BIGINT = 2**63 - 1
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def shown(value: object) -> str:
    """A value inside a sentence, shortened: it may be a megabyte of somebody's anger."""
    text = repr(value)
    return text if len(text) <= 100 else text[:97] + "..."


class _Typed(serializers.Field):
    json_type = ""
    default_error_messages = {"type": "{value} is not of type '{json_type}'"}

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is None and not self.allow_null:
            self.refuse_type(data)
        return super().run_validation(data)

    def refuse_type(self, data: object) -> None:
        self.fail("type", value=shown(data), json_type=self.json_type)


class String(_Typed, serializers.CharField):
    json_type = "string"
    default_error_messages = {
        "blank": "'' is too short",
        "max_length": "The text is longer than {max_length} characters",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            self.refuse_type(data)
        return super().run_validation(data)


class Email(String, serializers.EmailField):
    def run_validation(self, data: Any = serializers.empty) -> Any:
        self.error_messages["invalid"] = f"{shown(data)} is not a 'email'"
        self.validators[-1].message = self.error_messages["invalid"]
        return super().run_validation(data)


class Boolean(_Typed, serializers.BooleanField):
    json_type = "boolean"

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.refuse_type(data)
        return bool(data)


class Integer(_Typed, serializers.IntegerField):
    json_type = "integer"
    default_error_messages = {
        "min_value": "The number is less than the minimum of {min_value}",
        "max_value": "The number is greater than the maximum of {max_value}",
    }

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, Decimal) and data == data.to_integral_value() and abs(data) <= BIGINT:
            data = int(data)  # 1.0 is an integer in JSON Schema
        if isinstance(data, bool) or not isinstance(data, int):
            self.refuse_type(data)
        return data


class Money(_Typed, serializers.DecimalField):
    """Not negative, at most two decimals. A JSON number, so a string is refused."""

    json_type = "number"
    default_error_messages = {
        "min_value": "The amount is less than the minimum of 0",
        "max_digits": "The amount has more than {max_digits} digits",
        "max_decimal_places": "The amount has more than {max_decimal_places} decimals",
        "max_whole_digits": "The amount has more than {max_whole_digits} digits before the point",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=10, decimal_places=2, min_value=Decimal(0), **kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, int | Decimal):
            self.refuse_type(data)
        amount = Decimal(data)
        if amount.adjusted() > self.max_digits:  # 1E+999999: never write that out
            self.fail("max_digits", max_digits=self.max_digits)
        amount = amount.normalize()
        return self.quantize(self.validate_precision(amount))


class Moment(_Typed, serializers.Field):
    """A time in RFC 3339 with any offset, between 1970 and 2200."""

    json_type = "string"
    default_error_messages = {
        "format": "{value} is not a 'date-time'",
        "range": "{value} is not between 1970 and 2200",
    }

    def to_internal_value(self, data: Any) -> datetime:
        if not isinstance(data, str):
            self.refuse_type(data)
        moment = parse_moment(data)
        if moment is None:
            self.fail("format", value=shown(data))
            raise AssertionError
        if not EARLIEST <= moment < LATEST:
            self.fail("range", value=shown(data))
        return moment

    def to_representation(self, value: datetime) -> datetime:
        return value


def parse_moment(text: str) -> datetime | None:
    """An RFC 3339 time, or None. An offset is needed: a bare local time could mean anything."""
    try:
        moment = parse_datetime(text.upper())
        return moment.astimezone(UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


class Body(serializers.Serializer):
    """Base of what callers send."""


class Query:
    """Query parameters, read strictly: a wrong one is a 422 that names it."""

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self._parameters = parameters

    def integer(self, name: str, *, default: int, minimum: int, maximum: int) -> int:
        text = self._parameters.get(name)
        if text is None:
            return default
        if not text.isascii() or not text.lstrip("-").isdigit() or len(text) > 20:
            raise invalid_parameter(name, f"{shown(text)} is not of type 'integer'")
        value = int(text)
        if not minimum <= value <= maximum:
            raise invalid_parameter(name, f"{value} is not between {minimum} and {maximum}")
        return value

    def boolean(self, name: str, *, default: bool) -> bool:
        text = self._parameters.get(name)
        if text is None:
            return default
        if text.lower() not in ("true", "false"):
            raise invalid_parameter(name, f"{shown(text)} is not of type 'boolean'")
        return text.lower() == "true"

    def moment(self, name: str) -> datetime | None:
        text = self._parameters.get(name)
        if text is None:
            return None
        # An unescaped "+" in an address arrives as a space.
        moment = parse_moment(text.replace(" ", "+"))
        if moment is None or not EARLIEST <= moment < LATEST:
            raise invalid_parameter(name, f"{shown(text)} is not a 'date-time'")
        return moment

    def date(self, name: str) -> str | None:
        text = self._parameters.get(name)
        if text is None:
            return None
        try:
            day = parse_date(text) if len(text) == 10 else None
        except ValueError:
            day = None
        if day is None:
            raise invalid_parameter(name, f"{shown(text)} is not a 'date'")
        return day.isoformat()

    def choice(self, name: str, choices: Mapping[str, str], *, default: str) -> str:
        text = self._parameters.get(name)
        if text is None:
            return choices[default]
        if text not in choices:
            raise invalid_parameter(name, f"{shown(text)} is not one of {sorted(choices)}")
        return choices[text]


def invalid_parameter(name: str, detail: str) -> ValidationError:
    error = ValidationError({name: [detail]})
    error.where = "parameter"  # type: ignore[attr-defined]
    return error
