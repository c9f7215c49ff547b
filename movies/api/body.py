"""What staff send to change the programme."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from cinema.api.fields import BIGINT, Body, Integer, Moment, Money, String, shown
from movies.models import AgeRating, Format, Genre


class Choice(String):
    """One of a fixed set of strings."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        self.choices = dict(choices)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        if data not in self.choices:
            raise ValidationError(
                ErrorDetail(f"{shown(data)} is not one of {list(self.choices)}", "choice")
            )
        return str(data)


class ImageAddress(String):
    """A poster's address: http(s), or a path on this server; nothing that a browser would run."""

    def to_internal_value(self, data: Any) -> str:
        address = super().to_internal_value(data)
        scheme, separator, _rest = address.partition(":")
        if separator and "/" not in scheme and scheme.lower() not in ("http", "https"):
            raise ValidationError(ErrorDetail(f"{shown(address)} is not a 'uri'", "uri"))
        return str(address)


class TranslationBody(Body):
    name = String(max_length=200)
    description = String(max_length=10_000, allow_blank=True, default="")
    director = String(max_length=200, allow_blank=True, default="")


class Translations(serializers.DictField):
    """By language tag."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=TranslationBody(), **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            raise ValidationError(ErrorDetail(f"{shown(data)} is not of type 'object'", "type"))
        for language in data:
            if not 2 <= len(language) <= 10 or not language.replace("-", "").isalnum():
                raise ValidationError(ErrorDetail(f"{shown(language)} is not a language", "tag"))
        return super().to_internal_value(data)


class Genres(serializers.ListField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=Choice(Genre.choices), max_length=len(Genre), **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not serializers.empty and not isinstance(data, list):
            raise ValidationError(ErrorDetail(f"{shown(data)} is not of type 'array'", "type"))
        return super().run_validation(data)


class MovieBody(Body):
    name = String(max_length=200)
    description = String(max_length=10_000, allow_blank=True)
    image_url = ImageAddress(max_length=2000, allow_blank=True)
    original_title = String(max_length=200, allow_blank=True, required=False)
    year = Integer(min_value=1888, max_value=2200, allow_null=True, required=False)
    director = String(max_length=200, allow_blank=True, required=False)
    duration_minutes = Integer(min_value=1, max_value=1440, required=False)
    age_rating = Choice(AgeRating.choices, required=False)
    genres = Genres(required=False)
    translations = Translations(required=False)


class SeanceBody(Body):
    datetime = Moment()
    price = Money()
    hall = Integer(min_value=1, max_value=BIGINT, allow_null=True, required=False)
    format = Choice(Format.choices, default=Format.FLAT.value)
    language = String(max_length=10, default="ru")
