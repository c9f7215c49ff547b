"""Query parameters, each declared once: how it is read and what `/schema` says about it.

They are read strictly: a wrong one is a 422 that names it. Made once, when the views are loaded,
because the busiest addresses of a cinema read them.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError

from cinema.api.fields import DATE_TIME, JSONSchema, moment, shown

T = TypeVar("T")


class Parameter(Generic[T]):
    def __init__(self, name: str, schema: JSONSchema, *, default: T, description: str) -> None:
        self.name, self.default = name, default
        shown_default = {} if default in (None, "") else {"default": default}
        self.documented = OpenApiParameter(
            name, type=schema | shown_default, description=description
        )

    def read(self, query: Mapping[str, str]) -> T:
        """The value, or the default. Raises ValidationError."""
        text = query.get(self.name)
        return self.default if text is None else self.parse(text)

    def parse(self, text: str) -> T:
        raise NotImplementedError

    def refused(self, detail: str) -> ValidationError:
        error = ValidationError({self.name: [detail]})
        error.where = "parameter"  # type: ignore[attr-defined]
        return error


class IntegerParameter(Parameter[int]):
    def __init__(
        self, name: str, *, minimum: int, maximum: int, default: int, description: str
    ) -> None:
        self.minimum, self.maximum = minimum, maximum
        schema = {"type": "integer", "minimum": minimum, "maximum": maximum}
        super().__init__(name, schema, default=default, description=description)

    def parse(self, text: str) -> int:
        if not re.fullmatch("-?[0-9]{1,100}", text):
            raise self.refused(f"{shown(text)} is not of type 'integer'")
        value = int(text)
        if not self.minimum <= value <= self.maximum:
            raise self.refused(f"{value} is not between {self.minimum} and {self.maximum}")
        return value


class BooleanParameter(Parameter[bool]):
    def __init__(self, name: str, *, default: bool, description: str) -> None:
        super().__init__(name, {"type": "boolean"}, default=default, description=description)

    def parse(self, text: str) -> bool:
        if text.lower() not in ("true", "false"):
            raise self.refused(f"{shown(text)} is not of type 'boolean'")
        return text.lower() == "true"


class DateParameter(Parameter[date | None]):
    def __init__(self, name: str, *, description: str) -> None:
        schema = {"type": "string", "format": "date"}
        super().__init__(name, schema, default=None, description=description)

    def parse(self, text: str) -> date:
        try:
            # Not fromisoformat alone: it also reads 20261201 and 2026-W49-2.
            if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        raise self.refused(f"{shown(text)} is not a 'date'")


class MomentParameter(Parameter[datetime | None]):
    def __init__(self, name: str, *, description: str) -> None:
        schema = {"type": "string", "format": "date-time", "pattern": DATE_TIME}
        super().__init__(name, schema, default=None, description=description)

    def parse(self, text: str) -> datetime:
        # An unescaped "+" in an address arrives as a space.
        value = moment(text.replace(" ", "+"))
        if value is None:
            raise self.refused(f"{shown(text)} is not a 'date-time' between 1970 and 2199")
        return value


class ChoiceParameter(Parameter[str]):
    def __init__(
        self, name: str, choices: Iterable[str], *, default: str, description: str
    ) -> None:
        self.choices = list(choices)
        schema: dict[str, Any] = {"type": "string", "enum": self.choices}
        super().__init__(name, schema, default=default, description=description)

    def parse(self, text: str) -> str:
        if text not in self.choices:
            raise self.refused(f"{shown(text)} is not one of {self.choices}")
        return text
