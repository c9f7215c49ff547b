"""What the programme's addresses answer (made by `listings`, `seat_maps` and the views)."""

from rest_framework import serializers

from cinema.api.answers import Amount, Answer, Instant, answer
from cinema.api.fields import Choice
from movies.api.body import Translations
from movies.models import AgeRating, Format, Genre, SeanceStatus


class MovieRead(Answer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    image_url = serializers.CharField(help_text="A full address, or empty.")
    comingSoon = serializers.BooleanField(  # noqa: N815 the contract's name
        help_text="It has a showing today (the cinema's local day) or later."
    )
    original_title = serializers.CharField()
    year = serializers.IntegerField(allow_null=True)
    director = serializers.CharField()
    duration_minutes = serializers.IntegerField()
    age_rating = Choice(AgeRating.values, allow_null=True)
    genres = serializers.ListField(child=Choice(Genre.values))
    translations = Translations()


MovieList = answer("MovieList", data=MovieRead(many=True))


MovieAnswer = answer("MovieAnswer", data=MovieRead())


class MovieAttributes(Answer):
    """The three that every film has, and whatever else was sent."""

    name = serializers.CharField()
    description = serializers.CharField()
    image_url = serializers.CharField(help_text="As it was sent.")
    original_title = serializers.CharField(required=False)
    year = serializers.IntegerField(required=False, allow_null=True)
    director = serializers.CharField(required=False)
    duration_minutes = serializers.IntegerField(required=False)
    age_rating = Choice(AgeRating.values, required=False, allow_null=True)
    genres = serializers.ListField(child=Choice(Genre.values), required=False)
    translations = Translations(required=False)


class MovieWritten(Answer):
    id = serializers.IntegerField()
    type = Choice(["movies"])
    attributes = MovieAttributes()


MovieWrittenAnswer = answer("MovieWrittenAnswer", data=MovieWritten())


class Deleted(Answer):
    id = serializers.CharField(help_text="A string here.")
    type = Choice(["movies", "seances"])


DeletedAnswer = answer("DeletedAnswer", data=Deleted())


class SeatState(Answer):
    id = serializers.IntegerField()
    vacant = serializers.BooleanField()


class HallRead(Answer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class SeanceRead(Answer):
    id = serializers.IntegerField()
    movie_id = serializers.IntegerField()
    price = Amount(help_text="The base price; seats of some categories cost more.")
    currency = serializers.CharField()
    datetime = Instant(help_text="When it starts.")
    ends_at = Instant()
    hall = HallRead()
    format = Choice(Format.values)
    language = serializers.CharField()
    status = Choice(SeanceStatus.values)
    seats_total = serializers.IntegerField()
    seats_vacant = serializers.IntegerField()
    seats = SeatState(
        many=True, required=False, help_text="Every seat of the hall; only with `seats=true`."
    )


SeanceList = answer("SeanceList", data=SeanceRead(many=True))


class Position(Answer):
    x = serializers.IntegerField()
    y = serializers.IntegerField(help_text="0 is nearest to the screen.")


class SeatRead(SeatState):
    row = serializers.CharField(help_text="What is written on the row.")
    number = serializers.IntegerField()
    position = Position()
    wheelchair = serializers.BooleanField()
    category = serializers.CharField()
    price = Amount()


class CategoryRead(Answer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    colour = serializers.CharField()
    price = Amount()


class SeatMap(Answer):
    id = serializers.IntegerField()
    movie_id = serializers.IntegerField()
    price = Amount(help_text="The base price.")
    currency = serializers.CharField()
    datetime = Instant(help_text="When it starts.")
    ends_at = Instant()
    time_zone = serializers.CharField(help_text="The cinema's own, e.g. Europe/Moscow.")
    hall = HallRead()
    format = Choice(Format.values)
    language = serializers.CharField()
    status = Choice(SeanceStatus.values)
    categories = CategoryRead(many=True)
    seats = SeatRead(many=True)


SeatMapAnswer = answer("SeatMapAnswer", data=SeatMap())


class SeatOffer(Answer):
    seatsIds = serializers.ListField(  # noqa: N815 the name in a booking
        child=serializers.IntegerField(),
        help_text="From left to right; empty when fewer are free.",
    )


SeatOfferAnswer = answer("SeatOfferAnswer", data=SeatOffer())


class SeanceAttributes(Answer):
    datetime = Instant()
    price = Amount()
    movie_id = serializers.IntegerField()
    hall = serializers.IntegerField(help_text="The hall's id: the one asked for, or a free one.")
    format = Choice(Format.values)
    language = serializers.CharField()


class SeancePlanned(Answer):
    id = serializers.IntegerField()
    type = Choice(["seances"])
    attributes = SeanceAttributes()
    seats = SeatState(many=True)


SeancePlannedAnswer = answer("SeancePlannedAnswer", data=SeancePlanned())
