"""What staff send to change the programme."""

import re
from typing import Any

from rest_framework import serializers

from cinema.api.fields import (
    BIGINT,
    WITHOUT_NUL,
    Array,
    Body,
    Choice,
    Describe,
    Integer,
    JSONSchema,
    Moment,
    Money,
    String,
    Typed,
    shown,
)
from movies.models import AgeRating, Format, Genre

MOST_TRANSLATIONS = 20
LANGUAGE_TAG = r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"
LONGEST_LANGUAGE = 10


class ImageAddress(String):
    """A poster's address: http(s), or a path on this server; nothing that a browser would run."""

    address = r"^([Hh][Tt][Tt][Pp][Ss]?:|/|$)"
    default_error_messages = {"uri": "{value} is not a 'uri'"}

    def to_internal_value(self, data: Any) -> str:
        if not re.match(self.address, data):
            self.fail("uri", value=shown(data))
        return str(data)

    def described(self, describe: Describe) -> JSONSchema:
        patterns = [{"pattern": WITHOUT_NUL}, {"pattern": self.address}]
        return {"type": "string", "maxLength": self.max_length, "allOf": patterns}


class Language(String):
    """A tag such as `en` or `pt-BR`."""

    default_error_messages = {"tag": "{value} is not a language"}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_LANGUAGE, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not re.fullmatch(LANGUAGE_TAG, data, re.ASCII):
            self.fail("tag", value=shown(data))
        return str(data)

    def described(self, describe: Describe) -> JSONSchema:
        return {"type": "string", "maxLength": self.max_length, "pattern": LANGUAGE_TAG}


class TranslationBody(Body):
    name = String(max_length=200)
    description = String(max_length=10_000, allow_blank=True, default="")
    director = String(max_length=200, allow_blank=True, default="")


class Translations(Typed, serializers.Field):
    """A film's texts by language. Sent, they replace all that were there."""

    json_type = "object"
    default_error_messages = {"most": "There are more than {most} translations"}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.refuse_type(data)
        if len(data) > MOST_TRANSLATIONS:
            self.fail("most", most=MOST_TRANSLATIONS)
        return {self._language(tag): self._texts(tag, texts) for tag, texts in data.items()}

    def to_representation(self, value: Any) -> Any:
        return value

    def described(self, describe: Describe) -> JSONSchema:
        return {
            "type": "object",
            "propertyNames": describe(Language()),
            "additionalProperties": describe(TranslationBody()),
            "maxProperties": MOST_TRANSLATIONS,
        }

    @staticmethod
    def _language(tag: str) -> str:
        return Language().run_validation(tag)

    @staticmethod
    def _texts(tag: str, texts: Any) -> dict[str, str]:
        # On its own: as a part of a PATCH nothing in it would be required.
        translation = TranslationBody(data=texts)
        if not translation.is_valid():
            raise serializers.ValidationError({tag: translation.errors})
        return dict(translation.validated_data)


class MovieBody(Body):
    name = String(max_length=200)
    description = String(max_length=10_000, allow_blank=True)
    image_url = ImageAddress(max_length=2000, allow_blank=True)
    original_title = String(max_length=200, allow_blank=True, required=False)
    year = Integer(min_value=1888, max_value=2200, allow_null=True, required=False)
    director = String(max_length=200, allow_blank=True, required=False)
    duration_minutes = Integer(min_value=1, max_value=1440, required=False)
    age_rating = Choice(AgeRating.values, allow_null=True, required=False)
    genres = Array(child=Choice(Genre.values), max_items=len(Genre), required=False)
    translations = Translations(required=False)

    def validate_age_rating(self, value: str | None) -> str:
        return value or ""  # how the model says: unrated


class SeanceBody(Body):
    datetime = Moment()
    price = Money()
    hall = Integer(min_value=1, max_value=BIGINT, allow_null=True, required=False)
    format = Choice(Format.values, default=Format.FLAT.value)
    language = Language(default="ru")
