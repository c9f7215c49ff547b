"""What the booking addresses answer."""

from rest_framework import serializers

from bookings.models import BookingStatus
from cinema.api.answers import Amount, Answer, Instant, answer
from cinema.api.fields import Choice


class TicketRead(Answer):
    id = serializers.IntegerField()
    seat_id = serializers.IntegerField()
    row = serializers.CharField()
    number = serializers.IntegerField()
    code = serializers.CharField(help_text="What is shown at the door.")
    price = Amount()


class BookingRead(Answer):
    id = serializers.UUIDField(help_text="The buyer's secret: whoever has it may read and cancel.")
    movie_id = serializers.IntegerField()
    seance_id = serializers.IntegerField()
    email = serializers.CharField()
    status = Choice([status for status in BookingStatus.values if status != BookingStatus.BLOCKED])
    expires_at = Instant(allow_null=True, help_text="Until when a hold reserves the seats.")
    total = Amount()
    tickets = TicketRead(many=True)


BookingAnswer = answer(
    "BookingAnswer",
    data=serializers.ListField(
        child=serializers.IntegerField(), help_text="A ticket's id per seat, in the order asked."
    ),
    booking=BookingRead(),
)
